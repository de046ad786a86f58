import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { AuditKeys } from './auditKeys.ts'
import type { PrismaTx } from './connection.ts'

/** What a detail may hold. */
export type AuditValue = string | number | boolean | null | AuditValue[] | { [field: string]: AuditValue }

/** What is worth proving later: ids and no secrets; names only of a person who was corrected, as what they were. */
export interface AuditFact {
  /** A user's id, a guest's participant id, `system`, or `nobody` for who is not known. */
  actorId: string
  /** noun.verb in the past tense: `meeting.created`, `session.started`. */
  action: string
  /** The id of what it was done to. */
  subject: string
  /** Of a change, in `changes`: the fields, what they were and what they are. */
  detail?: { [field: string]: AuditValue }
}

/** An entry as it is stored. */
export interface AuditRow {
  id: bigint
  at: Date
  actorId: string
  action: string
  subject: string
  detail: unknown
  address: string
  keyId: string
  prevHash: string
  hash: string
}

/** An entry that waits for the end of its transaction. */
type WaitingEntry = Omit<AuditRow, 'id' | 'keyId' | 'prevHash' | 'hash'>

/** One writer at a time over all nodes: the chain has one end. */
const chainLock = 72707371
/** Before the first entry. */
export const firstHash = '0'.repeat(64)
/** A statement has 32,767 parameters at most. */
const entriesAtOnce = 1000
/** What waits to be stored outside of transactions; beyond it nobody is served. */
const maxWaiting = 10_000
/** How soon the database is asked again for what is kept. */
const retryMs = 1000

const waitingOf = new WeakMap<PrismaTx, WaitingEntry[]>()
const callers = new AsyncLocalStorage<string>()

/** Runs `work`; what it puts into the audit log is said to have come from that address. */
export function asCaller<T>(address: string, work: () => T): T {
  return callers.run(address, work)
}

/**
 * Adds to the log within the transaction of the act itself: both are kept or neither. It is chained when the
 * transaction's work is done, so that nobody waits for the chain while that work goes on.
 */
export function appendAudit(tx: PrismaTx, fact: AuditFact, atMs: number = Date.now()): void {
  const waiting = waitingOf.get(tx)
  if (!waiting) throw new Error(`${fact.action} was to be logged outside of a transaction`)
  waiting.push(entryOf(fact, atMs))
}

/** Runs a transaction's work, then chains what it has to say; last, since the chain is locked from then to the commit. */
export async function withAudit<T>(
  tx: PrismaTx,
  keys: AuditKeys | null,
  work: (tx: PrismaTx) => Promise<T> | T,
): Promise<{ result: T; rows: AuditRow[] }> {
  const waiting: WaitingEntry[] = []
  waitingOf.set(tx, waiting)
  const result = await work(tx)
  return { result, rows: waiting.length === 0 ? [] : await chain(tx, keys, waiting) }
}

/** Until the transaction ends nobody else adds. */
export async function lockChain(tx: PrismaTx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${chainLock})`
}

async function chain(
  tx: PrismaTx,
  keys: AuditKeys | null,
  waiting: readonly WaitingEntry[],
): Promise<AuditRow[]> {
  if (!keys) throw new Error('The database was opened without the audit log’s keys')
  await lockChain(tx)
  const last = await tx.auditEntry.findFirst({ orderBy: { id: 'desc' }, select: { hash: true } })
  let prevHash = last?.hash ?? firstHash
  const data = waiting.map((entry) => {
    const chained = { ...entry, detail: plain(entry.detail), keyId: keys.current.id, prevHash }
    prevHash = keyedHash(keys.current.secret, chained)
    return { ...chained, hash: prevHash }
  })
  const rows: AuditRow[] = []
  for (let from = 0; from < data.length; from += entriesAtOnce) {
    const part = data.slice(from, from + entriesAtOnce)
    rows.push(...(await tx.auditEntry.createManyAndReturn({ data: part })))
  }
  return rows
}

function entryOf(fact: AuditFact, atMs: number): WaitingEntry {
  const { actorId, action, subject, detail = {} } = fact
  return { at: new Date(atMs), actorId, action, subject, detail, address: callers.getStore() ?? '' }
}

/** How a transaction is run. */
interface Transactions {
  transact(work: (tx: PrismaTx) => unknown): Promise<unknown>
}

/** What is logged of acts without a transaction of their own: reads, joins, refusals. One a database. */
export class AuditJournal {
  readonly #database: Transactions
  #waiting: { entry: WaitingEntry; resolve: () => void; reject: (error: unknown) => void }[] = []
  #isWriting = false
  #keptCount = 0

  constructor(database: Transactions) {
    this.#database = database
  }

  /**
   * Resolves when it is stored. What comes while others are being stored goes into the next transaction together: a
   * hundred at once cost two. @throws AppError storage_unavailable, busy
   */
  record(fact: AuditFact, atMs: number = Date.now()): Promise<void> {
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new AppError('busy'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry: entryOf(fact, atMs), resolve, reject })
      if (!this.#isWriting) void this.#write()
    })
  }

  /**
   * For what has happened already and waits for nobody: stored as soon as the database takes it, however long that is
   * away. @throws AppError busy
   */
  async keep(fact: AuditFact, atMs: number = Date.now()): Promise<void> {
    if (this.#keptCount >= maxWaiting) throw new AppError('busy')
    this.#keptCount += 1
    try {
      for (;;) {
        try {
          return await this.record(fact, atMs)
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
          await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
        }
      }
    } finally {
      this.#keptCount -= 1
    }
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, entriesAtOnce)
      try {
        await this.#database.transact((tx) => waitingOf.get(tx)?.push(...batch.map(({ entry }) => entry)))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isWriting = false
  }
}

/** What an entry's key makes of it and of the hash before it. */
export function keyedHash(secret: string, entry: Omit<AuditRow, 'id' | 'hash'>): string {
  const { prevHash, keyId, at, address, actorId, action, subject, detail } = entry
  const text = [2, keyId, prevHash, at.toISOString(), address, actorId, action, subject, ordered(detail)]
  return createHmac('sha256', secret).update(JSON.stringify(text)).digest('hex')
}

/** The database keeps no order of keys. */
export function ordered(value: unknown, isDeep = true): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one: unknown) => ordered(one))
  return Object.entries(value)
    .map(([key, one]) => [key, isDeep ? ordered(one) : one])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

/** What JSON makes of it, as the database will. */
function plain(detail: unknown): object {
  const text = JSON.parse(JSON.stringify(detail)) as object // an object goes in
  return text
}
