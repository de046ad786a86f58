import { PgBoss, type Db, type JobWithMetadata } from 'pg-boss'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import type { Database, PrismaTx } from './client.ts'
import { translatingErrors } from './storage.ts'

/**
 * A kind of work that waits or repeats. Whoever hands it in and whoever does it may be two processes; the kind is
 * declared once, beside the noun that it is about.
 */
export interface JobKind<T> {
  /** noun.verb, as in the log and the metrics. */
  name: string
  /** Ids and numbers, no texts: what is handed in is kept in the database and parsed again before it is done. */
  schema: z.ZodType<T>
  /** How often it is tried again after a failure or a crash, at growing intervals (default 5). */
  retryCount?: number
  /** The first of these intervals (default 5); at most five minutes. */
  retrySeconds?: number
  /** A handler that takes longer is taken for dead (default 900, at most 86,400). */
  longestSeconds?: number
  /** How often each process that does it looks for it (default 5). What is handed in here is done at once. */
  pollSeconds?: number
  /** A cron expression in Hanoi's time, when it repeats: some process does it then, one of them, with `{}`. */
  schedule?: string
}

/** What a handler is told beside what was handed in. */
export interface JobRun {
  /** 0 the first time, 1 after one failure or crash, … */
  attempt: number
  /** Whether a further failure is the end of it. */
  isLast: boolean
  /** Aborted when the process closes, the job is cancelled or it took too long. */
  signal: AbortSignal
}

/**
 * Does one job. It may be done twice (a crash after the work and before its end was noted), so it must look before it
 * acts. What it throws is logged; then the job waits for its next try.
 */
export type JobHandler<T> = (payload: T, run: JobRun) => Promise<void>

export interface JobsOptions {
  database: Database
  log: Log
  metrics?: Registry
  /** How often one of all processes looks for jobs of processes that died (default 15). */
  superviseSeconds?: number
  /** How long a process may be silent before its jobs go to another (default 30, at least 10). */
  aliveSeconds?: number
  /** How long `close` waits for what is being done; then it goes back to the queue (default 15,000). */
  closeTimeoutMs?: number
}

/** The schema of the queue, made and brought up to date by its library (`prepareJobs`); Prisma never looks into it. */
const schema = 'jobs'
const timeZone = 'Asia/Ho_Chi_Minh'
const longestRetrySeconds = 300
/** Between two lines of the log about a database that is away. */
const complainEveryMs = 30_000

/** Why a running job is told to stop. */
type Stop = 'closing' | 'cancelled'

interface Running {
  key: string
  abort: AbortController
  stop: Stop | null
  done: Promise<unknown>
}

/**
 * The one queue of what waits or repeats, in PostgreSQL, for all processes. A job is handed in under a key: while one
 * of its kind and key waits or is done, another is not added.
 *
 *     waiting ──▶ done by one process ──▶ completed (kept a week)
 *        ▲             │ failure, crash, close
 *        └── wait ─────┴──▶ failed, when it was tried often enough (kept a week)
 *
 * A kind can have lanes, for work that only some can do (the composing of what lies on one disk): who works a lane
 * gets what was handed in for it.
 */
export class Jobs {
  readonly #boss: PgBoss
  readonly #log: Log
  readonly #options: JobsOptions
  readonly #outcomes: Counter<'job' | 'outcome'> | null
  readonly #queues = new Map<string, Promise<void>>()
  readonly #workers = new Map<string, { id: string; running: Set<Running> }>()
  #complainedAtMs = -Infinity
  #closing: Promise<void> | undefined

