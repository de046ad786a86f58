import { z } from 'zod'
import { ParticipantId } from '../ids.ts'
import { fact } from './fact.ts'

/** Asking to speak, and speaking. */
export const FloorEvent = z.discriminatedUnion('type', [
  fact('handRaised', { participantId: ParticipantId }),
  /** Null: by whom was not said (until November 2026). */
  fact('handLowered', { participantId: ParticipantId, by: ParticipantId.nullable().default(null) }),
  /** A stretch of speech, known when it ends; for the minutes. */
  fact('spoke', { participantId: ParticipantId, fromMs: z.number(), toMs: z.number() }),
])
export type FloorEvent = z.infer<typeof FloorEvent>
