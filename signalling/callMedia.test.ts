import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { grantOf } from '#sfu/engine.conformance.ts'
import { FakeEngine } from '#sfu/fakeEngine.ts'
import { CallMedia } from './callMedia.ts'

/** An engine that may be out of reach, as a media node is without the bus. */
class FarEngine extends FakeEngine {
  isAway = false

  override async evict(...args: Parameters<FakeEngine['evict']>): Promise<void> {
    if (this.isAway) throw new AppError('media_unavailable', 'nobody answers')
    await super.evict(...args)
  }
}

const meetingId = MeetingId.parse('meeting')
const guest = ParticipantId.parse('guest')
const admission = { kind: 'page', grant: grantOf('open'), media: {} } as const
let engine: FarEngine
let media: CallMedia
beforeEach(() => {
  vi.useFakeTimers()
  engine = new FarEngine()
  media = new CallMedia({
    engine,
    meetingId,
    log: silentLog,
    grantOf: () => grantOf('open'),
    onTicket: () => true,
    isThere: () => true,
  })
})
afterEach(async () => {
  await media.close(true)
  vi.useRealTimers()
})

it('who is taken out while the engine is out of reach is out as soon as it is back', async () => {
  await media.admit(guest, admission)
  engine.isAway = true
  media.evict(guest)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(engine.participantsOf(meetingId)).toEqual([guest])
  engine.isAway = false
  await vi.advanceTimersByTimeAsync(2_000)
  expect(engine.participantsOf(meetingId)).toEqual([])
})

it('who was let in again meanwhile stays', async () => {
  await media.admit(guest, admission)
  engine.isAway = true
  media.evict(guest)
  await vi.advanceTimersByTimeAsync(3_000)
  await media.admit(guest, admission)
  engine.isAway = false
  await vi.advanceTimersByTimeAsync(5_000)
  expect(engine.participantsOf(meetingId)).toEqual([guest])
})