  private constructor(options: JobsOptions) {
    this.#options = options
    this.#log = options.log
    this.#outcomes = options.metrics ? countOutcomes(options.metrics) : null
    this.#boss = new PgBoss({
      db: queriesOf(options.database),
      schema,
      superviseIntervalSeconds: options.superviseSeconds ?? 15,
      monitorIntervalSeconds: options.superviseSeconds ?? 15,
      cronMonitorIntervalSeconds: options.superviseSeconds ?? 15,
      registerInstance: false,
      monitorVacuum: false,
      openTelemetry: { enabled: false },
    })
    this.#boss.on('error', (error) => this.#complain(error))
    this.#boss.on('warning', ({ message }) => this.#log.warn('jobsWarning', { message }))
  }

  /** One a process. @throws AppError storage_unavailable */
  static async start(options: JobsOptions): Promise<Jobs> {
    const jobs = new Jobs(options)
    await jobs.#boss.start()
    if (options.metrics) gaugeDepth(options.metrics, jobs.#boss, jobs.#log)
    return jobs
  }

  /**
   * Hands a job in. Within a transaction it is there when that is committed, and not otherwise.
   * @param key what it is about; ids only
   * @returns whether it was added: false while one of this key waits or is done
   * @throws AppError storage_unavailable
   */
  async send<T>(
    kind: JobKind<T>,
    key: string,
    payload: T,
    options: { lane?: string; startAfterMs?: number; tx?: PrismaTx } = {},
  ): Promise<boolean> {
    const queue = queueOf(kind, options.lane)
    await this.#ensure(kind, queue)
    const id = await this.#boss.send(queue, kind.schema.parse(payload) as object, {
      singletonKey: key,
      ...(options.startAfterMs !== undefined && { startAfter: new Date(options.startAfterMs) }),
      ...(options.tx && { db: queriesIn(options.tx) }),
    })
    const worker = this.#workers.get(queue)
    if (worker && !options.tx) this.#boss.notifyWorker(worker.id)
    return id !== null
  }

  /**
   * Does jobs of a kind in this process, one after the other, until the returned function is called: then the one that
   * is being done is told to stop, waited for, and left to whoever comes next.
   * @throws AppError storage_unavailable
   */
  async work<T>(
    kind: JobKind<T>,
    handler: JobHandler<T>,
    options: { lane?: string } = {},
  ): Promise<() => Promise<void>> {
    const queue = queueOf(kind, options.lane)
    if (this.#workers.has(queue)) throw new Error(`${queue} is worked already`)
    const worker = { id: '', running: new Set<Running>() }
    this.#workers.set(queue, worker)
    await this.#ensure(kind, queue)
    await this.#boss.updateQueue(queue, this.#queueOptions(kind))
    worker.id = await this.#boss.work(
      queue,
      { includeMetadata: true, pollingIntervalSeconds: kind.pollSeconds ?? 5 },
      async ([job]: JobWithMetadata<unknown>[]) => {
        if (job) await this.#run(kind, handler, job, worker.running)
      },
    )
    if (kind.schedule) {
      await this.#boss.schedule(queue, kind.schedule, {}, { tz: timeZone, missed: 'once' })
    }
    let stopping: Promise<void> | undefined
    return () => {
      stopping ??= this.#stopWorking(queue, worker)
      return stopping
    }
  }

  /**
   * Takes a job back: it is not begun any more, and where it is being done in this process it is told to stop and
   * waited for. @throws AppError storage_unavailable
   */
  async cancel<T>(kind: JobKind<T>, key: string, options: { lane?: string } = {}): Promise<void> {
    const queue = queueOf(kind, options.lane)
    await this.#ensure(kind, queue)
    const running = [...(this.#workers.get(queue)?.running ?? [])].filter((one) => one.key === key)
    for (const one of running) stop(one, 'cancelled')
    await Promise.allSettled(running.map((one) => one.done))
    const waiting = await this.#boss.findJobs(queue, { key, queued: true })
    if (waiting.length > 0) {
      await this.#boss.cancel(
        queue,
        waiting.map((job) => job.id),
      )
    }
  }

  /** What is being done is told to stop and waited for, or goes back to the queue. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      for (const { running } of this.#workers.values()) for (const one of running) stop(one, 'closing')
      await this.#boss.stop({ graceful: true, timeout: this.#options.closeTimeoutMs ?? 15_000, close: false })
    })()
    return this.#closing
  }

  async #stopWorking(queue: string, worker: { id: string; running: Set<Running> }): Promise<void> {
    for (const one of worker.running) stop(one, 'closing')
    await this.#boss.offWork(queue, { id: worker.id, wait: true })
    this.#workers.delete(queue)
  }

  async #run<T>(
    kind: JobKind<T>,
    handler: JobHandler<T>,
    job: JobWithMetadata<unknown>,
    all: Set<Running>,
  ): Promise<void> {
    const key = job.singletonKey ?? ''
    const fields = { job: kind.name, jobId: job.id, key, attempt: job.retryCount }
    const isLast = job.retryCount >= job.retryLimit
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, job.signal])
    const running: Running = { key, abort, stop: null, done: Promise.resolve() }
    const startedAtMs = performance.now()
    try {
      if (this.#closing) throw new AppError('node_closing')
      const done = (async () => {
        await handler(kind.schema.parse(job.data), { attempt: job.retryCount, isLast, signal })
      })()
      running.done = done
      all.add(running)
      await done
      this.#outcomes?.inc({ job: kind.name, outcome: 'completed' })
      this.#log.debug('jobDone', { ...fields, tookMs: Math.round(performance.now() - startedAtMs) })
    } catch (error) {
      if (running.stop === 'cancelled') return
      const code = error instanceof AppError ? error.code : 'internal'
      if (running.stop === 'closing' || this.#closing) this.#log.info('jobReturned', fields)
      else {
        this.#outcomes?.inc({ job: kind.name, outcome: isLast ? 'failed' : 'retried' })
        const cause = code === 'internal' && error instanceof Error ? { error: error.stack } : {}
        if (isLast) this.#log.error('jobFailed', { ...fields, code, ...cause })
        else this.#log.warn('jobWillBeRetried', { ...fields, code, ...cause })
      }
      // The queue keeps what it is thrown: the code, and nothing that may name somebody.
      throw new Error(code)
    } finally {
      all.delete(running)
    }
  }

  /** Makes the queue when it is not there; once a process. */
  #ensure<T>(kind: JobKind<T>, queue: string): Promise<void> {
    let made = this.#queues.get(queue)
    if (!made) {
      made = this.#boss.createQueue(queue, { policy: 'exclusive', ...this.#queueOptions(kind) })
      this.#queues.set(queue, made)
      made.catch(() => this.#queues.delete(queue))
    }
    return made
  }

  #queueOptions<T>(kind: JobKind<T>) {
    return {
      retryLimit: kind.retryCount ?? 5,
      retryDelay: kind.retrySeconds ?? 5,
      retryBackoff: true,
      retryDelayMax: longestRetrySeconds,
      expireInSeconds: kind.longestSeconds ?? 900,
      heartbeatSeconds: this.#options.aliveSeconds ?? 30,
      retentionSeconds: 90 * 24 * 3600,
    }
  }

  #complain(error: Error): void {
    if (performance.now() - this.#complainedAtMs < complainEveryMs) return
    this.#complainedAtMs = performance.now()
    this.#log.warn('jobsWait', {
      code: error instanceof AppError ? error.code : 'internal',
      error: error.message,
    })
  }
}

