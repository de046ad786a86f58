import { MeetingId, ParticipantId, SiteId, type UserId } from '#contract/ids.ts'
import { minutesStates } from '#contract/meeting.ts'
import type { AccountCredential, Principal } from '#contract/principal.ts'
import { standingOf, type Standing } from '#contract/standing.ts'
import type { Database } from './client.ts'
import { kindOf, roleOf, statusOf } from './participants.ts'

/**
 * Who a principal is in a meeting, for pages, API and sockets alike; null when there is no such meeting.
 * @throws AppError storage_unavailable
 */
export async function standingIn(
  database: Database,
  principal: Principal,
  meetingId: string,
): Promise<Standing | null> {
  const { account, links } = principal
  const link = links.find((held) => held.meetingId === meetingId)
  const mine = [
    ...(account ? [{ userId: account.userId }] : []),
    ...(link ? [{ id: link.participantId }] : []),
  ]
  const meeting = await database.prisma.meeting.findUnique({
    where: { id: meetingId },
    select: {
      unitId: true,
      status: true,
      minutes: { select: { state: true } },
      participants: { where: { OR: mine } },
    },
  })
  if (!meeting) return null
  return standingOf(principal, {
    meetingId: MeetingId.parse(meetingId),
    unitId: meeting.unitId,
    status: statusOf(meeting.status),
    minutesState: minutesStates.find((known) => known === meeting.minutes?.state) ?? null,
    participants: meeting.participants.map((row) => ({
      id: ParticipantId.parse(row.id),
      userId: row.userId,
      siteId: row.siteId === null ? null : SiteId.parse(row.siteId),
      kind: kindOf(row.kind),
      role: roleOf(row.role),
      name: row.name,
      position: row.position,
      unitName: row.unitName,
      isBanned: row.bannedAt !== null,
    })),
  })
}

/**
 * Which of these accounts the meeting concerns: they take part in it, or run the meetings of its unit. One query.
 * @throws AppError storage_unavailable
 */
export async function concernedBy(
  database: Database,
  meetingId: string,
  accounts: readonly AccountCredential[],
): Promise<Set<UserId>> {
  const meeting = await database.prisma.meeting.findUnique({
    where: { id: meetingId },
    select: {
      unitId: true,
      status: true,
      minutes: { select: { state: true } },
      participants: {
        where: { userId: { in: accounts.map((account) => account.userId) }, bannedAt: null },
        select: { userId: true, role: true },
      },
    },
  })
  if (!meeting) return new Set()
  // As `allows('meeting:see')` has it: a draft is there for who makes it only.
  const rows = meeting.participants.filter(
    ({ role }) => meeting.status !== 'draft' || role === 'chair' || role === 'secretary',
  )
  const invited = new Set(rows.map((row) => row.userId))
  const isFiled = meeting.minutes?.state === 'approved' || meeting.minutes?.state === 'published'
  const concerned = accounts.filter(
    ({ userId, unitRoles }) =>
      invited.has(userId) ||
      unitRoles.some(
        (held) =>
          held.unitId === meeting.unitId && (held.role === 'secretary' || (isFiled && held.role === 'clerk')),
      ),
  )
  return new Set(concerned.map((account) => account.userId))
}
