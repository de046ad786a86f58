import { AppError } from '#contract/errors.ts'
import { allows, type Action } from '#contract/permissions.ts'
import { maySee, type Standing } from '#contract/standing.ts'
import type { Database } from '#db/client.ts'
import { standingIn } from '#db/standing.ts'
import { idText } from './parse.ts'
import type { Viewer } from './services.ts'

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
 * @throws AppError not_found: no such meeting, or not this viewer's to see; the two look alike
 */
export async function accessTo(
  database: Database,
  viewer: Viewer,
  meetingId: string,
): Promise<MeetingAccess> {
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
