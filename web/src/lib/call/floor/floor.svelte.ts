import type { ParticipantId } from '#contract/ids.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'
import { calledIn } from '#web/call/people/roster.ts'

/** The speaking queue, and one's own place in it. */
export class Floor {
  readonly #port: FeaturePort
  /** First asked first. */
  readonly hands: readonly ParticipantView[] = $derived.by(() => handsOf(this.#port.view))
  /** One's own place, from 1; 0 with the hand down. */
  readonly myPlace: number = $derived.by(
    () => this.hands.findIndex((person) => person.id === this.#port.myId) + 1,
  )

  constructor(port: FeaturePort) {
    this.#port = port
  }

  get isRaised(): boolean {
    return this.myPlace > 0
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
    // Lowering one's own hand is no news to oneself.
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

/** The speaking queue of a view: who asked first is first. */
function handsOf(view: RoomView | null): ParticipantView[] {
  return Object.values(view?.participants ?? {})
    .filter((participant) => participant.handRaisedAtMs !== null)
    .sort((a, b) => (a.handRaisedAtMs ?? 0) - (b.handRaisedAtMs ?? 0) || (a.id < b.id ? -1 : 1))
}
