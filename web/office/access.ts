import { AppError } from '#contract/errors.ts'
import { type Action, allows } from '#contract/permissions.ts'
import type { UserId } from '#contract/ids.ts'
import { actorOf } from '#contract/principal.ts'
import type { Guard, Viewer } from './services.ts'

type On = Parameters<Guard>[2]

/** Whether a viewer may do something with something. */
export function may(viewer: Viewer, action: Action, on: On): boolean {
  return allows({ ...actorOf(viewer), meetingRole: on.meetingRole ?? null }, action, on)
}

/**
 * The guard of what is not one meeting, over `allows`; for a meeting, `accessTo` is.
 * @throws AppError not_found where the viewer may not even see the meeting, forbidden where only this act is refused
 */
export const guard: Guard = (viewer, action, on) => {
  if (may(viewer, action, on)) return
  const isVisible = on.meetingStatus === undefined ? viewer.account !== null : may(viewer, 'meeting:see', on)
  throw new AppError(isVisible ? 'forbidden' : 'not_found', `${action} is not allowed`)
}

/** For what every signed-in person may do; holders of a join link may not. @throws AppError not_found */
export function guardAccount(viewer: Viewer): UserId {
  if (viewer.account === null) throw new AppError('not_found', 'only for accounts')
  return viewer.account.userId
}

/** Who did it, for the audit log. */
export function actorIdOf(viewer: Viewer): string {
  return viewer.account?.userId ?? viewer.links[0]?.participantId ?? 'nobody'
}
