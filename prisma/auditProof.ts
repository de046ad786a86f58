import { createHash } from 'node:crypto'
import { appendAudit, type AuditRow, firstHash, keyedHash, lockChain, ordered } from './audit.ts'
import type { AuditKeys } from './auditKeys.ts'
import type { Database, PrismaTx } from './client.ts'

/** What reading the chain from its beginning found. */
export interface AuditProof {
  count: number
  /** The last entry; null for none. Kept elsewhere, it proves later that nothing was cut off. */
  head: AuditHead | null
  /** The first entry that does not fit, and why; null when the chain is whole. */
  broken: { id: bigint; why: 'changed' | 'unkeyed' | 'keyUnknown' | 'lost' } | null
}

/** An entry's number and hash. */
export interface AuditHead {
  id: bigint
  hash: string
}

/**
 * Walks the chain. Entries of before there were keys are held to a plain hash, but only before all others: whoever has
 * the database and no key cannot go on from there.
 * @param kept heads that were kept outside the database: one that is there no more was cut off or written anew
 * @throws AppError storage_unavailable
 */
export async function proveAudit(database: Database, kept: readonly AuditHead[] = []): Promise<AuditProof> {
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
  if (head && !isKeyed) return { count, head, broken: { id: head.id, why: 'unkeyed' } }
  for (const one of kept)
    if (!(await holdsHead(database, one))) return { count, head, broken: { id: one.id, why: 'lost' } }
  return { count, head, broken: null }
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
export async function describeAudit(
  database: Database,
  kept: readonly AuditHead[] = [],
): Promise<{ isWhole: boolean; line: string }> {
  const { count, head, broken } = await proveAudit(database, kept)
  if (broken) {
    const why = {
      changed: 'it or what stood before it was changed',
      unkeyed: 'it is without a key, as only what is older than all keys may be',
      keyUnknown: 'its key is not among those that are here',
      lost: 'this platform had stored it, and it is there no more: the log was cut off or written anew',
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
 * At each start: the log's last entry is made with the newest key. From here on nothing without it can be added.
 * @returns false, and nothing is done, when the last entry was made with a key that is not here
 * @throws AppError storage_unavailable
 */
export async function keyAudit(database: Database): Promise<boolean> {
  return database.transact(async (tx) => {
    await lockChain(tx) // of nodes that start at once on an empty log, one is the first
    const last = await tx.auditEntry.findFirst({ orderBy: { id: 'desc' }, select: { keyId: true } })
    const keys = database.auditKeys
    if (!keys || last?.keyId === keys.current.id) return true
    if (last && last.keyId !== '' && keys.secretOf(last.keyId) === undefined) return false
    appendKeyed(tx, keys)
    return true
  })
}

/** Goes on with the key that is here, though the last entry's is not: for who has lost it. @throws AppError storage_unavailable */
export async function keyAuditAnew(database: Database): Promise<void> {
  await database.transact((tx) => {
    if (database.auditKeys) appendKeyed(tx, database.auditKeys)
  })
}

function appendKeyed(tx: PrismaTx, { current }: AuditKeys): void {
  const detail = { keyId: current.id }
  appendAudit(tx, { actorId: 'system', action: 'audit.keyed', subject: 'audit', detail })
}

/** Of entries from before there were keys. */
function plainHash({ prevHash, actorId, action, subject, detail, at }: AuditRow): string {
  const text = JSON.stringify([prevHash, at.toISOString(), actorId, action, subject, ordered(detail, false)])
  return createHash('sha256').update(text).digest('hex')
}
