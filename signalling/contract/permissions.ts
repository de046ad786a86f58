import type { MeetingRole, MeetingStatus, UnitRole } from './meeting.ts'
import { assertNever } from './errors.ts'
import type { Scope } from './room/scope.ts'

/** Who asks. Built from the session (and the meeting's participant row), never from what a client says. */
export interface Actor {
  isSystemAdmin: boolean
  /** Roles by unit id. */
  unitRoles: readonly { unitId: string; role: UnitRole }[]
  /** The role in the meeting in question, if any. */
  meetingRole?: MeetingRole | null
}

/** What is asked about. Only the fields that an action needs have to be there. */
export interface Subject {
  /** The unit that holds the meeting, or the unit in question. */
  unitId?: string
  meetingStatus?: MeetingStatus
  minutesArePublished?: boolean
  /** The other participant is the same as the actor. */
  isSelf?: boolean
}

export const actions = [
  // office
  'system:administer', // units, people, roles, audit log
  'settings:change', // legal numbers and rules, for the whole city
  'meeting:create',
  'meeting:see',
  'meeting:edit', // plan, invite, agenda, links
  'meeting:cancel',
  'attendance:see',
  'attendance:mark',
  'minutes:see',
  'minutes:edit',
  'minutes:approve',
  'minutes:publish',
  'recording:see',
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
  const isUnitSecretary =
    on.unitId !== undefined && actor.unitRoles.some((r) => r.unitId === on.unitId && r.role === 'secretary')
  const runsMeeting = role === 'chair' || role === 'secretary'
  switch (action) {
    case 'system:administer':
    case 'settings:change':
      return actor.isSystemAdmin
    case 'meeting:create':
      return isUnitSecretary
    case 'meeting:see':
      return isUnitSecretary || runsMeeting || (role !== null && on.meetingStatus !== 'draft')
    case 'meeting:edit':
    case 'meeting:cancel':
      return (
        (isUnitSecretary || role === 'secretary') &&
        on.meetingStatus !== 'ended' &&
        on.meetingStatus !== 'cancelled'
      )
    case 'attendance:see':
      return runsMeeting || isUnitSecretary
    case 'attendance:mark':
      return role === 'secretary' || role === 'technician' || isUnitSecretary
    case 'minutes:see':
      return runsMeeting || isUnitSecretary || (role !== null && on.minutesArePublished === true)
    case 'minutes:edit':
      return role === 'secretary' || isUnitSecretary
    case 'minutes:approve':
      return role === 'chair'
    case 'minutes:publish':
      return role === 'secretary' || isUnitSecretary
    case 'recording:see':
      return runsMeeting || isUnitSecretary
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

/** What of a call somebody may follow: the scopes whose events reach their pages, whose views they have. */
export function scopesOf(actor: Actor, on: Subject = {}): Scope[] {
  const found: Scope[] = []
  if (allows(actor, 'call:join', on)) found.push('all', 'own')
  if (allows(actor, 'call:moderate', on) || allows(actor, 'attendance:see', on)) found.push('moderators')
  if (actor.meetingRole === 'technician') found.push('technicians')
  return found
}
