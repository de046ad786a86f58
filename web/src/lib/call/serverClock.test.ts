import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ServerClock } from './serverClock.svelte.ts'

describe('the server’s clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  it('shows the machine’s time until it is set, then the server’s, each second', () => {
    const clock = new ServerClock()
    expect(clock.nowMs).toBe(1_000_000)
    clock.adjust(5_000_000)
    expect(clock.nowMs).toBe(5_000_000)
    vi.advanceTimersByTime(999)
    expect([clock.nowMs, clock.readMs()]).toEqual([5_000_000, 5_000_999])
    vi.advanceTimersByTime(1)
    expect(clock.nowMs).toBe(5_001_000)
    clock.close()
    vi.advanceTimersByTime(5000)
    expect(clock.nowMs).toBe(5_001_000)
  })
  it('goes on whatever becomes of the machine’s clock, and doubts itself once', () => {
    let doubts = 0
    const clock = new ServerClock(() => doubts++)
    clock.adjust(5_000_000)
    vi.advanceTimersByTime(3000)
    expect(doubts).toBe(0)
    for (const stepMs of [-3_600_000, 7_200_000]) {
      const before = clock.readMs()
      vi.setSystemTime(Date.now() + stepMs)
      expect(clock.readMs()).toBe(before)
      vi.advanceTimersByTime(2000)
      expect(clock.nowMs).toBe(before + 2000)
    }
    // A machine that slept looks alike: only the server knows how late it is.
    expect(doubts).toBe(2)
    clock.close()
  })
})
