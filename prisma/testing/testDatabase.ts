import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { link, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { AuditKeys } from '../auditKeys.ts'
import { type Database, openDatabase } from '../client.ts'
import { ensureServer, socketUrl, stopServer } from '../embeddedServer.ts'
import { migrate, migrationsDir } from '../migrate.ts'

/** A migrated, empty database of a test's own. */
export interface TestDatabase {
  url: string
  database: Database
  /** Closes and drops it. */
  drop(): Promise<void>
}

/** Chains the audit logs of every test. */
export const testAuditKeys = new AuditKeys(['only-for-tests-only-for-tests-only-for-tests'])

/** One folder per checkout and account: runs at the same time share its server. */
const folder = path.join(
  os.tmpdir(),
  `diem-cau-tests-${process.getuid?.() ?? 0}-${createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 12)}`,
)
const holdersDir = path.join(folder, 'holders')
const pidFile = path.join(folder, 'server.pid')
const templateLock = 72707370

/**
 * A database for a test file, copied from a migrated template. On the server that TEST_DATABASE_URL names (an address
 * whose account may create databases), else on an embedded server that all test processes of this checkout share and
 * the last of them ends. The one reader of that variable: tests have no `deploy/config.ts`.
 */
export async function startTestDatabase(options: { isMigrated?: boolean } = {}): Promise<TestDatabase> {
  const external = process.env['TEST_DATABASE_URL']
  const urlOf = external ? (name: string) => withDatabase(external, name) : await holdServer()
  const adminUrl = external ?? urlOf('postgres')
  const name = `dc_test_${randomBytes(8).toString('hex')}`
  await withClient(adminUrl, async (admin) => {
    if (options.isMigrated === false) {
      await admin.query(`CREATE DATABASE ${name}`)
      return
    }
    const template = await ensureTemplate(admin, urlOf)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  })
  const url = urlOf(name)
  const database = await openDatabase(url, { poolSize: 5, auditKeys: testAuditKeys })
  return {
    url,
    database,
    drop: async () => {
      await database.close()
      await withClient(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

/**
 * Ends the shared embedded server when no test process needs it any more, this process's own workers not counted;
 * for vitest's `globalSetup`, whose teardown comes before its workers end.
 */
export async function releaseTestServer(): Promise<void> {
  await locked(async () => {
    rmSync(path.join(holdersDir, String(process.pid)), { force: true })
    const needed = livingHolders().filter((pid) => readPid(path.join(holdersDir, pid)) !== process.pid)
    if (needed.length > 0) return
    rmSync(holdersDir, { recursive: true, force: true }) // of processes that were killed
    const pid = readPid()
    if (pid !== null) await stopServer(path.join(folder, 'postgres'), pid)
    rmSync(pidFile, { force: true })
  })
}

let held: Promise<(name: string) => string> | undefined

/** Starts or joins the shared server; once per process. */
function holdServer(): Promise<(name: string) => string> {
  held ??= locked(async () => {
    mkdirSync(holdersDir, { recursive: true })
    const isFirst = livingHolders().length === 0
    writeFileSync(path.join(holdersDir, String(process.pid)), String(process.ppid))
    // Nothing here outlives a run: speed before safety.
    const server = await ensureServer(folder, {
      settings: [
        ...['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off'],
        ...['max_connections=200', 'wal_level=minimal', 'max_wal_senders=0'],
      ],
    })
    writeFileSync(pidFile, String(server.pid))
    process.once('exit', endIfLast)
    if (isFirst) await withClient(socketUrl(server.socketDir, 'postgres'), dropLeftOver)
    return (name: string) => socketUrl(server.socketDir, name)
  })
  return held
}

/** What tests left that were killed. */
async function dropLeftOver(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'dc\\_test\\_%'",
  )
  for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`)
}

/** At a process's end nothing can be awaited: a signal has to do. */
function endIfLast(): void {
  rmSync(path.join(holdersDir, String(process.pid)), { force: true })
  const pid = readPid()
  if (livingHolders().length === 0 && pid !== null && isAlive(pid)) process.kill(pid, 'SIGINT')
}

async function ensureTemplate(admin: Client, urlOf: (name: string) => string): Promise<string> {
  const hash = createHash('sha256')
  for (const entry of (await readdir(migrationsDir)).sort()) {
    hash.update(entry)
    const file = path.join(migrationsDir, entry, 'migration.sql')
    if (entry !== 'migration_lock.toml') hash.update(readFileSync(file))
  }
  const template = `dc_template_${hash.digest('hex').slice(0, 16)}`
  const isThere = async (): Promise<boolean> =>
    (await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])).rowCount === 1
  if (await isThere()) return template
  await admin.query(`SELECT pg_advisory_lock(${templateLock})`)
  try {
    if (await isThere()) return template
    const draft = `${template}_draft`
    await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${draft}`)
    const database = await openDatabase(urlOf(draft), { poolSize: 1 })
    await migrate(database.pool)
    await database.close()
    await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
    return template
  } finally {
    await admin.query(`SELECT pg_advisory_unlock(${templateLock})`)
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const at = new URL(url)
  at.pathname = `/${name}`
  return at.href
}

/** Between processes: a hard link either succeeds or not; a dead holder's lock is taken. */
async function locked<T>(work: () => Promise<T>): Promise<T> {
  const lockFile = path.join(folder, 'lock')
  const mine = `${lockFile}.${process.pid}`
  await mkdir(folder, { recursive: true, mode: 0o711 })
  await writeFile(mine, String(process.pid))
  const giveUpAtMs = Date.now() + 120_000
  for (;;) {
    try {
      await link(mine, lockFile)
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = readPid(lockFile)
    if (holder !== null && !isAlive(holder)) await rm(lockFile, { force: true })
    if (Date.now() > giveUpAtMs) throw new Error(`${lockFile} is held by ${holder}`)
    await delay(20)
  }
  try {
    return await work()
  } finally {
    await rm(lockFile, { force: true })
    await rm(mine, { force: true })
  }
}

function livingHolders(): string[] {
  try {
    return readdirSync(holdersDir).filter((pid) => isAlive(Number(pid)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function readPid(file: string = pidFile): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
