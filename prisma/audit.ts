import { createHash } from 'node:crypto'
import type { Database, PrismaTx } from './client.ts'

/** What is worth proving later. Ids only, no names and no secrets. */
export interface AuditFact {
  /** A user's id, a guest's participant id, or `system`. */
  actorId: string
  /** noun.verb in the past tense: `meeting.created`, `session.started`. */
  action: string
  /** The id of what it was done to. */
  subject: string
  detail?: Record<string, string | number | boolean>
}

/** One writer at a time over all nodes: the chain has one end. */
const chainLock = 72707371
const firstHash = '0'.repeat(64)

/** Adds to the log within the transaction of the act itself: both are kept or neither. */
export async function appendAudit(tx: PrismaTx, fact: AuditFact, atMs: number = Date.now()): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${chainLock})`
  const last = await tx.auditEntry.findFirst({ orderBy: { id: 'desc' }, select: { hash: true } })
  const prevHash = last?.hash ?? firstHash
  const entry = { ...fact, detail: fact.detail ?? {}, at: new Date(atMs) }
  await tx.auditEntry.create({ data: { ...entry, prevHash, hash: hashOf(prevHash, entry) } })
}

/** Walks the chain. Null when it is whole, else the id of the first row that does not fit. */
export async function findBrokenAuditEntry(database: Database): Promise<bigint | null> {
  let prevHash = firstHash
  let afterId = 0n
  for (;;) {
    const rows = await database.prisma.auditEntry.findMany({
      where: { id: { gt: afterId } },
      orderBy: { id: 'asc' },
      take: 1000,
    })
    for (const row of rows) {
      if (row.prevHash !== prevHash || row.hash !== hashOf(prevHash, row)) return row.id
      prevHash = row.hash
      afterId = row.id
    }
    if (rows.length < 1000) return null
  }
}

/** The same in words. An empty log is not whole: the act that makes the first account is in it. @throws AppError storage_unavailable */
export async function describeAudit(database: Database): Promise<{ isWhole: boolean; line: string }> {
  const count = await database.prisma.auditEntry.count()
  const broken = await findBrokenAuditEntry(database)
  if (broken !== null) return { isWhole: false, line: `The audit log is broken at entry ${broken}.` }
  if (count === 0)
    return { isWhole: false, line: 'The audit log is empty: is this the database that was meant?' }
  return { isWhole: true, line: `The audit log is whole: ${count} entries.` }
}

function hashOf(
  prevHash: string,
  entry: { actorId: string; action: string; subject: string; detail: unknown; at: Date },
): string {
  const { actorId, action, subject, detail, at } = entry
  const text = JSON.stringify([prevHash, at.toISOString(), actorId, action, subject, sorted(detail)])
  return createHash('sha256').update(text).digest('hex')
}

/** The database keeps no order of keys. */
function sorted(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null) return detail
  return Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1))
}
