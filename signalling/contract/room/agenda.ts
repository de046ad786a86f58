import type { AgendaItemId } from '../ids.ts'
import type { AgendaEvent, AgendaItem } from './agendaEvents.ts'
import type { Rules } from './rules.ts'

export interface AgendaItemView extends AgendaItem {
  startedAtMs: number | null
}

/** The agenda, and the item that is spoken to. */
export interface AgendaView {
  agenda: AgendaItemView[]
  currentItemId: AgendaItemId | null
}

export const agendaRules: Rules<AgendaEvent, { all: AgendaView }> = {
  agendaChanged: {
    all: ({ agenda, currentItemId }, { items }) => ({
      currentItemId: items.some(({ id }) => id === currentItemId) ? currentItemId : null,
      agenda: items.map((item) => ({
        ...item,
        startedAtMs: agenda.find(({ id }) => id === item.id)?.startedAtMs ?? null,
      })),
    }),
  },
  agendaItemStarted: {
    all: ({ agenda }, { itemId, atMs }) => ({
      currentItemId: itemId,
      agenda: agenda.map((item) =>
        item.id === itemId ? { ...item, startedAtMs: item.startedAtMs ?? atMs } : item,
      ),
    }),
  },
}
