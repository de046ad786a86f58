import { randomUUID } from 'node:crypto'
import type { Producer, WebRtcTransport } from 'mediasoup/types'
import { AppError, assertNever } from '#contract/errors.ts'
import { mediaKindOf, trackSources, type Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaMessage } from '#contract/media.ts'
import type { TokenBucket } from '#contract/tokenBucket.ts'
import type { EngineEmitter } from '../engineEmitter.ts'
import { candidatesFor } from './announce.ts'
import { initialOutgoingBitrateBps, keyFrameRequestDelayMs, maxIncomingBitrateBps } from './codecs.ts'
import { translatingErrors } from './faults.ts'
import type { DtlsParameters } from './mediaParameters.ts'
import type {
  ConsumerParameters,
  JoinMedia,
  NegotiateMessage,
  TicketPayload,
  TrackClosedCode,
  TransportParameters,
} from './negotiation.ts'
import { Receiver, type Told } from './receiver.ts'
import type { RoomRouter } from './roomRouter.ts'
import type { Track } from './track.ts'

/** What it needs of its room. */
export interface TrackRoom {
  readonly id: MeetingId
  readonly tracks: ReadonlyMap<TrackId, Track>
  addTrack(track: Track): void
  dropTrack(trackId: TrackId): void
}

export interface PageMediaOptions {
  participantId: ParticipantId
  home: RoomRouter
  room: TrackRoom
  /** The rights as they are now. */
  grant: () => Grant
  media: JoinMedia
  /** What the participant may still publish. */
  publications: TokenBucket
  maxVideos: number
  addresses: readonly string[]
  /** Where the page is told things. */
  events: EngineEmitter
  /** Nothing is told before `speak`: an earlier page of the participant would hear it. */
  isHeld: boolean
  /** No path leads to the page any more. */
  onLost: () => void
  log: Log
}

type Message<T extends NegotiateMessage['type']> = Extract<NegotiateMessage, { type: T }>

/**
 * The media of one participant's page: a transport to send on, one to receive on, for as long as the admission lasts
 * (sockets come and go meanwhile). Changes happen in order, so that a `regrant` that resolved is never
 * overtaken by a `publish` that began before it.
 */
export class PageMedia {
  readonly id = randomUUID()
  readonly participantId: ParticipantId
  readonly home: RoomRouter
  readonly #options: PageMediaOptions
  readonly #send: WebRtcTransport | null
  readonly #receiver: Receiver
  readonly #fingerprints = new Map<'send' | 'recv', string>()
  /** What is told later; null when nothing waits. */
  #held: Told[] | null
  #tail: Promise<unknown> = Promise.resolve()
  #isClosed = false

