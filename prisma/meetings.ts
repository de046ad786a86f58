import { MeetingId, ParticipantId } from '#contract/ids.ts'
import {
  type InvitationResponse,
  type MeetingKind,
  meetingKinds,
  type MeetingRole,
  type MeetingStatus,
  type MinutesState,
  minutesStates,
  type ParticipantKind,
} from '#contract/meeting.ts'
import { siteWithUnit } from '#contract/siteName.ts'
import { compareByGivenName, compareVietnamese, searchText } from '#contract/vietnamese.ts'
import type { Prisma as Sql } from './generated/client.ts'
import type { Database } from './client.ts'
import { type SittingRow, sittingInclude, sittingOf } from './sittings.ts'
import { kindOf, responseOf, roleOf, statusOf } from './participants.ts'
import { fullUnitName, siteOf, type SiteRow, unitOf, type UnitRow } from './units.ts'

/** Who looks: an account with the units whose meetings it runs, or the holder of join links. */
export interface MeetingAsker {
  userId: string | null
  /** Units where the account is a secretary. */
  secretaryOf: readonly string[]
  /** Units whose documents the account numbers and publishes. */
  clerkOf: readonly string[]
  /** Of the holder of join links: these participants. */
  participantIds: readonly string[]
}

/** A meeting in a list, as one asker sees it. Times are epoch milliseconds. */
export interface MeetingItem {
  id: MeetingId
  title: string
  kind: MeetingKind
  status: MeetingStatus
  startsAtMs: number
  endsAtMs: number
  hostUnitId: string
  hostUnitName: string
  myRole: MeetingRole | null
  myResponse: InvitationResponse | null
  participantCount: number
  minutesState: MinutesState | null
  isSample: boolean
  endedAtMs: number | null
}

/** A participant as the office sees it. */
export interface MeetingParticipant {
  id: ParticipantId
  kind: ParticipantKind
  userId: string | null
  siteId: string | null
  unitId: string | null
  name: string
  position: string
  unitName: string
  role: MeetingRole
  response: InvitationResponse
  responseReason: string
  isBanned: boolean
  hasLink: boolean
  /** Of a member of the body that sits who has no account. */
  mandateId: string | null
}

/** A meeting whole. */
export interface MeetingRow extends MeetingItem {
  unitId: string
  description: string
  place: string
  isRecordingPlanned: boolean
  isDeclaredUnclassified: boolean
  overrideReason: string
  cancelReason: string
  openedAtMs: number | null
  version: number
  participants: MeetingParticipant[]
  agenda: { id: string; title: string; presenter: string; durationMin: number | null }[]
  sites: (SiteRow & { role: 'central' | 'member' })[]
  units: UnitRow[]
  /** The body whose sitting it is; null for none. */
  sitting: SittingRow | null
}

/** What a list of meetings is narrowed to. */
export interface MeetingFilter {
  /** Ends after this. */
  fromMs?: number
  /** Starts before this. */
  toMs?: number
  query?: string
  statuses?: readonly MeetingStatus[]
  /** Only those in which the asker takes part. */
  isMine?: boolean
  /** Which end of the time line is kept when there are more than `limit`. */
  keep?: 'earliest' | 'latest'
  limit: number
}

/** One's own row; that of a link where the account has none, as `standingOf` has it. */
function mineOf({ userId, participantIds }: MeetingAsker): Sql.ParticipantWhereInput {
  const isOthers = userId === null ? {} : { meeting: { participants: { none: { userId } } } }
  return {
    OR: [...(userId === null ? [] : [{ userId }]), { id: { in: [...participantIds] }, ...isOthers }],
    bannedAt: null,
  }
}

/** Drafts are seen by who makes them only, as `allows('meeting:see')` has it. */
function visibleTo(asker: MeetingAsker, isMine: boolean): Sql.MeetingWhereInput {
  const mine = mineOf(asker)
  const invited: Sql.MeetingWhereInput[] = [
    { status: { not: 'draft' }, participants: { some: mine } },
    { participants: { some: { ...mine, role: { in: ['chair', 'secretary'] } } } },
  ]
  const hosted = isMine || asker.secretaryOf.length === 0 ? [] : [{ unitId: { in: [...asker.secretaryOf] } }]
  const filed =
    isMine || asker.clerkOf.length === 0
      ? []
      : [{ unitId: { in: [...asker.clerkOf] }, minutes: { state: { in: ['approved', 'published'] } } }]
  return { OR: [...invited, ...hosted, ...filed] }
}

