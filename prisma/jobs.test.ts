import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { type Log, silentLog } from '#contract/log.ts'
import { openDatabase } from './client.ts'
import { ensureServer, socketUrl, stopServer } from './embeddedServer.ts'
import { type JobKind, Jobs, type JobsOptions } from './jobs.ts'
import { migrate } from './migrate.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

const kind: JobKind<{ id: number }> = {
  name: 'thing.made',
  schema: z.object({ id: z.number() }),
  retryCount: 2,
  retrySeconds: 1,
  pollSeconds: 0.5,
}

let db: TestDatabase
let nodes: Jobs[]
beforeEach(async () => {
  db = await startTestDatabase()
  nodes = []
})
afterEach(async () => {
  await Promise.all(nodes.map((jobs) => jobs.close()))
  await db.drop()
})

async function start(options: Partial<JobsOptions> = {}): Promise<Jobs> {
  const jobs = await Jobs.start({ database: db.database, log: silentLog, superviseSeconds: 1, ...options })
  nodes.push(jobs)
  return jobs
}

const soon = { timeout: 10_000, interval: 50 }

describe('a job', () => {
  it('is done with what was handed in; while it waits or is done, none of its key is added', async () => {
    const jobs = await start()
    const going = Promise.withResolvers<void>()
    const seen: unknown[] = []
    expect(await jobs.send(kind, 'a', { id: 1 })).toBe(true)
    expect(await jobs.send(kind, 'a', { id: 2 })).toBe(false)
    await jobs.work(kind, async (payload) => {
      seen.push(payload)
      await going.promise
    })
    await vi.waitFor(() => expect(seen).toEqual([{ id: 1 }]), soon)
    expect(await jobs.send(kind, 'a', { id: 3 })).toBe(false)
    expect(await jobs.send(kind, 'b', { id: 4 })).toBe(true)
    going.resolve()
    await vi.waitFor(() => expect(seen).toEqual([{ id: 1 }, { id: 4 }]), soon)
    await vi.waitFor(async () => expect(await jobs.send(kind, 'a', { id: 5 })).toBe(true), soon)
    await vi.waitFor(() => expect(seen).toHaveLength(3), soon)
  })

  it('that fails is tried again, then given up; log and queue know its ids and the code only', async () => {
    const lines: [string, string, unknown][] = []
    const note = (level: string) => (event: string, fields?: Record<string, unknown>) =>
      void lines.push([level, event, fields])
    const log: Log = { ...silentLog, warn: note('warn'), error: note('error') }
    const metrics = new Registry()
    const jobs = await start({ log, metrics })
    const attempts: { attempt: number; isLast: boolean }[] = []
    await jobs.work(kind, async ({ id }, { attempt, isLast }) => {
      attempts.push({ attempt, isLast })
      throw new AppError('disk_full', `no room for Nguyễn Văn An ${id}`)
    })
    await jobs.send(kind, 'a', { id: 123456 })
    await vi.waitFor(() => expect(lines.at(-1)?.[1]).toBe('jobFailed'), soon)
    expect(attempts).toEqual([
      { attempt: 0, isLast: false },
      { attempt: 1, isLast: false },
      { attempt: 2, isLast: true },
    ])
    const ids = { job: 'thing.made', jobId: expect.any(String), key: 'a' }
    expect(lines).toEqual([
      ['warn', 'jobWillBeRetried', { ...ids, attempt: 0, code: 'disk_full' }],
      ['warn', 'jobWillBeRetried', { ...ids, attempt: 1, code: 'disk_full' }],
      ['error', 'jobFailed', { ...ids, attempt: 2, code: 'disk_full' }],
    ])
    const { rows } = await db.database.pool.query<{ text: string }>('SELECT job::text AS text FROM jobs.job')
    expect(rows.filter(({ text }) => text.includes('Nguyễn'))).toEqual([])
    expect(await metrics.metrics()).toContain('diemcau_jobs_total{job="thing.made",outcome="failed"} 1')
    await vi.waitFor(
      async () =>
        expect(await metrics.metrics()).toContain('diemcau_jobs_queued{job="thing.made",state="failed"} 1'),
      soon,
    )
  })

  it('of a lane is done by who works that lane', async () => {
    const [here, there] = [await start(), await start()]
    const done: string[] = []
    await here.work(kind, async ({ id }) => void done.push(`here ${id}`), { lane: 'disk-a' })
    await there.work(kind, async ({ id }) => void done.push(`there ${id}`), { lane: 'disk-b' })
    for (const id of [1, 2, 3]) await here.send(kind, String(id), { id }, { lane: 'disk-b' })
    await here.send(kind, '4', { id: 4 }, { lane: 'disk-a' })
    await vi.waitFor(() => expect(done.toSorted()).toEqual(['here 4', 'there 1', 'there 2', 'there 3']), soon)
  })

  it('waits for its time', async () => {
    const jobs = await start()
    const done: number[] = []
    await jobs.work(kind, async ({ id }) => void done.push(id))
    const startAfterMs = Date.now() + 2_000
    await jobs.send(kind, 'later', { id: 1 }, { startAfterMs })
    await jobs.send(kind, 'now', { id: 2 })
    await vi.waitFor(() => expect(done).toEqual([2, 1]), soon)
    expect(Date.now()).toBeGreaterThanOrEqual(startAfterMs)
  })

  it('handed in within a transaction is there when that is committed, and only then', async () => {
    const jobs = await start()
    const done: number[] = []
    await jobs.work(kind, async ({ id }) => void done.push(id))
    const failing = db.database.transact(async (tx) => {
      await jobs.send(kind, 'a', { id: 1 }, { tx })
      throw new AppError('conflict')
    })
    await expect(failing).rejects.toMatchObject({ code: 'conflict' })
    await db.database.transact(async (tx) => void (await jobs.send(kind, 'b', { id: 2 }, { tx })))
    await vi.waitFor(() => expect(done).toEqual([2]), soon)
  })

  it('that is taken back is not begun, and is told to stop where it is done', async () => {
    const jobs = await start()
    const begun: number[] = []
    const stopped = vi.fn()
    await jobs.work(kind, async ({ id }, { signal }) => {
      begun.push(id)
      await once(signal, 'abort')
      stopped(signal.reason)
      signal.throwIfAborted()
    })
    await jobs.send(kind, 'a', { id: 1 })
    await vi.waitFor(() => expect(begun).toEqual([1]), soon)
    await jobs.send(kind, 'b', { id: 2 }, { startAfterMs: Date.now() + 1_000 })
    await jobs.cancel(kind, 'b')
    await jobs.cancel(kind, 'a')
    expect(stopped).toHaveBeenCalledTimes(1)
    await new Promise((resolve) => setTimeout(resolve, 2_500)) // its time, and that of a retry
    expect(begun).toEqual([1])
  })
})

