import { z } from 'zod'
import { AgendaItemId, ParticipantId } from '../ids.ts'
import { fact } from './fact.ts'

/** Which item is spoken to. */
export const AgendaEvent = z.discriminatedUnion('type', [
  fact('agendaItemStarted', { itemId: AgendaItemId, by: ParticipantId }),
])
export type AgendaEvent = z.infer<typeof AgendaEvent>
