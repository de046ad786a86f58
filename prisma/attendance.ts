import {
  invitationResponses,
  meetingRoles,
  meetingStatuses,
  unitLevels,
  type InvitationResponse,
  type MeetingRole,
  type MeetingStatus,
  type ParticipantKind,
  type UnitLevel,
} from '#contract/meeting.ts'
import { siteWithUnit } from '#contract/siteName.ts'
import type { RoomEvent, RoomEventType } from '#contract/room/room.ts'
import { storedEvent } from '#contract/room/storedEvent.ts'
import type { Database } from './client.ts'
import { fullUnitName, siteOf } from './units.ts'

/** What is known of a meeting that was held; times are epoch milliseconds. */
export interface MeetingRecord {
  title: string
  place: string
  status: MeetingStatus
  startsAtMs: number
  openedAtMs: number | null
  endedAtMs: number | null
  hostUnit: {
    code: string
    name: string
    kind: string
    level: UnitLevel
    fullName: string
    parentFullName: string
  }
  participants: {
    id: string
    kind: ParticipantKind
    siteId: string | null
    name: string
    position: string
    unitName: string
    role: MeetingRole
    response: InvitationResponse
    responseReason: string
    /** Taken out by the chair for good. */
    isBanned: boolean
  }[]
  agenda: { id: string; title: string; presenter: string }[]
  /** The site whose room is the meeting's centre. */
  centralSiteId: string | null
  /** With their units, by id. */
  siteNames: Map<string, string>
  /** In the order in which they happened; only those that the purpose needs. */
  events: RoomEvent[]
}

/** What attendance is made of; a page asks for it every few seconds. */
const presenceTypes: RoomEventType[] = [
  'callEnded',
  'participantJoined',
  'participantLeft',
  'participantDisconnected',
  'participantReconnected',
  'presenceMarked',
  'recordingAcknowledged',
]
const minutesTypes: RoomEventType[] = [
  ...presenceTypes,
  'agendaItemStarted',
  'handRaised',
  'speechBegan',
  'spoke',
]

/**
 * Null when there is no such meeting.
 * @param purpose attendance leaves out who spoke and which item was called
 * @throws AppError storage_unavailable
 */
export async function findMeetingRecord(
  database: Database,
  meetingId: string,
  purpose: 'attendance' | 'minutes',
): Promise<MeetingRecord | null> {
  const meeting = await database.prisma.meeting.findUnique({
    where: { id: meetingId },
    include: {
      unit: { include: { parent: true } },
      participants: true,
      agenda: { orderBy: { position: 'asc' } },
      sites: { include: { site: { include: { unit: true } } } },
    },
  })
  if (!meeting) return null
  const rows = await database.prisma.callEvent.findMany({
    where: { meetingId, type: { in: purpose === 'minutes' ? minutesTypes : presenceTypes } },
    orderBy: { seq: 'asc' },
    select: { type: true, at: true, payload: true },
  })
  const { unit } = meeting
  const openedAtMs = meeting.openedAt?.getTime() ?? null
  const siteNames = new Map(meeting.sites.map(({ site }) => [site.id, siteWithUnit(siteOf(site))]))
  for (const one of meeting.participants) {
    if (one.kind === 'site' && one.siteId !== null && !siteNames.has(one.siteId)) {
      siteNames.set(one.siteId, siteWithUnit(one))
    }
  }
  return {
    title: meeting.title,
    place: meeting.place,
    status: known(meetingStatuses, meeting.status),
    startsAtMs: meeting.startsAt.getTime(),
    openedAtMs,
    endedAtMs: meeting.endedAt?.getTime() ?? null,
    hostUnit: {
      code: unit.code,
      name: unit.name,
      kind: unit.kind,
      level: known(unitLevels, unit.level),
      fullName: fullUnitName(unit),
      parentFullName: unit.parent ? fullUnitName(unit.parent) : '',
    },
    participants: meeting.participants.map((one) => ({
      id: one.id,
      kind: one.kind === 'site' ? 'site' : 'person',
      siteId: one.siteId,
      name: one.name,
      position: one.position,
      unitName: one.unitName,
      role: known(meetingRoles, one.role),
      response: known(invitationResponses, one.response),
      responseReason: one.responseReason,
      isBanned: one.bannedAt !== null,
    })),
    agenda: meeting.agenda.map(({ id, title, presenter }) => ({ id, title, presenter })),
    centralSiteId: meeting.sites.find(({ role }) => role === 'central')?.siteId ?? null,
    siteNames,
    events: rows.map(eventOf),
  }
}

/** The column `at` is the event's time; what else it says is in its payload. */
function eventOf(row: { type: string; at: Date; payload: unknown }): RoomEvent {
  const payload = typeof row.payload === 'object' ? row.payload : null
  return storedEvent({ ...payload, type: row.type, atMs: row.at.getTime() })
}

/** A stored word of a closed set. */
function known<T extends string>(words: readonly T[], word: string): T {
  const found = words.find((one) => one === word)
  if (found === undefined) throw new Error(`unknown word in the database: ${word}`)
  return found
}
