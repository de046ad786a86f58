import { describe, expect, it } from 'vitest'
import { opusSampleCount } from './opus.ts'

/** Configuration 31: 20 ms a frame. */
const toc = (code: number): number => (31 << 3) | code
const packet = (...parts: (number | number[])[]): Buffer => Buffer.from(parts.flat())
const bytes = (count: number): number[] => Array.from({ length: count }, () => 0x55)

describe('an Opus packet', () => {
  it.each([
    ['one frame', packet(toc(0), bytes(80)), 960],
    ['one frame without bytes, for silence', packet(toc(0)), 960],
    ['two frames of one size', packet(toc(1), bytes(80)), 1_920],
    ['two frames, the first with its length', packet(toc(2), 30, bytes(80)), 1_920],
    ['a length of two bytes', packet(toc(2), 252, 1, bytes(300)), 1_920],
    ['three frames of one size', packet(toc(3), 3, bytes(90)), 2_880],
    ['three frames with their lengths', packet(toc(3), 0x80 | 3, 20, 30, bytes(80)), 2_880],
    ['padding', packet(toc(3), 0x40 | 1, 5, bytes(40), bytes(5)), 960],
    ['much padding', packet(toc(3), 0x40 | 1, 255, 2, bytes(40), bytes(256)), 960],
  ])('of %s is counted', (_, payload, samples) => {
    expect(opusSampleCount(payload)).toBe(samples)
  })

  it.each([
    ['nothing', packet()],
    ['a frame that is too long', packet(toc(0), bytes(1_276))],
    ['two frames of one size in an odd number of bytes', packet(toc(1), bytes(81))],
    ['a length beyond its end', packet(toc(2), 90, bytes(80))],
    ['a length cut short', packet(toc(2), 253)],
    ['no frame', packet(toc(3), 0, bytes(80))],
    ['no count', packet(toc(3))],
    ['more than 120 ms', packet(toc(3), 7, bytes(70))],
    ['frames of one size that do not come out even', packet(toc(3), 3, bytes(80))],
    ['lengths that lack their bytes', packet(toc(3), 0x80 | 3, 200, 30, bytes(80))],
    ['padding beyond its end', packet(toc(3), 0x40 | 1, 60, bytes(40))],
    ['padding whose length is cut short', packet(toc(3), 0x40 | 1, 255)],
  ])('of %s is malformed', (_, payload) => {
    expect(opusSampleCount(payload)).toBe(0)
  })
})
