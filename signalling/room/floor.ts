import type { ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** Who asks to speak, and who spoke. */
export class Floor {
  readonly #state: RoomState
  #lastHandAtMs = 0

  constructor(state: RoomState) {
    this.#state = state
    state.follow((event) => {
      if (event.type === 'handRaised') this.#lastHandAtMs = event.atMs
    })
    state.keep('floor', {
      save: () => ({ lastHandAtMs: this.#lastHandAtMs }),
      restore: ({ lastHandAtMs }) => (this.#lastHandAtMs = lastHandAtMs),
    })
  }

  /** Raised twice is raised once. @throws AppError not_in_call */
  raise(id: ParticipantId, nowMs: number): RoomEvent[] {
    if (this.#state.assertIn(id).handRaisedAtMs !== null) return []
    // No two hands at the same time: the order of asking is the order of being called.
    const atMs = Math.max(this.#state.clock(nowMs), this.#lastHandAtMs + 1)
    return this.#state.commit([{ type: 'handRaised', atMs, participantId: id }])
  }

  /** @throws AppError not_in_call */
  lower(id: ParticipantId, by: ParticipantId, nowMs: number): RoomEvent[] {
    if (this.#state.assertIn(id).handRaisedAtMs === null) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'handLowered', atMs, participantId: id, by }])
  }

  /** A stretch of speech that is over; heard in the call's last moments, it may come after the end. */
  noteSpeech(id: ParticipantId, fromMs: number, toMs: number, nowMs: number): RoomEvent[] {
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'spoke', atMs, participantId: id, fromMs, toMs }])
  }
}
