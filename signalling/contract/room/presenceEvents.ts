import { z } from 'zod'
import { ParticipantId, SiteId } from '../ids.ts'
import { fact } from './fact.ts'

/** Who is there without a device of their own. */
export const PresenceEvent = z.discriminatedUnion('type', [
  fact('presenceMarked', {
    participantId: ParticipantId,
    siteId: SiteId.nullable(),
    isPresent: z.boolean(),
    by: ParticipantId,
  }),
])
export type PresenceEvent = z.infer<typeof PresenceEvent>