describe('a process', () => {
  it('that closes tells its job to stop, and another goes on with it', async () => {
    const [first, second] = [await start(), await start()]
    const begun = Promise.withResolvers<void>()
    await first.work(kind, async (_payload, { signal }) => {
      begun.resolve()
      await once(signal, 'abort')
      signal.throwIfAborted()
    })
    await first.send(kind, 'a', { id: 1 })
    await begun.promise
    const done = vi.fn()
    await second.work(kind, async ({ id }, { attempt }) => void done(id, attempt))
    await first.close()
    await vi.waitFor(() => expect(done).toHaveBeenCalledWith(1, 1), soon)
  })

  it('that closes waits for a job that is nearly done', async () => {
    const jobs = await start()
    const begun = Promise.withResolvers<void>()
    const done = vi.fn()
    await jobs.work(kind, async () => {
      begun.resolve()
      await new Promise((resolve) => setTimeout(resolve, 500))
      done()
    })
    await jobs.send(kind, 'a', { id: 1 })
    await begun.promise
    await jobs.close()
    expect(done).toHaveBeenCalledTimes(1)
    const { rows } = await db.database.pool.query("SELECT state FROM jobs.job WHERE name = 'thing.made'")
    expect(rows).toEqual([{ state: 'completed' }])
  })

  it('that is killed in the middle of a job leaves it to another, which does it once', async () => {
    const child = await startElsewhere(db.url)
    const jobs = await start({ aliveSeconds: 10 })
    await jobs.send(kind, 'a', { id: 7 })
    await once(child.stdout ?? child, 'data') // it began
    const done = vi.fn()
    await jobs.work(kind, async ({ id }, { attempt }) => void done(id, attempt))
    child.kill('SIGKILL')
    await once(child, 'exit')
    await vi.waitFor(() => expect(done).toHaveBeenCalledWith(7, 1), { timeout: 40_000, interval: 200 })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(done).toHaveBeenCalledTimes(1)
  }, 60_000)

  it('is one of many, and what repeats is done by one of them', async () => {
    const often: JobKind<object> = {
      ...kind,
      name: 'often.done',
      schema: z.object({}),
      schedule: '* * * * * *',
    }
    const minutes: number[] = []
    for (const jobs of [await start(), await start(), await start()]) {
      await jobs.work(often, async () => void minutes.push(Math.floor(Date.now() / 60_000)))
    }
    await vi.waitFor(() => expect(minutes.length).toBeGreaterThan(0), soon)
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    // Every second is due, and what is due is handed in once a minute at most, however many look.
    expect(minutes).toEqual([...new Set(minutes)])
  }, 30_000)
})

it('a database that goes and comes back delays a job', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-jobs-'))
  let server = await ensureServer(folder, { settings: ['fsync=off'] })
  const database = await openDatabase(socketUrl(server.socketDir, 'postgres'), { poolSize: 5 })
  try {
    await migrate(database.pool)
    const jobs = await start({ database })
    const done: number[] = []
    await jobs.work(kind, async ({ id }) => void done.push(id))
    await jobs.send(kind, 'a', { id: 1 })
    await vi.waitFor(() => expect(done).toEqual([1]), soon)
    await jobs.send(kind, 'b', { id: 2 }, { startAfterMs: Date.now() + 3_000 })
    await stopServer(server.cluster, server.pid)
    await expect(jobs.send(kind, 'c', { id: 3 })).rejects.toMatchObject({ code: 'storage_unavailable' })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    server = await ensureServer(folder, { settings: ['fsync=off'] })
    await vi.waitFor(() => expect(done).toEqual([1, 2]), { timeout: 20_000, interval: 100 })
    await jobs.close()
  } finally {
    await database.close()
    await stopServer(server.cluster, server.pid)
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

/** A Node of its own that begins one job, says so and never ends it. */
async function startElsewhere(url: string): Promise<ChildProcess> {
  const here = (file: string) => JSON.stringify(path.join(import.meta.dirname, file))
  const script = `
    import { z } from 'zod'
    import { openDatabase } from ${here('client.ts')}
    import { Jobs } from ${here('jobs.ts')}
    const quiet = () => undefined
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
    const jobs = await Jobs.start({ database: await openDatabase(process.argv[1]), log, aliveSeconds: 10 })
    const schema = z.object({ id: z.number() })
    await jobs.work({ name: 'thing.made', schema, pollSeconds: 0.5, retryCount: 2, retrySeconds: 1 }, async () => {
      console.log('begun')
      await new Promise(quiet)
    })
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, url], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}
