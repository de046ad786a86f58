import type { ParticipantId, SiteId } from '../ids.ts'
import type { PresenceEvent } from './presenceEvents.ts'
import type { Rules } from './rules.ts'

/** For moderators, who see the attendance, and technicians, who mark it too. */
export interface PresenceView {
  /** Present people who were marked by hand (in a site's room without a device of their own): site or null. */
  markedPresent: Record<ParticipantId, { siteId: SiteId | null; atMs: number }>
}

export const emptyPresence: PresenceView = { markedPresent: {} }

export const presenceRules: Rules<PresenceEvent, { moderators: PresenceView; technicians: PresenceView }> = {
  presenceMarked: { moderators: withMark, technicians: withMark },
}

function withMark(
  { markedPresent }: PresenceView,
  { participantId, siteId, isPresent, atMs }: PresenceEvent,
): PresenceView {
  const { [participantId]: _before, ...others } = markedPresent
  return { markedPresent: isPresent ? { ...others, [participantId]: { siteId, atMs } } : others }
}
