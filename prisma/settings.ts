import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import {
  isSettingKey,
  settingDefinitions,
  SettingHistory,
  settingsTopic,
  type SettingsReader,
  type SettingChange,
  type SettingKey,
} from '#contract/settings.ts'
import { appendAudit } from './audit.ts'
import type { Database } from './client.ts'

/** A decision with who made it and why. */
export interface SettingChangeRow extends SettingChange {
  reason: string
  /** Empty when that account is no more. */
  changedByName: string
  changedAtMs: number
}

/** A decision to be kept. */
export interface NewSettingChange {
  key: SettingKey
  /** Already parsed with the key's schema. */
  value: unknown
  source: string
  validFromMs: number
  reason: string
}

/**
 * All decisions, in the order in which they were made. One that this program does not know, or whose value it cannot
 * read, is left out and told: it was made by another release.
 * @throws AppError storage_unavailable
 */
async function settingChanges(database: Database, log: Log): Promise<SettingChange[]> {
  const rows = await database.prisma.settingChange.findMany({ orderBy: { id: 'asc' } })
  return rows.flatMap((row) => {
    const { id, key, source, validFrom } = row
    if (isSettingKey(key)) {
      const parsed = settingDefinitions[key].schema.safeParse(row.value)
      if (parsed.success) return [{ id, key, value: parsed.data, source, validFromMs: validFrom.getTime() }]
    }
    log.warn('settingUnreadable', { settingChangeId: id, key })
    return []
  })
}

/** Every decision about one setting, the last made first. @throws AppError storage_unavailable */
export async function settingChangesOf(database: Database, key: SettingKey): Promise<SettingChangeRow[]> {
  const rows = await database.prisma.settingChange.findMany({ where: { key }, orderBy: { id: 'desc' } })
  const userIds = [...new Set(rows.flatMap((row) => (row.changedById === null ? [] : [row.changedById])))]
  const users = await database.prisma.user.findMany({
    where: { id: { in: userIds } },
    select: { id: true, name: true },
  })
  const names = new Map(users.map((user) => [user.id, user.name]))
  return rows.flatMap((row) => {
    const parsed = settingDefinitions[key].schema.safeParse(row.value)
    if (!parsed.success) return []
    return [
      {
        id: row.id,
        key,
        value: parsed.data,
        source: row.source,
        validFromMs: row.validFrom.getTime(),
        reason: row.reason,
        changedByName: names.get(row.changedById ?? '') ?? '',
        changedAtMs: row.changedAt.getTime(),
      },
    ]
  })
}

/**
 * Keeps a decision, and says so in the audit log.
 * @param seenId the id of the last decision that whoever decides had seen; 0 for none
 * @returns its id
 * @throws AppError conflict when somebody decided since, storage_unavailable
 */
export async function insertSettingChange(
  database: Database,
  change: NewSettingChange,
  seenId: number,
  act: { userId: string; atMs: number },
): Promise<number> {
  return database.transact(async (tx) => {
    // One decision about a setting at a time, over all nodes.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`setting:${change.key}`}))`
    const last = await tx.settingChange.findFirst({
      where: { key: change.key },
      orderBy: { id: 'desc' },
      select: { id: true, value: true },
    })
    if ((last?.id ?? 0) !== seenId) throw new AppError('conflict', `${change.key} was changed since`)
    const { key, source, reason, validFromMs } = change
    const { id } = await tx.settingChange.create({
      data: {
        key,
        value: plain(change.value),
        source,
        reason,
        validFrom: new Date(validFromMs),
        changedById: act.userId,
        changedAt: new Date(act.atMs),
      },
      select: { id: true },
    })
    const changes = [{ field: key, from: plain(last?.value ?? null), to: plain(change.value) }]
    const detail = { settingChangeId: id, validFromMs, reason, changes }
    appendAudit(
      tx,
      { actorId: act.userId, action: 'setting.changed', subject: `setting:${key}`, detail },
      act.atMs,
    )
    return id
  })
}

/** As JSON has it. */
function plain(value: unknown) {
  return JSON.parse(JSON.stringify(value))
}

/** How long a history is believed when no hint came: a hint over the bus may be lost. */
const believedMs = 60_000

/**
 * The settings as this process knows them: read once, again when another process says that they were changed, and
 * after a minute in any case. One a process.
 */
export class Settings implements SettingsReader {
  readonly #database: Database
  readonly #bus: Bus
  readonly #log: Log
  readonly #now: () => number
  #history: SettingHistory | null = null
  #readAtMs = -Infinity
  #reading: Promise<SettingHistory> | null = null
  /** Counts the hints. */
  #generation = 0
  #unsubscribe: (() => Promise<void>) | null = null
  #isClosed = false

  private constructor(options: SettingsOptions) {
    this.#database = options.database
    this.#bus = options.bus
    this.#log = options.log
    this.#now = options.now ?? Date.now
  }

  /** Listens for changes; nothing is read before it is asked for. */
  static async open(options: SettingsOptions): Promise<Settings> {
    const settings = new Settings(options)
    settings.#unsubscribe = await options.bus.subscribe(settingsTopic, () => settings.#forget())
    return settings
  }

  /**
   * What is settled, by time. A database that is away does not change the rules: then it is what was read last.
   * @throws AppError storage_unavailable when they were never read
   */
  async history(): Promise<SettingHistory> {
    if (this.#history && this.#now() - this.#readAtMs < believedMs) return this.#history
    try {
      return await (this.#reading ??= this.#read())
    } catch (error) {
      if (!this.#history || !(error instanceof AppError && error.code === 'storage_unavailable')) throw error
      this.#log.warn('settingsNotRead', { code: error.code })
      return this.#history
    }
  }

  /** As `history`, but read now. @throws AppError storage_unavailable */
  readAnew(): Promise<SettingHistory> {
    this.#forget()
    return (this.#reading ??= this.#read())
  }

  /** Called after a decision was kept: this process and the others read anew. */
  changed(): void {
    this.#forget()
    this.#bus.publish(settingsTopic, {})
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#unsubscribe?.()
  }

  async #read(): Promise<SettingHistory> {
    const generation = this.#generation
    const startedAtMs = this.#now()
    try {
      const history = new SettingHistory(await settingChanges(this.#database, this.#log))
      // What was changed while it was read may be missing from it: it is used once and not kept.
      if (generation === this.#generation) {
        this.#history = history
        this.#readAtMs = startedAtMs
      }
      return history
    } finally {
      if (generation === this.#generation) this.#reading = null
    }
  }

  #forget(): void {
    this.#generation++
    this.#readAtMs = -Infinity
    this.#reading = null
  }
}

/** What `Settings` stands on. */
export interface SettingsOptions {
  database: Database
  bus: Bus
  log: Log
  now?: () => number
}
