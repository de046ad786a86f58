import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { Grant, TrackSource, trackSources } from '#contract/grant.ts'
import { TrackId, type MeetingId, type ParticipantId } from '#contract/ids.ts'
import type { CaptureTicket } from '#contract/capture.ts'
import type { MediaMessage, MediaTicket, OpenedRoom } from '#contract/media.ts'
import type { Admission, EngineListener, MediaEngine } from './engine.ts'
import { EngineEmitter } from './engineEmitter.ts'

const FakeMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('publish'), source: TrackSource, trackId: TrackId }),
  z.object({ type: z.literal('unpublish'), trackId: TrackId }),
])

interface Attendee {
  /** Null for a recorder. */
  grant: Grant | null
  /** One track per source. */
  tracks: Map<TrackSource, TrackId>
  /** Who was let in beside this one. */
  beside?: Attendee
}

/**
 * A media engine in memory that moves no media but keeps every promise of the port: for tests, for the demo
 * without a worker, and as the plainest description of what an engine does. `negotiate` takes
 * `{type:'publish', source, trackId}` (answers `{trackId, isMuted}`) and `{type:'unpublish', trackId}`.
 */
export class FakeEngine implements MediaEngine {
  readonly #rooms = new Map<MeetingId, Map<ParticipantId, Attendee>>()
  readonly #events = new EngineEmitter()
  #isClosed = false

