import type { MeetingRole, MeetingStatus, UnitRole } from './meeting.ts'
import { assertNever } from './errors.ts'
import { type HeldRole, isScoped, type OfficeRole } from './officeRole.ts'
import type { Scope } from './room/scope.ts'

/** Who asks. Built from the principal (and the meeting's participant row), never from what a client says. */
export interface Actor {
  isSystemAdmin: boolean
  /** Reads the audit log and changes nothing. */
  isAuditor?: boolean
  /** All that is held in units; what reaches to the units below is spelled out for each of them. */
  unitRoles: readonly { unitId: string; role: HeldRole }[]
  /** The role in the meeting in question, if any. */
  meetingRole?: MeetingRole | null
}

/** What is asked about. Only the fields that an action needs have to be there. */
export interface Subject {
  /** The unit that holds the meeting, or the unit in question. */
  unitId?: string
  meetingStatus?: MeetingStatus
  /** Approved, or published since. */
  minutesAreApproved?: boolean
  minutesArePublished?: boolean
  /** A person: every unit in which they are or hold anything. */
  personUnitIds?: readonly string[]
  /** That person holds a role of the whole system. */
  personIsOfSystem?: boolean
  /** That person is the actor. */
  isSelf?: boolean
  /** The role that is given or taken. */
  role?: UnitRole | OfficeRole
}

export const actions = [
  // office
  'system:administer', // the whole city: units, every role
  'settings:change', // legal numbers and rules, for the whole city
  'audit:see',
  'audit:export', // take it along
  'people:administer', // people and roles of the unit; without a unit: of any
  'person:change', // name, address, link, lock: all that takes an account over
  'role:give',
  'role:withdraw',
  'sites:administer', // see the list of halls with its acts
  'site:change', // add or change a hall of the unit
  'body:change', // bodies of the unit: terms, members, offices
  'directory:search', // look up people of all units
  'email:see', // of a person
  'meeting:create',
  'meeting:see',
  'meeting:edit', // plan, invite, agenda, links
  'meeting:cancel',
  'meeting:delete', // a plan that nobody has opened; what was announced is better cancelled
  'meeting:end', // a call that nobody ends, from outside of it
  'meeting:reopen', // a call that ended by mistake
  'attendance:see',
  'attendance:mark',
  'minutes:see',
  'minutes:edit',
  'minutes:recall', // take back what was submitted
  'minutes:approve',
  'minutes:publish', // and give the number
  'recording:see',
  'recording:keep', // from the rule that deletes
  'recording:delete', // by hand, once the minutes are published
  // call
  'call:open', // be the first in, before the meeting is open
  'call:join',
  'call:end',
  'call:speak', // publish microphone and camera, raise the hand
  'call:shareScreen',
  'call:chat',
  'call:moderate', // mute others, mute all, remove, lower hands
  'call:agenda', // move to another agenda item
  'recording:approve', // QĐ 45/2018: the chair decides
  'recording:propose',
  'recording:stop',
] as const
export type Action = (typeof actions)[number]

