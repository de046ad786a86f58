import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { backUpCluster } from './baseBackup.ts'
import { openDatabase, type Database } from './client.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'

// Makes and starts real servers, on a disk that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let dir: string
const closings: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-base-'))
  await chmod(dir, 0o755)
})
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close()
  await rm(dir, { recursive: true, force: true })
})

async function start(dataDir: string): Promise<{ server: EmbeddedPostgres; database: Database }> {
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog })
  closings.push(() => server.stop())
  const database = await openDatabase(server.ownerUrl)
  closings.push(() => database.close())
  return { server, database }
}

test('a copy that is made while people write has all that was committed before, and no gap in what came meanwhile', async () => {
  const { server, database } = await start(path.join(dir, 'data'))
  await database.pool.query('CREATE TABLE spoken (n int PRIMARY KEY, words text)')
  await database.pool.query(
    "INSERT INTO spoken SELECT n, repeat('lời ', 500) FROM generate_series(1, 5000) AS n",
  )
  let last = 5000
  let isWriting = true
  const writing = (async () => {
    while (isWriting) {
      await database.pool.query("INSERT INTO spoken VALUES ($1, repeat('lời ', 500))", [last + 1])
      last += 1
      if (last % 50 === 0) await database.pool.query("UPDATE spoken SET words = words || '.'")
    }
  })()
  const copy = path.join(dir, 'restored', 'postgres')
  await mkdir(path.dirname(copy))
  const committed = last
  await backUpCluster(path.join(dir, 'data'), copy)
  expect(last).toBeGreaterThan(committed)
  isWriting = false
  await writing
  const { rows: slots } = await database.pool.query('SELECT slot_name FROM pg_replication_slots')
  expect(slots).toEqual([])
  await server.stop()

  const { database: restored } = await start(path.join(dir, 'restored'))
  const { rows } = await restored.pool.query('SELECT count(*)::int AS count, max(n) AS max FROM spoken')
  expect(rows[0].count).toBe(rows[0].max)
  expect(rows[0].max).toBeGreaterThanOrEqual(committed)
})

test('a copy outlives the original: it is a database of its own', async () => {
  const { database } = await start(path.join(dir, 'data'))
  await database.pool.query('CREATE TABLE t AS SELECT 1 AS n')
  await mkdir(path.join(dir, 'restored'))
  await backUpCluster(path.join(dir, 'data'), path.join(dir, 'kept'))
  await database.pool.query('UPDATE t SET n = 2')
  await cp(path.join(dir, 'kept'), path.join(dir, 'restored/postgres'), { recursive: true })
  const { database: restored } = await start(path.join(dir, 'restored'))
  expect((await restored.pool.query('SELECT n FROM t')).rows).toEqual([{ n: 1 }])
  await restored.pool.query('UPDATE t SET n = 3')
  expect((await database.pool.query('SELECT n FROM t')).rows).toEqual([{ n: 2 }])
})

test('without a server there is nothing to copy, and it says so', async () => {
  await expect(backUpCluster(dir, path.join(dir, 'copy'))).rejects.toThrow(/No database runs on .*DATA_DIR/)
})
