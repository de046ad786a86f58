import { AppError } from '#contract/errors.ts'
import type { MeetingId, ParticipantId, SiteId, UserId } from '#contract/ids.ts'
import type { MeetingRole, MeetingStatus, ParticipantKind } from '#contract/meeting.ts'
import type { Actor } from '#contract/permissions.ts'
import type { AccountCredential, Credential, Principal } from '#contract/principal.ts'
import { effectOn, type Revocation } from '#contract/revocation.ts'
import { callStanding, type Standing } from '#contract/standing.ts'
import type { CallPerson, CallRecord } from '#db/calls.ts'

/** Who asks, as the office knows it; the same functions answer pages and API. */
export interface Principals {
  /**
   * By the headers of the upgrade; null when nobody. Being in a call is a use of the session, an open page is not.
   * @throws AppError storage_unavailable
   */
  resolve(headers: Headers, isInCall?: boolean): Promise<Principal | null>
  /** Null when there is no such meeting. @throws AppError storage_unavailable */
  standingIn(principal: Principal, meetingId: MeetingId): Promise<Standing | null>
  /** Which of these accounts have the meeting in their lists. @throws AppError storage_unavailable */
  concernedBy(meetingId: MeetingId, accounts: readonly AccountCredential[]): Promise<ReadonlySet<UserId>>
}

/** Who a page is in one call. */
export interface Identity {
  participantId: ParticipantId
  /** The site that the participant is; null for a person. */
  siteId: SiteId | null
  kind: ParticipantKind
  role: MeetingRole
  name: string
  position: string
  unitName: string
  actor: Actor & { meetingRole: MeetingRole }
  subject: { unitId: string; meetingStatus: MeetingStatus }
  /** What it stands on: when that ends, so does the place in the call. */
  by: Credential
}

/** @throws AppError not_found, forbidden, removed */
export function identityOf(standing: Standing | null): Identity {
  if (!standing) throw new AppError('not_found', 'no such meeting')
  const { participant, by, actor, subject } = callStanding(standing)
  const { id: participantId, siteId, kind, role, name, position, unitName } = participant
  return { participantId, siteId, kind, role, name, position, unitName, actor, subject, by }
}

/**
 * What a revocation means for a place in a call: `ended`; `asked` anew, as something of its account's ended, perhaps
 * not this; or null.
 */
export function effectInCall(
  revocation: Revocation,
  { by, participantId }: Identity,
  meetingId: MeetingId,
): 'ended' | 'asked' | null {
  const isOut =
    revocation.kind === 'participant' &&
    revocation.meetingId === meetingId &&
    revocation.participantId === participantId
  return isOut ? 'ended' : effectOn(revocation, by)
}

/** Who a page is by the plan as it is now. */
export function identityInPlan(
  identity: Identity,
  person: CallPerson,
  { unitId, status }: CallRecord,
): Identity {
  const { role, name, position, unitName } = person
  const actor = { ...identity.actor, meetingRole: role }
  return { ...identity, role, name, position, unitName, actor, subject: { unitId, meetingStatus: status } }
}
