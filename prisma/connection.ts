import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool } from 'pg'
import { PrismaClient } from './generated/client.ts'
import { translatingErrors } from './storage.ts'

/** Prisma's client on a pool; its errors are ours. */
export function connect(pool: Pool) {
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
