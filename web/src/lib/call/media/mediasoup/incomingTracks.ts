import type { ConsumerParameters } from '#sfu/mediasoup/negotiation.ts'
import type { Dialogue } from './dialogue.ts'
import { spatialLayerCount, spatialLayerFor } from './layers.ts'
import type { MediaClientHooks, ViewWish } from '../mediaClient.ts'

/** What is needed of the vendor's consumer. */
export interface IncomingConsumer {
  readonly track: MediaStreamTrack
  readonly closed: boolean
  close(): void
  getStats(): Promise<{ forEach(see: (entry: { type: string; framesDecoded?: number }) => void): void }>
}

/** What is needed of the vendor's receiving transport. */
export interface ReceiveLine {
  consume(parameters: ConsumerParameters): Promise<IncomingConsumer>
  isConnected(): boolean
}

interface Incoming {
  parameters: ConsumerParameters
  consumer: IncomingConsumer | null
  /** What the engine was last told. */
  isPaused: boolean
  spatialLayer: number | null
  /** It left the screen and will be paused, unless it comes back. */
  isLeaving: boolean
}

/** How long a picture goes on flowing after it left the screen: layouts change in steps, and people page back. */
const lingerMs = 1500

/** How long to wait for a first frame before asking for a key frame; doubles with each asking. */
const firstFrameMs = 1200
const lastFrameMs = 10_000

/** What one ticket's media receive: only what is on screen flows, in the size in which it is drawn. */
export class IncomingTracks {
  readonly #line: ReceiveLine
  readonly #dialogue: Dialogue
  readonly #hooks: Pick<MediaClientHooks, 'onTrack' | 'onTrackEnded'>
  readonly #incoming = new Map<string, Incoming>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  /** Null until the page has said what it shows: then everything flows as the engine began it. */
  #wishes: Map<string, ViewWish> | null = null
  #isClosed = false

  constructor(
    line: ReceiveLine,
    dialogue: Dialogue,
    hooks: Pick<MediaClientHooks, 'onTrack' | 'onTrackEnded'>,
  ) {
    this.#line = line
    this.#dialogue = dialogue
    this.#hooks = hooks
  }

