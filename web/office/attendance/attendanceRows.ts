import { acknowledgementsOf, presenceOf, type Presence } from '#contract/attendance.ts'
import { assertNever } from '#contract/errors.ts'
import { ParticipantId } from '#contract/ids.ts'
import type { InvitationResponse, MeetingRole, ParticipantKind } from '#contract/meeting.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { settingDefinitions } from '#contract/settings.ts'
import { compareByGivenName, compareVietnamese } from '#contract/vietnamese.ts'

/** One line of the attendance list. */
export interface AttendanceRow {
  participantId: ParticipantId
  name: string
  position: string
  unitName: string
  role: MeetingRole
  kind: ParticipantKind
  response: InvitationResponse
  responseReason: string
  /** present, late (present, but after the start), absent, excused (absent and declined) */
  state: 'present' | 'late' | 'absent' | 'excused'
  isThereNow: boolean
  siteName: string
  firstJoinedAtMs: number | null
  lastLeftAtMs: number | null
  totalMs: number
  joinCount: number
  /** When they said to know that the meeting is recorded. */
  recordingAcknowledgedAtMs: number | null
}

/** What attendance is made of: who was invited, and what the call stored. */
export interface AttendanceFacts {
  startsAtMs: number
  openedAtMs: number | null
  endedAtMs: number | null
  participants: AttendanceParticipant[]
  /** Names of sites, with their units, by id. */
  siteNames: ReadonlyMap<string, string>
  events: readonly RoomEvent[]
}

export interface AttendanceParticipant {
  id: string
  kind: ParticipantKind
  siteId: string | null
  name: string
  position: string
  unitName: string
  role: MeetingRole
  response: InvitationResponse
  responseReason: string
}

/**
 * The attendance list, from the invitation and the stored events alone. Pure. Late is later than the start (the plan's,
 * or the opening when that came after it) by more than the tolerance. Whoever joined without being invited is listed too.
 */
export function attendanceRows(
  facts: AttendanceFacts,
  nowMs: number,
  lateToleranceMs: number = settingDefinitions.lateToleranceMinutes.standard * 60_000,
): AttendanceRow[] {
  const asOfMs = facts.endedAtMs ?? nowMs
  const presence = presenceOf(facts.events, asOfMs)
  const acknowledged = acknowledgementsOf(facts.events)
  const punctualUntilMs = meetingStartMs(facts) + lateToleranceMs
  return [...facts.participants, ...uninvited(facts)]
    .map((one) => {
      const id = ParticipantId.parse(one.id)
      const row = rowOf(one, presence.get(id), facts, punctualUntilMs)
      return { ...row, recordingAcknowledgedAtMs: acknowledged.get(id) ?? null }
    })
    .toSorted(compareRows)
}

/**
 * When the meeting really began: as planned, or when it was opened after that. A call is opened earlier for the
 * rehearsal of the sites; one that also ended before its planned time began with its opening.
 */
export function meetingStartMs(facts: {
  startsAtMs: number
  openedAtMs: number | null
  endedAtMs: number | null
}): number {
  const { startsAtMs, openedAtMs, endedAtMs } = facts
  if (openedAtMs === null) return startsAtMs
  return endedAtMs !== null && endedAtMs <= startsAtMs ? openedAtMs : Math.max(startsAtMs, openedAtMs)
}

function rowOf(
  one: AttendanceParticipant,
  presence: Presence | undefined,
  facts: AttendanceFacts,
  punctualUntilMs: number,
): Omit<AttendanceRow, 'recordingAcknowledgedAtMs'> {
  const stays = presence?.stays ?? []
  const marked = presence?.marked ?? null
  const firstJoinedAtMs = presence?.firstJoinedAtMs ?? null
  const isPresent = stays.length > 0 || marked !== null
  const isOver = facts.endedAtMs !== null
  return {
    participantId: ParticipantId.parse(one.id),
    name: one.name,
    position: one.position,
    unitName: one.unitName,
    role: one.role,
    kind: one.kind,
    response: one.response,
    responseReason: one.responseReason,
    state: isPresent
      ? firstJoinedAtMs !== null && firstJoinedAtMs > punctualUntilMs
        ? 'late'
        : 'present'
      : one.response === 'declined'
        ? 'excused'
        : 'absent',
    isThereNow: !isOver && (stays.at(-1)?.toMs === null || marked !== null),
    siteName: siteNameOf(one, presence, facts),
    firstJoinedAtMs,
    lastLeftAtMs: stays.at(-1)?.toMs ?? (stays.length > 0 ? facts.endedAtMs : null),
    totalMs: presence?.totalMs ?? 0,
    joinCount: stays.length,
  }
}

/** The room where somebody sat: the last one known. */
function siteNameOf(
  one: AttendanceParticipant,
  presence: Presence | undefined,
  facts: AttendanceFacts,
): string {
  const siteId =
    one.kind === 'site'
      ? one.siteId
      : (presence?.stays.findLast((stay) => stay.siteId !== null)?.siteId ?? presence?.marked?.siteId)
  return siteId ? (facts.siteNames.get(siteId) ?? '') : ''
}

/** Who was in the call without a row in the plan: known by the seat that they took. */
function uninvited(facts: AttendanceFacts): AttendanceParticipant[] {
  const known = new Set<string>(facts.participants.map((one) => one.id))
  const found: AttendanceParticipant[] = []
  for (const event of facts.events) {
    if (event.type !== 'participantJoined' || known.has(event.participant.id)) continue
    const { id, kind, siteId, name, position, unitName, role } = event.participant
    known.add(id)
    found.push({
      id,
      kind,
      siteId,
      name,
      position,
      unitName,
      role,
      response: 'pending',
      responseReason: '',
    })
  }
  return found
}

function compareRows(a: AttendanceRow, b: AttendanceRow): number {
  return (
    rankOf(a.role) - rankOf(b.role) ||
    compareVietnamese(a.unitName, b.unitName) ||
    Number(b.kind === 'site') - Number(a.kind === 'site') ||
    (a.kind === 'site' && b.kind === 'site'
      ? compareVietnamese(a.name, b.name)
      : compareByGivenName(a.name, b.name)) ||
    (a.participantId < b.participantId ? -1 : 1)
  )
}

/** Officials first, then guests, then who serves the meeting. */
function rankOf(role: MeetingRole): number {
  switch (role) {
    case 'chair':
      return 0
    case 'secretary':
      return 1
    case 'delegate':
      return 2
    case 'guest':
      return 3
    case 'technician':
      return 4
    default:
      return assertNever(role)
  }
}
