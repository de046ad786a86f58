import { AppError } from '#contract/errors.ts'
import { quotaStateOf } from '#contract/recordingQuota.ts'
import { SettingHistory } from '#contract/settings.ts'
import { searchText } from '#contract/vietnamese.ts'
import type { Database } from './client.ts'
import { settingChangesOf } from './settings.ts'
import { translatingErrors } from './storage.ts'
import { fullUnitName } from './units.ts'

/** What the recordings of one unit take. */
export interface UnitUse {
  unitId: string
  unitName: string
  recordings: number
  sizeBytes: number
}

/** What the recordings of one meeting take. */
export interface MeetingUse {
  meetingId: string
  title: string
  unitName: string
  startsAtMs: number
  recordings: number
  durationMs: number
  sizeBytes: number
}

async function query<T extends object>(database: Database, text: string, values: unknown[]): Promise<T[]> {
  return (await translatingErrors(() => database.pool.query<T>(text, values))).rows
}

/** Bytes of all recordings and of the database. @throws AppError storage_unavailable */
export async function bytesInUse(
  database: Database,
): Promise<{ recordingBytes: number; databaseBytes: number }> {
  const rows = await query<{ recordings: string; database: string }>(
    database,
    `SELECT (SELECT coalesce(sum(size_bytes + journal_bytes), 0) FROM recording)::text AS recordings,
            pg_database_size(current_database())::text AS database`,
    [],
  )
  return {
    recordingBytes: Number(rows[0]?.recordings ?? 0),
    databaseBytes: Number(rows[0]?.database ?? 0),
  }
}

/** The quota in force, in GB; 0 for none. @throws AppError storage_unavailable */
export async function recordingQuotaGb(database: Database, atMs: number): Promise<number> {
  const changes = await settingChangesOf(database, 'recordingQuotaGb')
  return new SettingHistory(changes).at(atMs).recordingQuotaGb
}

/** For a new recording. @throws AppError recording_quota_reached; storage_unavailable */
export async function demandRecordingRoom(database: Database, atMs: number): Promise<void> {
  const quotaGb = await recordingQuotaGb(database, atMs)
  if (quotaGb === 0) return
  const { recordingBytes } = await bytesInUse(database)
  if (quotaStateOf(recordingBytes, quotaGb) === 'full')
    throw new AppError('recording_quota_reached', `recordings take ${recordingBytes} bytes of ${quotaGb} GB`)
}

/** The units whose recordings take most. @param unitIds null for all */
export async function unitUses(
  database: Database,
  unitIds: readonly string[] | null,
  limit: number,
): Promise<UnitUse[]> {
  const rows = await query<{ id: string; kind: string; name: string; count: number; bytes: string }>(
    database,
    `SELECT u.id, u.kind, u.name, count(*)::int AS count, sum(r.size_bytes + r.journal_bytes)::text AS bytes
     FROM recording r JOIN meeting m ON m.id = r.meeting_id JOIN unit u ON u.id = m.unit_id
     WHERE $1::text[] IS NULL OR u.id = ANY($1)
     GROUP BY u.id ORDER BY sum(r.size_bytes + r.journal_bytes) DESC, u.id LIMIT $2`,
    [unitIds, limit],
  )
  return rows.map((row) => ({
    unitId: row.id,
    unitName: fullUnitName(row),
    recordings: row.count,
    sizeBytes: Number(row.bytes),
  }))
}

/** The meetings whose recordings take most; each word of the search is in the title or the unit's name. */
export async function meetingUses(
  database: Database,
  input: { unitIds: readonly string[] | null; query: string; offset: number; limit: number },
): Promise<MeetingUse[]> {
  const words = searchText(input.query).split(' ').filter(Boolean)
  const rows = await query<{
    id: string
    title: string
    kind: string
    name: string
    starts_at: Date
    count: number
    ms: string
    bytes: string
  }>(
    database,
    `SELECT m.id, m.title, u.kind, u.name, m.starts_at, count(*)::int AS count,
            sum(r.duration_ms)::text AS ms, sum(r.size_bytes + r.journal_bytes)::text AS bytes
     FROM recording r JOIN meeting m ON m.id = r.meeting_id JOIN unit u ON u.id = m.unit_id
     WHERE ($1::text[] IS NULL OR u.id = ANY($1))
       AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) AS word
                       WHERE strpos(m.title_search || ' ' || u.name_search, word) = 0)
     GROUP BY m.id, u.id ORDER BY sum(r.size_bytes + r.journal_bytes) DESC, m.id LIMIT $3 OFFSET $4`,
    [input.unitIds, words, input.limit, input.offset],
  )
  return rows.map((row) => ({
    meetingId: row.id,
    title: row.title,
    unitName: fullUnitName(row),
    startsAtMs: row.starts_at.getTime(),
    recordings: row.count,
    durationMs: Number(row.ms),
    sizeBytes: Number(row.bytes),
  }))
}
