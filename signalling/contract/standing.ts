import { AppError } from './errors.ts'
import type { MeetingId, ParticipantId, SiteId } from './ids.ts'
import type { MeetingRole, MeetingStatus, MinutesState, ParticipantKind } from './meeting.ts'
import { allows, type Actor, type Subject } from './permissions.ts'
import { actorOf, type Credential, type Principal } from './principal.ts'

/** Somebody's row in a meeting. */
export interface ParticipantFacts {
  id: ParticipantId
  userId: string | null
  /** The site that the participant is; null for a person. */
  siteId: SiteId | null
  kind: ParticipantKind
  role: MeetingRole
  name: string
  position: string
  unitName: string
  /** Taken out by the chair for good. */
  isBanned: boolean
}

/** What a standing is decided on. */
export interface MeetingFacts {
  meetingId: MeetingId
  unitId: string
  status: MeetingStatus
  minutesState: MinutesState | null
  /** Only the rows that are the principal's own are looked at. */
  participants: readonly ParticipantFacts[]
}

/** Who a principal is in one meeting, and what `allows` asks about. */
export interface Standing {
  meetingId: MeetingId
  unitId: string
  status: MeetingStatus
  minutesState: MinutesState | null
  /** The own row; null for who has none and for who was banned. */
  participant: ParticipantFacts | null
  /** What one is that participant by. */
  by: Credential | null
  isBanned: boolean
  actor: Actor & { meetingRole: MeetingRole | null }
  subject: Subject & { unitId: string; meetingStatus: MeetingStatus }
}

/** A standing with which one may be in the call. */
interface CallStanding extends Standing {
  participant: ParticipantFacts
  by: Credential
  actor: Actor & { meetingRole: MeetingRole }
}

/**
 * The one answer to 'who am I in this meeting'. An account that takes part is that participant, whatever links its
 * browser holds: an official who opens a guest's link stays the official. Without a row of its own the link's
 * participant counts, and what the account holds in its units beside. A ban is on the row by which one stands: no
 * other row of the same browser goes round it.
 */
export function standingOf(principal: Principal, meeting: MeetingFacts): Standing {
  const { account, links } = principal
  const { meetingId, unitId, status, minutesState, participants } = meeting
  const own = account ? participants.find((row) => row.userId === account.userId) : undefined
  const link = links.find((held) => held.meetingId === meetingId)
  const row = own ?? (link && participants.find((one) => one.id === link.participantId))
  const isBanned = row?.isBanned ?? false
  const participant = row && !isBanned ? row : null
  return {
    ...{ meetingId, unitId, status, minutesState, participant, isBanned },
    by: participant ? ((own ? account : link) ?? null) : null,
    actor: { ...actorOf(principal), meetingRole: participant?.role ?? null },
    subject: {
      ...{ unitId, meetingStatus: status },
      minutesAreApproved: minutesState === 'approved' || minutesState === 'published',
      minutesArePublished: minutesState === 'published',
    },
  }
}

/** Whether the meeting is to be seen by who stands so; to all others it looks absent. */
export function maySee({ actor, subject }: Standing): boolean {
  return allows(actor, 'meeting:see', subject)
}

/**
 * A standing as one for the call.
 * @throws AppError removed when banned; not_found where the meeting may not be seen; forbidden where it may, but not
 * be joined (the unit's secretary without an invitation)
 */
export function callStanding(standing: Standing): CallStanding {
  const { participant, by, isBanned, actor } = standing
  if (isBanned) throw new AppError('removed')
  if (!maySee(standing)) throw new AppError('not_found', 'not to be seen by who asks')
  if (!participant || !by) throw new AppError('forbidden', 'no participant')
  return { ...standing, participant, by, actor: { ...actor, meetingRole: participant.role } }
}
