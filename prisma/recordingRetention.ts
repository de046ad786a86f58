import { AppError } from '#contract/errors.ts'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import { SettingHistory } from '#contract/settings.ts'
import { appendAudit } from './audit.ts'
import type { Database, PrismaTx } from './client.ts'
import { settingChangesOf } from './settings.ts'
import { translatingErrors } from './storage.ts'
import { fullUnitName } from './units.ts'

const dayMs = 24 * 3600_000
/** How long before the rule deletes something it is announced; a rule that is new, or again, waits so long. */
export const warningMs = 30 * dayMs

/** How long recordings are kept after their minutes are published. */
export interface RetentionRule {
  days: number
  /** Nothing is deleted by it before: it was settled, or came into force, 30 days earlier. */
  notBeforeMs: number
  /** The text that settles it, as it is cited; may be empty. */
  source: string
}

/** A recording that the rule deletes, and when. */
export interface DueRecording {
  recordingId: RecordingId
  meetingId: MeetingId
  title: string
  unitName: string
  startedAtMs: number
  sizeBytes: number
  deleteAtMs: number
}

/** The rule in force; null while recordings are kept for ever. @throws AppError storage_unavailable */
export async function retentionRule(database: Database, atMs: number): Promise<RetentionRule | null> {
  const changes = await settingChangesOf(database, 'recordingRetentionDays')
  const history = new SettingHistory(changes)
  const days = history.at(atMs).recordingRetentionDays
  if (days === 0) return null
  const { id } = history.changeAt('recordingRetentionDays', atMs) ?? {}
  const decision = changes.find((change) => change.id === id)
  const sinceMs = decision ? Math.max(decision.validFromMs, decision.changedAtMs) : 0
  return { days, notBeforeMs: sinceMs + warningMs, source: decision?.source ?? '' }
}

/** When the rule deletes what may be deleted; null columns count for nothing. */
const dueSql = `greatest(mi.published_at + $1 * interval '24 hours', $2::timestamptz,
                         r.keep_changed_at + interval '30 days')`
/** Ended, with minutes that are published, and not to be kept. */
const deletableSql = `r.state IN ('ready', 'failed') AND r.keep_reason = '' AND m.status = 'ended'
                      AND mi.state = 'published' AND mi.published_at IS NOT NULL`
const fromSql = `FROM recording r JOIN meeting m ON m.id = r.meeting_id JOIN minutes mi ON mi.meeting_id = m.id`

/**
 * What the rule deletes until a moment, the first first.
 * @param input.unitIds null for all; beside theirs those of meetings whose secretary is `secretaryId`; `meetingId` for
 *   those of one meeting alone
 * @throws AppError storage_unavailable
 */
export async function dueRecordings(
  database: Database,
  rule: RetentionRule,
  input: {
    untilMs: number
    unitIds?: readonly string[] | null
    secretaryId?: string
    meetingId?: string
    limit: number
  },
): Promise<DueRecording[]> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<{
      id: string
      meeting_id: string
      title: string
      kind: string
      name: string
      started_at: Date
      bytes: string
      due: Date
    }>(
      `SELECT r.id, r.meeting_id, m.title, u.kind, u.name, r.started_at, ${dueSql} AS due,
              (r.size_bytes + r.journal_bytes)::text AS bytes
       ${fromSql} JOIN unit u ON u.id = m.unit_id
       WHERE ${deletableSql} AND ${dueSql} <= $3
         AND ($5::text IS NULL OR m.id = $5)
         AND ($4::text[] IS NULL OR u.id = ANY($4)
              OR EXISTS (SELECT 1 FROM participant p WHERE p.meeting_id = m.id AND p.user_id = $7
                         AND p.role = 'secretary' AND p.banned_at IS NULL))
       ORDER BY due, r.id LIMIT $6`,
      [
        ...[rule.days, new Date(rule.notBeforeMs), new Date(input.untilMs)],
        ...[input.unitIds ?? null, input.meetingId ?? null, input.limit, input.secretaryId ?? null],
      ],
    ),
  )
  return rows.map((row) => ({
    recordingId: row.id as RecordingId, // made by us
    meetingId: row.meeting_id as MeetingId,
    title: row.title,
    unitName: fullUnitName(row),
    startedAtMs: row.started_at.getTime(),
    sizeBytes: Number(row.bytes),
    deleteAtMs: row.due.getTime(),
  }))
}

/**
 * Gives up what is due by the rule: from then on nobody opens it, and its files go. A recording that is kept, or whose
 * minutes are not published, is never among them. @returns how many
 * @throws AppError storage_unavailable
 */
export async function condemnDue(database: Database, atMs: number): Promise<number> {
  const rule = await retentionRule(database, atMs)
  if (!rule) return 0
  const due = await dueRecordings(database, rule, { untilMs: atMs, limit: 100 })
  let count = 0
  for (const { recordingId, meetingId } of due) {
    const isDone = await database.transact(async (tx) => {
      // Again, and held: it may have been kept since.
      const found = await tx.$queryRawUnsafe<unknown[]>(
        `SELECT 1 ${fromSql} WHERE ${deletableSql} AND ${dueSql} <= $3 AND r.id = $4 FOR UPDATE OF r`,
        ...[rule.days, new Date(rule.notBeforeMs), new Date(atMs), recordingId],
      )
      if (found.length === 0) return false
      await condemn(tx, { recordingId, meetingId, actorId: 'system', days: rule.days, atMs })
      return true
    })
    if (isDone) count += 1
  }
  return count
}

