import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { startOfDayMs } from '#contract/cityTime.ts'
import { AppError } from '#contract/errors.ts'
import { limits } from '#contract/limits.ts'
import {
  isSettingKey,
  type SettingChange,
  settingDefinitions,
  type SettingGroup,
  type SettingHistory,
  settingKeys,
  type SettingKey,
  type SettingUnit,
} from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import {
  insertSettingChange,
  settingChangesOf,
  type SettingChangeRow,
  type Settings as LiveSettings,
} from '#db/settings.ts'
import { guard, guardAccount, guardHidden, type Viewer } from '#office/access.ts'
import { line, parseInput } from '#contract/input.ts'

const dayMs = 24 * 3600_000
/** How far ahead something may be decided. */
const furthestMs = 10 * 366 * dayMs

const Change = z.strictObject({
  key: z.string().refine(isSettingKey),
  value: z.unknown(),
  source: line(limits.settingSource),
  /** A day in the city's time. */
  validFrom: z.iso.date(),
  reason: line(limits.reason),
  seenId: z.number().int().min(0),
})

const Withdrawal = z.strictObject({
  key: z.string().refine(isSettingKey),
  changeId: z.number().int().min(1),
  seenId: z.number().int().min(0),
})

/** A setting as the administration sees it: what is in force, what will be. */
export interface SettingSummary {
  key: SettingKey
  group: SettingGroup
  unit: SettingUnit | null
  value: unknown
  /** The text that settles it, as it is cited; empty when it is the platform's own. */
  source: string
  /** Since when; null for the standard value. */
  sinceMs: number | null
  upcoming: { id: number; value: unknown; source: string; validFromMs: number }[]
  /** What a change has to name, so that nobody decides over what they did not see. */
  lastId: number
}

/** A setting with every decision about it, the last made first. */
export interface SettingDetail extends SettingSummary {
  changes: SettingChangeRow[]
}

/** Legal numbers and rules, as the administration reads and decides them. */
export type SettingsService = ReturnType<typeof createSettings>

/** Legal numbers and rules, as the administration reads and decides them. */
export function createSettings(options: {
  database: Database
  settings: Pick<LiveSettings, 'readAnew' | 'changed'>
  now?: () => number
}) {
  const { database, settings } = options
  const now = options.now ?? Date.now

  return {
    /** Every setting, group by group. settings:change; `not_found` to all others. */
    async list(viewer: Viewer): Promise<SettingSummary[]> {
      guardHidden(viewer, 'settings:change')
      const history = await settings.readAnew()
      return settingKeys.map((key) => summaryOf(history, key, now()))
    },

    /** settings:change; `not_found` to all others. @throws AppError not_found */
    async get(viewer: Viewer, key: string): Promise<SettingDetail> {
      guardHidden(viewer, 'settings:change')
      if (!isSettingKey(key)) throw new AppError('not_found', 'no such setting')
      const changes = await settingChangesOf(database, key)
      return { ...summaryOf(await settings.readAnew(), key, now()), changes }
    },

    /**
     * Decides a value from a day on; from today on means from now on, since what has been judged stays judged.
     * settings:change. @throws AppError conflict when somebody decided since; bad_request with `detail.field`
     */
    async change(viewer: Viewer, input: unknown): Promise<{ id: number; validFromMs: number }> {
      guard(viewer, 'settings:change', {})
      const { key, validFrom, seenId, ...rest } = parseInput(Change, input)
      const value = parseInput(z.object({ value: settingDefinitions[key].schema }), {
        value: rest.value,
      }).value
      const atMs = now()
      const validFromMs = momentOf(validFrom, atMs)
      const change = { key, value, source: rest.source, reason: rest.reason, validFromMs }
      const act = { userId: guardAccount(viewer), atMs }
      const id = await insertSettingChange(database, change, seenId, act)
      settings.changed()
      return { id, validFromMs }
    },

    /**
     * Takes back what is decided and not yet in force: what holds before it goes on to hold. A decision too, kept like
     * any other. settings:change. @throws AppError conflict when it is not what it was, or in force by now
     */
    async withdraw(viewer: Viewer, input: unknown): Promise<void> {
      guard(viewer, 'settings:change', {})
      const { key, changeId, seenId } = parseInput(Withdrawal, input)
      const atMs = now()
      const history = await settings.readAnew()
      const change = history.upcoming(key, atMs).find((one) => one.id === changeId)
      if (!change) throw new AppError('conflict', 'in force by now, or replaced')
      const before = change.validFromMs - 1
      const act = { userId: guardAccount(viewer), atMs }
      const value = history.at(before)[key]
      const source = history.sourceAt(key, before)
      await insertSettingChange(
        database,
        { key, value, source, reason: '', validFromMs: change.validFromMs },
        seenId,
        act,
      )
      settings.changed()
    },
  }
}

/** @throws AppError bad_request for a day that is over, or too far */
function momentOf(day: string, nowMs: number): number {
  const startMs = Date.parse(`${day}T00:00:00+07:00`)
  const today = startOfDayMs(nowMs)
  if (startMs < today || startMs > nowMs + furthestMs) {
    throw new AppError('bad_request', 'no day to decide for', { detail: { field: 'validFrom' } })
  }
  return startMs === today ? nowMs : startMs
}

function summaryOf(history: SettingHistory, key: SettingKey, nowMs: number): SettingSummary {
  const { group, unit } = settingDefinitions[key]
  return {
    key,
    group,
    unit,
    value: history.at(nowMs)[key],
    source: history.sourceAt(key, nowMs),
    sinceMs: history.changeAt(key, nowMs)?.validFromMs ?? null,
    upcoming: history
      .upcoming(key, nowMs)
      .filter((change) => changesSomething(history, change))
      .map(({ id, value, source, validFromMs }) => ({ id, value, source, validFromMs })),
    lastId: history.lastId(key),
  }
}

/** What was withdrawn is a decision for what holds already. */
function changesSomething(
  history: SettingHistory,
  { key, value, source, validFromMs }: SettingChange,
): boolean {
  const before = validFromMs - 1
  const isSame = isDeepStrictEqual(history.at(before)[key], value)
  return !isSame || history.sourceAt(key, before) !== source
}
