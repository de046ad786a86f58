import { join } from 'node:path'
import type { z } from 'zod'
import type { Bus } from '#contract/bus.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { RecordingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { recorderRequests, type RecorderEvent, type RecorderHold } from '#contract/recorder.ts'
import {
  claimRecording,
  findRecording,
  unfinishedRecordings,
  type Composition,
  type RecordingRow,
} from '#db/recordings.ts'
import type { Database } from '#db/client.ts'
import type { Jobs } from '#db/jobs.ts'
import { wallClockMs } from '#contract/wallClock.ts'
import { canRunFfmpeg } from './composition/ffmpeg.ts'
import { CompositionQueue, type Job } from './compositionQueue.ts'
import type { ByteLimits } from './byteBounds.ts'
import type { JournalTiming } from './journal.ts'
import type { RecorderMetrics } from './metrics.ts'
import { journalsIn, LiveRecording, type CaptureFailure } from './recording.ts'
import { StateWriter } from './stateWriter.ts'
import type { RecordingStorage } from './storage.ts'

type Payload<M extends keyof typeof recorderRequests> = z.infer<(typeof recorderRequests)[M]>

export interface RecorderParts {
  nodeId: string
  bus: Bus
  database: Database
  jobs: Jobs
  storage: RecordingStorage
  ffmpeg: string
  log: Log
  metrics: RecorderMetrics
  config: {
    reserveBytes: number
    mediaGraceMs: number
    keepJournals: boolean
    timeZone: string
    recoverEveryMs: number
    timing: JournalTiming | undefined
    limits: ByteLimits
  }
}

/** A node that shows no sign of life for this long has left its recordings to others. */
const nodeDeadMs = 15_000
/** A row that no recorder ever took is failed after this. */
const orphanMs = 120_000
/** How often is tried whether there is an ffmpeg, and how often while there is none. */
const ffmpegEveryMs = { found: 60_000, missing: 2_000 } as const

