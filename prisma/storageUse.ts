import { AppError } from '#contract/errors.ts'
import type { RecordingId } from '#contract/ids.ts'
import { type QuotaState, quotaStateOf } from '#contract/recordingQuota.ts'
import { SettingHistory } from '#contract/settings.ts'
import { searchText } from '#contract/vietnamese.ts'
import { appendAudit } from './audit.ts'
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
  /** What they may take; 0 for no bound of its own. */
  quotaGb: number
  state: QuotaState
}

/** A recording that could not be composed, or not wholly, and holds what was captured. */
export interface UnfinishedUse {
  recordingId: RecordingId
  meetingId: string
  title: string
  unitId: string
  unitName: string
  startedAtMs: number
  isFailed: boolean
  /** All that it holds. */
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

/**
 * For a new recording of a meeting.
 * @throws AppError recording_quota_reached: that of all; unit_quota_reached: its unit's; storage_unavailable
 */
export async function demandRecordingRoom(
  database: Database,
  meetingId: string,
  atMs: number,
): Promise<void> {
  const quotaGb = await recordingQuotaGb(database, atMs)
  if (quotaGb > 0) {
    const { recordingBytes } = await bytesInUse(database)
    if (quotaStateOf(recordingBytes, quotaGb) === 'full')
      throw new AppError('recording_quota_reached', `${recordingBytes} bytes of ${quotaGb} GB`)
  }
  const [unit] = await query<{ quota: number; bytes: string }>(
    database,
    `SELECT u.recording_quota_gb AS quota,
            (SELECT coalesce(sum(r.size_bytes + r.journal_bytes), 0) FROM recording r
             JOIN meeting o ON o.id = r.meeting_id WHERE o.unit_id = u.id)::text AS bytes
     FROM meeting m JOIN unit u ON u.id = m.unit_id WHERE m.id = $1 AND u.recording_quota_gb > 0`,
    [meetingId],
  )
  if (unit && quotaStateOf(Number(unit.bytes), unit.quota) === 'full')
    throw new AppError('unit_quota_reached', `${unit.bytes} bytes of ${unit.quota} GB`)
}

/** Sets what the recordings of a unit's meetings may take; 0 for no bound of its own. @throws AppError not_found */
export async function setUnitQuota(
  database: Database,
  unitId: string,
  quotaGb: number,
  act: { actorId: string; atMs: number },
): Promise<void> {
  await database.transact(async (tx) => {
    const unit = await tx.unit.findUnique({ where: { id: unitId } })
    if (!unit) throw new AppError('not_found', 'no such unit')
    await tx.unit.update({ where: { id: unitId }, data: { recordingQuotaGb: quotaGb } })
    const changes = [{ field: 'recordingQuotaGb', from: unit.recordingQuotaGb, to: quotaGb }]
    const fact = { actorId: act.actorId, action: 'unit.quotaChanged', subject: unitId, detail: { changes } }
    appendAudit(tx, fact, act.atMs)
  })
}

/** What holds captured data beside, or instead of, a composed file; the biggest first. @param unitIds null for all */
export async function unfinishedUses(
  database: Database,
  unitIds: readonly string[] | null,
  limit: number,
): Promise<UnfinishedUse[]> {
  const rows = await query<{
    id: string
    meeting_id: string
    title: string
    unit_id: string
    kind: string
    name: string
    started_at: Date
    state: string
    bytes: string
  }>(
    database,
    `SELECT r.id, r.meeting_id, m.title, u.id AS unit_id, u.kind, u.name, r.started_at, r.state,
            (r.size_bytes + r.journal_bytes)::text AS bytes
     FROM recording r JOIN meeting m ON m.id = r.meeting_id JOIN unit u ON u.id = m.unit_id
     WHERE r.journal_bytes > 0 AND r.state IN ('failed', 'ready') AND ($1::text[] IS NULL OR u.id = ANY($1))
     ORDER BY r.journal_bytes DESC, r.id LIMIT $2`,
    [unitIds, limit],
  )
  return rows.map((row) => ({
    recordingId: row.id as RecordingId, // made by us
    meetingId: row.meeting_id,
    title: row.title,
    unitId: row.unit_id,
    unitName: fullUnitName(row),
    startedAtMs: row.started_at.getTime(),
    isFailed: row.state === 'failed',
    sizeBytes: Number(row.bytes),
  }))
}

/** The units whose recordings take most. @param of.unitIds null for all; `areBounded` for those with a quota alone */
export async function unitUses(
  database: Database,
  of: { unitIds: readonly string[] | null; areBounded?: boolean; limit: number },
): Promise<UnitUse[]> {
  const rows = await query<{
    id: string
    kind: string
    name: string
    quota: number
    count: number
    bytes: string
  }>(
    database,
    `SELECT u.id, u.kind, u.name, u.recording_quota_gb AS quota, count(r.id)::int AS count,
            coalesce(sum(r.size_bytes + r.journal_bytes), 0)::text AS bytes
     FROM unit u LEFT JOIN meeting m ON m.unit_id = u.id
       LEFT JOIN recording r ON r.meeting_id = m.id AND r.state <> 'deleted'
     WHERE ($1::text[] IS NULL OR u.id = ANY($1)) AND (u.recording_quota_gb > 0 OR NOT $3)
     GROUP BY u.id HAVING count(r.id) > 0 OR u.recording_quota_gb > 0
     ORDER BY coalesce(sum(r.size_bytes + r.journal_bytes), 0) DESC, u.id LIMIT $2`,
    [of.unitIds, of.limit, of.areBounded ?? false],
  )
  return rows.map((row) => ({
    unitId: row.id,
    unitName: fullUnitName(row),
    recordings: row.count,
    sizeBytes: Number(row.bytes),
    quotaGb: row.quota,
    state: quotaStateOf(Number(row.bytes), row.quota),
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
     WHERE r.state <> 'deleted' AND ($1::text[] IS NULL OR u.id = ANY($1))
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
