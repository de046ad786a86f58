import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  MkvOutputFormat,
  Output,
} from 'mediabunny'
import type { FrameCounts, PayloadParser, VideoFrame } from '../depacketize/frames.ts'
import { opusSampleCount, silentOpusBytes } from '../depacketize/opus.ts'
import { audioLevelOf, type RtpPacket } from '../depacketize/rtp.ts'
import { ReorderBuffer, Unwrapper } from '../depacketize/sequence.ts'
import { VideoAssembler } from '../depacketize/videoAssembler.ts'
import type { RtpToWall } from '../rtpClock.ts'
import { joinSpans, type Span } from './captured.ts'

/** Pictures further apart than this mean that a camera is off; a screen may stand still for as long as it likes. */
const cameraGapMs = 3_000
/** Louder than this is speech (dBov). */
const speechLevel = -50
const speechGapMs = 900
const shortestSpeechMs = 250
/** How far sound may lie from where its clock says before it is moved: in silence, and while somebody speaks. */
const tolerance = { silenceMs: 10, speechMs: 40 } as const

interface Sample {
  data: Buffer
  isKey: boolean
  atMs: number
  durationMs: number
  width: number | null
  height: number | null
}

/** Writes one track into a Matroska file, losslessly. `push` takes packets, `write` brings them to disk. */
export abstract class TrackRemuxer {
  readonly payloadType: number
  abstract readonly counts: FrameCounts
  protected readonly toTimeline: RtpToWall
  protected readonly samples: Sample[] = []
  readonly #path: string
  #output: Output | null = null
  #lastMs = -1
  #isFinished = false

  constructor(path: string, payloadType: number, toTimeline: RtpToWall) {
    this.#path = path
    this.payloadType = payloadType
    this.toTimeline = toTimeline
  }

  /** Null until something was written. */
  get file(): string | null {
    return this.#output ? this.#path : null
  }

  abstract push(packet: RtpPacket, arrivalMs: number): void
  /** When there is a picture, or speech. */
  abstract activeSpans(published: Span, pauses: readonly { atMs: number; isPaused: boolean }[]): Span[]
  /** Hands over what waits for its order. */
  protected abstract flush(): void
  protected abstract begin(output: Output, first: Sample): (packet: EncodedPacket) => Promise<void>
  #add: ((packet: EncodedPacket) => Promise<void>) | null = null

