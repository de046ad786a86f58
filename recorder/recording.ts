import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import { wallClockMs } from '#contract/wallClock.ts'
import type { MediaTicket } from '#contract/media.ts'
import type { ByteLimits } from './byteBounds.ts'
import type { JournalTiming } from './journal.ts'
import type { Names } from './journalFormat.ts'
import type { RecorderMetrics } from './metrics.ts'
import { Segment } from './segment.ts'
import { isNoSpace, type RecordingStorage } from './storage.ts'

/** Why a capture ended by itself. */
export type CaptureFailure = Extract<ErrorCode, 'disk_full' | 'media_unavailable' | 'internal'>

export interface LiveRecordingOptions {
  recordingId: RecordingId
  meetingId: MeetingId
  storage: RecordingStorage
  metrics: RecorderMetrics
  log: Log
  /** Capture ends when less than this is free. */
  reserveBytes: number
  /** How long a lost media room may take to come back as a further segment. */
  mediaGraceMs: number
  timing?: JournalTiming
  limits?: ByteLimits
  /** Told once, after the journals are closed; never after `stop`. */
  onFailed: (code: CaptureFailure) => void
}

/**
 * The capturing half of a recording on this node. The states of a recording, as the database knows them:
 *
 *     starting ──start──▶ recording ──stop──▶ composing ──▶ ready
 *         │                │   ▲   ▲             │  ▲
 *         │ no media       │   │   └─start (room │  └──retry──┐
 *         ▼                │   │      lost, new  ▼            │
 *       failed ◀─disk full─┘   │      segment)  failed ───────┘
 *           └────start (room)──┘
 *
 * A media room that stays lost ends in composing: what was captured is worth having. After a crash or an orderly end the
 * recorder finds recording and composing in the database: what was recording may go on in a further segment, as long as
 * whoever runs the call asks for it; then it goes on with composing.
 */
export class LiveRecording {
  readonly recordingId: RecordingId
  readonly meetingId: MeetingId
  readonly #options: LiveRecordingOptions
  readonly #log: Log
  readonly #diskTimer: NodeJS.Timeout
  #names: Names = {}
  #segment: Segment | null = null
  #graceTimer: NodeJS.Timeout | undefined
  #turn: Promise<void> = Promise.resolve()
  #isOver = false
  #hasCaptured = false

  constructor(options: LiveRecordingOptions) {
    this.#options = options
    this.recordingId = options.recordingId
    this.meetingId = options.meetingId
    this.#log = options.log.child({ recordingId: options.recordingId })
    this.#diskTimer = setInterval(() => detach(this.#log, 'diskCheckFailed', this.#checkDisk()), 5_000)
  }

  /**
   * Opens the first segment, or a further one; an earlier one is closed.
   * @throws AppError disk_full, media_unavailable, recording_unavailable, invalid_state when it is over
   */
  start(ticket: MediaTicket, names: Names): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isOver) throw new AppError('invalid_state', 'the recording is over')
      clearTimeout(this.#graceTimer)
      Object.assign(this.#names, names)
      await this.#segment?.close('replaced')
      this.#segment = null
      try {
        await this.#open(ticket)
      } catch (error) {
        // What was captured before is waiting for the room to come back once more.
        if (this.#hasCaptured) this.#waitForMedia(error)
        throw error
      }
    })
  }

  async #open(ticket: MediaTicket): Promise<void> {
    await this.#requireRoom()
    const folder = await this.#options.storage.workFolder(this.meetingId, this.recordingId)
    try {
      this.#segment = await Segment.open({
        folder,
        number: await nextSegmentNumber(folder),
        recordingId: this.recordingId,
        meetingId: this.meetingId,
        names: this.#names,
        ticket,
        metrics: this.#options.metrics,
        timing: this.#options.timing,
        limits: this.#options.limits ?? {},
        formerBytes: await bytesOf(folder),
        onDiskError: (error) => this.#fail(isNoSpace(error) ? 'disk_full' : 'internal', error),
        onMediaLost: (error) => this.#onMediaLost(error),
        onTrackCut: (stream) => this.#log.warn('trackCut', { stream }),
      })
    } catch (error) {
      throw isNoSpace(error) ? new AppError('disk_full', 'no room for a journal', { cause: error }) : error
    }
    this.#hasCaptured = true
    this.#log.info('segmentStarted', { path: this.#segment.path.split('/').at(-1) })
  }

  /** Whether packets can come. */
  get isCapturing(): boolean {
    return !this.#isOver && this.#segment?.isOpen === true
  }

  addNames(names: Names): void {
    Object.assign(this.#names, names)
    this.#segment?.addNames(names)
  }

  /** Ends the capture; resolves when the journal is safe on disk. Idempotent, does not throw. */
  stop(reason: string): Promise<void> {
    this.#isOver = true
    clearInterval(this.#diskTimer)
    clearTimeout(this.#graceTimer)
    return this.#inTurn(async () => {
      await this.#segment?.close(reason)
      this.#segment = null
    })
  }

  #onMediaLost(error: Error | null): void {
    if (this.#isOver) return
    this.#log.warn('mediaLost', { error: error?.message ?? 'closed' })
    detach(this.#log, 'segmentCloseFailed', this.#segment?.close('mediaLost') ?? Promise.resolve())
    this.#waitForMedia(error)
  }

  #waitForMedia(cause: unknown): void {
    clearTimeout(this.#graceTimer)
    if (this.#isOver) return
    this.#graceTimer = setTimeout(() => this.#fail('media_unavailable', cause), this.#options.mediaGraceMs)
  }

  async #checkDisk(): Promise<void> {
    if (this.#isOver) return
    const free = await this.#options.storage.freeBytes()
    if (free < this.#options.reserveBytes) this.#fail('disk_full', new Error(`${free} bytes are free`))
  }

  async #requireRoom(): Promise<void> {
    const free = await this.#options.storage.freeBytes()
    if (free < this.#options.reserveBytes) throw new AppError('disk_full', `${free} bytes are free`)
  }

  #fail(code: CaptureFailure, cause: unknown): void {
    if (this.#isOver) return
    this.#log.error('captureFailed', { code, error: String(cause), atMs: Math.round(wallClockMs()) })
    detach(
      this.#log,
      'captureFailureNotTold',
      this.stop(code).then(() => this.#options.onFailed(code)),
    )
  }

  /** One change at a time: a start and a stop that cross must not leave a segment open. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** The journals of a recording, in the order in which they were written. */
export async function journalsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => /^segment-\d+\.journal$/.test(name)).toSorted()
}

async function bytesOf(folder: string): Promise<number> {
  const sizes = (await journalsIn(folder)).map(async (name) => (await stat(join(folder, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function nextSegmentNumber(folder: string): Promise<number> {
  const last = (await journalsIn(folder)).at(-1)
  return last ? Number(last.replace(/\D/g, '')) + 1 : 1
}
