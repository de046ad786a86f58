import type { MeetingId, ParticipantId, UserId } from './ids.ts'
import type { HeldRole } from './officeRole.ts'
import type { Actor } from './permissions.ts'

/** A signed-in account, by one of its sessions. */
export interface AccountCredential {
  kind: 'account'
  userId: UserId
  sessionId: string
  isSystemAdmin: boolean
  isAuditor?: boolean
  /** With those that reach to units below. */
  unitRoles: readonly { unitId: string; role: HeldRole }[]
}

/** A join link that is good now: one participant of one meeting. */
export interface LinkCredential {
  kind: 'link'
  linkId: string
  meetingId: MeetingId
  participantId: ParticipantId
}

/** One thing that lets somebody in. Another kind comes in here, and the compiler asks for the rest. */
export type Credential = AccountCredential | LinkCredential

/**
 * Who asks: all that one browser carries, read once at the edge, for pages, API and sockets alike. There is at least
 * one credential: nobody is null. Several links stand side by side, each good for its own meeting.
 */
export interface Principal {
  account: AccountCredential | null
  /** The newest first. */
  links: readonly LinkCredential[]
}

/** All that a principal stands on. */
export function credentialsOf({ account, links }: Principal): Credential[] {
  return account ? [account, ...links] : [...links]
}

/** What a principal is outside of any meeting. */
export function actorOf({ account }: Pick<Principal, 'account'>): Actor {
  return {
    isSystemAdmin: account?.isSystemAdmin ?? false,
    isAuditor: account?.isAuditor ?? false,
    unitRoles: account?.unitRoles ?? [],
  }
}