  async openRoom(roomId: MeetingId): Promise<OpenedRoom> {
    if (this.#isClosed) throw new AppError('media_unavailable', 'The engine is closed')
    if (!this.#rooms.has(roomId)) this.#rooms.set(roomId, new Map())
    return { engine: 'fake', clientConfig: {} }
  }

  async closeRoom(roomId: MeetingId): Promise<void> {
    this.#rooms.delete(roomId)
  }

  async admit(roomId: MeetingId, participantId: ParticipantId, admission: Admission): Promise<MediaTicket> {
    const room = this.#room(roomId)
    const former = room.get(participantId)
    const isBeside = admission.kind === 'page' && admission.isBeside === true && former !== undefined
    if (!isBeside) this.#drop(roomId, participantId)
    if (admission.kind === 'recorder') {
      room.set(participantId, { grant: null, tracks: new Map() })
      return { engine: 'fake', payload: { way: 'none' } satisfies CaptureTicket }
    }
    const attendee: Attendee = { grant: Grant.parse(admission.grant), tracks: new Map() }
    if (isBeside) former.beside = attendee
    else room.set(participantId, attendee)
    const tracks = [...room]
      .filter(([id]) => id !== participantId)
      .flatMap(([id, attendee]) =>
        [...attendee.tracks].map(([source, trackId]) => ({ participantId: id, source, trackId })),
      )
    return { engine: 'fake', payload: { participantId, tracks } }
  }

  async settle(roomId: MeetingId, participantId: ParticipantId, isTaken: boolean): Promise<void> {
    const former = this.#room(roomId).get(participantId)
    const beside = former?.beside
    if (former) delete former.beside
    if (!isTaken) return
    if (!beside) throw new AppError('not_found', 'Nobody was let in beside')
    this.#drop(roomId, participantId)
    this.#room(roomId).set(participantId, beside)
  }

  async regrant(roomId: MeetingId, participantId: ParticipantId, grant: Grant): Promise<void> {
    const attendee = this.#attendee(roomId, participantId)
    if (attendee.grant === null) return
    attendee.grant = Grant.parse(grant)
    for (const source of trackSources) {
      const trackId = attendee.tracks.get(source)
      if (attendee.grant[source] === 'forbidden' && trackId) this.#unpublish(roomId, participantId, trackId)
    }
  }

  async negotiate(
    roomId: MeetingId,
    participantId: ParticipantId,
    message: MediaMessage,
  ): Promise<MediaMessage> {
    const { grant, tracks } = this.#attendee(roomId, participantId)
    const parsed = FakeMessage.safeParse(message)
    if (!parsed.success) throw new AppError('media_rejected', 'Malformed', { cause: parsed.error })
    if (parsed.data.type === 'unpublish') {
      this.#unpublish(roomId, participantId, parsed.data.trackId)
      return {}
    }
    const { source, trackId } = parsed.data
    if (grant === null) throw new AppError('media_rejected', 'A recorder only receives')
    if (grant[source] === 'forbidden') throw new AppError('media_rejected', `${source} is forbidden`)
    const isMuted = grant[source] !== 'open'
    const former = tracks.get(source)
    if (former === trackId) return { trackId, isMuted }
    if (this.#isTaken(roomId, trackId)) throw new AppError('media_rejected', 'The track id is taken')
    if (former) this.#unpublish(roomId, participantId, former)
    tracks.set(source, trackId)
    this.#events.emit({ type: 'trackPublished', roomId, participantId, trackId, source })
    return { trackId, isMuted }
  }

  async evict(roomId: MeetingId, participantId: ParticipantId): Promise<void> {
    this.#drop(roomId, participantId)
  }

  onEvent(listener: EngineListener): () => void {
    return this.#events.onEvent(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#rooms.clear()
    this.#events.clear()
  }

  /** Test hook: whether media of that source would flow now. */
  isFlowing(roomId: MeetingId, participantId: ParticipantId, source: TrackSource): boolean {
    const attendee = this.#rooms.get(roomId)?.get(participantId)
    return attendee?.tracks.has(source) === true && attendee.grant?.[source] === 'open'
  }

  /** Test hook: who is admitted now. */
  participantsOf(roomId: MeetingId): ParticipantId[] {
    return [...(this.#rooms.get(roomId)?.keys() ?? [])]
  }

  /** Test hook: as if the worker that held the participant had died. */
  loseParticipant(roomId: MeetingId, participantId: ParticipantId): void {
    this.#attendee(roomId, participantId)
    this.#drop(roomId, participantId)
    this.#events.emit({ type: 'participantLost', roomId, participantId })
  }

  /** Test hook: as if the node that held the room had died. */
  loseRoom(roomId: MeetingId): void {
    if (this.#rooms.delete(roomId)) this.#events.emit({ type: 'roomLost', roomId })
  }

  /** Test hook: says who is heard. */
  speak(roomId: MeetingId, speakers: { participantId: ParticipantId; level: number }[]): void {
    this.#events.emit({ type: 'speakersChanged', roomId, speakers })
  }

  /** Test hook: a private word to one page. */
  tell(roomId: MeetingId, participantId: ParticipantId, payload: MediaMessage): void {
    this.#events.emit({ type: 'message', roomId, participantId, payload })
  }

  #room(roomId: MeetingId): Map<ParticipantId, Attendee> {
    const room = this.#rooms.get(roomId)
    if (!room) throw new AppError('not_found', 'No such room')
    return room
  }

  #attendee(roomId: MeetingId, participantId: ParticipantId): Attendee {
    const attendee = this.#room(roomId).get(participantId)
    if (!attendee) throw new AppError('not_found', 'No such participant')
    return attendee
  }

  #isTaken(roomId: MeetingId, trackId: TrackId): boolean {
    return [...this.#room(roomId).values()].some(({ tracks }) => [...tracks.values()].includes(trackId))
  }

  #unpublish(roomId: MeetingId, participantId: ParticipantId, trackId: TrackId): void {
    const { tracks } = this.#attendee(roomId, participantId)
    for (const [source, id] of tracks) {
      if (id !== trackId) continue
      tracks.delete(source)
      this.#events.emit({ type: 'trackUnpublished', roomId, participantId, trackId })
    }
  }

  #drop(roomId: MeetingId, participantId: ParticipantId): void {
    const attendee = this.#rooms.get(roomId)?.get(participantId)
    if (!attendee) return
    for (const trackId of [...attendee.tracks.values()]) this.#unpublish(roomId, participantId, trackId)
    this.#rooms.get(roomId)?.delete(participantId)
  }
}
