import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Pool, QueryResult, QueryResultRow } from 'pg'
import { translatingErrors } from './storage.ts'

/** The advisory lock that `prisma migrate deploy` takes. */
const lockKey = 72707369

/** The bookkeeping table of `prisma migrate deploy`, so that the two agree. */
const bookkeeping = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

/** Where this repository keeps its migrations. */
export const migrationsDir = path.join(import.meta.dirname, 'migrations')

/**
 * Applies every migration of `dir` once, in order, each in a transaction with its row. Any number of processes may
 * start at once: one applies, the others wait.
 * @returns the names that were applied by this call
 * @throws AppError storage_unavailable; Error when a migration fails, was edited, or the database is newer
 */
export async function migrate(pool: Pool, dir: string = migrationsDir): Promise<string[]> {
  const migrations = await readMigrations(dir)
  return translatingErrors(async () => {
    const client = await pool.connect()
    // No time limit: a migration takes as long as it takes, and so does waiting for another process.
    const query = <R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>> => {
      const config = { text, values, query_timeout: 2 ** 31 - 1 }
      return client.query<R>(config)
    }
    let isClean = false
    try {
      await query('SET statement_timeout = 0')
      await query(`SELECT pg_advisory_lock(${lockKey})`)
      await query(bookkeeping)
      const applied = await applyMissing(query, migrations)
      await query(`SELECT pg_advisory_unlock(${lockKey})`)
      await query('RESET statement_timeout')
      isClean = true
      return applied
    } finally {
      client.release(!isClean) // a failed session is dropped, and its transaction and lock with it
    }
  })
}

/** The migrations of `dir` that a database lacks; for who may not add them. @throws AppError storage_unavailable */
export async function migrationsMissing(pool: Pool, dir: string = migrationsDir): Promise<string[]> {
  const migrations = await readMigrations(dir)
  const { rows } = await translatingErrors(() =>
    pool.query<{ migration_name: string }>(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    ),
  )
  const done = new Set(rows.map((row) => row.migration_name))
  return migrations.map(({ name }) => name).filter((name) => !done.has(name))
}

interface Migration {
  name: string
  sql: string
  checksum: string
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(dir, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

type Query = <R extends QueryResultRow>(text: string, values?: unknown[]) => Promise<QueryResult<R>>

async function applyMissing(query: Query, migrations: Migration[]): Promise<string[]> {
  const { rows } = await query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  )
  const names = new Set(migrations.map((migration) => migration.name))
  for (const row of rows) {
    if (!row.finished_at) throw new Error(`Migration ${row.migration_name} failed earlier`)
    if (!names.has(row.migration_name)) {
      throw new Error(`The database is newer than this program: it has ${row.migration_name}`)
    }
  }
  const done = new Map(rows.map((row) => [row.migration_name, row.checksum]))
  const applied: string[] = []
  for (const { name, sql, checksum } of migrations) {
    const before = done.get(name)
    if (before === checksum) continue
    if (before !== undefined) throw new Error(`Migration ${name} was edited after it was applied`)
    try {
      await query('BEGIN')
      await query(sql)
      await query(
        `INSERT INTO _prisma_migrations
           (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
         VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
        [randomUUID(), checksum, name],
      )
      await query('COMMIT')
    } catch (cause) {
      throw new Error(`Migration ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      })
    }
    applied.push(name)
  }
  return applied
}
