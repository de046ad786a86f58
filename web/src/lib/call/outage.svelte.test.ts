import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Outage } from './outage.svelte.ts'
import { TestSignal } from './testing/testSignal.ts'

describe('an outage', () => {
  let signal: TestSignal
  let outage: Outage
  beforeEach(() => {
    vi.useFakeTimers()
    signal = new TestSignal()
    outage = new Outage(signal)
  })
  afterEach(() => void vi.useRealTimers())

  it('is long from 20 seconds on, however often it is told of, and over when the connection is back', () => {
    const shown: string[] = []
    const stop = $effect.root(() => {
      $effect(() => void shown.push(outage.kind))
    })
    flushSync()
    outage.begin()
    flushSync()
    vi.advanceTimersByTime(19_000)
    outage.begin()
    vi.advanceTimersByTime(1000)
    flushSync()
    outage.end()
    flushSync()
    expect(shown).toEqual(['none', 'brief', 'long', 'none'])
    stop()
  })

  it('that was brief does not become long afterwards', () => {
    outage.begin()
    outage.end()
    vi.advanceTimersByTime(60_000)
    expect(outage.kind).toBe('none')
  })

  it('says within 5 seconds that the way is blocked, and goes on saying so', () => {
    outage.begin()
    signal.tell('way:changed', { way: 'blocked' })
    vi.advanceTimersByTime(3000)
    // By the second way it may yet be there in a moment.
    expect(outage.kind).toBe('brief')
    vi.advanceTimersByTime(2000)
    expect(outage.kind).toBe('blocked')
    vi.advanceTimersByTime(60_000)
    expect(outage.kind).toBe('blocked')
    outage.end()
    expect(outage.kind).toBe('none')
  })

  it('says within 5 seconds that nothing is answered, where that is so', () => {
    outage.begin()
    vi.advanceTimersByTime(5000)
    expect(outage.kind).toBe('brief')
    signal.tell('way:changed', { way: 'away' })
    expect(outage.kind).toBe('away')
  })
})
