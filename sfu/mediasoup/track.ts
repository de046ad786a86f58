import type { Producer } from 'mediasoup/types'
import type { TrackSource } from '#contract/grant.ts'
import type { ParticipantId, TrackId } from '#contract/ids.ts'
import type { RoomRouter } from './roomRouter.ts'

/** A published track: where it enters the room, and which routers it reaches by pipe. */
export interface Track {
  readonly id: TrackId
  readonly participantId: ParticipantId
  readonly source: TrackSource
  readonly producer: Producer
  readonly home: RoomRouter
  readonly pipes: Map<RoomRouter, Promise<void>>
}

/** Makes the track's packets reach a router; at once where they enter. One pipe a router, whoever asks. */
export function bring(track: Track, to: RoomRouter): Promise<void> {
  if (track.home === to) return Promise.resolve()
  const known = track.pipes.get(to)
  if (known) return known
  const piping = track.home.router
    .pipeToRouter({ producerId: track.producer.id, router: to.router, enableSctp: false })
    .then(({ pipeProducer }) => {
      pipeProducer?.observer.once('close', () => track.pipes.delete(to))
    })
  track.pipes.set(to, piping)
  piping.catch(() => track.pipes.delete(to)) // who asked is told; the next who asks tries anew
  return piping
}
