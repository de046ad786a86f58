import { AppError } from '#contract/errors.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import type { Database, PrismaTx } from './client.ts'
import { hashToken, newToken } from './secrets.ts'

const dayMs = 24 * 3600_000
/** How long after its end a link is kept: it says that it is too old, and may be good again when its meeting is moved. */
export const linkMemoryMs = 90 * dayMs

/** A join link that is good now, and who it lets into what. */
export interface JoinLinkRow {
  id: string
  meetingId: MeetingId
  participantId: ParticipantId
  name: string
  /** Whether it lets in a site's room rather than a person. */
  isSite: boolean
  expiresAtMs: number
}

/** Where a join link leads, on this site. Behind the # the token is in no request, so in no log and no referrer. */
export function joinPath(token: string): string {
  return `/join#${token}`
}

/** How long a link lets in: for a day after the planned end, or after now where that is later. */
export function joinLinkEndMs(meetingEndsAtMs: number, nowMs: number): number {
  return Math.max(meetingEndsAtMs, nowMs) + dayMs
}

/** The meeting has another end: its links, also those that ran out with the former, let in until a day after that. */
export async function moveJoinLinks(
  tx: PrismaTx,
  meetingId: string,
  meetingEndsAtMs: number,
  nowMs: number,
): Promise<void> {
  await tx.joinLink.updateMany({
    where: { meetingId, revokedAt: null },
    data: { expiresAt: new Date(joinLinkEndMs(meetingEndsAtMs, nowMs)) },
  })
}

/** Makes a link for a participant; earlier ones are revoked. Only its hash is kept. */
export async function addJoinLink(
  tx: PrismaTx,
  link: { meetingId: string; participantId: string; expiresAtMs: number },
  nowMs: number,
): Promise<string> {
  await revokeJoinLinks(tx, link.participantId, nowMs)
  const token = newToken()
  await tx.joinLink.create({
    data: {
      tokenHash: hashToken(token),
      meetingId: link.meetingId,
      participantId: link.participantId,
      expiresAt: new Date(link.expiresAtMs),
    },
  })
  return token
}

/** Takes back all links of a participant. */
export async function revokeJoinLinks(tx: PrismaTx, participantId: string, nowMs: number): Promise<void> {
  await tx.joinLink.updateMany({
    where: { participantId, revokedAt: null },
    data: { revokedAt: new Date(nowMs) },
  })
}

/**
 * The links that a browser holds, by their ids or tokens, that are good now, the newest first: neither over nor taken
 * back, of a meeting that was announced and of somebody who was not banned. One query. @throws AppError storage_unavailable
 */
export async function goodJoinLinks(
  database: Database,
  { linkIds, tokens }: { linkIds: readonly string[]; tokens: readonly string[] },
  nowMs: number,
): Promise<JoinLinkRow[]> {
  if (linkIds.length + tokens.length === 0) return []
  const rows = await database.prisma.joinLink.findMany({
    where: {
      OR: [{ id: { in: [...linkIds] } }, { tokenHash: { in: tokens.map(hashToken) } }],
      revokedAt: null,
      expiresAt: { gt: new Date(nowMs) },
      meeting: { status: { not: 'draft' } },
      participant: { bannedAt: null },
    },
    include: { participant: { select: { name: true, kind: true } } },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
  })
  return rows.map(linkOf)
}

/**
 * The link behind a token.
 * @throws AppError not_found; link_expired when its time is over or it was taken back; removed when the participant
 * was banned; meeting_cancelled
 */
export async function readJoinLink(
  database: Database,
  token: string,
  nowMs: number,
): Promise<JoinLinkRow & { meetingStatus: string }> {
  const link = await database.prisma.joinLink.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { participant: true, meeting: { select: { status: true } } },
  })
  if (!link || link.meeting.status === 'draft') throw new AppError('not_found', 'no such join link')
  if (link.participant.bannedAt) throw new AppError('removed')
  if (link.revokedAt || link.expiresAt.getTime() <= nowMs) throw new AppError('link_expired')
  if (link.meeting.status === 'cancelled') throw new AppError('meeting_cancelled')
  return { ...linkOf(link), meetingStatus: link.meeting.status }
}

function linkOf(link: {
  id: string
  meetingId: string
  participantId: string
  participant: { name: string; kind: string }
  expiresAt: Date
}): JoinLinkRow {
  return {
    id: link.id,
    meetingId: MeetingId.parse(link.meetingId),
    participantId: ParticipantId.parse(link.participantId),
    name: link.participant.name,
    isSite: link.participant.kind === 'site',
    expiresAtMs: link.expiresAt.getTime(),
  }
}