function itemInclude(asker: MeetingAsker) {
  return {
    unit: { select: { kind: true, name: true } },
    participants: { where: mineOf(asker), select: { role: true, response: true }, take: 1 },
    minutes: { select: { state: true } },
    _count: { select: { participants: true } },
  } satisfies Sql.MeetingInclude
}

/** A word in the title, the place, the names of the unit that holds it, of one invited, of a site's or of who chairs. */
function concerning(word: string): Sql.MeetingWhereInput {
  const named = { nameSearch: { contains: word } }
  return {
    OR: [
      { titleSearch: { contains: word } },
      { placeSearch: { contains: word } },
      { unit: named },
      { sites: { some: { site: { unit: named } } } },
      { units: { some: { unit: named } } },
      { participants: { some: { role: 'chair', user: named } } },
    ],
  }
}

function meetingsWhere(asker: MeetingAsker, filter: Omit<MeetingFilter, 'limit'>): Sql.MeetingWhereInput {
  const words = searchText(filter.query ?? '').split(' ')
  return {
    AND: [
      visibleTo(asker, filter.isMine === true),
      ...words.map(concerning),
      ...(filter.fromMs === undefined ? [] : [{ endsAt: { gt: new Date(filter.fromMs) } }]),
      ...(filter.toMs === undefined ? [] : [{ startsAt: { lt: new Date(filter.toMs) } }]),
      ...(filter.statuses === undefined ? [] : [{ status: { in: [...filter.statuses] } }]),
    ],
  }
}

/** How many meetings match, whatever a list shows of them. */
export function countMeetings(
  database: Database,
  asker: MeetingAsker,
  filter: Omit<MeetingFilter, 'limit' | 'keep'>,
): Promise<number> {
  return database.prisma.meeting.count({ where: meetingsWhere(asker, filter) })
}

/** Meetings that the asker may see, by start. @throws AppError storage_unavailable */
export async function listMeetings(
  database: Database,
  asker: MeetingAsker,
  filter: MeetingFilter,
): Promise<MeetingItem[]> {
  const isLatest = filter.keep === 'latest'
  const rows = await database.prisma.meeting.findMany({
    where: meetingsWhere(asker, filter),
    include: itemInclude(asker),
    orderBy: [{ startsAt: isLatest ? 'desc' : 'asc' }, { id: 'asc' }],
    take: filter.limit,
  })
  const items = rows.map(itemOf)
  return isLatest ? items.reverse() : items
}

/**
 * A meeting whole; null when there is none. Whether it may be seen is the caller's to check.
 * @param mine the asker's participant, whose role and answer are named
 */
export async function findMeeting(
  database: Database,
  id: string,
  mine: string | null,
  nowMs: number,
): Promise<MeetingRow | null> {
  const row = await database.prisma.meeting.findUnique({
    where: { id },
    include: {
      unit: true,
      minutes: { select: { state: true } },
      agenda: { orderBy: { position: 'asc' } },
      sites: { include: { site: { include: { unit: true } } } },
      units: { include: { unit: true } },
      sitting: sittingInclude,
      participants: {
        include: {
          links: { where: { revokedAt: null, expiresAt: { gt: new Date(nowMs) } }, select: { id: true } },
        },
      },
    },
  })
  if (!row) return null
  const participants = row.participants.filter((one) => one.id === mine)
  return {
    ...itemOf({ ...row, participants, _count: { participants: row.participants.length } }),
    unitId: row.unitId,
    description: row.description,
    place: row.place,
    isRecordingPlanned: row.isRecordingPlanned,
    isDeclaredUnclassified: row.isDeclaredUnclassified,
    overrideReason: row.overrideReason,
    cancelReason: row.cancelReason,
    openedAtMs: row.openedAt?.getTime() ?? null,
    version: row.version,
    participants: row.participants.map(participantOf).sort(byRoleThenName),
    agenda: row.agenda.map(({ id, title, presenter, durationMin }) => ({
      id,
      title,
      presenter,
      durationMin,
    })),
    sites: row.sites
      .map(({ site, role }) => ({
        ...siteOf(site),
        role: role === 'central' ? ('central' as const) : ('member' as const),
      }))
      .sort(
        (a, b) =>
          Number(a.role === 'member') - Number(b.role === 'member') || compareVietnamese(a.name, b.name),
      ),
    sitting: sittingOf(row.sitting),
    units: row.units.map(({ unit }) => unitOf(unit)).sort((a, b) => compareVietnamese(a.name, b.name)),
  }
}

