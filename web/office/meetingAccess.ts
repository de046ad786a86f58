import { AppError } from '#contract/errors.ts'
import { allows, type Action, type Actor, type Subject } from '#contract/permissions.ts'
import { findMeetingStanding, type MeetingStanding } from '#db/attendance.ts'
import type { Database } from '#db/client.ts'
import { idText } from './parse.ts'
import type { Viewer } from './services.ts'

/** What a viewer may do with one meeting that the viewer may see. */
export interface MeetingAccess {
  standing: MeetingStanding
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
  const link = viewer.link?.meetingId === meetingId ? viewer.link : null
  const standing = await findMeetingStanding(database, meetingId, {
    userId: viewer.userId,
    participantId: link?.participantId ?? null,
  })
  if (!standing) throw new AppError('not_found', 'no such meeting')
  const actor: Actor = { ...viewer.actor, meetingRole: standing.role }
  const subject: Subject = {
    unitId: standing.unitId,
    meetingStatus: standing.status,
    minutesArePublished: standing.minutesState === 'published',
  }
  const may = (action: Action): boolean => allows(actor, action, subject)
  if (!may('meeting:see')) throw new AppError('not_found', 'not to be seen by this viewer')
  return {
    standing,
    actorId: viewer.userId ?? standing.participantId ?? 'unknown',
    may,
    demand(action) {
      if (!may(action)) throw new AppError('forbidden', `${action} is not allowed`)
    },
  }
}
