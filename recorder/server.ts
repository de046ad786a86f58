import type { Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import type { Log } from '#contract/log.ts'
import type { Database } from '#db/client.ts'
import type { Jobs } from '#db/jobs.ts'
import type { ByteLimits } from './byteBounds.ts'
import type { JournalTiming } from './journal.ts'
import { recorderMetrics } from './metrics.ts'
import { Recorder } from './recorder.ts'
import type { RecordingStorage } from './storage.ts'

/** What an operator may set; all have defaults. */
export interface RecorderConfig {
  /** Capture ends in good order when less is free (default 512 MiB). */
  reserveBytes?: number
  /** How long a lost media room may take to come back (default 60 s). */
  mediaGraceMs?: number
  /** Journals stay after composing (default false). */
  keepJournals?: boolean
  /** POSIX time zone of the clock in the picture (default `ICT-7`, Hanoi). */
  timeZone?: string
  timing?: JournalTiming
  limits?: ByteLimits
  /** How often unfinished recordings of this node, or of nodes that died, are looked for (default 10 s). */
  recoverEveryMs?: number
}

export interface RecorderOptions {
  nodeId: string
  bus: Bus
  database: Database
  jobs: Jobs
  storage: RecordingStorage
  /** Path of ffmpeg, with libx264, aac, libvpx, libopus and drawtext. */
  ffmpeg: string
  config?: RecorderConfig
  log: Log
  metrics: Registry
}

/** A recorder that serves its address on the bus. */
export interface RecorderServer {
  /** Captures count one, compositions a half. */
  load(): number
  /** On the bus, with room on its disk, and with an ffmpeg that runs. */
  isReady(): boolean
  /** Journals are closed and safe; composing is left to the next start. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts a recorder: takes up what a crash left, then serves `contract/recorder.ts` on `recorder:<nodeId>` and tells
 * what happens on `recorder:events`.
 */
export async function startRecorder(options: RecorderOptions): Promise<RecorderServer> {
  const { config = {} } = options
  const recorder = new Recorder({
    ...options,
    log: options.log.child({ role: 'recorder' }),
    metrics: recorderMetrics(options.metrics),
    config: {
      reserveBytes: config.reserveBytes ?? 512 * 1024 * 1024,
      mediaGraceMs: config.mediaGraceMs ?? 60_000,
      keepJournals: config.keepJournals ?? false,
      timeZone: config.timeZone ?? 'ICT-7',
      recoverEveryMs: config.recoverEveryMs ?? 10_000,
      timing: config.timing,
      limits: config.limits ?? {},
    },
  })
  await recorder.begin()
  const unserve = await options.bus.serve(`recorder:${options.nodeId}`, (method, payload) =>
    recorder.answer(method, payload),
  )
  let closing: Promise<void> | undefined
  return {
    load: () => recorder.load(),
    isReady: () => options.bus.isReady() && recorder.isReady(),
    close: () => {
      closing ??= unserve().then(() => recorder.close())
      return closing
    },
  }
}
