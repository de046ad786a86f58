import type { ParticipantId, SiteId } from '../ids.ts'
import type { PresenceEvent } from './presenceEvents.ts'
import type { Rules } from './rules.ts'

export interface PresenceView {
  /** Present people who were marked by hand (in a site's room without a device of their own): site or null. */
  markedPresent: Record<ParticipantId, { siteId: SiteId | null; atMs: number }>
}

export const emptyPresence: PresenceView = { markedPresent: {} }

export const presenceRules: Rules<PresenceEvent, PresenceView> = {
  presenceMarked: ({ markedPresent }, { participantId, siteId, isPresent, atMs }) => {
    const { [participantId]: _before, ...others } = markedPresent
    return { markedPresent: isPresent ? { ...others, [participantId]: { siteId, atMs } } : others }
  },
}
