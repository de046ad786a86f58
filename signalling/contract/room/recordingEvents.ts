import { z } from 'zod'
import { ParticipantId, RecordingId } from '../ids.ts'
import { fact } from './fact.ts'

/** off → starting → recording → stopping → off; any → failed (said to everyone in the room). */
export const RecordingState = z.enum(['off', 'starting', 'recording', 'stopping', 'failed'])
export type RecordingState = z.infer<typeof RecordingState>

/** How the recording fares. */
export const RecordingEvent = z.discriminatedUnion('type', [
  fact('recordingChanged', {
    /** `proposed` only in events stored before November 2026. */
    state: z.enum([...RecordingState.options, 'proposed']),
    recordingId: RecordingId.nullable(),
    /** An error code when failed. */
    failure: z.string().nullable(),
    by: ParticipantId.nullable(),
  }),
  /** Asked of the chair, or no longer: withdrawn or declined. */
  fact('recordingProposed', { isProposed: z.boolean(), by: ParticipantId.nullable() }),
  /** Somebody says, once a call, that they know of it: on the way in or inside (Luật 91/2025/QH15, Điều 32). */
  fact('recordingAcknowledged', { participantId: ParticipantId }),
])
export type RecordingEvent = z.infer<typeof RecordingEvent>
