import { AppError } from '#contract/errors.ts'
import { ParticipantId } from '#contract/ids.ts'
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
import type { PrismaTx } from './client.ts'

/** Keeps the answer to an invitation; a reason only of who declines. */
export async function saveResponse(
  tx: PrismaTx,
  participantId: string,
  answer: { response: 'accepted' | 'declined'; reason: string; atMs: number },
): Promise<void> {
  const { response, reason, atMs } = answer
  const responseReason = response === 'declined' ? reason : ''
  await tx.participant.updateMany({
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
