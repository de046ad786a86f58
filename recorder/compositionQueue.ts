import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MeetingId, RecordingId } from '#contract/ids.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import { RecordingFaults } from '#contract/recorder.ts'
import type { JobKind, JobRun, Jobs } from '#db/jobs.ts'
import {
  beginComposition,
  changeRecording,
  meetingOfRecording,
  type Composition,
  type RecordingChange,
} from '#db/recordings.ts'
import type { Database } from '#db/client.ts'
import { composeApart } from './composition/composeApart.ts'
import { journalsIn } from './recording.ts'
import type { RecorderMetrics } from './metrics.ts'
import { composedName, isComposedName, isNoSpace, type RecordingStorage } from './storage.ts'

export interface CompositionQueueOptions {
  nodeId: string
  database: Database
  jobs: Jobs
  storage: RecordingStorage
  ffmpeg: string
  reserveBytes: number
  keepJournals: boolean
  timeZone: string
  log: Log
  metrics: RecorderMetrics
  onReady: (recording: Job) => void
  /** Awaited: until the failure is stored the recording counts as being composed, so that nobody takes it up. */
  onFailed: (recording: Job, code: ErrorCode, composition: Composition) => Promise<void>
}

const Job = z.object({ recordingId: RecordingId, meetingId: MeetingId })
/** A recording to be composed. */
export type Job = z.infer<typeof Job>

/**
 * One job a recording, in the lane of the disk that holds its journals: whoever has the disk composes, in this process
 * or, after a crash, in the next.
 */
const composeRecording: JobKind<Job> = {
  name: 'recording.compose',
  schema: Job,
  retryCount: 10,
  retrySeconds: 2,
  longestSeconds: 23 * 3600,
}

/** What died, hung or failed is tried so often in all; what waits for the database, more often. */
const mostTries = 3
/** Between reports of progress to the database. */
const reportEveryMs = 1_500
/** What composing needs beside the journals: tracks, scenes, samples, the result. */
const roomFactor = 2.5

/** Somebody else composes the recording meanwhile, or it is captured again: what was made here is void. */
class Overtaken extends Error {}

/**
 * Composes recordings one after the other, so that a node that also carries a meeting is not overrun. Waiting, trying
 * again and outliving a crash are the queue's. A composition that others took for dead and that goes on changes nothing:
 * each has a number of its own, in the recording's row, in its folder and in the name of its file, and whoever begins
 * raises it (`beginComposition`).
 */
export class CompositionQueue {
  readonly #options: CompositionQueueOptions
  #lane = ''
  #stopWorking: (() => Promise<void>) | null = null
  #composingId: RecordingId | null = null

  constructor(options: CompositionQueueOptions) {
    this.#options = options
  }

