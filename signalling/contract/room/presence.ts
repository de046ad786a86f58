import type { PresenceEvent } from './presenceEvents.ts'
import type { Rules } from './rules.ts'
import type { PresenceView } from './views.ts'

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