/** Makes the queue's tables, or brings them up to date: as the database's owner. @throws AppError storage_unavailable */
export async function prepareJobs(database: Database): Promise<void> {
  const boss = new PgBoss({
    db: queriesOf(database),
    schema,
    supervise: false,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  await boss.start()
  await boss.stop({ close: false })
}

function stop(running: Running, why: Stop): void {
  running.stop ??= why
  running.abort.abort(new AppError(why === 'closing' ? 'node_closing' : 'invalid_state', `the job is ${why}`))
}

function queueOf<T>(kind: JobKind<T>, lane: string | undefined): string {
  return lane === undefined ? kind.name : `${kind.name}/${lane}`
}

/** The queue's statements through our pool, and their failures as ours. */
function queriesOf(database: Database): Db {
  return { executeSql: (text, values) => translatingErrors(() => database.pool.query(text, values)) }
}

/** The same within a transaction of Prisma's. */
function queriesIn(tx: PrismaTx): Db {
  return {
    executeSql: async (text, values = []) => {
      const rows: unknown = await tx.$queryRawUnsafe(text, ...values)
      return { rows: Array.isArray(rows) ? rows : [] }
    },
  }
}

function countOutcomes(registry: Registry): Counter<'job' | 'outcome'> {
  return new Counter({
    name: 'diemcau_jobs_total',
    help: 'Jobs that ended here, by kind: completed, retried (it failed and waits) or failed for good',
    labelNames: ['job', 'outcome'],
    registers: [registry],
  })
}

/** How much waits, of all processes; as old as the last look of whoever leads (15 s). */
function gaugeDepth(registry: Registry, boss: PgBoss, log: Log): void {
  const gauge = new Gauge({
    name: 'diemcau_jobs_queued',
    help: 'Jobs of all processes by kind and state: waiting, active, or failed within a week',
    labelNames: ['job', 'state'],
    registers: [registry],
    async collect() {
      const reading = boss.getQueues().then((queues) => {
        gauge.reset()
        for (const { name, queuedCount, activeCount, failedCount } of queues) {
          const [job = name] = name.split('/')
          gauge.inc({ job, state: 'waiting' }, queuedCount)
          gauge.inc({ job, state: 'active' }, activeCount)
          gauge.inc({ job, state: 'failed' }, failedCount)
        }
      })
      detach(log, 'jobsNotCounted', reading)
      await reading.catch(() => undefined) // told above; the other metrics are given all the same
    },
  })
}