  /** Brings what is complete to disk. */
  async write(): Promise<void> {
    for (const sample of this.samples.splice(0)) {
      // A clock that was set back, or what came before the recording began, cannot be shown.
      if (sample.atMs < 0 || sample.atMs <= this.#lastMs) continue
      if (!this.#add) {
        const output = new Output({
          format: new MkvOutputFormat(),
          target: new FilePathTarget(this.#path, { chunked: true, chunkSize: 1024 * 1024 }),
        })
        this.#output = output
        this.#add = this.begin(output, sample)
        await output.start()
      }
      this.#lastMs = sample.atMs
      await this.#add(
        new EncodedPacket(
          sample.data,
          sample.isKey ? 'key' : 'delta',
          sample.atMs / 1_000,
          sample.durationMs / 1_000,
        ),
      )
    }
  }

  /** Writes the rest and closes the file. Idempotent. */
  async finish(): Promise<void> {
    if (this.#isFinished) return
    this.#isFinished = true
    this.flush()
    await this.write()
    await this.#output?.finalize()
  }
}

/** A camera or a screen. Pictures of different sizes (simulcast layers) follow each other in one file. */
export class VideoTrackRemuxer extends TrackRemuxer {
  readonly #assembler: VideoAssembler
  readonly #codec: 'vp8' | 'vp9' | 'avc'
  readonly #isScreen: boolean
  readonly #shown: Span[] = []

  constructor(
    path: string,
    payloadType: number,
    mimeType: string,
    isScreen: boolean,
    parse: PayloadParser,
    toTimeline: RtpToWall,
  ) {
    super(path, payloadType, toTimeline)
    this.#assembler = new VideoAssembler(parse)
    const name = mimeType.toLowerCase()
    this.#codec = name === 'video/h264' ? 'avc' : name === 'video/vp9' ? 'vp9' : 'vp8'
    this.#isScreen = isScreen
  }

  get counts(): FrameCounts {
    return this.#assembler.counts
  }

  push(packet: RtpPacket, arrivalMs: number): void {
    this.#take(this.#assembler.push(packet, arrivalMs))
  }

  activeSpans(published: Span, pauses: readonly { atMs: number; isPaused: boolean }[]): Span[] {
    const spans = this.#shown.map((span) => ({ ...span }))
    if (this.#isScreen) {
      // A screen that stands still sends nothing: it is shown until it is paused or ended.
      for (const [i, span] of spans.entries()) {
        const next = spans[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY
        const paused =
          pauses.find((p) => p.isPaused && p.atMs >= span.toMs - 500)?.atMs ?? Number.POSITIVE_INFINITY
        span.toMs = Math.max(span.toMs, Math.min(next, paused, published.toMs))
      }
      return joinSpans(spans)
    }
    for (const span of spans) {
      const paused = pauses.find((p) => p.isPaused && p.atMs > span.fromMs && p.atMs < span.toMs + 500)
      span.toMs = Math.min(paused ? Math.max(paused.atMs, span.toMs) : span.toMs + 250, published.toMs)
    }
    return spans.filter((span) => span.toMs > span.fromMs)
  }

  protected flush(): void {
    this.#take(this.#assembler.flush())
  }

  protected begin(output: Output, first: Sample): (packet: EncodedPacket) => Promise<void> {
    const source = new EncodedVideoPacketSource(this.#codec)
    output.addVideoTrack(source)
    const codec = { vp8: 'vp8', vp9: 'vp09.00.31.08', avc: 'avc1.42e01f' }[this.#codec]
    const decoderConfig = { codec, codedWidth: first.width ?? 640, codedHeight: first.height ?? 360 }
    return (packet) => source.add(packet, { decoderConfig })
  }

  #take(frames: VideoFrame[]): void {
    for (const frame of frames) {
      const atMs = this.toTimeline(frame.rtp)
      this.samples.push({ ...frame, atMs, durationMs: 0 })
      const last = this.#shown.at(-1)
      if (last && atMs - last.toMs <= cameraGapMs) last.toMs = Math.max(last.toMs, atMs)
      else this.#shown.push({ fromMs: Math.max(0, atMs), toMs: Math.max(0, atMs) })
    }
  }
}

/** A microphone, or the sound of a screen. */
export class AudioTrackRemuxer extends TrackRemuxer {
  readonly counts: FrameCounts = { frames: 0, droppedFrames: 0, lostPackets: 0 }
  readonly #order = new ReorderBuffer<RtpPacket>({ waitMs: 500 })
  readonly #timestamps = new Unwrapper(32)
  readonly #channels: number
  readonly #levelId: number | null
  readonly #speech: Span[] = []
  /** Where the timeline lies on the stream's own clock, as long as nothing calls for a move. */
  #offsetMs = Number.NaN

  constructor(
    path: string,
    payloadType: number,
    channels: number,
    levelId: number | null,
    toTimeline: RtpToWall,
  ) {
    super(path, payloadType, toTimeline)
    this.#channels = channels
    this.#levelId = levelId
  }

  push(packet: RtpPacket, arrivalMs: number): void {
    this.#take(this.#order.push(packet.sequenceNumber, packet, arrivalMs))
  }

  activeSpans(): Span[] {
    return this.#speech.filter((span) => span.toMs - span.fromMs >= shortestSpeechMs)
  }

  protected flush(): void {
    this.#take(this.#order.flush())
  }

  protected begin(output: Output): (packet: EncodedPacket) => Promise<void> {
    const source = new EncodedAudioPacketSource('opus')
    output.addAudioTrack(source)
    const decoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: this.#channels }
    return (packet) => source.add(packet, { decoderConfig })
  }

  #take(ordered: { item: RtpPacket; lostBefore: number }[]): void {
    for (const { item: packet, lostBefore } of ordered) {
      this.counts.lostPackets += lostBefore
      const samples = opusSampleCount(packet.payload)
      if (samples === 0) continue
      this.counts.frames += 1
      const level = audioLevelOf(packet, this.#levelId)
      const isSpeech = level === null ? packet.payload.length > silentOpusBytes : level > speechLevel
      const atMs = this.#place(this.#timestamps.unwrap(packet.timestamp), isSpeech)
      const durationMs = samples / 48
      this.samples.push({ data: packet.payload, isKey: true, atMs, durationMs, width: null, height: null })
      if (!isSpeech || atMs < 0) continue
      const last = this.#speech.at(-1)
      if (last && atMs - last.toMs <= speechGapMs) last.toMs = Math.max(last.toMs, atMs + durationMs)
      else this.#speech.push({ fromMs: atMs, toMs: atMs + durationMs })
    }
  }

  /** Sound that belongs together stays together: a drifting clock is followed in silence, where nobody hears it. */
  #place(rtp: number, isSpeech: boolean): number {
    const ownMs = rtp / 48
    const offsetMs = this.toTimeline(rtp) - ownMs
    const isNear =
      Math.abs(offsetMs - this.#offsetMs) <= (isSpeech ? tolerance.speechMs : tolerance.silenceMs)
    if (!isNear) this.#offsetMs = offsetMs
    return ownMs + this.#offsetMs
  }
}
