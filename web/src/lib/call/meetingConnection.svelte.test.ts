import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from './meetingConnection.svelte.ts'

describe('the connection, as it looks to the person', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says why only when it has been away for long, and nothing more once it is back', () => {
    const connection = new Connection()
    const shown: string[] = []
    const stop = $effect.root(() => {
      $effect(() => void shown.push(connection.state))
    })
    flushSync()
    connection.set(false)
    flushSync()
    vi.advanceTimersByTime(19_000)
    // Told again that it is away: it has been away since the first time.
    connection.set(false)
    vi.advanceTimersByTime(1000)
    flushSync()
    connection.set(true)
    flushSync()
    expect(shown).toEqual(['connected', 'reconnecting', 'lost', 'connected'])
    stop()
    connection.close()
  })
})
