import type { Consumer, WebRtcTransport } from 'mediasoup/types'
import { mediaKindOf } from '#contract/grant.ts'
import type { TrackId } from '#contract/ids.ts'
import type { ConsumerParameters, EngineMessage, JoinMedia, NegotiateMessage } from './negotiation.ts'
import type { RoomRouter } from './roomRouter.ts'
import { bring, type Track } from './track.ts'

/** What a page is told, without the ticket that it belongs to. */
export type Told = EngineMessage extends infer M
  ? M extends { ticketId: string }
    ? Omit<M, 'ticketId'>
    : never
  : never
/** Tells the page something; whoever sends it adds the ticket. */
type Tell = (message: Told) => void

/** The receiving half of a page's media: one transport, a consumer for each track of the others. */
export class Receiver {
  readonly transport: WebRtcTransport
  readonly #home: RoomRouter
  readonly #media: JoinMedia
  readonly #maxVideos: number
  readonly #tell: Tell
  readonly #consumers = new Map<string, Consumer>()
  /** Tracks that are being received, or about to be. */
  readonly #tracks = new Set<TrackId>()
  /** Cameras that flow without having been asked for. */
  readonly #flowing = new Set<TrackId>()

  constructor(
    transport: WebRtcTransport,
    options: { home: RoomRouter; media: JoinMedia; maxVideos: number; tell: Tell },
  ) {
    this.transport = transport
    this.#home = options.home
    this.#media = options.media
    this.#maxVideos = options.maxVideos
    this.#tell = options.tell
  }

  /**
   * Makes the consumer of a track. Null when the page does not want it, cannot decode it or has it already, and
   * when the track or the transport ended meanwhile.
   */
  async receive(track: Track): Promise<ConsumerParameters | null> {
    const kind = mediaKindOf(track.source)
    if (!this.#media.wants[kind] || this.#tracks.has(track.id)) return null
    this.#tracks.add(track.id)
    const isCamera = track.source === 'camera'
    const isPaused = isCamera && this.#flowing.size >= this.#maxVideos
    if (isCamera && !isPaused) this.#flowing.add(track.id)
    try {
      const consumer = await this.#consume(track, isPaused)
      if (consumer) return this.#describe(track, consumer)
    } catch (error) {
      if (!this.transport.closed && !track.producer.closed) throw error
    }
    this.#forget(track.id)
    return null
  }

  async setConsumer(message: Extract<NegotiateMessage, { type: 'setConsumer' }>): Promise<void> {
    const consumer = this.#consumers.get(message.consumerId)
    if (!consumer) return // gone, and its end is on the way to the page
    if (message.preferredLayers && consumer.type !== 'simple') {
      await consumer.setPreferredLayers(message.preferredLayers)
    }
    if (message.isPaused === undefined || message.isPaused === consumer.paused) return
    await (message.isPaused ? consumer.pause() : consumer.resume())
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    const consumer = this.#consumers.get(consumerId)
    if (consumer?.kind === 'video') await consumer.requestKeyFrame()
  }

  /** The consumers that are open now. */
  get consumers(): ReadonlyMap<string, Consumer> {
    return this.#consumers
  }

  async #consume(track: Track, isPaused: boolean): Promise<Consumer | null> {
    const { rtpCapabilities } = this.#media
    await bring(track, this.#home)
    if (this.transport.closed || track.producer.closed) return null
    if (!this.#home.router.canConsume({ producerId: track.producer.id, rtpCapabilities })) return null
    const consumer = await this.transport.consume({
      producerId: track.producer.id,
      rtpCapabilities,
      paused: isPaused,
    })
    if (this.transport.closed || consumer.closed) return null
    this.#watch(track, consumer)
    return consumer
  }

  #watch(track: Track, consumer: Consumer): void {
    const consumerId = consumer.id
    this.#consumers.set(consumerId, consumer)
    this.#home.worker.consumers++
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumerId)
      this.#home.worker.consumers--
      this.#forget(track.id)
    })
    consumer.on('producerclose', () => this.#tell({ type: 'consumerClosed', consumerId }))
    consumer.on('producerpause', () => this.#tell({ type: 'consumerPaused', consumerId }))
    consumer.on('producerresume', () => this.#tell({ type: 'consumerResumed', consumerId }))
    consumer.on('layerschange', (layers) =>
      this.#tell({ type: 'layersChanged', consumerId, layers: layers ?? null }),
    )
  }

  #forget(trackId: TrackId): void {
    this.#tracks.delete(trackId)
    this.#flowing.delete(trackId)
  }

  #describe(track: Track, consumer: Consumer): ConsumerParameters {
    return {
      consumerId: consumer.id,
      trackId: track.id,
      participantId: track.participantId,
      source: track.source,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters,
      layering: consumer.type === 'pipe' ? 'simple' : consumer.type,
      isPaused: consumer.paused,
      isSourcePaused: consumer.producerPaused,
    }
  }
}
