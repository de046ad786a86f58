import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import { RecordingFaults } from '#contract/recorder.ts'
import { changeRecording, meetingOfRecording } from '#db/recordings.ts'
import type { Database } from '#db/client.ts'
import { compose } from './composition/compose.ts'
import { journalsIn } from './recording.ts'
import type { RecorderMetrics } from './metrics.ts'
import { isNoSpace, type RecordingStorage } from './storage.ts'

export interface CompositionQueueOptions {
  database: Database
  storage: RecordingStorage
  ffmpeg: string
  reserveBytes: number
  keepJournals: boolean
  timeZone: string
  log: Log
  metrics: RecorderMetrics
  onReady: (recording: Job) => void
  /** Awaited: until the failure is stored the recording counts as being composed, so that nobody takes it up. */
  onFailed: (recording: Job, code: ErrorCode) => Promise<void>
}

/** A recording to be composed. */
export interface Job {
  recordingId: RecordingId
  meetingId: MeetingId
}

interface Entry extends Job {
  abort: AbortController
  done: Promise<void>
}

/** Between reports of progress to the database. */
const reportEveryMs = 1_500
/** What composing needs beside the journals: tracks, scenes, samples, the result. */
const roomFactor = 2.5
const databaseRetryMs = 5_000

/** Composes recordings one after the other, so that a node that also carries a meeting is not overrun. */
export class CompositionQueue {
  readonly #options: CompositionQueueOptions
  readonly #entries = new Map<RecordingId, Entry>()
  #turn: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: CompositionQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  has(recordingId: RecordingId): boolean {
    return this.#entries.has(recordingId)
  }

  /** Composes when it is its turn; once, however often it is asked. */
  add(job: Job): void {
    if (this.#isClosed || this.#entries.has(job.recordingId)) return
    const abort = new AbortController()
    const done = this.#turn.then(() => this.#run(job, abort.signal))
    this.#entries.set(job.recordingId, { ...job, abort, done })
    this.#turn = done
    this.#options.metrics.composing.set(this.#entries.size)
  }

  /** Gives a composition up (the recording goes on); resolves when nothing of it runs any more. */
  async cancel(recordingId: RecordingId): Promise<void> {
    const entry = this.#entries.get(recordingId)
    entry?.abort.abort(new AppError('invalid_state', 'the composition was cancelled'))
    await entry?.done
  }

  /** Gives all up; the next start takes them up again. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    const entries = [...this.#entries.values()]
    for (const entry of entries) entry.abort.abort(new AppError('node_closing', 'the recorder closes'))
    await Promise.all(entries.map((entry) => entry.done))
  }

  /** Never throws. */
  async #run(job: Job, signal: AbortSignal): Promise<void> {
    const log = this.#options.log.child({ recordingId: job.recordingId })
    const startedAtMs = performance.now()
    try {
      signal.throwIfAborted()
      await this.#composePatiently(job, signal, log)
      log.info('recordingReady', { tookMs: Math.round(performance.now() - startedAtMs) })
      this.#options.onReady(job)
    } catch (error) {
      if (signal.aborted) log.info('compositionGivenUp', { reason: String(signal.reason) })
      else {
        const code = error instanceof AppError ? error.code : isNoSpace(error) ? 'disk_full' : 'internal'
        log.error('compositionFailed', { code, error: error instanceof Error ? error.stack : String(error) })
        await this.#options.onFailed(job, code)
      }
    } finally {
      this.#entries.delete(job.recordingId)
      this.#options.metrics.composing.set(this.#entries.size)
    }
  }

  /** A database that is away for a while costs time, not the recording. */
  async #composePatiently(job: Job, signal: AbortSignal, log: Log): Promise<void> {
    for (;;) {
      try {
        return await this.#compose(job, signal, log)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
        log.warn('compositionWaits', { code: error.code })
        await delay(databaseRetryMs, undefined, { signal })
      }
    }
  }

  async #compose(job: Job, signal: AbortSignal, log: Log): Promise<void> {
    const { database, storage } = this.#options
    const folder = await storage.workFolder(job.meetingId, job.recordingId)
    const journals = (await journalsIn(folder)).map((name) => join(folder, name))
    if (journals.length === 0) throw new AppError('recording_unavailable', 'nothing was captured')
    const composing = join(folder, 'composing')
    await rm(composing, { recursive: true, force: true })
    let journalBytes = 0
    for (const path of journals) journalBytes += (await stat(path)).size
    if ((await storage.freeBytes()) < this.#options.reserveBytes + roomFactor * journalBytes) {
      throw new AppError('disk_full', 'no room to compose')
    }
    const report = this.#reporter(job, log)
    await changeRecording(database, job.recordingId, {
      state: 'composing',
      failureCode: '',
      progressPercent: 0,
      faults: [],
    })
    const meeting = await meetingOfRecording(database, job.meetingId)
    await mkdir(composing, { recursive: true })
    try {
      const composed = await compose({
        ffmpeg: this.#options.ffmpeg,
        journals,
        folder: composing,
        header: { title: meeting?.title ?? '', body: meeting?.unitName ?? '' },
        timeZone: this.#options.timeZone,
        signal,
        onProgress: report.tell,
      })
      await report.told
      const fileKey = `${job.meetingId}/${job.recordingId}/recording.mp4`
      await storage.put(fileKey, composed.path)
      for (const { participantId, source, reason, detail } of composed.faults) {
        log.warn('trackLeftOut', { participantId, source, reason, detail: detail.slice(0, 500) })
      }
      log.info('composed', {
        ...composed.counts,
        durationMs: composed.durationMs,
        sizeBytes: composed.sizeBytes,
      })
      await changeRecording(database, job.recordingId, {
        state: 'ready',
        failureCode: '',
        progressPercent: 100,
        readyAtMs: Date.now(),
        fileKey,
        sizeBytes: composed.sizeBytes,
        durationMs: Math.round(composed.durationMs),
        faults: RecordingFaults.parse(composed.faults),
      })
      // What could not be shown is in the journals alone: they stay.
      if (this.#options.keepJournals || composed.faults.length > 0) return
    } finally {
      await rm(composing, { recursive: true, force: true })
    }
    for (const path of journals) await rm(path)
  }

  #reporter(job: Job, log: Log): { tell: (percent: number) => void; told: Promise<void> } {
    let toldAtMs = 0
    let lastPercent = 0
    const report = {
      /** The last word; awaited so that it cannot overtake what comes after. */
      told: Promise.resolve(),
      tell: (percent: number): void => {
        const progressPercent = Math.min(99, Math.floor(percent))
        if (progressPercent === lastPercent || performance.now() - toldAtMs < reportEveryMs) return
        lastPercent = progressPercent
        toldAtMs = performance.now()
        report.told = report.told.then(async () => {
          try {
            await changeRecording(this.#options.database, job.recordingId, { progressPercent })
          } catch (error) {
            log.warn('progressNotStored', { error: String(error) })
          }
        })
      },
    }
    return report
  }
}
