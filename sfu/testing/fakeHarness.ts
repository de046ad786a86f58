import type { TrackSource } from '#contract/grant.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import type { MediaEngine } from '../engine.ts'
import type { EngineHarness, EnginePage } from '../engine.conformance.ts'
import type { FakeEngine } from '../fakeEngine.ts'

/** Pages of the fake engine: while a source flows, every look at it counts ten packets. For tests only. */
export function newFakeHarness(
  engine: MediaEngine,
  fake: FakeEngine,
  close: () => Promise<void>,
): EngineHarness {
  const seen = new Map<string, number>()
  const look = (roomId: MeetingId, from: ParticipantId, source: TrackSource): number => {
    const key = `${from} ${source}`
    const count = (seen.get(key) ?? 0) + (fake.isFlowing(roomId, from, source) ? 10 : 0)
    seen.set(key, count)
    return count
  }
  return {
    engine,
    close,
    async join(roomId, participantId, grant, options): Promise<EnginePage> {
      await engine.admit(roomId, participantId, { kind: 'page', grant, media: {}, ...options })
      return {
        async publish(source, trackId = `${participantId}-${source}`) {
          const reply = await engine.negotiate(roomId, participantId, { type: 'publish', source, trackId })
          return { trackId, isMuted: reply.isMuted === true }
        },
        unpublish: (trackId) => engine.negotiate(roomId, participantId, { type: 'unpublish', trackId }),
        negotiate: (message) => engine.negotiate(roomId, participantId, message),
        packetsOf: (from, source) => look(roomId, from, source),
        close: () => undefined,
      }
    },
  }
}
