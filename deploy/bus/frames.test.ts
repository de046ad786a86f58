import { describe, expect, it } from 'vitest'
import { FrameReader, frameOf } from './frames.ts'

const texts = ['', 'điểm cầu', '{"n":1}', '😀'.repeat(300), 'x'.repeat(100_000)]

describe('texts over a stream', () => {
  it.each([1, 2, 3, 5, 7, 4096, 1_000_000])('come out as they went in, cut every %i bytes', (size) => {
    const stream = Buffer.concat(texts.map(frameOf))
    const reader = new FrameReader()
    const read: string[] = []
    for (let at = 0; at < stream.length; at += size) read.push(...reader.read(stream.subarray(at, at + size)))
    expect(read).toEqual(texts)
  })

  it('a length that nobody of ours sends is refused before it is waited for', () => {
    const head = Buffer.alloc(4, 0xff)
    expect(() => new FrameReader().read(head)).toThrow(/a frame of/)
  })
})
