import { AppError } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import { applyRoomEvent, type RoomEvent, type RoomView } from '#contract/room/room.ts'

/** What a call's slices share: the view, the clock, and the one way of making something happen. */
export class RoomState {
  #view: RoomView
  #lastAtMs = 0
  readonly #followers: ((event: RoomEvent) => void)[] = []

  /** @param view the call before anything happened (`emptyRoomView`), of this home's epoch */
  constructor(view: RoomView) {
    this.#view = view
  }

  /** Never changed in place. */
  get view(): RoomView {
    return this.#view
  }

  /** When the last event happened. */
  get lastAtMs(): number {
    return this.#lastAtMs
  }

  /** A slice's private state follows from the events, past and new: it is told each after the view has it. */
  follow(follower: (event: RoomEvent) => void): void {
    this.#followers.push(follower)
  }

  /** Folds what happened, in this call's past too. */
  fold(event: RoomEvent): void {
    this.#view = applyRoomEvent(this.#view, event)
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs)
    for (const follower of this.#followers) follower(event)
  }

  /** Makes it happen. Returns the events, for the pages and the store. */
  commit(events: RoomEvent[]): RoomEvent[] {
    for (const event of events) this.fold(event)
    return events
  }

  /** Time never runs backwards in a call, whatever the machine's clock does. */
  clock(nowMs: number): number {
    this.#lastAtMs = Math.max(this.#lastAtMs, nowMs)
    return this.#lastAtMs
  }

  /** The participant, if in the call now; safe for any text as id. */
  participant(id: ParticipantId): ParticipantView | undefined {
    return Object.hasOwn(this.#view.participants, id) ? this.#view.participants[id] : undefined
  }

  /** @throws AppError meeting_ended */
  assertNotEnded(): void {
    if (this.#view.phase === 'ended') throw new AppError('meeting_ended')
  }

  /** @throws AppError meeting_ended, meeting_not_open */
  assertOpen(): void {
    this.assertNotEnded()
    if (this.#view.phase === 'waiting') throw new AppError('meeting_not_open')
  }

  /** @throws AppError meeting_ended, not_in_call */
  assertIn(id: ParticipantId): ParticipantView {
    this.assertNotEnded()
    const participant = this.participant(id)
    if (!participant) throw new AppError('not_in_call')
    return participant
  }
}
