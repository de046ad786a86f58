import { AppError } from '#contract/errors.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { TrackId } from '#contract/ids.ts'
import type { DialogueMessage, Dialogue } from './dialogue.ts'
import { sendPlan, type SendPlan } from './encodings.ts'
import type { MediaClientHooks } from '../mediaClient.ts'
import { newTrackId } from '../newId.ts'
import { Silence } from './silence.ts'

/** What is needed of the vendor's producer. */
export interface OutgoingProducer {
  /** For the engine. */
  readonly rtpParameters: RtpParametersInput
  replaceTrack(options: { track: MediaStreamTrack | null }): Promise<void>
  /**
   * Whether what there is of a track is sent; its RTP clock goes on all the same. Null where the browser sends on
   * whatever it is told.
   */
  readonly setSending: ((isSending: boolean) => Promise<void>) | null
  close(): void
}

/** What is needed of the vendor's sending transport. */
export interface SendLine {
  produce(track: MediaStreamTrack, plan: SendPlan, id: TrackId): Promise<OutgoingProducer>
}

type PublishMessage = DialogueMessage & { type: 'publish'; trackId: TrackId }
type RtpParametersInput = PublishMessage['rtpParameters']

const sources = ['microphone', 'camera', 'screen', 'screenAudio'] as const satisfies readonly TrackSource[]

/** How long to wait before saying again what was not answered. */
const retryMs = 2000

interface Outgoing {
  trackId: TrackId
  producer: OutgoingProducer
  layerCount: number
  isFlowing: boolean
  /** Sent in place of a microphone that has just been muted. */
  silence: Silence | null
}

/** What one ticket's media send. Changes of one source happen one after another. */
export class OutgoingTracks {
  readonly #line: SendLine
  readonly #dialogue: Dialogue
  readonly #own: MediaClientHooks['own']
  readonly #outgoing = new Map<TrackSource, Outgoing>()
  /** Accepted by the engine: a `publish` lost with the socket would leave the others waiting for ever. */
  readonly #accepted = new Set<TrackId>()
  readonly #queues = new Map<TrackSource, Promise<void>>()
  #isClosed = false

  /** @param own what is to be sent, as of now */
  constructor(line: SendLine, dialogue: Dialogue, own: MediaClientHooks['own']) {
    this.#line = line
    this.#dialogue = dialogue
    this.#own = own
  }

  /** Sends what is one's own from the source, whatever it is by now. */
  send(source: TrackSource): Promise<void> {
    return this.#inTurn(source, () => this.#send(source))
  }

  async #send(source: TrackSource): Promise<void> {
    if (this.#isClosed) return
    const own = this.#own.get(source)
    const known = this.#outgoing.get(source)
    if (!own) {
      if (known) this.#drop(source, known)
      return
    }
    const track = own.track?.readyState === 'live' ? own.track : null
    const flowing = own.isMuted ? null : track
    const plan = track && sendPlan(source, track.getSettings().height ?? null)
    if (known) {
      // No packets while muted, and no new negotiation to speak again.
      if (!flowing || known.layerCount === plan?.encodings.length) {
        await this.#replace(source, known, flowing, track)
        return
      }
      this.#drop(source, known)
    }
    if (!track || !plan) return
    const trackId = newTrackId()
    const producer = await this.#line.produce(track, plan, trackId)
    if (this.#isClosed) return
    const layerCount = plan.encodings.length
    this.#outgoing.set(source, { trackId, producer, layerCount, isFlowing: flowing !== null, silence: null })
    this.#announce(source, trackId, producer.rtpParameters)
    if (!flowing) await replaceTrack(producer, source, null, track, null)
  }

  /** @param track what there is of one's own, muted or not */
  async #replace(
    source: TrackSource,
    outgoing: Outgoing,
    flowing: MediaStreamTrack | null,
    track: MediaStreamTrack | null,
  ): Promise<void> {
    const before = outgoing.silence
    if (flowing || !track) outgoing.silence = null
    else if (outgoing.isFlowing && source === 'microphone' && !outgoing.producer.setSending) {
      const silence = new Silence(track, () => {
        if (outgoing.silence !== silence) return
        silence.close()
        outgoing.silence = null
        this.send(source).catch((error: unknown) => this.#dialogue.warn('sendFailed', error))
      })
      outgoing.silence = silence
    }
    outgoing.isFlowing = flowing !== null
    await replaceTrack(outgoing.producer, source, flowing, track, outgoing.silence)
    if (outgoing.silence !== before) before?.close()
  }

  /** Tells the engine of a new track. */
  #announce(source: TrackSource, trackId: TrackId, rtpParameters: RtpParametersInput): void {
    // With abs-capture-time listed, mediasoup never switches the layers of simulcast.
    const headerExtensions = rtpParameters.headerExtensions?.filter(
      (extension) => !extension.uri.includes('abs-capture-time'),
    )
    this.#ask({ type: 'publish', trackId, source, rtpParameters: { ...rtpParameters, headerExtensions } })
  }

