import { describe, expect, it } from 'vitest'
import { LossDetector, ReorderBuffer, Unwrapper } from './sequence.ts'

describe('Unwrapper', () => {
  it('goes on over the wrap, forwards and backwards', () => {
    const sequence = new Unwrapper(16)
    expect([65_534, 65_535, 0, 65_535, 1].map((n) => sequence.unwrap(n))).toEqual([
      65_534, 65_535, 65_536, 65_535, 65_537,
    ])
    const timestamp = new Unwrapper(32)
    expect([10, 4_294_967_290, 20].map((n) => timestamp.unwrap(n))).toEqual([10, -6, 20])
  })
})

describe('ReorderBuffer', () => {
  it('sorts what comes late and drops duplicates', () => {
    const buffer = new ReorderBuffer<number>()
    const out = [65_534, 0, 65_535, 0, 1, 65_534].flatMap((n, i) => buffer.push(n, n, i))
    expect(out.map((o) => o.item)).toEqual([65_534, 65_535, 0, 1])
    expect(out.every((o) => o.lostBefore === 0)).toBe(true)
  })

  it('gives a hole up after its time and says how much is missing', () => {
    const buffer = new ReorderBuffer<number>({ waitMs: 100 })
    expect(buffer.push(1, 1, 0)).toHaveLength(1)
    expect(buffer.push(5, 5, 10)).toEqual([])
    expect(buffer.push(6, 6, 50)).toEqual([])
    expect(buffer.push(7, 7, 111).map((o) => [o.item, o.lostBefore])).toEqual([
      [5, 3],
      [6, 0],
      [7, 0],
    ])
    expect(buffer.push(3, 3, 112)).toEqual([])
  })

  it('hands out everything at the end', () => {
    const buffer = new ReorderBuffer<number>()
    buffer.push(1, 1, 0)
    buffer.push(3, 3, 0)
    buffer.push(6, 6, 0)
    expect(buffer.flush().map((o) => [o.item, o.lostBefore])).toEqual([
      [3, 1],
      [6, 2],
    ])
  })
})

describe('LossDetector', () => {
  it('is quiet about what only came late', () => {
    const detector = new LossDetector(100)
    expect([detector.push(1, 0), detector.push(3, 10), detector.push(2, 50), detector.push(4, 500)]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  it('tells a loss once, when it is certain', () => {
    const detector = new LossDetector(100)
    expect([1, 3, 4, 5, 6].map((n, i) => detector.push(n, i * 60))).toEqual([
      false,
      false,
      false,
      true,
      false,
    ])
  })
})
