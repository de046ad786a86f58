import { AppError } from '#contract/errors.ts'
import type { AgendaItemId, MeetingId, NodeId, ParticipantId, RecordingId, SiteId } from '#contract/ids.ts'
import type { MeetingKind, MeetingRole, MeetingStatus, ParticipantKind } from '#contract/meeting.ts'
import type { AgendaItemView } from '#contract/room/views.ts'
import type { AgendaItem } from '#contract/room/agendaEvents.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { storedEvent } from '#contract/room/storedEvent.ts'
import type { Database } from './client.ts'
import { translatingErrors } from './storage.ts'
import { fullUnitName } from './units.ts'

/** What a call needs to know of its meeting. */
export interface CallRecord {
  id: MeetingId
  title: string
  kind: MeetingKind
  status: MeetingStatus
  /** Raised by every change of the plan. */
  version: number
  startsAtMs: number
  endsAtMs: number
  /** Where the centre sits; empty when nowhere. */
  place: string
  unitId: string
  unitName: string
  isRecordingPlanned: boolean
  agenda: AgendaItemView[]
  sites: { id: SiteId; name: string; unitName: string }[]
  people: CallPerson[]
}

/** Somebody who is expected, as the meeting's record has them. */
export interface CallPerson {
  id: ParticipantId
  name: string
  unitName: string
  position: string
  role: MeetingRole
  kind: ParticipantKind
}

/** A durable event in its place. */
export interface StoredCallEvent {
  seq: number
  event: RoomEvent
}

/** The key of a call's lease. */
export function callLeaseKey(meetingId: MeetingId): string {
  return `call:${meetingId}`
}

/** The meeting behind a call; null when there is none. @throws AppError storage_unavailable */
export async function loadCall(database: Database, meetingId: MeetingId): Promise<CallRecord | null> {
  const meeting = await database.prisma.meeting.findUnique({
    where: { id: meetingId },
    include: {
      unit: { select: { kind: true, name: true } },
      agenda: { orderBy: { position: 'asc' } },
      sites: { include: { site: { include: { unit: { select: { kind: true, name: true } } } } } },
      participants: { where: { bannedAt: null }, orderBy: { createdAt: 'asc' } },
    },
  })
  if (!meeting) return null
  // Closed sets and ids are text columns that only we write.
  return {
    id: meetingId,
    title: meeting.title,
    kind: meeting.kind as MeetingKind,
    status: meeting.status as MeetingStatus,
    version: meeting.version,
    startsAtMs: meeting.startsAt.getTime(),
    endsAtMs: meeting.endsAt.getTime(),
    place: meeting.place,
    unitId: meeting.unitId,
    unitName: fullUnitName(meeting.unit),
    isRecordingPlanned: meeting.isRecordingPlanned,
    agenda: meeting.agenda.map((item) => ({
      id: item.id as AgendaItemId,
      title: item.title,
      presenter: item.presenter,
      durationMin: item.durationMin,
      startedAtMs: null,
    })),
    sites: meeting.sites.map(({ site }) => ({
      id: site.id as SiteId,
      name: site.name,
      unitName: fullUnitName(site.unit),
    })),
    people: meeting.participants.map((person) => ({
      id: person.id as ParticipantId,
      name: person.name,
      unitName: person.unitName,
      position: person.position,
      role: person.role as MeetingRole,
      kind: person.kind as ParticipantKind,
    })),
  }
}

/** The version of a meeting's plan; null when there is none. @throws AppError storage_unavailable */
export async function planVersion(database: Database, meetingId: MeetingId): Promise<number | null> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<{ version: number }>('SELECT version FROM meeting WHERE id = $1', [meetingId]),
  )
  return rows[0]?.version ?? null
}

/** A call's stored events after that number, in order. @throws AppError storage_unavailable */
export async function callEvents(
  database: Database,
  meetingId: MeetingId,
  afterSeq = 0,
): Promise<StoredCallEvent[]> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<{ seq: number; payload: unknown }>(
      'SELECT seq, payload FROM call_event WHERE meeting_id = $1 AND seq > $2 ORDER BY seq',
      [meetingId, afterSeq],
    ),
  )
  return rows.map(({ seq, payload }) => ({ seq, event: storedEvent(payload) }))
}

/**
 * Stores events, and what they say of the meeting's status and of its agenda, in one statement that does nothing
 * unless the lease is still this holder's: its row is locked until all is written, so that a new holder reads either
 * all of it or knows that none will come. Safe to repeat.
 * @throws AppError wrong_node when the lease is another's, or the meeting was deleted; bad_request for text that PostgreSQL cannot hold (NUL, half
 * characters); storage_unavailable
 */
