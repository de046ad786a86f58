import { z } from 'zod'
import { AgendaItemId, ParticipantId } from '../ids.ts'
import { fact } from './fact.ts'

/** An item of an agenda, called or not. */
export const AgendaItem = z.object({
  id: AgendaItemId,
  title: z.string(),
  presenter: z.string(),
  durationMin: z.number().nullable(),
})
export type AgendaItem = z.infer<typeof AgendaItem>

/** What the agenda is, and which item is spoken to. */
export const AgendaEvent = z.discriminatedUnion('type', [
  /**
   * The whole agenda from now on, in its order; items keep their ids. Before the call is open it follows the plan (`by`
   * null), afterwards the plan follows it.
   */
  fact('agendaChanged', { items: z.array(AgendaItem), by: z.string().nullable() }),
  fact('agendaItemStarted', { itemId: AgendaItemId, by: ParticipantId }),
])
export type AgendaEvent = z.infer<typeof AgendaEvent>