  #ask(message: PublishMessage): void {
    this.#dialogue.ask(message).then(
      () => this.#accepted.add(message.trackId),
      (error: unknown) => {
        if (this.#isClosed) return
        this.#dialogue.warn('publishFailed', error)
        // Refused, e.g. under a ban at the join: published anew when the person is allowed to and does.
        if (error instanceof AppError && error.code === 'media_rejected') {
          this.closedByEngine(message.trackId)
        } else setTimeout(() => this.#askAgain(message), retryMs)
      },
    )
  }

  /** The engine takes a repeated publication for one. */
  #askAgain(message: PublishMessage): void {
    const { trackId, source } = message
    if (!this.#isClosed && this.#outgoing.get(source)?.trackId === trackId && !this.#accepted.has(trackId)) {
      this.#ask(message)
    }
  }

  /** The engine closed the track: forget it, so that it can be published again when it is allowed again. Its source. */
  closedByEngine(trackId: string): TrackSource | null {
    for (const [source, outgoing] of this.#outgoing) {
      if (outgoing.trackId !== trackId) continue
      this.#outgoing.delete(source)
      outgoing.silence?.close()
      outgoing.producer.close()
      return source
    }
    return null
  }

  /** Sends all that is one's own; publishes again what the engine never accepted. */
  repeat(): void {
    for (const source of sources) {
      const outgoing = this.#outgoing.get(source)
      if (outgoing && this.#accepted.has(outgoing.trackId)) continue
      if (outgoing) this.#drop(source, outgoing)
      this.send(source).catch((error: unknown) => this.#dialogue.warn('publishFailed', error))
    }
  }

  close(): void {
    this.#isClosed = true
    for (const { silence } of this.#outgoing.values()) silence?.close()
    this.#outgoing.clear()
  }

  #drop(source: TrackSource, outgoing: Outgoing): void {
    this.#outgoing.delete(source)
    outgoing.silence?.close()
    outgoing.producer.close()
    this.#dialogue.tell({ type: 'unpublish', trackId: outgoing.trackId })
  }

  #inTurn(source: TrackSource, work: () => Promise<void>): Promise<void> {
    const before = this.#queues.get(source) ?? Promise.resolve()
    const next = before.then(work, work)
    this.#queues.set(source, next)
    return next
  }
}

/**
 * Sends `flowing`, or nothing. Without a track the RTP clock stands still, and listeners play late (silence.ts): where its
 * sending can be switched off a muted microphone stays where it is.
 * @param track what there is of one's own, muted or not
 */
async function replaceTrack(
  producer: OutgoingProducer,
  source: TrackSource,
  flowing: MediaStreamTrack | null,
  track: MediaStreamTrack | null,
  silence: Silence | null,
): Promise<void> {
  const { setSending } = producer
  if (source !== 'microphone' || !setSending) {
    return producer.replaceTrack({ track: flowing ?? silence?.track ?? null })
  }
  if (!flowing) {
    try {
      await setSending(false)
    } catch (error) {
      await producer.replaceTrack({ track: null }) // rather late than heard
      throw error
    }
  }
  await producer.replaceTrack({ track })
  if (flowing) await setSending(true)
}
