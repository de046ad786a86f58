import { z } from 'zod'
import type { MeetingId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { MeetingRole, MeetingStatus, ParticipantKind } from '#contract/meeting.ts'
import type { Actor } from '#contract/permissions.ts'

/** Who a page is in one meeting, by its cookies and the meeting's record. */
export interface Identity {
  participantId: ParticipantId
  userId: string | null
  /** The site that the participant is; null for a person. */
  siteId: SiteId | null
  kind: ParticipantKind
  role: MeetingRole
  name: string
  position: string
  unitName: string
  actor: Actor & { meetingRole: MeetingRole }
  subject: { unitId: string; meetingStatus: MeetingStatus }
  /** The account's session behind it; null for the holder of a join link. */
  sessionId: string | null
}

/**
 * Looks up who asks for a meeting, by the headers of the handshake.
 * @throws AppError unauthenticated, not_found, forbidden, removed, storage_unavailable
 */
export type Identify = (headers: Headers, meetingId: MeetingId) => Promise<Identity>

/** The bus topic on which ended rights are published. */
export const revocationTopic = 'identity:revoked'

/** Rights that ended: pages that stand on them are closed at once. `user`: whatever of theirs is no longer good. */
export const Revocation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), sessionId: z.string() }),
  z.object({ kind: z.literal('user'), userId: z.string() }),
  z.object({ kind: z.literal('link'), meetingId: z.string(), participantId: z.string() }),
  z.object({ kind: z.literal('participant'), meetingId: z.string(), participantId: z.string() }),
])
export type Revocation = z.infer<typeof Revocation>

/**
 * What a revocation means for a page: `closed`; `asked` anew, as something of its user's ended, perhaps not this;
 * or null.
 */
export function effectOf(
  revocation: Revocation,
  identity: Identity,
  meetingId: MeetingId,
): 'closed' | 'asked' | null {
  switch (revocation.kind) {
    case 'session':
      return identity.sessionId === revocation.sessionId ? 'closed' : null
    case 'user':
      return identity.userId === revocation.userId ? 'asked' : null
    case 'link':
      return isOf(revocation, identity, meetingId) && identity.sessionId === null ? 'closed' : null
    case 'participant':
      return isOf(revocation, identity, meetingId) ? 'closed' : null
  }
}

function isOf(
  revocation: { meetingId: string; participantId: string },
  identity: Identity,
  meetingId: MeetingId,
): boolean {
  return revocation.meetingId === meetingId && revocation.participantId === identity.participantId
}