  /** Begins to compose what waits on this disk. @throws AppError storage_unavailable, disk_full */
  async start(): Promise<void> {
    const { jobs, storage } = this.#options
    this.#lane = await storage.diskId()
    this.#stopWorking = await jobs.work(composeRecording, (job, run) => this.#run(job, run), {
      lane: this.#lane,
    })
  }

  /** How many are composed now. */
  get size(): number {
    return this.#composingId === null ? 0 : 1
  }

  has(recordingId: RecordingId): boolean {
    return this.#composingId === recordingId
  }

  /** Composes when it is its turn; once, however often it is asked. @throws AppError storage_unavailable */
  async add(job: Job): Promise<void> {
    await this.#options.jobs.send(composeRecording, job.recordingId, job, { lane: this.#lane })
  }

  /**
   * Gives a composition up (the recording goes on); resolves when nothing of it runs any more.
   * @throws AppError storage_unavailable when it may still be waiting in the queue
   */
  cancel(recordingId: RecordingId): Promise<void> {
    return this.#options.jobs.cancel(composeRecording, recordingId, { lane: this.#lane })
  }

  /** Leaves all to the next start. Idempotent. */
  async close(): Promise<void> {
    await this.#stopWorking?.()
  }

  async #run(job: Job, { signal, attempt, isLast }: JobRun): Promise<void> {
    const log = this.#options.log.child({ recordingId: job.recordingId })
    const startedAtMs = performance.now()
    this.#composingId = job.recordingId
    this.#options.metrics.composing.set(1)
    let composition: Awaited<ReturnType<typeof beginComposition>> = null
    try {
      composition = await beginComposition(this.#options.database, job.recordingId, this.#options.nodeId)
      if (!composition) return // done before a crash, or being captured again
      if (isLast) throw new AppError('internal', 'it was begun too often')
      signal.throwIfAborted()
      await this.#compose(job, composition, signal, log)
      log.info('recordingReady', { tookMs: Math.round(performance.now() - startedAtMs) })
      this.#options.onReady(job)
    } catch (error) {
      if (error instanceof Overtaken) return log.warn('compositionOvertaken')
      // A database that is away for a while costs time, not the recording.
      const isAway = error instanceof AppError && error.code === 'storage_unavailable'
      const isGoodAgain = isAway ? !isLast : !(error instanceof AppError) && attempt + 1 < mostTries
      if (signal.aborted || isGoodAgain || !composition) throw error
      const code = error instanceof AppError ? error.code : isNoSpace(error) ? 'disk_full' : 'internal'
      log.error('compositionFailed', { code, error: error instanceof Error ? error.stack : String(error) })
      await this.#options.onFailed(job, code, composition)
    } finally {
      this.#composingId = null
      this.#options.metrics.composing.set(0)
    }
  }

  async #compose(
    job: Job,
    composition: Composition & { stoppedAtMs: number | null },
    signal: AbortSignal,
    log: Log,
  ): Promise<void> {
    const { database, storage } = this.#options
    /** @throws Overtaken */
    const change = async (what: RecordingChange): Promise<void> => {
      if (!(await changeRecording(database, job.recordingId, what, composition))) throw new Overtaken()
    }
    const folder = await storage.workFolder(job.meetingId, job.recordingId)
    const journals = (await journalsIn(folder)).map((name) => join(folder, name))
    if (journals.length === 0) throw new AppError('recording_unavailable', 'nothing was captured')
    // What an earlier composition left, or still writes: it is void.
    const former = (await readdir(folder)).filter((name) => composingFolder.test(name))
    for (const name of former) await rm(join(folder, name), { recursive: true, force: true })
    const composing = join(folder, `composing-${composition.number}`)
    let journalBytes = 0
    for (const path of journals) journalBytes += (await stat(path)).size
    if ((await storage.freeBytes()) < this.#options.reserveBytes + roomFactor * journalBytes) {
      throw new AppError('disk_full', 'no room to compose')
    }
    const report = this.#reporter(change, log)
    const meeting = await meetingOfRecording(database, job.meetingId)
    await mkdir(composing, { recursive: true })
    const fileName = composedName(composition.number)
    const fileKey = `${job.meetingId}/${job.recordingId}/${fileName}`
    let composed: Awaited<ReturnType<typeof composeApart>>
    try {
      composed = await composeApart({
        ffmpeg: this.#options.ffmpeg,
        journals,
        folder: composing,
        header: { title: meeting?.title ?? '', body: meeting?.unitName ?? '' },
        stoppedAtMs: earlier(composition.stoppedAtMs, meeting?.endedAtMs ?? null),
        timeZone: this.#options.timeZone,
        signal,
        onProgress: report.tell,
      })
      await report.told
      await storage.put(fileKey, composed.path)
    } catch (error) {
      // Whoever takes over removes what it stands on.
      if (!signal.aborted) await change({ state: 'composing' })
      throw error
    } finally {
      // Before anybody is told that it is ready: a crash in between composes anew, from journals that are still there.
      await rm(composing, { recursive: true, force: true })
    }
    for (const { participantId, source, reason, detail } of composed.faults) {
      log.warn('trackLeftOut', { participantId, source, reason, detail: detail.slice(0, 500) })
    }
    if (composed.hasNetwork) log.warn('composedWithNetwork')
    log.info('recordingComposed', {
      ...composed.counts,
      gaps: composed.gaps.length,
      durationMs: composed.durationMs,
      sizeBytes: composed.sizeBytes,
    })
    try {
      await change({
        state: 'ready',
        failureCode: '',
        progressPercent: 100,
        readyAtMs: Date.now(),
        fileKey,
        sizeBytes: composed.sizeBytes,
        durationMs: Math.round(composed.durationMs),
        faults: RecordingFaults.parse(composed.faults),
        gaps: composed.gaps,
      })
    } catch (error) {
      if (error instanceof Overtaken) await storage.delete(fileKey)
      throw error
    }
    await removeOthers(folder, fileName)
    // What could not be shown, or read, is in the journals alone: they stay.
    const isDamaged = composed.faults.length > 0 || composed.counts.damagedBatches > 0
    if (this.#options.keepJournals || isDamaged) return
    for (const path of journals) await rm(path)
  }

  #reporter(
    change: (what: RecordingChange) => Promise<void>,
    log: Log,
  ): { tell: (percent: number) => void; told: Promise<void> } {
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
            await change({ progressPercent })
          } catch (error) {
            log.warn('progressNotStored', { error: String(error) })
          }
        })
      },
    }
    return report
  }
}

/** One that was taken up days after a crash has lost no more than its meeting. */
function earlier(stoppedAtMs: number | null, endedAtMs: number | null): number | null {
  return stoppedAtMs === null || endedAtMs === null ? stoppedAtMs : Math.min(stoppedAtMs, endedAtMs)
}

/** A composition's, while it goes on. */
const composingFolder = /^composing(-\d+)?$/

/** Files of compositions that ended before they were the recording's. */
async function removeOthers(folder: string, fileName: string): Promise<void> {
  const files = (await readdir(folder)).filter(isComposedName)
  for (const name of files) if (name !== fileName) await rm(join(folder, name), { force: true })
}