  private constructor(options: PageMediaOptions, send: WebRtcTransport | null, recv: WebRtcTransport) {
    this.#options = options
    this.participantId = options.participantId
    this.home = options.home
    this.#held = options.isHeld ? [] : null
    this.#send = send
    this.#receiver = new Receiver(recv, {
      home: options.home,
      media: options.media,
      maxVideos: options.maxVideos,
      tell: (message) => this.#tell(message),
    })
    this.#watch(recv)
    if (send) this.#watch(send)
  }

  /** Makes both transports at once. */
  static async open(options: PageMediaOptions): Promise<PageMedia> {
    const make = (): Promise<WebRtcTransport> =>
      options.home.router.createWebRtcTransport({
        webRtcServer: options.home.worker.server,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        initialAvailableOutgoingBitrate: initialOutgoingBitrateBps,
      })
    const [recv, send] = await Promise.all([make(), options.media.wants.send ? make() : null])
    if (send) detach(options.log, 'mediaLimitFailed', send.setMaxIncomingBitrate(maxIncomingBitrateBps))
    return new PageMedia(options, send, recv)
  }

  /** Makes the consumers of all that is there, at once; what comes later is told as it comes. */
  async ticket(): Promise<TicketPayload> {
    const made = await Promise.all(
      [...this.#options.room.tracks.values()].map((track) => this.#receiveOrLog(track)),
    )
    return {
      ticketId: this.id,
      send: this.#send && this.#parametersOf(this.#send),
      recv: this.#parametersOf(this.#receiver.transport),
      consumers: made.filter((consumer) => consumer !== null),
    }
  }

  /** A track was published: push its consumer. */
  async receive(track: Track): Promise<void> {
    const made = await this.#receiveOrLog(track)
    if (made) this.#tell({ type: 'consumer', ...made })
  }

  /** The rights changed; resolves when what is not open no longer flows. */
  regrant(): Promise<void> {
    return this.#inOrder(async () => {
      await Promise.all(this.#own().map((track) => this.#enforce(track.id, track.producer)))
    })
  }

  /** Carries out a parsed message. Throws AppError `media_rejected`, `media_unavailable`, `not_found`, `rate_limited`. */
  negotiate(message: NegotiateMessage): Promise<MediaMessage> {
    if (message.ticketId !== this.id) {
      // Not `not_found`: the participant's media are there, and would be renewed for a word that came late.
      throw new AppError('media_rejected', 'The message is of an earlier admission')
    }
    return this.#inOrder(() =>
      translatingErrors(
        () => !this.#isClosed && this.home.isAlive,
        () => this.#carryOut(message),
      ),
    )
  }

  /** How media travels: `udp`, `tcp`, or null while it does not. */
  get paths(): { send: 'udp' | 'tcp' | null; recv: 'udp' | 'tcp' | null } {
    return {
      send: this.#send?.iceSelectedTuple?.protocol ?? null,
      recv: this.#receiver.transport.iceSelectedTuple?.protocol ?? null,
    }
  }

  /** Tells what was held, and from now on at once. */
  speak(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const message of held) this.#tell(message)
  }

  /** Ends a track of one's own, and tells the page why. */
  closeTrack(trackId: TrackId, code: TrackClosedCode): void {
    this.#options.room.dropTrack(trackId)
    this.#tell({ type: 'trackClosed', trackId, code })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const track of this.#own()) this.#options.room.dropTrack(track.id)
    this.#send?.close()
    this.#receiver.transport.close()
  }

  async #carryOut(message: NegotiateMessage): Promise<MediaMessage> {
    if (this.#isClosed) throw new AppError('not_found', 'The admission is over')
    switch (message.type) {
      case 'connectTransport':
        await this.#connect(message.direction, message.dtlsParameters)
        return {}
      case 'publish':
        return this.#publish(message)
      case 'unpublish':
        if (this.#options.room.tracks.get(message.trackId)?.participantId === this.participantId) {
          this.#options.room.dropTrack(message.trackId)
        }
        return {}
      case 'restartIce':
        return { iceParameters: await this.#transport(message.direction).restartIce() }
      case 'setConsumer':
        await this.#receiver.setConsumer(message)
        return {}
      case 'requestKeyFrame':
        await this.#receiver.requestKeyFrame(message.consumerId)
        return {}
      default:
        return assertNever(message)
    }
  }

  async #connect(direction: 'send' | 'recv', dtlsParameters: DtlsParameters): Promise<void> {
    const fingerprints = JSON.stringify(dtlsParameters.fingerprints)
    const known = this.#fingerprints.get(direction)
    if (known === fingerprints) return
    if (known !== undefined) throw new AppError('media_rejected', 'The transport has another certificate')
    await this.#transport(direction).connect({ dtlsParameters })
    this.#fingerprints.set(direction, fingerprints)
  }

  async #publish({ trackId, source, rtpParameters }: Message<'publish'>): Promise<MediaMessage> {
    const { room } = this.#options
    const kind = mediaKindOf(source)
    if (rtpParameters.codecs.some((codec) => !codec.mimeType.startsWith(`${kind}/`))) {
      throw new AppError('media_rejected', `${source} is ${kind}`)
    }
    if (kind === 'audio' && rtpParameters.encodings.length !== 1) {
      throw new AppError('media_rejected', 'Audio has one encoding')
    }
    if (this.#options.grant()[source] === 'forbidden')
      throw new AppError('media_rejected', `${source} is forbidden`)
    const taken = room.tracks.get(trackId)
    if (taken?.participantId === this.participantId && taken.source === source) {
      return { trackId, isMuted: taken.producer.paused }
    }
    if (taken) throw new AppError('media_rejected', 'The track id is taken')
    if (!this.#options.publications.take(1, Date.now())) {
      throw new AppError('rate_limited', 'Too many publications')
    }
    const former = this.#own().find((track) => track.source === source)
    if (former) room.dropTrack(former.id)
    const producer = await this.#transport('send').produce({
      kind,
      rtpParameters,
      paused: this.#options.grant()[source] !== 'open',
      keyFrameRequestDelay: keyFrameRequestDelayMs,
    })
    await this.#admitTrack({
      id: trackId,
      participantId: this.participantId,
      source,
      producer,
      home: this.home,
      pipes: new Map(),
    })
    return { trackId, isMuted: producer.paused }
  }

  /** After the await: the admission, the id and the right may be gone. */
  async #admitTrack(track: Track): Promise<void> {
    const { room, log } = this.#options
    if (this.#isClosed || room.tracks.has(track.id)) {
      track.producer.close()
      throw this.#isClosed
        ? new AppError('not_found', 'The admission is over')
        : new AppError('media_rejected', 'The track id is taken')
    }
    if (track.source === 'microphone') {
      detach(log, 'mediaLevelFailed', this.home.listenTo(track.producer, this.participantId))
    }
    room.addTrack(track)
    await this.#enforce(track.id, track.producer)
  }

  async #enforce(trackId: TrackId, producer: Producer): Promise<void> {
    const source = this.#options.room.tracks.get(trackId)?.source
    if (!source || producer.closed) return
    const level = this.#options.grant()[source]
    if (level === 'forbidden') {
      this.closeTrack(trackId, 'forbidden')
    } else if (producer.paused !== (level !== 'open')) {
      await (level === 'open' ? producer.resume() : producer.pause())
    }
  }

  async #receiveOrLog(track: Track): Promise<ConsumerParameters | null> {
    if (track.participantId === this.participantId || this.#isClosed) return null
    try {
      return await this.#receiver.receive(track)
    } catch (error) {
      this.#options.log.warn('mediaConsumeFailed', { trackId: track.id, error: String(error) })
      return null
    }
  }

  #own(): Track[] {
    if (this.#held) return [] // those are the earlier page's
    const tracks = [...this.#options.room.tracks.values()]
    return trackSources.flatMap((source) =>
      tracks.filter((track) => track.participantId === this.participantId && track.source === source),
    )
  }

  #transport(direction: 'send' | 'recv'): WebRtcTransport {
    const transport = direction === 'send' ? this.#send : this.#receiver.transport
    if (!transport) throw new AppError('media_rejected', 'The join did not ask to send')
    return transport
  }

  #parametersOf(transport: WebRtcTransport): TransportParameters {
    return {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: candidatesFor(transport.iceCandidates, this.#options.addresses),
      dtlsParameters: transport.dtlsParameters,
    }
  }

  /**
   * A path that was lost for as long as ICE's consent lives ends these media: new ones are quicker than mending, and
   * sure. What the worker keeps of a path does not always heal: when its estimate of the downlink stood at the initial
   * one it takes 0 bit/s for available ever after, and sends no picture (worker 3.27,
   * TransportCongestionControlClient::OnTargetTransferRate passes such an estimate over).
   */
  #watch(transport: WebRtcTransport): void {
    transport.on('icestatechange', (state) => {
      if (state === 'disconnected' && !this.#isClosed) this.#options.onLost()
    })
  }

  #tell(message: Told): void {
    if (this.#isClosed) return
    if (this.#held) {
      this.#held.push(message)
      return
    }
    const { room, events } = this.#options
    const payload = { ...message, ticketId: this.id }
    events.emit({ type: 'message', roomId: room.id, participantId: this.participantId, payload })
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work)
    this.#tail = result.then(
      () => undefined,
      () => undefined, // whoever asked is told
    )
    return result
  }
}
