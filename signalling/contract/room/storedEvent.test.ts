import { expect, it } from 'vitest'
import { MeetingId } from '../ids.ts'
import { applyRoomEvent, emptyRoomView, scopesReachedBy } from './room.ts'
import { storedEvent } from './storedEvent.ts'

const view = emptyRoomView(MeetingId.parse('m1'), [], 1)

it('of a later release reaches nobody, and only raises the version of who is told of it', () => {
  for (const type of ['lightsDimmed', 'toString', '__proto__']) {
    const event = storedEvent({ type, atMs: 5, by: 'an' })
    expect(scopesReachedBy(event)).toEqual([])
    expect(applyRoomEvent('all', view, event)).toEqual({ ...view, version: 1 })
  }
})

it('is what was stored', () => {
  const raised = { type: 'handRaised', atMs: 5, participantId: 'an' }
  expect(storedEvent(raised)).toEqual(raised)
})
