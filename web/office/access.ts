import { AppError } from '#contract/errors.ts'
import { idText } from '#contract/input.ts'
import type { UserId } from '#contract/ids.ts'
import type { MeetingRole, UnitRole } from '#contract/meeting.ts'
import { type Action, allows, type Subject } from '#contract/permissions.ts'
import { type AccountCredential, actorOf, type Principal } from '#contract/principal.ts'
import { maySee, type Standing } from '#contract/standing.ts'
import type { Database } from '#db/client.ts'
import { standingIn } from '#db/standing.ts'

/** A second factor to be given, or to be set up first. */
export type SecondFactorDebt = 'code' | 'enrolment'

/** Who looks at a page: a principal, with what pages say of it. Without an account it is the newest link's guest. */
export interface Viewer extends Principal {
  /** What an account still has to do before the office opens: meetings' doors do not ask. Its rights rest meanwhile. */
  owes: SecondFactorDebt | null
  /** The password or a second factor was given a short while ago, as is settled: what administers asks for it. */
  isConfirmed: boolean
  name: string
  email: string
  locale: 'vi' | 'en'
  units: { id: string; name: string; role: UnitRole; position: string }[]
}

/** Whether a viewer may do something with what is not one meeting that was looked up: `accessTo` answers for that. */
export function may(
  viewer: Viewer,
  action: Action,
  on: Subject & { meetingRole?: MeetingRole | null } = {},
): boolean {
  return allows({ ...actorOf(viewer), meetingRole: on.meetingRole ?? null }, action, on)
}

/**
 * Acts that accounts, rights and rules hang on, and the log that is taken along: nobody does them at a page that somebody
 * else left open. Pages are read without that.
 */
const administrative: ReadonlySet<Action> = new Set<Action>([
  ...(['system:administer', 'settings:change', 'audit:export'] as const),
  ...(['people:administer', 'person:change', 'role:give', 'role:withdraw'] as const),
])

/**
 * For acts outside of one meeting. What administers is for who was confirmed lately.
 * @throws AppError not_found to who has no account; forbidden; confirmation_needed
 */
export function guard(viewer: Viewer, action: Action, on: Subject = {}): UserId {
  const userId = guardAccount(viewer)
  if (!may(viewer, action, on)) throw new AppError('forbidden', `${action} is not allowed`)
  if (administrative.has(action)) demandConfirmed(viewer)
  return userId
}

/** For pages that are not there for who may not, to be read only. @throws AppError not_found */
export function guardHidden(viewer: Viewer, action: Action, on: Subject = {}): UserId {
  const userId = guardAccount(viewer)
  if (!may(viewer, action, on)) throw new AppError('not_found', `${action} is not allowed`)
  return userId
}

/**
 * For what every signed-in person may do in the office; holders of a join link may not.
 * @throws AppError not_found; second_factor_needed
 */
export function guardAccount(viewer: Viewer): UserId {
  const { userId } = guardSession(viewer)
  demandSettled(viewer)
  return userId
}

/** For what a password alone opens: one's language, and the second factor itself. @throws AppError not_found */
export function guardSession(viewer: Viewer): AccountCredential {
  if (viewer.account === null) throw new AppError('not_found', 'only for accounts')
  return viewer.account
}

/** For what changes how an account is entered. @throws AppError confirmation_needed */
export function demandConfirmed({ isConfirmed }: Viewer): void {
  if (!isConfirmed) throw new AppError('confirmation_needed', 'not confirmed lately')
}

/** For what join links open too: an account's session owes no second factor. @throws AppError second_factor_needed */
export function demandSettled({ owes }: Viewer): void {
  if (owes !== null) throw new AppError('second_factor_needed', owes)
}

/** What a viewer may do with one meeting that the viewer may see. */
export interface MeetingAccess {
  standing: Standing
  /** The user's id, or the participant's of a join link; for the log. */
  actorId: string
  may(action: Action): boolean
  /** @throws AppError forbidden */
  demand(action: Action): void
}

/**
 * The first act of every service method about a meeting.
 * @throws AppError not_found: no such meeting, or not this viewer's to see; the two look alike. second_factor_needed
 */
export async function accessTo(
  database: Database,
  viewer: Viewer,
  meetingId: string,
): Promise<MeetingAccess> {
  demandSettled(viewer)
  if (!idText.safeParse(meetingId).success) throw new AppError('not_found', 'no id of a meeting')
  const standing = await standingIn(database, viewer, meetingId)
  if (!standing || !maySee(standing)) throw new AppError('not_found', 'not to be seen by this viewer')
  const may = (action: Action): boolean => allows(standing.actor, action, standing.subject)
  return {
    standing,
    actorId: viewer.account?.userId ?? standing.participant?.id ?? 'unknown',
    may,
    demand(action) {
      if (!may(action)) throw new AppError('forbidden', `${action} is not allowed`)
    },
  }
}
