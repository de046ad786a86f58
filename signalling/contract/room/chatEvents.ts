import { z } from 'zod'
import { ParticipantId } from '../ids.ts'
import { fact } from './fact.ts'

export const ChatMessage = z.object({
  /** Made by the sender's page, so that a retry is not a second message. */
  id: z.string(),
  participantId: ParticipantId,
  name: z.string(),
  unitName: z.string().default(''),
  text: z.string(),
  atMs: z.number(),
})
export type ChatMessage = z.infer<typeof ChatMessage>

/** What was written. */
export const ChatEvent = z.discriminatedUnion('type', [fact('chatPosted', { message: ChatMessage })])
export type ChatEvent = z.infer<typeof ChatEvent>