/** The one function that decides who may do what, for pages, HTTP, sockets and jobs alike. */
export function allows(actor: Actor, action: Action, on: Subject = {}): boolean {
  const role = actor.meetingRole ?? null
  const holds = (held: HeldRole, unitId: string | undefined) =>
    actor.unitRoles.some((one) => one.role === held && one.unitId === unitId)
  const holdsSomewhere = (held: HeldRole) => actor.unitRoles.some((one) => one.role === held)
  const isUnitSecretary = holds('secretary', on.unitId)
  const isUnitClerk = holds('clerk', on.unitId)
  const personUnitIds = on.personUnitIds ?? []
  const administersSome = personUnitIds.some((unitId) => holds('unit_admin', unitId))
  const runsMeeting = role === 'chair' || role === 'secretary'
  switch (action) {
    case 'system:administer':
    case 'settings:change':
      return actor.isSystemAdmin
    case 'audit:see':
    case 'audit:export':
      return actor.isSystemAdmin || actor.isAuditor === true
    case 'people:administer':
      if (on.unitId === undefined) return actor.isSystemAdmin || holdsSomewhere('unit_admin')
      return actor.isSystemAdmin || holds('unit_admin', on.unitId)
    case 'person:change':
      // Whoever takes an account over has all that it holds: nobody gets more than they have.
      return (
        actor.isSystemAdmin ||
        (on.personIsOfSystem !== true &&
          administersSome &&
          personUnitIds.every((unitId) => holds('unit_admin', unitId)))
      )
    case 'role:give':
      // Nobody raises themselves, and nobody draws strangers into their unit.
      if (on.isSelf === true || on.role === undefined) return false
      return actor.isSystemAdmin || (administersSome && allows(actor, 'role:withdraw', on))
    case 'role:withdraw':
      if (actor.isSystemAdmin) return true
      if (on.role === undefined || (!isUnitRole(on.role) && !isScoped(on.role))) return false
      return holds('unit_admin', on.unitId)
    case 'sites:administer':
      return actor.isSystemAdmin || holdsSomewhere('unit_admin') || holdsSomewhere('technician')
    case 'site:change':
      return (
        actor.isSystemAdmin ||
        isUnitSecretary ||
        holds('unit_admin', on.unitId) ||
        holds('technician', on.unitId)
      )
    case 'body:change':
      return actor.isSystemAdmin || isUnitSecretary || holds('unit_admin', on.unitId)
    case 'directory:search':
      return actor.isSystemAdmin || holdsSomewhere('secretary') || holdsSomewhere('unit_admin')
    case 'email:see':
      return (
        actor.isSystemAdmin ||
        on.isSelf === true ||
        administersSome ||
        personUnitIds.some((unitId) => holds('secretary', unitId))
      )
    case 'meeting:create':
      return isUnitSecretary
    case 'meeting:see':
      return (
        isUnitSecretary ||
        runsMeeting ||
        (isUnitClerk && on.minutesAreApproved === true) ||
        (role !== null && on.meetingStatus !== 'draft')
      )
    case 'meeting:edit':
    case 'meeting:cancel':
      return (
        (isUnitSecretary || role === 'secretary') &&
        on.meetingStatus !== 'ended' &&
        on.meetingStatus !== 'cancelled'
      )
    case 'meeting:delete':
      return (
        (isUnitSecretary || role === 'secretary') &&
        (on.meetingStatus === 'draft' || on.meetingStatus === 'scheduled')
      )
    case 'meeting:end':
      return (isUnitSecretary || runsMeeting) && on.meetingStatus === 'open'
    case 'meeting:reopen':
      return (isUnitSecretary || runsMeeting) && on.meetingStatus === 'ended'
    case 'attendance:see':
      return runsMeeting || isUnitSecretary
    case 'attendance:mark':
      return role === 'secretary' || role === 'technician' || isUnitSecretary
    case 'minutes:see':
      return (
        runsMeeting ||
        isUnitSecretary ||
        (isUnitClerk && on.minutesAreApproved === true) ||
        (role !== null && on.minutesArePublished === true)
      )
    case 'minutes:edit':
    case 'minutes:recall':
      return role === 'secretary' || isUnitSecretary
    case 'minutes:approve':
      return role === 'chair'
    case 'minutes:publish':
      return role === 'secretary' || isUnitSecretary || (isUnitClerk && on.minutesAreApproved === true)
    case 'recording:see':
      return runsMeeting || isUnitSecretary
    case 'recording:keep':
      return role === 'secretary' || isUnitSecretary
    case 'recording:delete':
      return (
        on.minutesArePublished === true &&
        (actor.isSystemAdmin || role === 'secretary' || isUnitSecretary || holds('unit_admin', on.unitId))
      )
    case 'call:open':
      return runsMeeting || role === 'technician'
    case 'call:join':
      return role !== null
    case 'call:end':
      return role === 'chair'
    case 'call:speak':
    case 'call:chat':
      return role !== null
    case 'call:shareScreen':
      return role !== null && role !== 'guest'
    case 'call:moderate':
    case 'call:agenda':
      return runsMeeting
    case 'recording:approve':
      return role === 'chair'
    case 'recording:propose':
      return role === 'secretary'
    case 'recording:stop':
      return runsMeeting
    default:
      return assertNever(action)
  }
}

function isUnitRole(role: UnitRole | OfficeRole): role is UnitRole {
  return role === 'secretary' || role === 'official'
}

/** What of a call somebody may follow: the scopes whose events reach their pages, whose views they have. */
export function scopesOf(actor: Actor, on: Subject = {}): Scope[] {
  const found: Scope[] = []
  if (allows(actor, 'call:join', on)) found.push('all', 'own')
  if (allows(actor, 'call:moderate', on) || allows(actor, 'attendance:see', on)) found.push('moderators')
  if (actor.meetingRole === 'technician') found.push('technicians')
  return found
}
