import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import { isSameRequest, requestsDue, requestsInOrder } from '#contract/room/speaking.ts'
import type { ListOrder, RequestKey, SpeechKind } from '#contract/room/speechKinds.ts'
import type { FloorView, SpeakingRequest } from '#contract/room/views.ts'
import type { FeaturePort } from '#web/call/feature.ts'

/** What one does with the speaking list and the floor. Each act says whom this page sees with the floor. */
export class FloorDesk {
  readonly #port: FeaturePort

  constructor(port: FeaturePort) {
    this.#port = port
  }

  get #floor(): FloorView | null {
    return this.#port.view?.floor ?? null
  }

  get #after(): ParticipantId | null {
    return this.#floor?.speech?.participantId ?? null
  }

  /** Whose turn it may be, in their order. */
  get due(): readonly SpeakingRequest[] {
    const view = this.#port.view
    return view ? requestsDue(view.floor, view.currentItemId) : []
  }

  /** Requests to items that are not called now. */
  get later(): readonly SpeakingRequest[] {
    const floor = this.#floor
    const { due } = this
    return floor ? requestsInOrder(floor).filter((one) => !due.includes(one)) : []
  }

  ask(kind: SpeechKind, agendaItemId: AgendaItemId | null = null): Promise<boolean> {
    return this.#port.act('floor:request', { kind, agendaItemId })
  }

  withdraw({ participantId, agendaItemId }: RequestKey): Promise<boolean> {
    return this.#port.act('floor:withdraw', { participantId, agendaItemId })
  }

  give({ participantId, agendaItemId }: RequestKey): Promise<boolean> {
    return this.#port.act('floor:give', { participantId, agendaItemId, after: this.#after })
  }

  /** The next on the list; with nobody on it and nobody speaking there is nothing to do. */
  next(): Promise<boolean> {
    if (this.due.length === 0 && this.#after === null) return Promise.resolve(false)
    return this.#port.act('floor:next', { after: this.#after })
  }

  end(): Promise<boolean> {
    return this.#ofSpeaker((participantId) => this.#port.act('floor:end', { participantId }))
  }

  extend(minutes: number): Promise<boolean> {
    return this.#ofSpeaker((participantId) => this.#port.act('floor:extend', { participantId, minutes }))
  }

  /** Stops the time, or lets it run again. */
  togglePause(): Promise<boolean> {
    const isPaused = this.#floor?.speech?.pausedAtMs === null
    return this.#ofSpeaker((participantId) => this.#port.act('floor:pause', { participantId, isPaused }))
  }

  /** By so many places up (below 0) or down among those whose turn it may be; −∞: to the top. */
  move(request: SpeakingRequest, by: number): Promise<boolean> {
    const { due } = this
    const at = due.findIndex((one) => isSameRequest(one, request))
    const to = Math.max(0, at + by)
    // It stands before the one that is there, and moving down, before the one after that.
    const target = due[by > 0 ? to + 1 : to]
    const { participantId, agendaItemId } = request
    const before = target && { participantId: target.participantId, agendaItemId: target.agendaItemId }
    if (at < 0 || (before && isSameRequest(before, request))) return Promise.resolve(false)
    return this.#port.act('floor:move', { participantId, agendaItemId, before: before ?? null })
  }

  arrange(change: { isOpen?: boolean; order?: ListOrder }): Promise<boolean> {
    const { isOpen = true, order = 'time' } = { ...this.#floor, ...change }
    return this.#port.act('floor:arrange', { isOpen, order })
  }

  #ofSpeaker(act: (id: ParticipantId) => Promise<boolean>): Promise<boolean> {
    const id = this.#after
    return id === null ? Promise.resolve(false) : act(id)
  }
}
