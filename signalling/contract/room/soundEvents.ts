import { z } from 'zod'
import { Grant } from '../grant.ts'
import { ParticipantId, TrackId } from '../ids.ts'
import { fact } from './fact.ts'
import { PublishedTrack } from './participantView.ts'

/** Who may be heard and seen, and who is. */
export const SoundEvent = z.discriminatedUnion('type', [
  fact('grantChanged', { participantId: ParticipantId, grant: Grant, by: ParticipantId.nullable() }),
  fact('unmuteForbidden', { isForbidden: z.boolean(), by: ParticipantId }),
  /** The leave to speak under that ban, for one. By null: the time of a speech is up. */
  fact('unmuteAllowed', {
    participantId: ParticipantId,
    isAllowed: z.boolean(),
    by: ParticipantId.nullable(),
  }),
  fact('trackPublished', { participantId: ParticipantId, track: PublishedTrack }),
  fact('trackUnpublished', { participantId: ParticipantId, trackId: TrackId }),
])
export type SoundEvent = z.infer<typeof SoundEvent>
