import { AppError } from '#contract/errors.ts'
import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import type { AgendaItem } from '#contract/room/agendaEvents.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** What is spoken to. Until the call is open the agenda is the plan's; from then on it changes here, and the plan follows. */
export class Agenda {
  readonly #state: RoomState
  /** Whether it was changed here, so that the plan follows it and not the other way round. */
  #isOurs = false

  constructor(state: RoomState) {
    this.#state = state
    state.follow((event) => {
      if (event.type === 'agendaChanged' && event.by !== null) this.#isOurs = true
    })
    state.keep('agenda', {
      save: () => ({ isOurs: this.#isOurs }),
      restore: ({ isOurs }) => (this.#isOurs = isOurs),
    })
  }

  /** @throws AppError not_found */
  start(itemId: AgendaItemId, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    const { agenda, currentItemId } = this.#state.view
    if (!agenda.some((item) => item.id === itemId)) throw new AppError('not_found')
    if (currentItemId === itemId) return []
    return this.#state.commit([{ type: 'agendaItemStarted', atMs: this.#state.clock(nowMs), itemId, by }])
  }

  /**
   * The whole agenda anew, as somebody wants it.
   * @param by the account or participant
   * @throws AppError invalid_state when an item that was called would go: what was said under it stands in the minutes
   */
  change(items: readonly AgendaItem[], by: string, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    const ids = new Set(items.map((item) => item.id))
    if (this.#state.view.agenda.some((item) => item.startedAtMs !== null && !ids.has(item.id))) {
      throw new AppError('invalid_state', 'an item that was called stays', { detail: { field: 'agenda' } })
    }
    return this.#set(items, by, nowMs)
  }

  /** Whether it says the same, item by item. */
  is(items: readonly AgendaItem[]): boolean {
    const { agenda } = this.#state.view
    return items.length === agenda.length && items.every((item, index) => isSameItem(item, agenda[index]))
  }

  /** The plan has it so: what holds until it is changed here. */
  follow(items: readonly AgendaItem[], nowMs: number): RoomEvent[] {
    return this.#isOurs || this.#state.view.phase === 'ended' ? [] : this.#set(items, null, nowMs)
  }

  #set(items: readonly AgendaItem[], by: string | null, nowMs: number): RoomEvent[] {
    if (this.is(items)) return []
    const kept = items.map(({ id, title, presenter, durationMin }) => ({ id, title, presenter, durationMin }))
    return this.#state.commit([{ type: 'agendaChanged', atMs: this.#state.clock(nowMs), items: kept, by }])
  }
}

function isSameItem(a: AgendaItem, b: AgendaItem | undefined): boolean {
  return (
    a.id === b?.id && a.title === b.title && a.presenter === b.presenter && a.durationMin === b.durationMin
  )
}
