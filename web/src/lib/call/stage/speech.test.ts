import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ServerClock } from '#web/call/serverClock.svelte.ts'
import { id } from '#web/call/testing/testSeat.svelte.ts'
import { Speech } from './speech.svelte.ts'

describe('speech', () => {
  let clock: ServerClock
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    clock = new ServerClock()
  })
  afterEach(() => {
    clock.close()
    vi.useRealTimers()
  })

  const heard = (...keys: string[]) => keys.map((key) => ({ participantId: id(key) }))

  it('says who is heard, loudest first, and when each was heard last', () => {
    const speech = new Speech(clock)
    speech.receive(heard('a', 'b'))
    expect(speech.heard).toEqual(['a', 'b'])
    vi.advanceTimersByTime(1000)
    speech.receive(heard('b'))
    expect(speech.heard).toEqual(['b'])
    expect([...speech.lastHeardAtMs]).toEqual([
      ['a', 1_000_000],
      ['b', 1_001_000],
    ])
  })

  it('goes on through a pause, keeps the stage after it, and is over in time', () => {
    const speech = new Speech(clock)
    expect([speech.speaker.id, speech.isGoing]).toEqual([null, false])
    speech.receive(heard('a'))
    speech.receive([])
    vi.advanceTimersByTime(4000)
    expect([speech.speaker.id, speech.isGoing]).toEqual(['a', true])
    vi.advanceTimersByTime(1000)
    expect([speech.speaker.id, speech.isGoing]).toEqual(['a', false])
  })
})
