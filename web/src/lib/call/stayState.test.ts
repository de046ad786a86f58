import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '#contract/errors.ts'
import { isSeated, nextState, type StayEvent, type StayState } from './stayState.ts'

const connecting: StayState = { at: 'connecting', failure: null }
const lobby: StayState = { at: 'lobby', isElsewhere: false, failure: null }
const waiting: StayState = { at: 'waiting', isElsewhere: false, failure: null }
const joining: StayState = { at: 'joining', isElsewhere: false, wasWaiting: false }
const called: StayState = { at: 'joining', isElsewhere: false, wasWaiting: true }
const entering: StayState = { at: 'entering' }
const inCall: StayState = { at: 'inCall' }
const away: StayState = { at: 'away', isDrawn: true, hasMedia: true }
const over: StayState = { at: 'over', ending: 'left' }
const all = { connecting, lobby, waiting, joining, called, entering, inCall, away, over }

const greeted: StayEvent = { type: 'greeted', isElsewhere: false }
const refused = (code: ErrorCode): StayEvent => ({ type: 'refused', code })

/** What each state becomes by an event; a state that is not named stays the same object. */
function expectOnly(event: StayEvent, changed: Partial<Record<keyof typeof all, StayState>>): void {
  for (const [name, state] of Object.entries(all)) {
    const after = Object.entries(changed).find(([key]) => key === name)?.[1]
    if (after) expect([name, nextState(state, event)]).toEqual([name, after])
    else expect(nextState(state, event), name).toBe(state)
  }
}

describe('a stay', () => {
  it('comes from connecting to the lobby, which learns where else one is', () => {
    const isElsewhere = { type: 'greeted', isElsewhere: true } as const
    expectOnly(isElsewhere, {
      connecting: { ...lobby, isElsewhere: true },
      lobby: { ...lobby, isElsewhere: true },
      waiting: { ...waiting, isElsewhere: true },
    })
    expect(nextState({ ...connecting, failure: 'timeout' }, greeted)).toEqual({
      ...lobby,
      failure: 'timeout',
    })
  })

  it('forgets what failed once all is prepared, and joins when the call is open for which it waited', () => {
    expectOnly({ type: 'prepared', isOpen: false }, {})
    expectOnly({ type: 'prepared', isOpen: true }, { waiting: called })
    expect(nextState({ ...lobby, failure: 'timeout' }, { type: 'prepared', isOpen: true })).toEqual(lobby)
  })

  it('joins from the lobby alone, or waits', () => {
    expectOnly({ type: 'asked', isEarly: false }, { lobby: joining })
    expectOnly({ type: 'asked', isEarly: true }, { lobby: waiting })
    expectOnly({ type: 'gaveUp' }, { waiting: lobby })
    expectOnly({ type: 'opened' }, { waiting: called })
  })

  it('takes the seat of its other page over when it joins', () => {
    const elsewhere = nextState(joining, refused('already_joined'))
    expect(elsewhere).toEqual({ ...lobby, isElsewhere: true })
    expect(nextState(elsewhere, { type: 'asked', isEarly: false })).toMatchObject({ isElsewhere: true })
  })

  it('is in the call once it has joined, and drawn once that is negotiated', () => {
    expectOnly({ type: 'joined' }, { joining: entering, called: entering })
    expectOnly({ type: 'negotiated' }, { entering: inCall })
  })

  it('loses its seat only where it has one', () => {
    expectOnly({ type: 'seatLost', hasMedia: true }, { entering: { ...away, isDrawn: false }, inCall: away })
    expectOnly(
      { type: 'seatLost', hasMedia: false },
      {
        entering: { at: 'away', isDrawn: false, hasMedia: false },
        inCall: { ...away, hasMedia: false },
        away: { ...away, hasMedia: false },
      },
    )
  })

  it('is back where it was when it has its seat again', () => {
    expectOnly({ type: 'seated', hasMedia: true }, { away: inCall })
    expect(nextState({ ...away, isDrawn: false }, { type: 'seated', hasMedia: true })).toEqual(entering)
  })

  it('is not back with media that were lost while it asked for the seat', () => {
    const lost = nextState(away, { type: 'seatLost', hasMedia: false })
    expect(nextState(lost, { type: 'seated', hasMedia: true })).toBe(lost)
    expect(nextState(lost, { type: 'seated', hasMedia: false })).toEqual(inCall)
  })

  it('stays where it is, or goes back, with what may pass', () => {
    expectOnly(refused('timeout'), {
      connecting: { ...connecting, failure: 'timeout' },
      lobby: { ...lobby, failure: 'timeout' },
      waiting: { ...waiting, failure: 'timeout' },
      joining: { ...lobby, failure: 'timeout' },
      called: { ...waiting, failure: 'timeout' },
      away: { ...away, hasMedia: false },
    })
  })

  it('waits when it is too early after all', () => {
    expect(nextState(joining, refused('meeting_not_open'))).toEqual(waiting)
  })

  it.each(['forbidden', 'not_found', 'removed', 'meeting_cancelled', 'unauthenticated'] as const)(
    'is over with what does not pass: %s',
    (code) => {
      for (const [name, state] of Object.entries(all)) {
        const ending = name === 'over' ? 'left' : code
        expect(nextState(state, refused(code))).toEqual({ at: 'over', ending })
      }
    },
  )

  it('is over when another page took its seat', () => {
    expect(nextState(away, refused('already_joined'))).toEqual({ at: 'over', ending: 'taken_over' })
  })

  it('ends once, from wherever it is', () => {
    for (const state of Object.values(all)) {
      const ended = nextState(state, { type: 'ended', ending: 'meeting_ended' })
      expect(ended).toEqual({ at: 'over', ending: state === over ? 'left' : 'meeting_ended' })
    }
  })

  it('has a seat from joining to the end', () => {
    const seated = Object.entries(all).filter(([, state]) => isSeated(state))
    expect(seated.map(([name]) => name)).toEqual(['entering', 'inCall', 'away'])
  })
})
