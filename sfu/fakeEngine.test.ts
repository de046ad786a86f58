import { expect, it } from 'vitest'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { describeEngine, grantOf } from './engine.conformance.ts'
import { FakeEngine } from './fakeEngine.ts'
import { newFakeHarness } from './testing/fakeHarness.ts'
import { onEventOf } from './testing/events.ts'

describeEngine('the fake', async () => {
  const engine = new FakeEngine()
  return newFakeHarness(engine, engine, () => engine.close())
})

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')

it('loses a participant as if its worker had died: tracks first, then the participant', async () => {
  const engine = new FakeEngine()
  const events: string[] = []
  onEventOf(engine, 'trackUnpublished', () => events.push('trackUnpublished'))
  onEventOf(engine, 'participantLost', () => events.push('participantLost'))
  await engine.openRoom(roomId)
  await engine.admit(roomId, chair, { kind: 'page', grant: grantOf('open'), media: {} })
  await engine.negotiate(roomId, chair, { type: 'publish', source: 'camera', trackId: 'a' })
  engine.loseParticipant(roomId, chair)
  expect(events).toEqual(['trackUnpublished', 'participantLost'])
  expect(engine.participantsOf(roomId)).toEqual([])
})

it('loses a room once', async () => {
  const engine = new FakeEngine()
  const lost: string[] = []
  onEventOf(engine, 'roomLost', (event) => lost.push(event.roomId))
  await engine.openRoom(roomId)
  engine.loseRoom(roomId)
  engine.loseRoom(roomId)
  expect(lost).toEqual([roomId])
})
