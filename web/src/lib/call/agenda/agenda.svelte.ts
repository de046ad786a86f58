import type { AgendaItemId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { AgendaItemView, RoomView } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'

/** The agenda: what there is to discuss, and what is being discussed. */
export class Agenda {
  readonly #port: FeaturePort

  constructor(port: FeaturePort) {
    this.#port = port
  }

  get items(): readonly AgendaItemView[] {
    return this.#port.view?.agenda ?? []
  }
  /** Where the meeting is among the items; −1 before the first. */
  get at(): number {
    return this.items.findIndex((item) => item.id === this.#port.view?.currentItemId)
  }
  get current(): AgendaItemView | null {
    return this.items[this.at] ?? null
  }
  get next(): AgendaItemView | null {
    return this.items[this.at + 1] ?? null
  }

  start(itemId: AgendaItemId): Promise<boolean> {
    return this.#port.act('agenda:start', { itemId })
  }

  newsOf(event: RoomEvent, before: RoomView): News[] {
    if (event.type !== 'agendaItemStarted' || event.by === this.#port.myId) return []
    const title = before.agenda.find((item) => item.id === event.itemId)?.title ?? ''
    return [{ subject: 'agendaItem', say: (c) => c.news.agendaItem(title) }]
  }
}
