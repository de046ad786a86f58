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

it('of an earlier release takes what it did not say as unknown', () => {
  expect(storedEvent({ type: 'handLowered', atMs: 5, participantId: 'an' })).toMatchObject({ by: null })
  const participantId = 'an'
  const hand = { type: 'handRaised', atMs: 5, participantId }
  expect(storedEvent(hand)).toMatchObject({ kind: 'contribution', agendaItemId: null, name: '' })
  const message = { id: 'm', participantId: 'an', name: 'An', text: 'Chào', atMs: 5 }
  expect(storedEvent({ type: 'chatPosted', atMs: 5, message })).toMatchObject({ message: { unitName: '' } })
})

it('is what was stored', () => {
  const lost = { type: 'participantDisconnected', atMs: 5, participantId: 'an' }
  expect(storedEvent(lost)).toEqual(lost)
})
