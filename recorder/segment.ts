import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import type { CapturedTrack } from '#contract/capture.ts'
import { mediaKindOf } from '#contract/grant.ts'
import type { MediaTicket } from '#contract/media.ts'
import { openCapture, type Capture, type CaptureListener } from './capture.ts'
import { wallClockMs } from '#contract/wallClock.ts'
import { LossDetector } from './depacketize/sequence.ts'
import { ByteBounds, type ByteLimits } from './byteBounds.ts'
import { JournalWriter, type JournalTiming } from './journal.ts'
import type { JournalNote, Names } from './journalFormat.ts'
import type { RecorderMetrics } from './metrics.ts'

/** Composition seeks to key frames: one in this time at least, for each video. */
const keyFrameEveryMs = 15_000
/** After a loss, no more often than this. */
const keyFrameAfterLossMs = 1_500

/** For so long a segment that ends waits for what is on its way from the media node. */
const lastPacketsMs = 1_000

/** All that holds is noted again after this, and then this often: a journal stays readable without its beginning. */
const noteAgainMs = { first: 1_000, every: 15_000 } as const

type Noted<T extends JournalNote['type']> = Extract<JournalNote, { type: T }>

interface Video {
  loss: LossDetector
  isPaused: boolean
  keyAskedAtMs: number
  isKeyWanted: boolean
}

export interface SegmentOptions {
  folder: string
  number: number
  recordingId: RecordingId
  meetingId: MeetingId
  names: Names
  ticket: MediaTicket
  metrics: RecorderMetrics
  timing?: JournalTiming
  limits: ByteLimits
  /** What the recording's former segments hold. */
  formerBytes: number
  /** The disk failed; the segment keeps what it has. */
  onDiskError: (error: unknown) => void
  /** The media node ended the capture. */
  onMediaLost: (error: Error | null) => void
  /** A track brought more than is kept. */
  onTrackCut: (stream: number) => void
}

/** One connection to the media node, written into one journal. A recording has one more after each lost media room. */
export class Segment implements CaptureListener {
  readonly path: string
  readonly #journal: JournalWriter
  readonly #options: SegmentOptions
  readonly #videos = new Map<number, Video>()
  readonly #segment: Noted<'segment'>
  readonly #names: Names = {}
  readonly #tracks = new Map<number, Noted<'track'>>()
  readonly #bounds: ByteBounds
  /** Of which nothing more is kept. */
  readonly #cut = new Set<number>()
  /** Packets of a track that were not kept since the last that was. */
  readonly #dropped = new Map<number, number>()
  #noteAgainAtMs = performance.now() + noteAgainMs.first
  readonly #timer: NodeJS.Timeout
  #capture: Capture | null = null
  #clockOffsetMs = Number.POSITIVE_INFINITY
  #notedOffsetMs = Number.POSITIVE_INFINITY
  #countedDrops = 0
  #closing: Promise<void> | undefined

