import type { AgendaEvent } from './agendaEvents.ts'
import type { Rules } from './rules.ts'
import type { AgendaView } from './views.ts'

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