  /** The tracks that the engine gave. */
  trackIds(): ConsumerParameters['trackId'][] {
    return [...this.#incoming.values()].map((incoming) => incoming.parameters.trackId)
  }

  /** Receives a track from now on. Resolves when that is negotiated, or has failed, which is warned of. */
  async add(parameters: ConsumerParameters): Promise<void> {
    const { consumerId } = parameters
    if (this.#isClosed || this.#incoming.has(consumerId)) return
    const incoming: Incoming = {
      parameters,
      consumer: null,
      isPaused: parameters.isPaused,
      spatialLayer: null,
      isLeaving: false,
    }
    this.#incoming.set(consumerId, incoming)
    this.#applyWish(incoming)
    try {
      this.#arrived(incoming, await this.#line.consume(parameters))
    } catch (error) {
      if (!this.#isClosed) this.#dialogue.warn('consumeFailed', error)
    }
  }

  #arrived(incoming: Incoming, consumer: IncomingConsumer): void {
    const { consumerId, trackId, participantId, source, kind } = incoming.parameters
    if (this.#incoming.get(consumerId) !== incoming) {
      consumer.close()
      return
    }
    incoming.consumer = consumer
    this.#hooks.onTrack({ id: trackId, participantId, source, track: consumer.track })
    if (kind === 'video') this.#watchFirstFrame(incoming, firstFrameMs)
  }

  remove(consumerId: string): void {
    const incoming = this.#incoming.get(consumerId)
    if (!incoming) return
    this.#incoming.delete(consumerId)
    incoming.consumer?.close()
    const { trackId, participantId, source } = incoming.parameters
    this.#hooks.onTrackEnded({ id: trackId, participantId, source })
  }

  setSourcePaused(consumerId: string, isSourcePaused: boolean): void {
    const incoming = this.#incoming.get(consumerId)
    if (!incoming) return
    incoming.parameters = { ...incoming.parameters, isSourcePaused }
    if (!isSourcePaused && incoming.parameters.kind === 'video') this.#watchFirstFrame(incoming, firstFrameMs)
  }

  setView(wishes: ViewWish[] | null): void {
    this.#wishes = wishes && new Map(wishes.map((wish) => [`${wish.participantId} ${wish.source}`, wish]))
    for (const incoming of this.#incoming.values()) this.#applyWish(incoming)
  }

  /** Says every wish again: words may have been lost with the socket. */
  repeatWishes(): void {
    for (const incoming of this.#incoming.values()) this.#applyWish(incoming, true)
  }

  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const consumerId of [...this.#incoming.keys()]) this.remove(consumerId)
  }

  #applyWish(incoming: Incoming, isRepeated = false): void {
    const { kind, participantId, source, consumerId, layering, rtpParameters } = incoming.parameters
    if (kind !== 'video' || !this.#wishes) return
    const wish = this.#wishes.get(`${participantId} ${source}`)
    const isPaused = !wish?.isVisible
    if (isPaused && !incoming.isPaused && !isRepeated) {
      this.#pauseLater(incoming)
      return
    }
    const layerCount = spatialLayerCount(rtpParameters.encodings?.[0]?.scalabilityMode)
    const spatialLayer =
      wish?.isVisible && layering !== 'simple' ? spatialLayerFor(source, wish.heightPx, layerCount) : null
    const isPauseNew = isPaused !== incoming.isPaused || isRepeated
    const isLayerNew = spatialLayer !== null && (spatialLayer !== incoming.spatialLayer || isRepeated)
    if (!isPauseNew && !isLayerNew) return
    const isResumed = incoming.isPaused && !isPaused
    incoming.isPaused = isPaused
    if (spatialLayer !== null) incoming.spatialLayer = spatialLayer
    this.#dialogue.tell({
      type: 'setConsumer',
      consumerId,
      ...(isPauseNew ? { isPaused } : {}),
      ...(isLayerNew ? { preferredLayers: { spatialLayer } } : {}),
    })
    if (isResumed) this.#watchFirstFrame(incoming, firstFrameMs)
  }

  #pauseLater(incoming: Incoming): void {
    if (incoming.isLeaving) return
    incoming.isLeaving = true
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      incoming.isLeaving = false
      const { participantId, source, consumerId } = incoming.parameters
      const isWanted = this.#wishes?.get(`${participantId} ${source}`)?.isVisible ?? false
      if (isWanted || incoming.isPaused || this.#incoming.get(consumerId) !== incoming) return
      incoming.isPaused = true
      this.#dialogue.tell({ type: 'setConsumer', consumerId, isPaused: true })
    }, lingerMs)
    this.#timers.add(timer)
  }

  /** mediasoup asks for the key frame by itself; should that one be lost, ask again until a frame was decoded. */
  #watchFirstFrame(incoming: Incoming, waitMs: number, seen: number | null = null): void {
    if (waitMs > lastFrameMs || this.#isClosed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#checkFrames(incoming, waitMs, seen).catch((error: unknown) =>
        this.#dialogue.warn('statsFailed', error),
      )
    }, waitMs)
    this.#timers.add(timer)
  }

  async #checkFrames(incoming: Incoming, waitMs: number, seen: number | null): Promise<void> {
    const { consumer, parameters } = incoming
    if (!consumer || consumer.closed || incoming.isPaused || parameters.isSourcePaused) return
    let decoded = 0
    const stats = await consumer.getStats()
    stats.forEach((entry) => {
      if (entry.type === 'inbound-rtp') decoded += entry.framesDecoded ?? 0
    })
    if (consumer.closed || this.#isClosed || (seen !== null && decoded > seen)) return
    if (this.#line.isConnected() && (decoded === 0 || decoded === seen)) {
      this.#dialogue.tell({ type: 'requestKeyFrame', consumerId: parameters.consumerId })
    }
    this.#watchFirstFrame(incoming, waitMs * 2, decoded)
  }
}
