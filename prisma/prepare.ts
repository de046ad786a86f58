import { escapeIdentifier, type Pool } from 'pg'
import type { Log } from '#contract/log.ts'
import { openDatabase } from './client.ts'
import { prepareJobs } from './jobs.ts'
import { migrate, migrationsDir, migrationsMissing } from './migrate.ts'
import { translatingErrors } from './storage.ts'

/** The running platform adds to these, and changes nothing in them. */
const appendOnly = ['audit_entry', 'setting_change'].join(', ')
const bookkeeping = '_prisma_migrations'
/** One at a time: PostgreSQL refuses two who make one schema, or change the rights of one table, at once. */
const preparingLock = 72707373

/** Who may do what in the database. */
export interface DatabaseRoles {
  /** Of the role that owns the tables; null: `url`'s own does, or everything is there already. */
  ownerUrl: string | null
  /** As the platform runs. */
  url: string
}

/**
 * Brings the database up to date as its owner, and gives the role that the platform runs as what it needs: reading and
 * writing the tables' rows, adding to the audit log and to the settings, nothing else. Any number of processes may call
 * it at once.
 * @param dir where the migrations are
 * @throws Error when the database is behind this program and no owner is named; AppError storage_unavailable
 */
export async function prepareDatabase(
  { ownerUrl, url }: DatabaseRoles,
  log: Log,
  dir: string = migrationsDir,
): Promise<void> {
  const database = await openDatabase(ownerUrl ?? url, { log, poolSize: 3 })
  try {
    if (ownerUrl === null && !(await mayAlter(database.pool))) {
      const missing = await migrationsMissing(database.pool, dir)
      if (missing.length === 0) return
      throw new Error(
        `The database lacks ${missing.join(', ')}, and this role may not change it: run npm run db:prepare with DATABASE_OWNER_URL`,
      )
    }
    await migrate(database.pool, dir)
    const role = roleOf(url)
    await oneAtATime(database.pool, async () => {
      await prepareJobs(database)
      if (ownerUrl !== null && role !== roleOf(ownerUrl)) await grantTo(database.pool, role)
    })
  } finally {
    await database.close()
  }
}

/** Whether the role of a pool may change what the audit log has. @throws AppError storage_unavailable */
export async function mayTamper(pool: Pool): Promise<boolean> {
  const { rows } = await translatingErrors(() =>
    pool.query<{ may: boolean }>(
      `SELECT pg_has_role(relowner, 'USAGE') OR has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') AS may
       FROM pg_class WHERE oid = 'audit_entry'::regclass`,
    ),
  )
  return rows[0]?.may ?? true
}

/** Whoever owns what is there, or finds nothing yet. */
async function mayAlter(pool: Pool): Promise<boolean> {
  const { rows } = await translatingErrors(() =>
    pool.query<{ may: boolean }>(
      `SELECT pg_has_role(relowner, 'USAGE') AS may FROM pg_class WHERE oid = to_regclass('${bookkeeping}')`,
    ),
  )
  return rows[0]?.may ?? true
}

function roleOf(url: string): string {
  return decodeURIComponent(new URL(url.replace('@/', '@socket/')).username)
}

async function oneAtATime(pool: Pool, work: () => Promise<void>): Promise<void> {
  const client = await translatingErrors(() => pool.connect())
  try {
    await translatingErrors(() => client.query('SET statement_timeout = 0'))
    const config = { text: `SELECT pg_advisory_lock(${preparingLock})`, query_timeout: 2 ** 31 - 1 }
    await translatingErrors(() => client.query(config))
    await work()
  } finally {
    client.release(true) // and the lock with it
  }
}

async function grantTo(pool: Pool, name: string): Promise<void> {
  const role = escapeIdentifier(name)
  await translatingErrors(async () => {
    const { rows } = await pool.query<{ database: string }>('SELECT current_database() AS database')
    const database = escapeIdentifier(rows[0]?.database ?? '')
    await pool.query(`
      BEGIN;
      REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC;
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT CONNECT ON DATABASE ${database} TO ${role};
      GRANT USAGE ON SCHEMA public, jobs TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, jobs TO ${role};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, jobs TO ${role};
      REVOKE UPDATE, DELETE ON ${appendOnly} FROM ${role};
      REVOKE INSERT, UPDATE, DELETE ON ${bookkeeping} FROM ${role};
      COMMIT`)
  })
}