/**
 * Who and which sites are in another meeting at the same time; not in which, nor when exactly. At most 50: `isCut` when
 * there are more.
 */
export async function findClashes(
  database: Database,
  plan: {
    id?: string
    startsAtMs: number
    endsAtMs: number
    userIds: readonly string[]
    siteIds: readonly string[]
  },
): Promise<{ clashes: { what: 'person' | 'site'; name: string }[]; isCut: boolean }> {
  const rows = await database.prisma.participant.findMany({
    where: {
      meeting: {
        startsAt: { lt: new Date(plan.endsAtMs) },
        endsAt: { gt: new Date(plan.startsAtMs) },
        status: { in: ['scheduled', 'open'] },
        ...(plan.id === undefined ? {} : { id: { not: plan.id } }),
      },
      bannedAt: null,
      OR: [
        { userId: { in: [...plan.userIds] }, response: { not: 'declined' } },
        { kind: 'site', siteId: { in: [...plan.siteIds] } },
      ],
    },
    distinct: ['userId', 'siteId'],
    select: { kind: true, name: true, unitName: true },
    take: maxClashes + 1,
  })
  const clashes = rows
    .slice(0, maxClashes)
    .map((row) =>
      row.kind === 'site'
        ? { what: 'site' as const, name: siteWithUnit(row) }
        : { what: 'person' as const, name: row.name },
    )
    .sort((a, b) => compareVietnamese(a.what, b.what) || compareByGivenName(a.name, b.name))
  return { clashes, isCut: rows.length > maxClashes }
}

const maxClashes = 50

function itemOf(row: {
  id: string
  title: string
  kind: string
  status: string
  startsAt: Date
  endsAt: Date
  endedAt: Date | null
  unitId: string
  unit: { kind: string; name: string }
  participants: { role: string; response: string }[]
  minutes: { state: string } | null
  _count: { participants: number }
  isSample: boolean
}): MeetingItem {
  const [me] = row.participants
  return {
    id: MeetingId.parse(row.id),
    title: row.title,
    kind: meetingKinds.find((known) => known === row.kind) ?? 'work',
    status: statusOf(row.status),
    startsAtMs: row.startsAt.getTime(),
    endsAtMs: row.endsAt.getTime(),
    hostUnitId: row.unitId,
    hostUnitName: fullUnitName(row.unit),
    myRole: me ? roleOf(me.role) : null,
    myResponse: me ? responseOf(me.response) : null,
    participantCount: row._count.participants,
    minutesState: minutesStates.find((known) => known === row.minutes?.state) ?? null,
    isSample: row.isSample,
    endedAtMs: row.endedAt?.getTime() ?? null,
  }
}

function participantOf(row: {
  id: string
  kind: string
  userId: string | null
  siteId: string | null
  unitId: string | null
  name: string
  position: string
  unitName: string
  role: string
  response: string
  responseReason: string
  bannedAt: Date | null
  mandateId: string | null
  links: unknown[]
}): MeetingParticipant {
  const { userId, siteId, unitId, name, position, unitName, responseReason, mandateId } = row
  return {
    ...{ userId, siteId, unitId, name, position, unitName, responseReason, mandateId },
    id: ParticipantId.parse(row.id),
    kind: kindOf(row.kind),
    role: roleOf(row.role),
    response: responseOf(row.response),
    isBanned: row.bannedAt !== null,
    hasLink: row.links.length > 0,
  }
}

const roleOrder: readonly MeetingRole[] = ['chair', 'secretary', 'delegate', 'guest', 'technician']

function byRoleThenName(a: MeetingParticipant, b: MeetingParticipant): number {
  return (
    roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) ||
    Number(a.kind === 'site') - Number(b.kind === 'site') ||
    (a.kind === 'site' ? compareVietnamese(a.name, b.name) : compareByGivenName(a.name, b.name))
  )
}
