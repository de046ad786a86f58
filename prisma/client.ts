import { Pool } from 'pg'
import { type Log, silentLog } from '#contract/log.ts'
import { connect, type Prisma, type PrismaTx } from './connection.ts'
import { AuditJournal, type AuditRow, withAudit } from './audit.ts'
import type { AuditKeys } from './auditKeys.ts'
import { translatingErrors } from './storage.ts'

export type { Prisma, PrismaTx }

/** One database of the platform: one pool, shared by Prisma and by plain SQL. */
export interface Database {
  prisma: Prisma
  /** For what Prisma cannot say (advisory locks, leases); wrap its calls in `translatingErrors`. */
  pool: Pool
  /** For what is logged without a transaction of its own. */
  audit: AuditJournal
  /** Null where nothing is written that the audit log would tell. */
  auditKeys: AuditKeys | null
  /**
   * Runs `work` in one transaction: all of it or nothing. Never await the network or a person inside, and use
   * only the client that is handed in.
   * @param options.timeoutMs after which it is rolled back (default 15,000)
   * @throws AppError storage_unavailable, disk_full
   */
  transact<T>(work: (tx: PrismaTx) => Promise<T> | T, options?: { timeoutMs?: number }): Promise<T>
  /** One round trip. @throws AppError storage_unavailable */
  ping(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens a PostgreSQL database, embedded or external alike; nothing is contacted before the first query.
 * @param options.poolSize connections at most (default 10)
 * @param options.onAudited told of what the audit log has, after the commit
 */
export async function openDatabase(
  url: string,
  options: {
    log?: Log
    poolSize?: number
    auditKeys?: AuditKeys
    onAudited?: (rows: readonly AuditRow[]) => void
  } = {},
): Promise<Database> {
  const log = options.log ?? silentLog
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 20_000,
    query_timeout: 25_000,
    keepAlive: true,
    application_name: 'diem-cau',
  })
  pool.on('error', (error: Error & { code?: string }) =>
    log.warn('databaseConnectionLost', { code: error.code ?? error.message }),
  )
  const prisma = connect(pool)
  let closing: Promise<void> | undefined
  const auditKeys = options.auditKeys ?? null
  const transact: Database['transact'] = async (work, { timeoutMs } = {}) => {
    const { result, rows } = await translatingErrors(() =>
      prisma.$transaction(
        (tx) => withAudit(tx, auditKeys, work),
        timeoutMs === undefined ? {} : { timeout: timeoutMs },
      ),
    )
    if (rows.length > 0) options.onAudited?.(rows)
    return result
  }
  return {
    prisma,
    pool,
    audit: new AuditJournal({ transact }),
    auditKeys,
    transact,
    ping: async () => {
      await translatingErrors(() => pool.query('SELECT 1'))
    },
    close: () => {
      closing ??= prisma.$disconnect().then(() => pool.end())
      return closing
    },
  }
}
