import type { ParticipantId, SiteId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** Who is there without a device of their own. */
export class Presence {
  readonly #state: RoomState

  constructor(state: RoomState) {
    this.#state = state
  }

  /** Present by hand: somebody in a site's room. The handler knows that both exist. */
  mark(
    mark: { participantId: ParticipantId; siteId: SiteId | null; isPresent: boolean },
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    this.#state.assertOpen()
    const { markedPresent } = this.#state.moderators
    const before = Object.hasOwn(markedPresent, mark.participantId)
      ? markedPresent[mark.participantId]
      : undefined
    const isSame = mark.isPresent
      ? before?.siteId === mark.siteId && before !== undefined
      : before === undefined
    if (isSame) return []
    return this.#state.commit([{ type: 'presenceMarked', atMs: this.#state.clock(nowMs), ...mark, by }])
  }
}
