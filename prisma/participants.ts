import { AppError } from '#contract/errors.ts'
import { MeetingId, ParticipantId, SiteId, UserId } from '#contract/ids.ts'
import {
  invitationResponses,
  type InvitationResponse,
  type MeetingRole,
  type MeetingStatus,
  meetingRoles,
  meetingStatuses,
  type ParticipantKind,
  unitRoles,
} from '#contract/meeting.ts'
import type { Actor, Subject } from '#contract/permissions.ts'
import type { Database, PrismaTx } from './client.ts'

/** Somebody known by a session, by a join link, or by both. */
export interface Caller {
  userId: string | null
  link: { meetingId: string; participantId: string } | null
}

/** A caller's place in one meeting, with all that `allows` asks about. */
export interface Participation {
  meetingId: MeetingId
  participantId: ParticipantId
  userId: UserId | null
  siteId: SiteId | null
  kind: ParticipantKind
  role: MeetingRole
  name: string
  position: string
  unitName: string
  actor: Actor & { meetingRole: MeetingRole }
  subject: Subject & { unitId: string; meetingStatus: MeetingStatus }
}

/**
 * Who the caller is in a meeting: the own invitation, else the join link's participant. For the gateway, at each
 * connection; permissions are asked of `allows(actor, action, subject)`.
 * @throws AppError not_found when the meeting is absent or foreign, forbidden when it may be seen but not joined,
 * removed when banned
 */
export async function findParticipation(
  database: Database,
  caller: Caller,
  meetingId: string,
): Promise<Participation> {
  const linked = caller.link?.meetingId === meetingId ? caller.link.participantId : null
  const mine = [
    ...(caller.userId === null ? [] : [{ userId: caller.userId }]),
    ...(linked === null ? [] : [{ id: linked }]),
  ]
  if (mine.length === 0) throw new AppError('not_found', 'the link is of another meeting')
  const rows = await database.prisma.participant.findMany({
    where: { meetingId, OR: mine },
    include: { meeting: { select: { unitId: true, status: true } } },
  })
  const row = rows.find((found) => found.userId !== null && found.userId === caller.userId) ?? rows[0]
  const units =
    caller.userId === null
      ? []
      : await database.prisma.unitMember.findMany({ where: { userId: caller.userId } })
  const unitRolesHeld = units.map((member) => ({ unitId: member.unitId, role: unitRoleOf(member.role) }))
  if (!row) {
    const meeting = await database.prisma.meeting.findUnique({
      where: { id: meetingId },
      select: { unitId: true },
    })
    const runsUnit = unitRolesHeld.some(
      (held) => held.unitId === meeting?.unitId && held.role === 'secretary',
    )
    throw new AppError(meeting && runsUnit ? 'forbidden' : 'not_found', 'not a participant')
  }
  if (row.bannedAt) throw new AppError('removed')
  const role = roleOf(row.role)
  const status = statusOf(row.meeting.status)
  if (status === 'draft' && role !== 'chair' && role !== 'secretary') throw new AppError('not_found')
  const user = row.userId !== null && row.userId === caller.userId
  return {
    meetingId: MeetingId.parse(row.meetingId),
    participantId: ParticipantId.parse(row.id),
    userId: row.userId === null ? null : UserId.parse(row.userId),
    siteId: row.siteId === null ? null : SiteId.parse(row.siteId),
    kind: kindOf(row.kind),
    role,
    name: row.name,
    position: row.position,
    unitName: row.unitName,
    actor: { isSystemAdmin: false, unitRoles: user ? unitRolesHeld : [], meetingRole: role },
    subject: { unitId: row.meeting.unitId, meetingStatus: status },
  }
}

/** Keeps the answer to an invitation; a reason only of who declines. */
export async function saveResponse(
  database: Database,
  participantId: string,
  answer: { response: 'accepted' | 'declined'; reason: string; atMs: number },
): Promise<void> {
  const { response, reason, atMs } = answer
  const responseReason = response === 'declined' ? reason : ''
  await database.prisma.participant.updateMany({
    where: { id: participantId },
    data: { response, responseReason, respondedAt: new Date(atMs) },
  })
}

/**
 * A participant of a meeting who comes in by a link: a guest, or the terminal of a site.
 * @throws AppError not_found when it is of another meeting, invalid_state when it has an account to come in by
 */
export async function findLinkHolder(
  tx: PrismaTx,
  meetingId: string,
  participantId: string,
): Promise<{ id: ParticipantId; isBanned: boolean; meetingEndsAtMs: number }> {
  const row = await tx.participant.findFirst({
    where: { id: participantId, meetingId },
    include: { meeting: { select: { endsAt: true } } },
  })
  if (!row) throw new AppError('not_found', 'no such participant in this meeting')
  if (row.userId !== null) throw new AppError('invalid_state', 'an account needs no link')
  return {
    id: ParticipantId.parse(row.id),
    isBanned: row.bannedAt !== null,
    meetingEndsAtMs: row.meeting.endsAt.getTime(),
  }
}

/** The words of the columns; what is unknown to this version counts as the least. */
export function roleOf(text: string): MeetingRole {
  return meetingRoles.find((known) => known === text) ?? 'guest'
}
/** See roleOf. */
export function statusOf(text: string): MeetingStatus {
  return meetingStatuses.find((known) => known === text) ?? 'cancelled'
}
/** See roleOf. */
export function responseOf(text: string): InvitationResponse {
  return invitationResponses.find((known) => known === text) ?? 'pending'
}
/** See roleOf. */
export function kindOf(text: string): ParticipantKind {
  return text === 'site' ? 'site' : 'person'
}
/** See roleOf. */
export function unitRoleOf(text: string): (typeof unitRoles)[number] {
  return unitRoles.find((known) => known === text) ?? 'official'
}
