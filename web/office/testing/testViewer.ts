import { MeetingId, ParticipantId, UserId } from '#contract/ids.ts'
import type { AccountCredential } from '#contract/principal.ts'
import type { Viewer } from '../access.ts'

/** Somebody signed in, for tests. */
export function accountViewer(
  id: string,
  change: Partial<Omit<Viewer, 'account' | 'links'>> &
    Partial<Pick<AccountCredential, 'isSystemAdmin' | 'unitRoles'>> = {},
): Viewer {
  const { isSystemAdmin = false, unitRoles = [], ...shown } = change
  const userId = UserId.parse(id)
  return {
    account: { kind: 'account', userId, sessionId: `session-${id}`, isSystemAdmin, unitRoles },
    links: [],
    owes: null,
    isConfirmed: true,
    name: id,
    email: `${id}@mau.example`,
    locale: 'vi',
    units: [],
    ...shown,
  }
}

/** The holder of a join link, for tests. */
export function linkViewer(meetingId: string, participantId: string): Viewer {
  const ids = { meetingId: MeetingId.parse(meetingId), participantId: ParticipantId.parse(participantId) }
  const links = [{ kind: 'link' as const, linkId: `link-${participantId}`, ...ids }]
  const shown = { name: 'Khách', email: '', locale: 'vi' as const, units: [] }
  return { account: null, links, owes: null, isConfirmed: false, ...shown }
}

/** The account of somebody signed in, for tests. */
export function userIdOf({ account }: Viewer): UserId {
  if (!account) throw new Error('no account')
  return account.userId
}
