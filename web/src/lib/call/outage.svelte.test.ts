import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Outage } from './outage.svelte.ts'

describe('an outage', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is long from 20 seconds on, however often it is told of, and over when the connection is back', () => {
    const outage = new Outage()
    const shown: string[] = []
    const stop = $effect.root(() => {
      $effect(() => void shown.push(outage.length))
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
    const outage = new Outage()
    outage.begin()
    outage.end()
    vi.advanceTimersByTime(60_000)
    expect(outage.length).toBe('none')
  })
})
