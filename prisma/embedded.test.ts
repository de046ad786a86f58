import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { openDatabase } from './client.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'

// Each test makes, kills and starts real servers, which write through to a disk that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let dataDir: string
let running: EmbeddedPostgres[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-embedded-'))
  await chmod(dataDir, 0o755)
})
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
  await rm(dataDir, { recursive: true, force: true })
})

async function start(dir = dataDir): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: dir, log: silentLog })
  running.push(server)
  return server
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const database = await openDatabase(url)
  try {
    return (await database.pool.query(sql)).rows
  } finally {
    await database.close()
  }
}

/** Dead processes that nobody collected yet do not count. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  return existsSync(file) && !/\) Z/.test(readFileSync(file, 'utf8'))
}

/** A Node of its own that starts the server and waits. */
async function startElsewhere(): Promise<{ child: ChildProcess; pid: number }> {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded.ts'))}
    const quiet = () => undefined
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], log })
    console.log(server.pid)
    setInterval(quiet, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return { child, pid: Number(String(line)) }
}

test('what was stored is there after a stop and a start, in Vietnamese order', async () => {
  const first = await start()
  await query(
    first.ownerUrl,
    "CREATE TABLE t AS SELECT unnest(ARRAY['Đống Đa', 'Xuân', 'Ánh', 'Ba Đình', 'an']) AS name",
  )
  await first.stop()
  expect(isRunning(first.pid)).toBe(false)
  const second = await start()
  expect(await query(second.ownerUrl, 'SELECT name FROM t ORDER BY name')).toEqual(
    ['an', 'Ánh', 'Ba Đình', 'Đống Đa', 'Xuân'].map((name) => ({ name })),
  )
  const settings = await query(
    second.ownerUrl,
    "SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses",
  )
  expect(settings).toEqual([{ fsync: 'on', addresses: '' }])
})

test('a server that outlived a killed Node is taken over, with its data', async () => {
  const { child, pid } = await startElsewhere()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const server = await start()
  expect(server.pid).toBe(pid)
  expect(await query(server.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
  expect(isRunning(pid)).toBe(false)
})

test('a killed server comes up again with what was committed', async () => {
  const first = await start()
  await query(first.ownerUrl, 'CREATE TABLE t AS SELECT 7 AS seven')
  process.kill(first.pid, 'SIGKILL')
  await first.stop()
  const second = await start()
  expect(await query(second.ownerUrl, 'SELECT seven FROM t')).toEqual([{ seven: 7 }])
})

test('a server that dies while its platform lives is started again, at the same address, wherever that is', async () => {
  const deep = path.join(dataDir, 'x'.repeat(60), 'y'.repeat(60))
  await mkdir(deep, { recursive: true })
  for (const dir of [dataDir, deep]) {
    const server = await start(dir)
    await query(server.ownerUrl, 'CREATE TABLE t AS SELECT 7 AS seven')
    const killed = server.pid
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(
      async () => expect(await query(server.ownerUrl, 'SELECT seven FROM t')).toEqual([{ seven: 7 }]),
      { timeout: 20_000 },
    )
    // the server answers a moment before its keeper has heard of it
    await vi.waitFor(() => expect(server.pid).not.toBe(killed), { timeout: 10_000 })
    const last = server.pid
    await server.stop()
    expect(isRunning(last)).toBe(false)
  }
})

test('a second platform on the same folder is refused and told why', async () => {
  const { child, pid } = await startElsewhere()
  await expect(start()).rejects.toThrow(new RegExp(`DATA_DIR .* is in use by process ${child.pid}`))
  expect(isRunning(pid)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await start()
})

test('a long path and a folder that nobody else may enter do not matter', async () => {
  await chmod(dataDir, 0o700)
  const deep = path.join(dataDir, 'x'.repeat(60), 'y'.repeat(60))
  await mkdir(deep, { recursive: true })
  const before = await readdir(os.tmpdir())
  const server = await start(deep)
  expect(await query(server.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  const socketDir = new URL(server.ownerUrl.replace('@/', '@socket/')).searchParams.get('host') ?? ''
  expect(path.join(socketDir, '.s.PGSQL.5432').length).toBeLessThanOrEqual(107)
  expect((await stat(socketDir)).mode & 0o077).toBe(0)
  await server.stop()
  await vi.waitFor(async () =>
    expect(
      (await readdir(os.tmpdir())).filter((n) => /^diem-cau-\w{6}$/.test(n) && !before.includes(n)),
    ).toEqual([]),
  )
})

test('an interrupted initdb is begun again', async () => {
  await mkdir(path.join(dataDir, 'postgres.new/base'), { recursive: true })
  const server = await start()
  expect(await query(server.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})
