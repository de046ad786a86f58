import { describe, expect, it } from 'vitest'
import { ByteBounds } from './byteBounds.ts'

describe('the bounds of a recording', () => {
  it('let a track bring what it may, at any length', () => {
    const bounds = new ByteBounds({ pictureBps: 8_000 }, () => 0)
    bounds.begin(1, 'camera', 0)
    for (let second = 0; second < 100_000; second += 1) {
      expect(bounds.take(1, 1_000, 1_000 * second)).toBe(true)
    }
  })

  it('end a track that brings more, for good, and no other', () => {
    const bounds = new ByteBounds({ pictureBps: 8_000, soundBps: 8_000 }, () => 0)
    bounds.begin(1, 'screen', 0)
    bounds.begin(2, 'microphone', 0)
    expect(bounds.take(1, 30_000, 0)).toBe(true)
    expect(bounds.take(1, 1, 0)).toBe(false)
    expect(bounds.take(1, 1, 1e9)).toBe(false)
    expect(bounds.take(2, 1_000, 0)).toBe(true)
    bounds.begin(3, 'screen', 0)
    expect(bounds.take(3, 1_000, 0)).toBe(true)
  })

  it('end pictures when the recording is as large as it may be, and not the sound', () => {
    let written = 0
    const bounds = new ByteBounds({ recordingBytes: 5_000 }, () => written)
    bounds.begin(1, 'camera', 0)
    bounds.begin(2, 'microphone', 0)
    expect(bounds.take(1, 1_000, 0)).toBe(true)
    written = 5_000
    expect(bounds.take(1, 1_000, 0)).toBe(false)
    expect(bounds.take(2, 1_000, 0)).toBe(true)
  })
})
