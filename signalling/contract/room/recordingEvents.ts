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
])
export type RecordingEvent = z.infer<typeof RecordingEvent>