export async function appendCallEvents(
  database: Database,
  input: { meetingId: MeetingId; nodeId: NodeId; epoch: number; events: readonly StoredCallEvent[] },
): Promise<void> {
  const { meetingId, nodeId, epoch, events } = input
  const opened = events.find(({ event }) => event.type === 'callOpened')?.event
  const ended = events.findLast(({ event }) => event.type === 'callEnded')?.event
  const isReopened = events.findLast(({ event }) => phaseTypes.has(event.type))?.event.type === 'callReopened'
  const agenda = agendaIn(events)
  const write = () =>
    database.pool.query<{ held: number }>(
      `WITH held AS MATERIALIZED (
         SELECT epoch FROM lease WHERE key = $1 AND node_id = $2 AND epoch = $3 FOR SHARE
       ), written AS (
         INSERT INTO call_event (meeting_id, seq, epoch, type, payload, at)
         SELECT $4, fact.seq, held.epoch, fact.type, fact.payload, to_timestamp(fact.at_ms / 1000.0)
         FROM held, unnest($5::int[], $6::text[], $7::jsonb[], $8::float8[]) AS fact (seq, type, payload, at_ms)
         ON CONFLICT (meeting_id, seq) DO NOTHING
       ), changed AS (
         UPDATE meeting SET
           status = CASE WHEN $12::boolean THEN 'open' WHEN $10::float8 IS NOT NULL THEN 'ended' WHEN $9::float8 IS NOT NULL THEN 'open' ELSE status END,
           version = version + CASE WHEN $11::jsonb IS NULL THEN 0 ELSE 1 END,
           opened_at = coalesce(opened_at, to_timestamp($9::float8 / 1000.0)),
           ended_at = CASE WHEN $12::boolean THEN NULL ELSE coalesce(ended_at, to_timestamp($10::float8 / 1000.0)) END,
           updated_at = now()
         FROM held
         WHERE id = $4 AND status <> 'cancelled'
           AND ($9::float8 IS NOT NULL OR $10::float8 IS NOT NULL OR $11::jsonb IS NOT NULL OR $12::boolean)
       ), item AS (
         SELECT one.* FROM held, jsonb_to_recordset(coalesce($11::jsonb, '[]'::jsonb))
           AS one (id text, position int, title text, presenter text, "durationMin" int)
       ), dropped AS (
         DELETE FROM agenda_item USING held
         WHERE meeting_id = $4 AND $11::jsonb IS NOT NULL AND id NOT IN (SELECT item.id FROM item)
       ), kept AS (
         INSERT INTO agenda_item (id, meeting_id, position, title, presenter, duration_min)
         SELECT id, $4, position, title, presenter, "durationMin" FROM item
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, title = excluded.title,
           presenter = excluded.presenter, duration_min = excluded.duration_min
         WHERE agenda_item.meeting_id = $4
       )
       SELECT count(*)::int AS held FROM held`,
      [
        callLeaseKey(meetingId),
        nodeId,
        epoch,
        meetingId,
        events.map(({ seq }) => seq),
        events.map(({ event }) => event.type),
        events.map(({ event }) => JSON.stringify(event)),
        events.map(({ event }) => event.atMs),
        opened?.atMs ?? null,
        ended?.atMs ?? null,
        agenda && JSON.stringify(agenda.map((item, position) => ({ ...item, position }))),
        isReopened,
      ],
    )
  const { rows } = await translatingErrors(write).catch((error: unknown) => {
    if (isKeyError(error)) throw new AppError('wrong_node', `${meetingId} is no more`, { cause: error })
    throw isDataError(error)
      ? new AppError('bad_request', 'an event cannot be stored', { cause: error })
      : error
  })
  if (rows[0]?.held !== 1) throw new AppError('wrong_node', `the lease of ${meetingId} is another's`)
}

/** What of a call's events says whether it is open. */
const phaseTypes: ReadonlySet<string> = new Set(['callOpened', 'callEnded', 'callReopened'])

/** The agenda as the call last wrote it; null when it wrote none, or only followed the plan. */
function agendaIn(events: readonly StoredCallEvent[]): AgendaItem[] | null {
  const last = events.findLast(({ event }) => event.type === 'agendaChanged' && event.by !== null)?.event
  return last?.type === 'agendaChanged' ? last.items : null
}

/** SQLSTATE 23503: of all that is written here the meeting's row alone may be missing. */
function isKeyError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503'
}

/** SQLSTATE class 22: what was sent is no value of its type. */
function isDataError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22')
  )
}

/** Takes somebody out of a meeting for good. @throws AppError storage_unavailable */
export async function banParticipant(
  database: Database,
  meetingId: MeetingId,
  participantId: ParticipantId,
): Promise<void> {
  await database.prisma.participant.updateMany({
    where: { id: participantId, meetingId, bannedAt: null },
    data: { bannedAt: new Date() },
  })
}

/** A new recording that a recorder is asked for. Safe to repeat. @throws AppError storage_unavailable */
export async function createRecording(
  database: Database,
  recording: {
    id: RecordingId
    meetingId: MeetingId
    approvedByName: string
    nodeId: NodeId
    startedAtMs: number
  },
): Promise<void> {
  const { startedAtMs, ...row } = recording
  await database.prisma.recording.upsert({
    where: { id: recording.id },
    create: { ...row, state: 'starting', startedAt: new Date(startedAtMs) },
    update: { nodeId: recording.nodeId },
  })
}

/**
 * Meetings that are open though their planned end is over, or since then the moment when they were opened again.
 * @throws AppError storage_unavailable
 */
export async function openMeetingsOverdue(
  database: Database,
  nowMs: number,
): Promise<{ id: MeetingId; endsAtMs: number }[]> {
  const rows = await database.prisma.meeting.findMany({
    where: { status: 'open', endsAt: { lt: new Date(nowMs) } },
    select: {
      id: true,
      endsAt: true,
      events: { where: { type: 'callReopened' }, orderBy: { seq: 'desc' }, take: 1, select: { at: true } },
    },
    orderBy: { endsAt: 'asc' },
  })
  return rows.map(({ id, endsAt, events: [reopened] }) => ({
    id: id as MeetingId, // made by us
    endsAtMs: Math.max(endsAt.getTime(), reopened?.at.getTime() ?? 0),
  }))
}

/** Says in the audit log that the platform itself ended a call. @throws AppError storage_unavailable */
export async function noteForgottenCall(
  database: Database,
  meetingId: MeetingId,
  atMs: number,
): Promise<void> {
  const fact = { actorId: 'system', action: 'call.endedAsForgotten', subject: meetingId }
  await database.audit.record(fact, atMs)
}
