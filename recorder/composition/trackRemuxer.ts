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
import { isNoSpace } from '../storage.ts'
import { largestSide } from './ffmpeg.ts'
import { joinSpans, type Span } from './remuxed.ts'

/** Pictures further apart than this mean that a camera is off; a screen may stand still for as long as it likes. */
const cameraGapMs = 3_000
/** Louder than this is speech (dBov). */
const speechLevel = -50
const speechGapMs = 900
const shortestSpeechMs = 250
/** A picture that its clock places before the last one is shown after it, if it need not wait longer than this. */
const mostDelayMs = 1_000
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

/**
 * Writes one track into a Matroska file, losslessly. `push` takes packets, `write` brings them to disk.
 * What is wrong with the track throws nowhere: it ends there, and `fault` says why. Only a full disk is everybody's.
 */
export abstract class TrackRemuxer {
  readonly payloadType: number
  abstract readonly counts: FrameCounts
  protected readonly toTimeline: RtpToWall
  protected readonly samples: Sample[] = []
  readonly #path: string
  #output: Output | null = null
  #add: ((packet: EncodedPacket) => Promise<void>) | null = null
  /** Milliseconds at which the last sample was written; -1 before the first. */
  #lastMs = -1
  #hasSamples = false
  #fault: unknown = null
  #isFinished = false

  constructor(path: string, payloadType: number, toTimeline: RtpToWall) {
    this.#path = path
    this.payloadType = payloadType
    this.toTimeline = toTimeline
  }

  /** Null until something was written. */
  get file(): string | null {
    return this.#hasSamples ? this.#path : null
  }

  /** Why the track ends before its end, or is not there at all; null while all is well. */
  get fault(): unknown {
    return this.#fault
  }

  /** When there is a picture, or speech. */
  abstract activeSpans(published: Span, pauses: readonly { atMs: number; isPaused: boolean }[]): Span[]
  protected abstract accept(packet: RtpPacket, arrivalMs: number): void
  /** Hands over what waits for its order. */
  protected abstract flush(): void
  protected abstract begin(output: Output, first: Sample): (packet: EncodedPacket) => Promise<void>
  /** When the sample is to be shown or heard, later than `lastMs`; null when it must be left out. */
  protected abstract placeOf(sample: Sample, lastMs: number): number | null

  /** Takes the next packet. */
  push(packet: RtpPacket, arrivalMs: number): void {
    if (this.#fault !== null) return
    try {
      this.accept(packet, arrivalMs)
    } catch (error) {
      this.#fault = error
    }
  }

  /** Brings what is complete to disk. @throws the system's error when the disk is full */
  async write(): Promise<void> {
    await this.#orFault(() => this.#write())
  }

  /** Writes the rest and closes the file. Idempotent. @throws the system's error when the disk is full */
  async finish(): Promise<void> {
    if (this.#isFinished) return
    this.#isFinished = true
    await this.#orFault(async () => {
      this.flush()
      await this.#write()
    })
    try {
      if (this.#hasSamples) await this.#output?.finalize()
      else await this.#output?.cancel()
    } catch (error) {
      if (isNoSpace(error)) throw error
      this.#fault ??= error
      this.#hasSamples = false
    }
  }

  async #orFault(work: () => Promise<void>): Promise<void> {
    if (this.#fault !== null) return
    try {
      await work()
    } catch (error) {
      if (isNoSpace(error)) throw error
      this.#fault = error
    }
  }

  async #write(): Promise<void> {
    for (const sample of this.samples.splice(0)) {
      const atMs = this.placeOf(sample, this.#lastMs)
      if (atMs === null) continue
      if (!this.#add) {
        const output = new Output({
          format: new MkvOutputFormat(),
          target: new FilePathTarget(this.#path, { chunked: true, chunkSize: 1024 * 1024 }),
        })
        this.#output = output
        this.#add = this.begin(output, sample)
        await output.start()
      }
      this.#lastMs = atMs
      await this.#add(
        new EncodedPacket(
          sample.data,
          sample.isKey ? 'key' : 'delta',
          atMs / 1_000,
          sample.durationMs / 1_000,
        ),
      )
      this.#hasSamples = true
    }
  }
}

/** A camera or a screen. Pictures of different sizes (simulcast layers) follow each other in one file. */
export class VideoTrackRemuxer extends TrackRemuxer {
  /** How many are in the file. */
  keyPictures = 0
  readonly #assembler: VideoAssembler
  readonly #codec: 'vp8' | 'vp9' | 'avc'
  readonly #isScreen: boolean
  readonly #shown: Span[] = []
  #needsKey = true

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

  protected accept(packet: RtpPacket, arrivalMs: number): void {
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

  /**
   * Pictures build on those before them: one that came before the recording began, or with another, is shown the
   * next moment. After one that is left out, so is everything up to the next key picture.
   */
  protected placeOf(sample: Sample, lastMs: number): number | null {
    const atMs = Math.max(sample.atMs, lastMs + 1)
    const isTooLate = sample.atMs >= 0 && atMs - sample.atMs > mostDelayMs
    if (isTooLate || (this.#needsKey && !sample.isKey)) {
      this.#needsKey = true
      this.#assembler.counts.droppedFrames += 1
      return null
    }
    this.#needsKey = false
    if (sample.isKey) this.keyPictures += 1
    return atMs
  }

  #take(frames: VideoFrame[]): void {
    for (const frame of frames) {
      if (Math.max(frame.width ?? 0, frame.height ?? 0) > largestSide) {
        throw new Error(`a picture of ${frame.width}×${frame.height}`)
      }
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

  protected accept(packet: RtpPacket, arrivalMs: number): void {
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

  /** Sound stands for itself: what came before the recording began, or overlaps, is left out. */
  protected placeOf({ atMs }: Sample, lastMs: number): number | null {
    return atMs < 0 || atMs <= lastMs ? null : atMs
  }

  #take(ordered: { item: RtpPacket; lostBefore: number }[]): void {
    for (const { item: packet, lostBefore } of ordered) {
      this.counts.lostPackets += lostBefore
      const samples = opusSampleCount(packet.payload)
      if (samples === 0) {
        this.counts.droppedFrames += 1
        continue
      }
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
