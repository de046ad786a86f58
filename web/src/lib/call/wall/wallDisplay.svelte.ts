import type { ParticipantView } from '#contract/room/participantView.ts'
import type { ViewWish } from '../media/mediaClient.ts'
import type { Stay } from '../stay.svelte.ts'

/** How long the few controls stay after a hand was on the mouse. */
const handsOffMs = 4000

/** What of a stay a hall's display looks at. */
export interface WallPort {
  readonly hello: { readonly me: { readonly name: string; readonly unitName: string } } | null
  readonly people: Pick<Stay['people'], 'roster' | 'me' | 'sharing'>
  readonly speech: Pick<Stay['speech'], 'speaker' | 'isGoing'>
  readonly floor: Pick<Stay['floor'], 'speakerId'>
  readonly media: Pick<Stay['media'], 'remoteTrack' | 'state' | 'isBlocked'>
  readonly outage: Pick<Stay['outage'], 'kind'>
}

/** What a hall's display shows, and when: never the hall itself. */
export class WallDisplay {
  readonly #port: WallPort
  #isTouched = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #others = $derived.by(() => {
    const { roster, me } = this.#port.people
    return roster.filter((person) => person.id !== me?.id)
  })
  /** Who has the stage: who has the floor, else the last one who spoke, before that the chair, or whoever is there; null alone. */
  readonly speaker: ParticipantView | null = $derived.by(() => {
    const id = this.#port.floor.speakerId ?? this.#port.speech.speaker.id
    return (
      this.#others.find((person) => person.id === id) ??
      this.#others.find((person) => person.role === 'chair') ??
      this.#others[0] ??
      null
    )
  })
  /** A shared screen that has arrived here, and whose it is. */
  readonly shared: { by: ParticipantView; track: MediaStreamTrack } | null = $derived.by(() => {
    const by = this.#sharing
    const track = by && this.#port.media.remoteTrack(by.id, 'screen')
    return by && track ? { by, track } : null
  })

  constructor(port: WallPort) {
    this.#port = port
  }

  get #sharing(): ParticipantView | null {
    const { sharing, me } = this.#port.people
    return sharing?.id === me?.id ? null : sharing
  }

  /** The picture of who has the stage. */
  get face(): MediaStreamTrack | null {
    const { speaker } = this
    return speaker?.grant.camera === 'open' ? this.#port.media.remoteTrack(speaker.id, 'camera') : null
  }

  /** Whether who has the stage speaks: the speech is timed. */
  get isGoing(): boolean {
    const { isGoing, speaker } = this.#port.speech
    return isGoing && speaker.id === this.speaker?.id
  }

  /** Whether the hall itself speaks. */
  get isOurs(): boolean {
    const { isGoing, speaker } = this.#port.speech
    return isGoing && speaker.id === this.#port.people.me?.id
  }

  /** The room, and the commune whose it is unless the room's name says so. */
  get ourselves(): string {
    const { name = '', unitName = '' } = this.#port.hello?.me ?? {}
    return name.toLowerCase().includes(unitName.toLowerCase()) ? name : `${name} · ${unitName}`
  }

  /** Whether the hall sees and is seen. */
  get isWell(): boolean {
    const { outage, media } = this.#port
    return outage.kind === 'none' && media.state !== 'interrupted' && !media.isBlocked
  }

  /** What to receive on a display of this height in device pixels: beside a screen the face is in a corner. */
  wishes(heightPx: number): ViewWish[] {
    const wish = (
      participantId: ViewWish['participantId'],
      source: 'camera' | 'screen',
      px: number,
    ): ViewWish => ({
      ...{ participantId, source },
      isVisible: true,
      heightPx: px,
    })
    const { speaker } = this
    const sharing = this.#sharing
    return [
      ...(speaker ? [wish(speaker.id, 'camera', sharing ? Math.round(heightPx / 4) : heightPx)] : []),
      ...(sharing ? [wish(sharing.id, 'screen', heightPx)] : []),
    ]
  }

  /** Whether a technician's hand was on the mouse a moment ago: the few controls are there. */
  get isTouched(): boolean {
    return this.#isTouched
  }

  readonly touch = (): void => {
    this.#isTouched = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.#isTouched = false), handsOffMs)
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer)
  }
}