/** All recordings of one node: those that are written and those that are composed. */
export class Recorder {
  readonly #parts: RecorderParts
  readonly #log: Log
  readonly #states: StateWriter
  readonly #queue: CompositionQueue
  readonly #live = new Map<RecordingId, LiveRecording>()
  /** The last request for what does not capture yet. */
  readonly #asked = new Map<RecordingId, Payload<'start'>>()
  /** When what is not captured here was last found or asked for; by the monotonic clock. */
  readonly #wantedAtMs = new Map<RecordingId, number>()
  #timer: NodeJS.Timeout | undefined
  #hasRoom = true
  #hasFfmpeg = true
  #ffmpegAtMs = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(parts: RecorderParts) {
    this.#parts = parts
    this.#log = parts.log
    this.#states = new StateWriter(parts.database, parts.nodeId, parts.log)
    this.#queue = new CompositionQueue({
      nodeId: parts.nodeId,
      database: parts.database,
      jobs: parts.jobs,
      storage: parts.storage,
      ffmpeg: parts.ffmpeg,
      reserveBytes: parts.config.reserveBytes,
      keepJournals: parts.config.keepJournals,
      timeZone: parts.config.timeZone,
      log: parts.log,
      metrics: parts.metrics,
      onReady: (job) => this.#publish({ type: 'recordingReady', ...job }),
      onFailed: (job, code, composition) => this.#fail(job, code, composition),
    })
  }

  /** Takes up what was left, and looks again from time to time. @throws AppError storage_unavailable, disk_full */
  async begin(): Promise<void> {
    await this.#queue.start()
    await this.#lookAround()
    this.#timer = setInterval(
      () => detach(this.#log, 'recorderLookAroundFailed', this.#lookAround()),
      this.#parts.config.recoverEveryMs,
    )
  }

  load(): number {
    return this.#live.size + this.#queue.size / 2
  }

  /** Whether a recording could begin, and be composed. */
  isReady(): boolean {
    return this.#hasRoom && this.#hasFfmpeg
  }

  /** One request from the bus. @throws AppError bad_request and what the request says */
  async answer(method: string, payload: unknown): Promise<RecorderHold | Record<string, never>> {
    switch (method) {
      case 'start':
        await this.#start(parse('start', payload))
        return {}
      case 'holds':
        return this.#holds(parse('holds', payload))
      case 'names': {
        const { recordingId, names } = parse('names', payload)
        this.#live.get(recordingId)?.addNames(names)
        return {}
      }
      case 'stop':
        await this.#stop(parse('stop', payload))
        return {}
      case 'compose':
        await this.#composeAgain(parse('compose', payload))
        return {}
      default:
        throw new AppError('bad_request', `unknown method ${method}`)
    }
  }

  /** Journals first; the next start, or another recorder, goes on with what is captured. Idempotent through the server. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    const live = [...this.#live.values()]
    this.#live.clear()
    const closedQueue = this.#queue.close()
    await Promise.all(
      live.map(async (recording) => {
        const { recordingId, meetingId } = recording
        await recording.stop('nodeClosing')
        this.#publish({ type: 'recordingFailed', recordingId, meetingId, code: 'node_closing' })
      }),
    )
    await closedQueue
    await this.#states.close()
    this.#countLive()
  }

  #holds({ recordingId }: Payload<'holds'>): RecorderHold {
    const recording = this.#live.get(recordingId)
    if (recording) return { isCapturing: recording.isCapturing }
    this.#waitOn(recordingId)
    throw new AppError('not_found', 'not recorded here')
  }

  async #start(request: Payload<'start'>): Promise<void> {
    const { recordingId, meetingId, ticket, names, isFurther } = request
    if (this.#isClosed) throw new AppError('node_closing', 'the recorder closes')
    const going = this.#live.get(recordingId)
    if (going) {
      await going.start(ticket, names)
      // It captures: a database that is slow to hear of it must not look like a recorder that does not answer.
      detach(this.#log, 'stateNotStored', this.#tellRecording(recordingId))
      return
    }
    await this.#prepare(request)
    const recording = new LiveRecording({
      recordingId,
      meetingId,
      storage: this.#parts.storage,
      metrics: this.#parts.metrics,
      log: this.#log,
      reserveBytes: this.#parts.config.reserveBytes,
      mediaGraceMs: this.#parts.config.mediaGraceMs,
      timing: this.#parts.config.timing,
      limits: this.#parts.config.limits,
      onFailed: (code) => this.#onCaptureFailed({ recordingId, meetingId }, code),
    })
    this.#live.set(recordingId, recording)
    this.#countLive()
    try {
      await recording.start(ticket, names)
    } catch (error) {
      this.#live.delete(recordingId)
      this.#countLive()
      await recording.stop('notStarted')
      const code = error instanceof AppError ? error.code : 'internal'
      this.#parts.metrics.failed.inc({ code })
      // What was captured before stays what it is.
      if (!isFurther) await this.#states.set(recordingId, { state: 'failed', failureCode: code })
      throw error
    }
    this.#wantedAtMs.delete(recordingId)
    await this.#tellRecording(recordingId)
  }

  /**
   * Sees to it that a capture can begin. While the database is slow the same may be asked again: the last ticket is the
   * one that counts.
   * @throws AppError not_found, invalid_state; timeout when it was asked again; node_closing
   */
  async #prepare(request: Payload<'start'>): Promise<void> {
    const { recordingId, meetingId, isFurther } = request
    this.#waitOn(recordingId)
    this.#asked.set(recordingId, request)
    let isLast = false
    try {
      if (isFurther && !(await this.#hasJournals({ id: recordingId, meetingId }))) {
        throw new AppError('not_found', 'what was captured of it is not here')
      }
      await this.#requireOpen(recordingId)
      // After a crash its composition may have begun already: it goes on instead.
      await this.#queue.cancel(recordingId).catch(waiting(this.#log, 'compositionNotCancelled'))
    } finally {
      isLast = this.#asked.get(recordingId) === request
      if (isLast) this.#asked.delete(recordingId)
    }
    if (!isLast) throw new AppError('timeout', 'it was asked for again')
    if (this.#isClosed) throw new AppError('node_closing', 'the recorder closes')
  }

  async #tellRecording(recordingId: RecordingId): Promise<void> {
    const { nodeId } = this.#parts
    await this.#states.set(recordingId, { state: 'recording', nodeId, failureCode: '', progressPercent: 0 })
  }

  /**
   * One that failed may go on: nothing of it was composed. A database that does not answer does not stand in the way.
   * @throws AppError invalid_state
   */
  async #requireOpen(recordingId: RecordingId): Promise<void> {
    try {
      const row = await findRecording(this.#parts.database, recordingId)
      if (row && ['ready', 'deleting', 'deleted'].includes(row.state)) {
        throw new AppError('invalid_state', `the recording is ${row.state}`)
      }
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
    }
  }

  async #stop({ recordingId }: Payload<'stop'>): Promise<void> {
    const recording = this.#live.get(recordingId)
    if (!recording) {
      if (this.#queue.has(recordingId)) return
      const row = await findRecording(this.#parts.database, recordingId)
      if (!row || row.state === 'starting') throw new AppError('not_found', 'not recorded here')
      // It was waited for whether it goes on: it does not.
      if (row.state === 'recording' && (await this.#hasJournals(row))) {
        await this.#toComposing({ recordingId, meetingId: row.meetingId })
      }
      return
    }
    this.#live.delete(recordingId)
    this.#countLive()
    await recording.stop('stopped')
    await this.#toComposing(recording)
  }

  async #toComposing({ recordingId, meetingId }: Job): Promise<void> {
    await this.#states.set(recordingId, {
      state: 'composing',
      stoppedAtMs: Math.round(wallClockMs()),
      progressPercent: 0,
    })
    // Without a database the next look around finds the row and hands it in.
    await this.#queue.add({ recordingId, meetingId }).catch(waiting(this.#log, 'compositionNotQueued'))
  }

  async #composeAgain({ recordingId, meetingId }: Payload<'compose'>): Promise<void> {
    const row = await findRecording(this.#parts.database, recordingId)
    if (!row || row.meetingId !== meetingId) throw new AppError('not_found', 'no such recording')
    if (row.state === 'composing' && row.nodeId === this.#parts.nodeId) return
    if (row.state !== 'failed') throw new AppError('invalid_state', `the recording is ${row.state}`)
    if (!(await this.#hasJournals(row))) throw new AppError('not_found', 'its journals are not here')
    if ((await this.#parts.storage.freeBytes()) < this.#parts.config.reserveBytes) {
      throw new AppError('disk_full', 'no room to compose')
    }
    await this.#states.set(recordingId, {
      state: 'composing',
      failureCode: '',
      progressPercent: 0,
      nodeId: this.#parts.nodeId,
    })
    await this.#queue.add({ recordingId, meetingId })
  }

  #onCaptureFailed(job: Job, code: CaptureFailure): void {
    this.#live.delete(job.recordingId)
    this.#countLive()
    if (code !== 'media_unavailable') {
      detach(this.#log, 'stopTimeNotStored', this.#states.set(job.recordingId, { stoppedAtMs: Date.now() }))
      detach(this.#log, 'failureNotStored', this.#fail(job, code))
      return
    }
    this.#parts.metrics.failed.inc({ code })
    this.#publish({ type: 'recordingFailed', ...job, code })
    detach(this.#log, 'compositionNotBegun', this.#toComposing(job))
  }

  async #fail({ recordingId, meetingId }: Job, code: ErrorCode, composition?: Composition): Promise<void> {
    this.#parts.metrics.failed.inc({ code })
    await this.#states.set(recordingId, { state: 'failed', failureCode: code }, composition)
    this.#publish({ type: 'recordingFailed', recordingId, meetingId, code })
  }

  async #lookForFfmpeg(): Promise<void> {
    const everyMs = this.#hasFfmpeg ? ffmpegEveryMs.found : ffmpegEveryMs.missing
    if (performance.now() - this.#ffmpegAtMs < everyMs) return
    this.#ffmpegAtMs = performance.now()
    const found = await canRunFfmpeg(this.#parts.ffmpeg)
    if (found === false && this.#hasFfmpeg) this.#log.error('ffmpegMissing', { path: this.#parts.ffmpeg })
    if (found !== null) this.#hasFfmpeg = found
  }

  async #lookAround(): Promise<void> {
    if (this.#isClosed) return
    try {
      await this.#lookForFfmpeg()
      this.#hasRoom = (await this.#parts.storage.freeBytes()) >= this.#parts.config.reserveBytes
      const { database, nodeId } = this.#parts
      const rows = await unfinishedRecordings(database, nodeId, Date.now() - nodeDeadMs)
      // Whose node lives after all is waited for anew, should that be lost.
      for (const id of this.#wantedAtMs.keys()) {
        if (!rows.some((row) => row.id === id)) this.#wantedAtMs.delete(id)
      }
      for (const row of rows) await this.#takeUp(row)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
      this.#log.warn('recoveryWaits', { code: error.code })
    }
  }

  /**
   * What a crash or an orderly end left: who runs the call is given time to go on with it, then it is composed; where
   * there are no journals, nothing was recorded.
   */
  async #takeUp(row: RecordingRow): Promise<void> {
    if (this.#isClosed || this.#live.has(row.id) || this.#queue.has(row.id)) return
    const isOwn = row.nodeId === this.#parts.nodeId
    if (await this.#hasJournals(row)) {
      const job = { recordingId: row.id, meetingId: row.meetingId }
      if (isOwn && row.state === 'composing') return this.#queue.add(job)
      if (row.state !== 'composing' && this.#mayGoOn(row.id)) return
      if (!(await claimRecording(this.#parts.database, row.id, row.nodeId, this.#parts.nodeId))) return
      if (this.#live.has(row.id)) return
      this.#log.info('recordingTakenUp', { recordingId: row.id, state: row.state })
      await this.#states.set(row.id, { state: 'composing', stoppedAtMs: row.stoppedAtMs ?? Date.now() })
      await this.#queue.add(job)
    } else if ((isOwn || row.nodeId === '') && Date.now() - row.startedAtMs > orphanMs) {
      await this.#fail({ recordingId: row.id, meetingId: row.meetingId }, 'recording_unavailable')
    }
  }

  /** Whoever runs the call asks for what is not captured here: it is not composed yet. */
  #waitOn(recordingId: RecordingId): void {
    if (this.#wantedAtMs.has(recordingId)) this.#wantedAtMs.set(recordingId, performance.now())
  }

  #mayGoOn(recordingId: RecordingId): boolean {
    const nowMs = performance.now()
    const wantedAtMs = this.#wantedAtMs.get(recordingId) ?? nowMs
    this.#wantedAtMs.set(recordingId, wantedAtMs)
    return nowMs - wantedAtMs < this.#parts.config.mediaGraceMs
  }

  async #hasJournals(row: Pick<RecordingRow, 'id' | 'meetingId'>): Promise<boolean> {
    return (await journalsIn(join(this.#parts.storage.workRoot, row.meetingId, row.id))).length > 0
  }

  #publish(event: RecorderEvent): void {
    this.#parts.bus.publish('recorder:events', event)
  }

  #countLive(): void {
    this.#parts.metrics.active.set(this.#live.size)
  }
}

/** A database that does not answer stands in the way of nothing: it is told, and looked at again later. */
function waiting(log: Log, event: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
    log.warn(event, { code: error.code })
  }
}

function parse<M extends keyof typeof recorderRequests>(method: M, payload: unknown): Payload<M> {
  const parsed = recorderRequests[method].safeParse(payload)
  if (!parsed.success) throw new AppError('bad_request', `malformed ${method}`, { cause: parsed.error })
  return parsed.data as Payload<M> // the schema of the same method parsed it
}
