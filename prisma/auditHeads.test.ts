import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Log } from '#contract/log.ts'
import { AuditHeads, auditHeadsFolder, keptAuditHeads } from './auditHeads.ts'
import { headText, keyAudit, proveAudit } from './auditProof.ts'
import { AuditKeys } from './auditKeys.ts'
import { type Database, openDatabase } from './client.ts'
import { startTestDatabase, testAuditKeys, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
let dataDir: string
let close: (() => Promise<void>)[]
beforeAll(async () => {
  db = await startTestDatabase()
  await db.database.pool.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
})
afterAll(() => db.drop())
beforeEach(async () => {
  close = []
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'diem-cau-heads-'))
  await db.database.prisma.auditEntry.deleteMany()
})
afterEach(async () => {
  for (const one of close.toReversed()) await one()
  await rm(dataDir, { recursive: true, force: true })
})

const fact = (subject: string) => ({ actorId: 'somebody', action: 'thing.tested', subject })
const keptFile = () => path.join(dataDir, auditHeadsFolder, 'node')

/** A process of the platform: what it stores it follows. */
async function start(): Promise<{ database: Database; heads: AuditHeads; told: string[] }> {
  const told: string[] = []
  const tell = (event: string): void => void told.push(event)
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell, child: () => log }
  let heads: AuditHeads | null = null
  const database = await openDatabase(db.url, {
    poolSize: 3,
    auditKeys: testAuditKeys,
    onAudited: (rows) => heads?.follow(rows),
  })
  heads = await AuditHeads.open({ dataDir, name: 'node', database, log })
  close.push(
    () => database.close(),
    () => heads.close(),
  )
  await keyAudit(database)
  return { database, heads, told }
}

/** As anybody can who has the database: entries as releases without keys made them. */
async function forge(): Promise<void> {
  await db.database.prisma.auditEntry.deleteMany()
  await db.database.pool.query(
    `INSERT INTO audit_entry (at, actor_id, action, subject, prev_hash, hash)
     SELECT t.at, 'x', 'y.done', 'z', repeat('0', 64), encode(sha256(convert_to(
       '["' || repeat('0', 64) || '","2026-01-01T00:00:00.000Z","x","y.done","z",[]]', 'UTF8')), 'hex')
     FROM (SELECT timestamptz '2026-01-01T00:00:00Z' AS at) t`,
  )
}

it('has the first entry with a key and the last, and is whole with the log it was kept of', async () => {
  const { database, heads } = await start()
  for (const subject of ['a', 'b', 'c']) await database.audit.record(fact(subject))
  await heads.close()
  const rows = await database.prisma.auditEntry.findMany({ orderBy: { id: 'asc' } })
  expect(await readFile(keptFile(), 'utf8')).toBe(
    [rows[0], rows[3]].map((row) => `${row ? headText(row) : ''}\n`).join(''),
  )
  expect(await proveAudit(database, await keptAuditHeads(dataDir))).toMatchObject({ count: 4, broken: null })
})

it('finds a log that was written anew without a key, which the next start then keys', async () => {
  const first = await start()
  await first.database.audit.record(fact('a'))
  await first.heads.close()
  await forge()
  const { database, told } = await start()
  await database.audit.record(fact('b'))
  expect((await proveAudit(database)).broken).toBeNull()
  expect(told).toEqual(['auditBroken'])
  expect((await proveAudit(database, await keptAuditHeads(dataDir))).broken?.why).toBe('lost')
})

it('finds a log that was cut off under the running platform, whatever is added after it', async () => {
  const { database, heads, told } = await start()
  for (const subject of ['a', 'b']) await database.audit.record(fact(subject))
  await heads.close()
  await database.prisma.auditEntry.deleteMany({ where: { subject: 'b' } })
  for (const subject of ['c', 'd']) await database.audit.record(fact(subject))
  await heads.close()
  expect((await proveAudit(database)).broken).toBeNull()
  expect(told).toEqual(['auditBroken'])
  expect((await proveAudit(database, await keptAuditHeads(dataDir))).broken?.why).toBe('lost')
})

it('moves on while entries are stored, is whole after kill -9, and is refused when it says nothing', async () => {
  const script = `
    import { openDatabase } from ${JSON.stringify(path.join(import.meta.dirname, 'client.ts'))}
    import { AuditHeads } from ${JSON.stringify(path.join(import.meta.dirname, 'auditHeads.ts'))}
    import { AuditKeys } from ${JSON.stringify(path.join(import.meta.dirname, 'auditKeys.ts'))}
    const quiet = () => undefined
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
    let heads = null
    const database = await openDatabase(process.argv[1], {
      auditKeys: new AuditKeys(['only-for-tests-only-for-tests-only-for-tests']), onAudited: (rows) => heads?.follow(rows) })
    heads = await AuditHeads.open({ dataDir: process.argv[2], name: 'node', database, log })
    for (let n = 0; ; n++) {
      await database.audit.record({ actorId: 'somebody', action: 'thing.tested', subject: String(n) })
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, db.url, dataDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  // Thrice: how far it is behind is the disk's to say.
  for (let moves = 0, lastId = 0n; moves < 3;) {
    const [, last] = await keptAuditHeads(dataDir)
    if (last && last.id > lastId) [moves, lastId] = [moves + 1, last.id]
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  const kept = await keptAuditHeads(dataDir)
  expect(await proveAudit(db.database, kept)).toMatchObject({ broken: null })
  await writeFile(keptFile(), 'half')
  await expect(keptAuditHeads(dataDir)).rejects.toThrow(/damaged/)
})

it('of nodes that start at once on an empty log, each with a key of its own, one is let go on', async () => {
  const secrets = ['first-secret-of-some-thirty-odd-letters', 'second-secret-of-some-thirty-odd-letters']
  const nodes = await Promise.all(
    secrets.map((secret) => openDatabase(db.url, { poolSize: 2, auditKeys: new AuditKeys([secret]) })),
  )
  close.push(...nodes.map((node) => () => node.close()))
  const keyed = await Promise.all(nodes.map(keyAudit))
  expect(keyed.toSorted()).toEqual([false, true])
  expect(await db.database.prisma.auditEntry.count()).toBe(1)
  const both = await openDatabase(db.url, { poolSize: 2, auditKeys: new AuditKeys(secrets) })
  close.push(() => both.close())
  expect(await keyAudit(both)).toBe(true)
})
