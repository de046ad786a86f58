import { createHash } from 'node:crypto'
import { type AuditRow, firstHash, keyedHash, ordered } from './audit.ts'
import type { AuditKeys } from './auditKeys.ts'
import type { Database } from './client.ts'

/** What reading the chain from its beginning found. */
export interface AuditProof {
  count: number
  /** The last entry; null for none. Kept elsewhere, it proves later that nothing was cut off. */
  head: AuditHead | null
  /** The first entry that does not fit, and why; null when the chain is whole. */
  broken: { id: bigint; why: 'changed' | 'unkeyed' | 'keyUnknown' } | null
}

/** An entry's number and hash. */
export interface AuditHead {
  id: bigint
  hash: string
}

/**
 * Walks the chain. Entries of before there were keys are held to a plain hash, but only before all others: whoever has
 * the database and no key cannot go on from there. @throws AppError storage_unavailable
 */
export async function proveAudit(database: Database): Promise<AuditProof> {
  let head: AuditHead | null = null
  let [count, isKeyed] = [0, false]
  for (;;) {
    const rows: AuditRow[] = await database.prisma.auditEntry.findMany({
      where: { id: { gt: head?.id ?? 0n } },
      orderBy: { id: 'asc' },
      take: 1000,
    })
    for (const row of rows) {
      const why = faultOf(row, head?.hash ?? firstHash, database.auditKeys, isKeyed)
      if (why !== null) return { count, head, broken: { id: row.id, why } }
      head = { id: row.id, hash: row.hash }
      isKeyed ||= row.keyId !== ''
      count++
    }
    if (rows.length < 1000) break
  }
  // The platform keys the log at its start: without a key's entry somebody wrote it anew.
  const broken = head && !isKeyed ? ({ id: head.id, why: 'unkeyed' } as const) : null
  return { count, head, broken }
}

function faultOf(
  row: AuditRow,
  prevHash: string,
  keys: AuditKeys | null,
  isKeyed: boolean,
): 'changed' | 'unkeyed' | 'keyUnknown' | null {
  if (row.prevHash !== prevHash) return 'changed'
  if (row.keyId === '') {
    if (isKeyed) return 'unkeyed'
    return row.hash === plainHash(row) ? null : 'changed'
  }
  const secret = keys?.secretOf(row.keyId)
  if (secret === undefined) return 'keyUnknown'
  return row.hash === keyedHash(secret, row) ? null : 'changed'
}

/** Whether an entry that was once the last is still there as it was. @throws AppError storage_unavailable */
export async function holdsHead(database: Database, { id, hash }: AuditHead): Promise<boolean> {
  return (await database.prisma.auditEntry.count({ where: { id, hash } })) === 1
}

/**
 * The same in words. An empty log is not whole: the act that makes the first account is in it.
 * @throws AppError storage_unavailable
 */
export async function describeAudit(database: Database): Promise<{ isWhole: boolean; line: string }> {
  const { count, head, broken } = await proveAudit(database)
  if (broken) {
    const why = {
      changed: 'it or what stood before it was changed',
      unkeyed: 'it is without a key, as only what is older than all keys may be',
      keyUnknown: 'its key is not among those that are here',
    }[broken.why]
    return { isWhole: false, line: `The audit log is broken at entry ${broken.id}: ${why}.` }
  }
  if (!head) return { isWhole: false, line: 'The audit log is empty: is this the database that was meant?' }
  return { isWhole: true, line: `The audit log is whole: ${count} entries. Its head: ${headText(head)}` }
}

/** A head as one keeps it elsewhere. */
export function headText({ id, hash }: AuditHead): string {
  return `${id}:${hash}`
}

/** What `headText` wrote; null for anything else. */
export function headOf(text: string): AuditHead | null {
  const [, id, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  return id !== undefined && hash !== undefined ? { id: BigInt(id), hash } : null
}

/**
 * At each start: the log's last entry is made with the newest key, if there is any. From here on nothing without it can
 * be added. @throws AppError storage_unavailable
 */
export async function keyAudit(database: Database): Promise<void> {
  const last = await database.prisma.auditEntry.findFirst({
    orderBy: { id: 'desc' },
    select: { keyId: true },
  })
  const keyId = database.auditKeys?.current.id
  if (!last || keyId === undefined || last.keyId === keyId) return
  const fact = { actorId: 'system', action: 'audit.keyed', subject: 'audit', detail: { keyId } }
  await database.audit.record(fact)
}

/** Of entries from before there were keys. */
function plainHash({ prevHash, actorId, action, subject, detail, at }: AuditRow): string {
  const text = JSON.stringify([prevHash, at.toISOString(), actorId, action, subject, ordered(detail, false)])
  return createHash('sha256').update(text).digest('hex')
}
