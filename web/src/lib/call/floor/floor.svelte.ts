import type { ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { requestsInOrder } from '#contract/room/speaking.ts'
import type { RoomView, SpeakingRequest, Speech } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'
import { calledIn } from '#web/call/people/roster.ts'

/** The speaking list, one's own place in it, and who has the floor; `FloorDesk` has what else one does with them. */
export class Floor {
  readonly #port: FeaturePort
  /** In the order of being called. */
  readonly hands: readonly SpeakingRequest[] = $derived.by(() => {
    const floor = this.#port.view?.floor
    return floor ? requestsInOrder(floor) : []
  })

  constructor(port: FeaturePort) {
    this.#port = port
  }

  /** Somebody's first place, from 1; 0 with the hand down. */
  placeOf(id: ParticipantId | null): number {
    return this.hands.findIndex(({ participantId }) => participantId === id) + 1
  }

  /** One's own place, from 1; 0 with the hand down. */
  get myPlace(): number {
    return this.placeOf(this.#port.myId)
  }

  get isRaised(): boolean {
    return this.myPlace > 0
  }

  get speech(): Speech | null {
    return this.#port.view?.floor.speech ?? null
  }

  get speakerId(): ParticipantId | null {
    return this.speech?.participantId ?? null
  }

  raise(): Promise<boolean> {
    return this.#port.act('hand:raise', {})
  }

  lower(): Promise<boolean> {
    return this.#port.act('hand:lower', {})
  }

  toggle(): Promise<boolean> {
    return this.isRaised ? this.lower() : this.raise()
  }

  /** Somebody's hand, for who moderates. */
  lowerOf(participantId: ParticipantId): Promise<boolean> {
    return this.#port.act('hand:lower', { participantId })
  }

  newsOf(event: RoomEvent, before: RoomView): News[] {
    const { myId } = this.#port
    if (event.type === 'handRaised') {
      if (event.participantId === myId || !this.#port.may('call:moderate')) return []
      const name = this.#called(event.participantId, before)
      return [{ subject: 'handRaised', say: (c) => c.news.handRaised(name) }]
    }
    // Lowering one's own hand is no news to oneself, nor is it that the floor answers it.
    if (before.floor.speech?.participantId === myId) return []
    if (event.type !== 'handLowered' || event.participantId !== myId || !event.by || event.by === myId)
      return []
    const by = this.#called(event.by, before)
    return [{ subject: 'handLowered', say: (c) => c.news.handLowered(by) }]
  }

  #called(id: ParticipantId, view: RoomView): string {
    const person = view.participants[id]
    return person ? calledIn(view, person) : ''
  }
}
