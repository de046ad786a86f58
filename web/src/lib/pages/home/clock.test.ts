import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Clock } from './clock.svelte.ts'

const serverMs = Date.UTC(2026, 10, 26, 1)
beforeEach(() => vi.useFakeTimers({ now: serverMs + 2000 }))
afterEach(() => vi.useRealTimers())

it('draws what the server drew, then ticks until nobody looks', () => {
  const clock = new Clock(serverMs)
  vi.advanceTimersByTime(60_000)
  expect(clock.nowMs).toBe(serverMs)
  const stop = clock.run(1000)
  expect(clock.nowMs).toBe(serverMs + 62_000)
  vi.advanceTimersByTime(1000)
  expect(clock.nowMs).toBe(serverMs + 63_000)
  stop()
  vi.advanceTimersByTime(5000)
  expect(clock.nowMs).toBe(serverMs + 63_000)
})
