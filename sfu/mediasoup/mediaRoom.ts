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

/** Somebody's place in the room, from the moment when it is asked for. */
interface Place {
  /** Null for a recorder; it may change before the media are made. */
  grant: Grant | null
  /** Null while the media are made. */
  attendee: Attendee | null
  /** The hold on a worker. */
  release: () => void
  /** Whoever is let in to take this place. */
  beside: Place | null
  /** The place is gone: what is still made for it is void. */
  isVoid: boolean
}

/**
 * One meeting's media: a router on every worker that holds some of its participants, piped to each other track by
 * track as they are wanted, and who is in it.
 */
export class MediaRoom {
  readonly id: MeetingId
  readonly #options: MediaRoomOptions
  readonly #routers = new Map<MediaWorker, Promise<RoomRouter>>()
  readonly #places = new Map<ParticipantId, Place>()
  /** Every publication makes work for all others: who leaves and comes back does not begin anew. */
  readonly #publications = new Map<ParticipantId, TokenBucket>()
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
    return new Map([...this.#places].flatMap(([id, { attendee }]) => (attendee ? [[id, attendee]] : [])))
  }

  /** Has a router ready before the first participant asks. */
  async warm(): Promise<void> {
    const worker = await this.#options.workers.choose()
    if (!this.#isClosed && this.#routers.size === 0) await this.#routerOn(worker)
  }

  /**
   * Lets a participant in, with all that the page needs to connect.
   * @param isBeside an earlier page of the participant keeps its place until `settle`
   */
  admit(
    participantId: ParticipantId,
    grant: Grant,
    media: JoinMedia,
    isBeside = false,
  ): Promise<TicketPayload> {
    const place = this.#take(participantId, grant, isBeside)
    return this.#enter(place, async (home) => {
      const page = await PageMedia.open({
        participantId,
        home,
        room: this,
        grant: () => place.grant ?? grant,
        media,
        publications: this.#publicationsOf(participantId),
        maxVideos: this.#options.maxVideoConsumers,
        addresses: this.#options.addresses(),
        events: this.#options.events,
        isHeld: this.#places.get(participantId) !== place,
        onLost: () => this.#lose(participantId, place),
        log: this.#options.log,
      })
      return { attendee: page, ticket: () => page.ticket() }
    })
  }

  /** Lets a recorder in: it fetches the tracks from the tap. */
  admitRecorder(participantId: ParticipantId): Promise<TapTicket> {
    const place = this.#take(participantId, null, false)
    return this.#enter(place, async (home) => {
      const tap = await RecordingTap.open({
        participantId,
        roomId: this.id,
        home,
        server: this.#options.taps,
        tracks: this.#tracks,
        backlogBytes: this.#options.tapBacklogBytes,
        onDropped: this.#options.onDropped,
        onLost: () => this.#lose(participantId, place),
        log: this.#options.log,
      })
      return { attendee: tap, ticket: () => Promise.resolve(tap.ticket) }
    })
  }

  /** The media of the participant's page. Throws AppError `not_found`, `media_rejected` for a recorder. */
  pageMedia(participantId: ParticipantId): PageMedia {
    const attendee = this.#places.get(participantId)?.attendee
    if (!attendee) throw new AppError('not_found', 'No such participant')
    if (attendee instanceof RecordingTap) throw new AppError('media_rejected', 'A recorder only receives')
    return attendee
  }

  /** Changes rights, also of who is just being let in. Throws AppError `not_found`. */
  async regrant(participantId: ParticipantId, grant: Grant): Promise<void> {
    const place = this.#places.get(participantId)
    if (!place) throw new AppError('not_found', 'No such participant')
    place.grant = grant
    if (place.attendee instanceof PageMedia) await place.attendee.regrant()
  }

  evict(participantId: ParticipantId): void {
    const place = this.#places.get(participantId)
    this.#places.delete(participantId)
    if (place) free(place)
  }

  /** Who was let in beside an earlier page takes its place, or goes. Throws AppError `not_found`. */
  settle(participantId: ParticipantId, isTaken: boolean): void {
    const former = this.#places.get(participantId)
    const next = former?.beside
    if (former) former.beside = null
    if (!isTaken || !(next?.attendee instanceof PageMedia)) {
      if (next) free(next)
      if (isTaken) throw new AppError('not_found', 'Nobody was let in beside')
      return
    }
    this.evict(participantId)
    this.#places.set(participantId, next)
    next.attendee.speak()
  }

  /** A worker died: whoever was on it is lost, the others go on. */
  loseWorker(dead: MediaWorker): void {
    this.#routers.delete(dead)
    for (const [participantId, place] of [...this.#places]) {
      for (const each of [place.beside, place]) {
        if (each?.attendee?.home.worker === dead) this.#lose(participantId, each)
      }
    }
  }

  #lose(participantId: ParticipantId, place: Place): void {
    const current = this.#places.get(participantId)
    if (current?.beside === place) {
      current.beside = null
      free(place)
    }
    if (current !== place) return
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
    for (const { attendee, beside } of this.#places.values()) {
      for (const each of [attendee, beside?.attendee]) {
        if (each) detach(this.#options.log, 'mediaReceiveFailed', each.receive(track))
      }
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
    const attendee = this.#places.get(participantId)?.attendee
    if (attendee instanceof PageMedia) attendee.closeTrack(id, 'too_large')
    else this.dropTrack(id)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const participantId of [...this.#places.keys()]) this.evict(participantId)
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

  /** An earlier place of the participant is gone with this, unless the new one is to be beside it. */
  #take(participantId: ParticipantId, grant: Grant | null, isBeside: boolean): Place {
    const place: Place = { grant, attendee: null, release: () => undefined, beside: null, isVoid: false }
    const former = this.#places.get(participantId)
    if (isBeside && former) {
      if (former.beside) free(former.beside)
      former.beside = place
    } else {
      this.evict(participantId)
      this.#places.set(participantId, place)
    }
    return place
  }

  /** Chooses a worker and enters; once more when the worker died meanwhile. */
  async #enter<T>(
    place: Place,
    open: (home: RoomRouter) => Promise<{ attendee: Attendee; ticket: () => Promise<T> }>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const worker = await this.#options.workers.choose(
        [...this.#routers.keys()],
        this.#options.spreadAfterConsumers,
      )
      this.#assertCurrent(place)
      place.release = worker.hold()
      try {
        return await translatingErrors(
          () => worker.isAlive,
          async () => {
            const { attendee, ticket } = await open(await this.#routerOn(worker))
            if (place.isVoid) attendee.close()
            this.#assertCurrent(place)
            place.attendee = attendee
            return ticket()
          },
        )
      } catch (error) {
        place.release()
        if (worker.isAlive || attempt === 2) throw error
        this.#assertCurrent(place)
      }
    }
  }

  #assertCurrent({ isVoid }: Place): void {
    if (this.#isClosed || isVoid) {
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

function free(place: Place): void {
  place.isVoid = true
  place.release()
  place.attendee?.close()
  if (place.beside) free(place.beside)
  place.beside = null
}
