import { AppError } from '#contract/errors.ts'
import type { Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { TokenBucket } from '#contract/tokenBucket.ts'
import type { EngineEmitter } from '../engineEmitter.ts'
import { Ceilings } from './ceilings.ts'
import { translatingErrors } from './faults.ts'
import type { MediaWorker, MediaWorkers } from './mediaWorkers.ts'
import type { JoinMedia, TicketPayload } from './negotiation.ts'
import { PageMedia } from './pageMedia.ts'
import { RecordingTap } from './recordingTap.ts'
import { RoomRouter } from './roomRouter.ts'
import { SpeakerMeter } from './speakerMeter.ts'
import type { TapServer } from './tapServer.ts'
import type { TapTicket } from '#contract/capture.ts'
import type { Track } from './track.ts'

export interface MediaRoomOptions {
  id: MeetingId
  workers: MediaWorkers
  taps: TapServer
  events: EngineEmitter
  addresses: () => readonly string[]
  tapBacklogBytes: number
  /** A recorder read too slowly: a packet was dropped. */
  onDropped: () => void
  maxVideoConsumers: number
  spreadAfterConsumers: number
  log: Log
}

/** Four sources a join, and some changes of devices at once; then one every two seconds. */
const publicationRate = { burst: 30, perSecond: 0.5 }

type Attendee = PageMedia | RecordingTap

/** Somebody's right to be in; rights may change before the media are made. */
interface Admission {
  /** Null for a recorder. */
  grant: Grant | null
}

/**
 * One meeting's media: a router on every worker that holds some of its participants, piped to each other track by
 * track as they are wanted, and who is in it.
 */
export class MediaRoom {
  readonly id: MeetingId
  readonly #options: MediaRoomOptions
  readonly #routers = new Map<MediaWorker, Promise<RoomRouter>>()
  readonly #attendees = new Map<ParticipantId, Attendee>()
  /** The last admission of each, made or under way, until it is evicted: an earlier one that is still made is void. */
  readonly #admissions = new Map<ParticipantId, Admission>()
  /** Every publication makes work for all others: who leaves and comes back does not begin anew. */
  readonly #publications = new Map<ParticipantId, TokenBucket>()
  readonly #holds = new Map<ParticipantId, () => void>()
  readonly #tracks = new Map<TrackId, Track>()
  readonly #meter: SpeakerMeter
  readonly #ceilings: Ceilings
  #isClosed = false

  constructor(options: MediaRoomOptions) {
    this.id = options.id
    this.#options = options
    this.#ceilings = new Ceilings(
      () => this.#tracks.values(),
      (track, bitrateBps) => this.#onExceeded(track, bitrateBps),
      options.log,
    )
    this.#meter = new SpeakerMeter((speakers) =>
      options.events.emit({ type: 'speakersChanged', roomId: this.id, speakers }),
    )
  }

  get tracks(): ReadonlyMap<TrackId, Track> {
    return this.#tracks
  }

  get attendees(): ReadonlyMap<ParticipantId, Attendee> {
    return this.#attendees
  }

  /** Has a router ready before the first participant asks. */
  async warm(): Promise<void> {
    const worker = await this.#options.workers.choose()
    if (!this.#isClosed && this.#routers.size === 0) await this.#routerOn(worker)
  }

  /** Lets a participant in, with all that the page needs to connect. */
  admit(participantId: ParticipantId, grant: Grant, media: JoinMedia): Promise<TicketPayload> {
    const admission: Admission = { grant }
    return this.#enter(participantId, admission, async (home) => {
      const page = await PageMedia.open({
        participantId,
        home,
        room: this,
        grant: () => admission.grant ?? grant,
        media,
        publications: this.#publicationsOf(participantId),
        maxVideos: this.#options.maxVideoConsumers,
        addresses: this.#options.addresses(),
        events: this.#options.events,
        onLost: () => this.#lose(participantId),
        log: this.#options.log,
      })
      return { attendee: page, ticket: () => page.ticket() }
    })
  }

  /** Lets a recorder in: it fetches the tracks from the tap. */
  admitRecorder(participantId: ParticipantId): Promise<TapTicket> {
    return this.#enter(participantId, { grant: null }, async (home) => {
      const tap = await RecordingTap.open({
        participantId,
        roomId: this.id,
        home,
        server: this.#options.taps,
        tracks: this.#tracks,
        backlogBytes: this.#options.tapBacklogBytes,
        onDropped: this.#options.onDropped,
        onLost: () => this.#lose(participantId),
        log: this.#options.log,
      })
      return { attendee: tap, ticket: () => Promise.resolve(tap.ticket) }
    })
  }

  /** The media of the participant's page. Throws AppError `not_found`, `media_rejected` for a recorder. */
  pageMedia(participantId: ParticipantId): PageMedia {
    const attendee = this.#attendees.get(participantId)
    if (!attendee) throw new AppError('not_found', 'No such participant')
    if (attendee instanceof RecordingTap) throw new AppError('media_rejected', 'A recorder only receives')
    return attendee
  }

  /** Changes rights, also of who is just being let in. Throws AppError `not_found`. */
  async regrant(participantId: ParticipantId, grant: Grant): Promise<void> {
    const attendee = this.#attendees.get(participantId)
    const admission = this.#admissions.get(participantId)
    if (admission) admission.grant = grant
    if (attendee instanceof PageMedia) await attendee.regrant()
    else if (!admission) throw new AppError('not_found', 'No such participant')
  }

  evict(participantId: ParticipantId): void {
    this.#admissions.delete(participantId)
    this.#holds.get(participantId)?.()
    this.#holds.delete(participantId)
    const attendee = this.#attendees.get(participantId)
    this.#attendees.delete(participantId)
    attendee?.close()
  }

  /** A worker died: whoever was on it is lost, the others go on. */
  loseWorker(dead: MediaWorker): void {
    this.#routers.delete(dead)
    for (const [participantId, attendee] of [...this.#attendees]) {
      if (attendee.home.worker === dead) this.#lose(participantId)
    }
  }

  #lose(participantId: ParticipantId): void {
    this.evict(participantId)
    this.#options.events.emit({ type: 'participantLost', roomId: this.id, participantId })
  }

  addTrack(track: Track): void {
    this.#tracks.set(track.id, track)
    this.#options.events.emit({
      type: 'trackPublished',
      roomId: this.id,
      participantId: track.participantId,
      trackId: track.id,
      source: track.source,
    })
    for (const attendee of this.#attendees.values()) {
      detach(this.#options.log, 'mediaReceiveFailed', attendee.receive(track))
    }
  }

  dropTrack(trackId: TrackId): void {
    const track = this.#tracks.get(trackId)
    if (!track) return
    this.#tracks.delete(trackId)
    track.producer.close()
    if (this.#isClosed) return
    const { participantId } = track
    this.#options.events.emit({ type: 'trackUnpublished', roomId: this.id, participantId, trackId })
  }

  #onExceeded({ id, participantId, source }: Track, bitrateBps: number): void {
    this.#options.log.warn('trackTooLarge', { participantId, trackId: id, source, bitrateBps })
    const attendee = this.#attendees.get(participantId)
    if (attendee instanceof PageMedia) attendee.closeTrack(id, 'too_large')
    else this.dropTrack(id)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const participantId of [...this.#attendees.keys()]) this.evict(participantId)
    this.#admissions.clear()
    this.#meter.close()
    this.#ceilings.close()
    for (const opening of this.#routers.values()) {
      detach(
        this.#options.log,
        'mediaRouterCloseFailed',
        opening.then((router) => router.close()),
      )
    }
    this.#routers.clear()
  }

  /** Chooses a worker and enters; once more when the worker died meanwhile. */
  async #enter<T>(
    participantId: ParticipantId,
    admission: Admission,
    open: (home: RoomRouter) => Promise<{ attendee: Attendee; ticket: () => Promise<T> }>,
  ): Promise<T> {
    this.evict(participantId)
    this.#admissions.set(participantId, admission)
    for (let attempt = 1; ; attempt++) {
      const worker = await this.#options.workers.choose(
        [...this.#routers.keys()],
        this.#options.spreadAfterConsumers,
      )
      this.#assertCurrent(participantId, admission)
      const release = worker.hold()
      this.#holds.set(participantId, release)
      try {
        return await translatingErrors(
          () => worker.isAlive,
          async () => {
            const { attendee, ticket } = await open(await this.#routerOn(worker))
            if (this.#admissions.get(participantId) !== admission) attendee.close()
            this.#assertCurrent(participantId, admission)
            this.#attendees.set(participantId, attendee)
            return ticket()
          },
        )
      } catch (error) {
        release()
        if (worker.isAlive || attempt === 2) throw error
        this.#assertCurrent(participantId, admission)
      }
    }
  }

  #assertCurrent(participantId: ParticipantId, admission: Admission): void {
    if (this.#isClosed || this.#admissions.get(participantId) !== admission) {
      throw new AppError('not_found', 'The admission was overtaken')
    }
  }

  #routerOn(worker: MediaWorker): Promise<RoomRouter> {
    const known = this.#routers.get(worker)
    if (known) return known
    const opening = RoomRouter.open(worker, this.#meter)
    this.#routers.set(worker, opening)
    opening.catch(() => this.#routers.delete(worker)) // who asked is told
    return opening
  }

  #publicationsOf(participantId: ParticipantId): TokenBucket {
    const known = this.#publications.get(participantId) ?? new TokenBucket(publicationRate, Date.now())
    this.#publications.set(participantId, known)
    return known
  }
}