/**
 * Gives one up by hand. @throws AppError not_found; invalid_state: it is kept, being made, or its meeting's minutes are
 * not published; storage_unavailable
 */
export async function condemnRecording(
  database: Database,
  recordingId: RecordingId,
  actorId: string,
  atMs: number,
): Promise<void> {
  await database.transact(async (tx) => {
    const found = await tx.$queryRawUnsafe<{ meeting_id: string }[]>(
      `SELECT r.meeting_id ${fromSql} WHERE ${deletableSql} AND r.id = $1 FOR UPDATE OF r`,
      recordingId,
    )
    const [row] = found
    if (!row) throw new AppError('invalid_state', 'not to be deleted now')
    await condemn(tx, { recordingId, meetingId: row.meeting_id, actorId, days: null, atMs })
  })
}

async function condemn(
  tx: PrismaTx,
  act: { recordingId: string; meetingId: string; actorId: string; days: number | null; atMs: number },
): Promise<void> {
  const { recordingId, meetingId, actorId, days, atMs } = act
  await tx.recording.update({
    where: { id: recordingId },
    data: { state: 'deleting', deletedById: actorId, deletedByDays: days },
  })
  const detail = { recordingId, ...(days !== null && { days }) }
  appendAudit(tx, { actorId, action: 'recording.condemned', subject: meetingId, detail }, atMs)
}

/** What is given up and not yet gone. @throws AppError storage_unavailable */
export async function condemnedRecordings(
  database: Database,
): Promise<{ id: RecordingId; meetingId: MeetingId }[]> {
  const rows = await database.prisma.recording.findMany({
    where: { state: 'deleting' },
    select: { id: true, meetingId: true },
    orderBy: { id: 'asc' },
  })
  return rows.map((row) => ({ id: row.id as RecordingId, meetingId: row.meetingId as MeetingId }))
}

/** Its files are gone. Nothing when that was said already. @throws AppError storage_unavailable */
export async function recordingDeleted(database: Database, id: RecordingId, atMs: number): Promise<void> {
  await database.transact(async (tx) => {
    const { count } = await tx.recording.updateMany({
      where: { id, state: 'deleting' },
      data: { state: 'deleted', deletedAt: new Date(atMs), fileKey: '', sizeBytes: 0n, journalBytes: 0n },
    })
    if (count === 0) return
    const row = await tx.recording.findUniqueOrThrow({ where: { id } })
    const { deletedById: actorId, deletedByDays: days, meetingId: subject } = row
    const detail = { recordingId: id, ...(days !== null && { days }) }
    appendAudit(tx, { actorId, action: 'recording.deleted', subject, detail }, atMs)
  })
}

/**
 * Says that no rule deletes a recording, and why; or, with an empty reason, that one may, 30 days from now at the
 * earliest. @throws AppError invalid_state when it is given up, storage_unavailable
 */
export async function setRecordingKept(
  database: Database,
  recordingId: RecordingId,
  reason: string,
  act: { actorId: string; atMs: number },
): Promise<void> {
  await database.transact(async (tx) => {
    const row = await tx.recording.findUniqueOrThrow({ where: { id: recordingId } })
    const { count } = await tx.recording.updateMany({
      where: { id: recordingId, state: { notIn: ['deleting', 'deleted'] } },
      data: { keepReason: reason, keepChangedAt: new Date(act.atMs) },
    })
    if (count === 0) throw new AppError('invalid_state', 'it is deleted')
    const action = reason === '' ? 'recording.released' : 'recording.kept'
    const detail = { recordingId, reason }
    appendAudit(tx, { actorId: act.actorId, action, subject: row.meetingId, detail }, act.atMs)
  })
}

/** What a recorder finds in the folders beside composed files. @throws AppError storage_unavailable */
export async function unsettledRecordings(
  database: Database,
): Promise<{ id: RecordingId; meetingId: MeetingId; journalBytes: number }[]> {
  const rows = await database.prisma.recording.findMany({
    where: {
      OR: [
        { state: { in: ['starting', 'recording', 'composing', 'failed'] } },
        { state: 'ready', journalBytes: { gt: 0 } },
        { state: 'ready', NOT: { faults: { equals: [] } } },
      ],
    },
    select: { id: true, meetingId: true, journalBytes: true },
  })
  return rows.map((row) => ({
    id: row.id as RecordingId,
    meetingId: row.meetingId as MeetingId,
    journalBytes: Number(row.journalBytes),
  }))
}

/** @throws AppError storage_unavailable */
export async function setJournalBytes(database: Database, id: RecordingId, bytes: number): Promise<void> {
  await database.prisma.recording.updateMany({
    where: { id, state: { notIn: ['deleting', 'deleted'] } },
    data: { journalBytes: BigInt(bytes) },
  })
}
