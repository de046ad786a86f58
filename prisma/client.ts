import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { type Log, silentLog } from '#contract/log.ts'
import { PrismaClient } from './generated/client.ts'
import { translatingErrors } from './storage.ts'

function connect(pool: Pool) {
  const client = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 5_000, timeout: 15_000 },
  })
  return client.$extends({
    name: 'translatingErrors',
    query: { $allOperations: ({ args, query }) => translatingErrors(() => query(args)) },
  })
}

/** Prisma's client on our models; only files of prisma/ and the authentication library hold it. */
export type Prisma = ReturnType<typeof connect>

/** The client inside a transaction: what a query needs that may run in or out of one. */
export type PrismaTx = Omit<Prisma, '$connect' | '$disconnect' | '$on' | '$use' | '$transaction' | '$extends'>

/** One database of the platform: one pool, shared by Prisma and by plain SQL. */
export interface Database {
  prisma: Prisma
  /** For what Prisma cannot say (advisory locks, leases); wrap its calls in `translatingErrors`. */
  pool: Pool
  /**
   * Runs `work` in one transaction: all of it or nothing. Never await the network or a person inside, and use
   * only the client that is handed in.
   * @param options.timeoutMs after which it is rolled back (default 15,000)
   * @throws AppError storage_unavailable, disk_full
   */
  transact<T>(work: (tx: PrismaTx) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>
  /** One round trip. @throws AppError storage_unavailable */
  ping(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Opens a PostgreSQL database, embedded or external alike; nothing is contacted before the first query.
 * @param options.poolSize connections at most (default 10)
 */
export async function openDatabase(
  url: string,
  options: { log?: Log; poolSize?: number } = {},
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
  return {
    prisma,
    pool,
    transact: (work, { timeoutMs } = {}) =>
      translatingErrors(() =>
        prisma.$transaction(work, timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      ),
    ping: async () => {
      await translatingErrors(() => pool.query('SELECT 1'))
    },
    close: () => {
      closing ??= prisma.$disconnect().then(() => pool.end())
      return closing
    },
  }
}
