import type { AgendaItemId } from '../ids.ts'
import type { AgendaEvent } from './agendaEvents.ts'
import type { Rules } from './rules.ts'

export interface AgendaItemView {
  id: AgendaItemId
  title: string
  presenter: string
  durationMin: number | null
  startedAtMs: number | null
}

/** The agenda, and the item that is spoken to. */
export interface AgendaView {
  agenda: AgendaItemView[]
  currentItemId: AgendaItemId | null
}

export const agendaRules: Rules<AgendaEvent, AgendaView> = {
  agendaItemStarted: ({ agenda }, { itemId, atMs }) => ({
    currentItemId: itemId,
    agenda: agenda.map((item) =>
      item.id === itemId ? { ...item, startedAtMs: item.startedAtMs ?? atMs } : item,
    ),
  }),
}
