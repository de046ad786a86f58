import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import type { AuditRow } from './audit.ts'
import { type AuditHead, headOf, headText, holdsHead } from './auditProof.ts'
import type { Database } from './client.ts'

/** Where heads are kept, in the data folder beside the keys. */
export const auditHeadsFolder = 'audit-heads'

interface Kept {
  /** The first entry that was made with a key: before it alone may be some without. */
  first: AuditHead
  /** The last that this process stored. */
  last: AuditHead
}

/**
 * What this process knows of the audit log, kept outside the database: whoever has the database alone can write the log
 * anew or cut it off, and even have the next entry chained to it, but not unseen. A file a process, written after each
 * entry and behind by what is stored while it is written. It moves on only along a log that still has what it says;
 * once that is gone it stays as it is.
 */
export class AuditHeads {
  readonly #file: string
  readonly #log: Log
  readonly #database: Database
  #kept: Kept | null
  #latest: AuditHead | null = null
  #writing: Promise<void> | null = null
  #isLost = false

  private constructor(file: string, database: Database, log: Log, kept: Kept | null) {
    this.#file = file
    this.#database = database
    this.#log = log
    this.#kept = kept
  }

  /**
   * Begins with what was kept, or with the log as it is now.
   * @param options.name of this process, lasting and its own among all on that folder
   * @throws AppError storage_unavailable
   */
  static async open(options: {
    dataDir: string
    name: string
    database: Database
    log: Log
  }): Promise<AuditHeads> {
    const { database, log } = options
    const folder = path.join(options.dataDir, auditHeadsFolder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = path.join(folder, options.name)
    const heads = new AuditHeads(file, database, log, await keptIn(file))
    await heads.#begin()
    return heads
  }

  async #begin(): Promise<void> {
    if (this.#kept) {
      for (const head of Object.values(this.#kept)) await this.#demand(head)
      return
    }
    const [first, last] = await Promise.all([
      this.#database.prisma.auditEntry.findFirst({ where: { keyId: { not: '' } }, orderBy: { id: 'asc' } }),
      this.#database.prisma.auditEntry.findFirst({ orderBy: { id: 'desc' } }),
    ])
    if (first && last) await this.#write({ first, last })
  }

  /** Told of what this process stored. */
  follow(rows: readonly AuditRow[]): void {
    this.#latest = rows.at(-1) ?? this.#latest
    if (this.#writing || this.#isLost) return
    this.#writing = this.#moveOn()
      .catch((error: unknown) => {
        // The next entry moves it on, and there is none before the database is back.
        if (!(error instanceof AppError && error.code === 'storage_unavailable')) throw error
      })
      .finally(() => (this.#writing = null))
    detach(this.#log, 'auditHeadNotKept', this.#writing)
  }

  async #moveOn(): Promise<void> {
    for (let head = this.#latest; head !== null; head = this.#latest) {
      if (this.#kept?.last.id === head.id) return
      if (this.#kept && !(await this.#demand(this.#kept.last))) return
      const first = this.#kept?.first ?? head
      await this.#write({ first, last: head })
    }
  }

  /** Whether it is there; once it is not, nothing more is written down. */
  async #demand(head: AuditHead): Promise<boolean> {
    const isHeld = await holdsHead(this.#database, head)
    if (!isHeld && !this.#isLost) {
      this.#isLost = true
      this.#log.error('auditBroken', { auditEntryId: String(head.id), why: 'lost' })
    }
    return isHeld
  }

  async #write(kept: Kept): Promise<void> {
    const part = `${this.#file}.part`
    const handle = await open(part, 'w', 0o600)
    try {
      await handle.writeFile(`${headText(kept.first)}\n${headText(kept.last)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, this.#file)
    this.#kept = kept
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    await this.#writing?.catch(() => undefined) // told above
  }
}

/**
 * All that the processes of a data folder keep of the log. Read before the log is: what is added meanwhile does no harm.
 * @throws Error when a file is there and says nothing
 */
export async function keptAuditHeads(dataDir: string): Promise<AuditHead[]> {
  const folder = path.join(dataDir, auditHeadsFolder)
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => !name.endsWith('.part')).map((name) => path.join(folder, name))
  const kept = await Promise.all(files.map(keptIn))
  return kept.flatMap((one) => (one ? [one.first, one.last] : []))
}

async function keptIn(file: string): Promise<Kept | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const [first, last] = text.split('\n').map(headOf)
  if (!first || !last) throw new Error(`${file} is damaged: see “audit log” in the production guide`)
  return { first, last }
}
