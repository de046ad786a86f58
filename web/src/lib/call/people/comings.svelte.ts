import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { PanelMessages } from '#web/call/panelTexts.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'
import { calledIn } from './roster.ts'

/** Up to here a call is small: each change is said by itself, and soon. */
const smallCount = 12
const smallWaitMs = 1000
/** In a large call changes are gathered for so long. */
const largeWaitMs = 5000
/** More changes than these at once are said in one sentence. */
const mostSentences = 4
/** How many lines stay for a reader that comes late. */
const keptLines = 5

type Kind = 'came' | 'went' | 'handRaised'

/** A sentence for readers. */
export interface ComingsLine {
  id: number
  say(c: PanelMessages): string
}

/**
 * Who comes, goes and asks to speak, in words for those who do not see it: a sentence each in a small call, one about
 * all of it in a large one. Close it.
 */
export class Comings {
  readonly #port: FeaturePort
  #lines = $state.raw<readonly ComingsLine[]>([])
  #changes: { kind: Kind; name: string }[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #nextId = 1

  constructor(port: FeaturePort) {
    this.#port = port
  }

  /** The last few, oldest first. */
  get lines(): readonly ComingsLine[] {
    return this.#lines
  }

  /** Nothing for who sees. */
  newsOf(event: RoomEvent, before: RoomView): News[] {
    const change = this.#changeIn(event, before)
    if (change) {
      this.#changes.push(change)
      const isSmall = Object.keys(before.participants).length <= smallCount
      this.#timer ??= setTimeout(() => this.#say(), isSmall ? smallWaitMs : largeWaitMs)
    }
    return []
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  #changeIn(event: RoomEvent, before: RoomView): { kind: Kind; name: string } | null {
    const { myId } = this.#port
    switch (event.type) {
      case 'participantJoined': {
        const { participant } = event
        return participant.id === myId ? null : { kind: 'came', name: calledIn(before, participant) }
      }
      case 'participantLeft':
      case 'handRaised': {
        const person = before.participants[event.participantId]
        if (!person || person.id === myId) return null
        if (event.type === 'participantLeft') {
          return event.reason === 'ended' ? null : { kind: 'went', name: calledIn(before, person) }
        }
        // Who moderates is told by a toast.
        return this.#port.may('call:moderate') ? null : { kind: 'handRaised', name: calledIn(before, person) }
      }
      default:
        return null
    }
  }

  #say(): void {
    this.#timer = null
    const changes = this.#changes
    this.#changes = []
    const present = Object.keys(this.#port.view?.participants ?? {}).length
    const count = (kind: Kind): number => changes.filter((change) => change.kind === kind).length
    const isShort = changes.length === 1 || (present <= smallCount && changes.length <= mostSentences)
    const said = isShort
      ? changes.map(
          ({ kind, name }) =>
            (c: PanelMessages) =>
              c.news[kind](name),
        )
      : [
          (c: PanelMessages) =>
            c.comings({ came: count('came'), went: count('went'), hands: count('handRaised'), present }),
        ]
    this.#lines = [...this.#lines, ...said.map((say) => ({ id: this.#nextId++, say }))].slice(-keptLines)
  }
}
