import { AppError } from '#contract/errors.ts'
import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** Which item is spoken to. */
export class Agenda {
  readonly #state: RoomState

  constructor(state: RoomState) {
    this.#state = state
  }

  /** @throws AppError not_found */
  start(itemId: AgendaItemId, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    const { agenda, currentItemId } = this.#state.view
    if (!agenda.some((item) => item.id === itemId)) throw new AppError('not_found')
    if (currentItemId === itemId) return []
    return this.#state.commit([{ type: 'agendaItemStarted', atMs: this.#state.clock(nowMs), itemId, by }])
  }
}