  private constructor(options: SegmentOptions, journal: JournalWriter) {
    this.#options = options
    this.#journal = journal
    this.#bounds = new ByteBounds(options.limits, () => options.formerBytes + journal.writtenBytes)
    this.path = journal.path
    const { recordingId, meetingId, number } = options
    this.#segment = { type: 'segment', recordingId, meetingId, segment: number, startedAtMs: wallClockMs() }
    journal.note(this.#segment)
    this.addNames(options.names)
    this.#timer = setInterval(() => this.#tick(), 500)
  }

  /** @throws AppError media_unavailable; the system's error when the journal cannot be made */
  static async open(options: SegmentOptions): Promise<Segment> {
    const path = join(options.folder, `segment-${String(options.number).padStart(3, '0')}.journal`)
    const journal = await JournalWriter.create(path, options.onDiskError, options.timing)
    const segment = new Segment(options, journal)
    try {
      segment.#capture = await openCapture(options.ticket, segment)
    } catch (error) {
      await segment.close('failed')
      await rm(path, { force: true }) // nothing came: it would only make the recording begin too early
      throw error
    }
    if (segment.#closing) segment.#capture.close()
    return segment
  }

  /** Connected to the media node. */
  get isOpen(): boolean {
    return this.#capture !== null && this.#closing === undefined
  }

  get writtenBytes(): number {
    return this.#journal.writtenBytes
  }

  /** More name plates. */
  addNames(names: Names): void {
    Object.assign(this.#names, names)
    this.#journal.note({ type: 'names', names })
  }

  /** Ends the capture and makes the journal safe. Idempotent. */
  close(reason: string): Promise<void> {
    this.#closing ??= this.#close(reason)
    return this.#closing
  }

  async #close(reason: string): Promise<void> {
    clearInterval(this.#timer)
    const isWhole = (await this.#capture?.finish(lastPacketsMs)) ?? true
    this.#noteClock()
    const mediaNodeMs = wallClockMs() - (Number.isFinite(this.#clockOffsetMs) ? this.#clockOffsetMs : 0)
    for (const stream of [...this.#dropped.keys()]) this.#noteDropped(stream, mediaNodeMs)
    if (!isWhole) this.#noteUnheard(mediaNodeMs)
    this.#journal.note({ type: 'end', atMs: wallClockMs(), reason })
    await this.#journal.close()
    this.#countDrops()
  }

  trackStarted(track: CapturedTrack): void {
    const note: Noted<'track'> = {
      type: 'track',
      stream: track.streamId,
      participantId: track.participantId,
      trackId: track.trackId,
      source: track.source,
      mimeType: track.mimeType,
      clockRate: track.clockRate,
      channels: track.channels,
      payloadType: track.payloadType,
      audioLevelId: track.audioLevelId,
      isPaused: track.isPaused,
      atMs: track.atMs,
    }
    this.#tracks.set(track.streamId, note)
    this.#bounds.begin(track.streamId, track.source, performance.now())
    this.#journal.note(note)
    if (mediaKindOf(track.source) !== 'video') return
    this.#videos.set(track.streamId, {
      loss: new LossDetector(),
      isPaused: track.isPaused,
      keyAskedAtMs: Number.NEGATIVE_INFINITY,
      isKeyWanted: true,
    })
    this.#askKeyFrames()
  }

  packet(stream: number, arrivalMs: number, rtp: Buffer): void {
    if (!this.#tracks.has(stream) || this.#cut.has(stream)) return
    if (!this.#bounds.take(stream, rtp.length, performance.now())) return this.#cutTrack(stream, arrivalMs)
    if (!this.#journal.packet(stream, arrivalMs, rtp)) {
      this.#dropped.set(stream, (this.#dropped.get(stream) ?? 0) + 1)
    } else if (this.#dropped.size > 0) this.#noteDropped(stream, arrivalMs)
    this.#options.metrics.receivedBytes.inc(rtp.length)
    this.#clockOffsetMs = Math.min(this.#clockOffsetMs, wallClockMs() - arrivalMs)
    const video = this.#videos.get(stream)
    if (video && rtp.length >= 4 && video.loss.push(rtp.readUInt16BE(2), arrivalMs)) video.isKeyWanted = true
  }

  /** Nothing more is kept of it; it is said in the journal, and the others go on. */
  #cutTrack(stream: number, atMs: number): void {
    this.#cut.add(stream)
    this.#videos.delete(stream)
    this.#journal.note({ type: 'trackCut', stream, atMs })
    this.#options.onTrackCut(stream)
  }

  #noteDropped(stream: number, atMs: number): void {
    const packets = this.#dropped.get(stream)
    if (packets === undefined) return
    this.#dropped.delete(stream)
    this.#journal.note({ type: 'gap', stream, atMs, packets })
    const video = this.#videos.get(stream)
    if (video) video.isKeyWanted = true
  }

  /** The media node did not say that it had sent everything: of what flows nobody knows how much is missing. */
  #noteUnheard(atMs: number): void {
    for (const { stream, isPaused } of this.#tracks.values()) {
      if (!isPaused && !this.#cut.has(stream)) this.#journal.note({ type: 'gap', stream, atMs, packets: 0 })
    }
  }

  trackPaused(stream: number, atMs: number): void {
    this.#journal.note({ type: 'trackPaused', stream, atMs })
    this.#setPaused(stream, true)
    const video = this.#videos.get(stream)
    if (video) video.isPaused = true
  }

  trackResumed(stream: number, atMs: number): void {
    this.#journal.note({ type: 'trackResumed', stream, atMs })
    this.#setPaused(stream, false)
    const video = this.#videos.get(stream)
    if (!video) return
    video.isPaused = false
    video.isKeyWanted = true
    video.keyAskedAtMs = Number.NEGATIVE_INFINITY
    this.#askKeyFrames()
  }

  trackEnded(stream: number, atMs: number): void {
    this.#noteDropped(stream, atMs)
    this.#journal.note({ type: 'trackEnded', stream, atMs })
    this.#videos.delete(stream)
    this.#tracks.delete(stream)
    this.#bounds.end(stream)
    this.#cut.delete(stream)
  }

  gap(stream: number, atMs: number, packets: number): void {
    this.#journal.note({ type: 'gap', stream, atMs, packets })
    this.#options.metrics.droppedPackets.inc(packets)
    const video = this.#videos.get(stream)
    if (video) video.isKeyWanted = true
  }

  ended(error: Error | null): void {
    if (!this.#closing) this.#options.onMediaLost(error)
  }

  #setPaused(stream: number, isPaused: boolean): void {
    const note = this.#tracks.get(stream)
    if (note) this.#tracks.set(stream, { ...note, isPaused })
  }

  #tick(): void {
    this.#noteClock()
    this.#noteAgain()
    this.#countDrops()
    this.#askKeyFrames()
  }

  #askKeyFrames(): void {
    const nowMs = performance.now()
    for (const [stream, video] of this.#videos) {
      const age = nowMs - video.keyAskedAtMs
      if (video.isPaused || !this.#capture) continue
      if (age < keyFrameEveryMs && !(video.isKeyWanted && age >= keyFrameAfterLossMs)) continue
      video.keyAskedAtMs = nowMs
      video.isKeyWanted = false
      this.#capture.requestKeyFrame(stream)
    }
  }

  #noteAgain(): void {
    const nowMs = performance.now()
    if (nowMs < this.#noteAgainAtMs) return
    this.#noteAgainAtMs = nowMs + noteAgainMs.every
    const tracks = [...this.#tracks.values()]
    this.#journal.note({ type: 'again', segment: this.#segment, names: this.#names, tracks })
  }

  /** The media node's clock may be another machine's: the least difference is the offset and the way here. */
  #noteClock(): void {
    if (!Number.isFinite(this.#clockOffsetMs) || this.#notedOffsetMs - this.#clockOffsetMs < 0.5) return
    this.#notedOffsetMs = this.#clockOffsetMs
    this.#journal.note({ type: 'clock', offsetMs: this.#clockOffsetMs })
  }

  #countDrops(): void {
    this.#options.metrics.droppedPackets.inc(this.#journal.droppedPackets - this.#countedDrops)
    this.#countedDrops = this.#journal.droppedPackets
  }
}
