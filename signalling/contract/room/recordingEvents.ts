import { z } from 'zod'
import { ParticipantId, RecordingId } from '../ids.ts'
import { fact } from './fact.ts'

/** off → proposed → starting → recording → stopping → off; any → failed (said to everyone in the room). */
export const RecordingState = z.enum(['off', 'proposed', 'starting', 'recording', 'stopping', 'failed'])
export type RecordingState = z.infer<typeof RecordingState>

/** How the recording fares. */
export const RecordingEvent = z.discriminatedUnion('type', [
  fact('recordingChanged', {
    state: RecordingState,
    recordingId: RecordingId.nullable(),
    /** An error code when failed. */
    failure: z.string().nullable(),
    by: ParticipantId.nullable(),
  }),
])
export type RecordingEvent = z.infer<typeof RecordingEvent>
