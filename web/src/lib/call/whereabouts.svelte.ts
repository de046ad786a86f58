import type { MeetingId, SiteId } from '#contract/ids.ts'
import { KeptPlace, type Place } from './keptPlace.ts'
import type { Ending } from './stayState.ts'

/** Where somebody is in a call: as the page before this one left it, as it is now, and as it was when it was over. */
export class Whereabouts {
  /** What outlives the page. */
  readonly kept: KeptPlace
  readonly #now: () => Omit<Place, 'siteId'>
  #siteId = $state<SiteId | null>(null)
  #returnsTo = $state.raw<Place | null>(null)
  /** Null where nobody had asked to come in. */
  #wasAt: { place: Place; atMs: number } | null = null

  /** @param now who it is and with what, whatever room they sit in */
  constructor(meetingId: MeetingId, now: () => Omit<Place, 'siteId'>) {
    this.#now = now
    this.kept = new KeptPlace(meetingId)
    this.#returnsTo = this.kept.take()
    this.#siteId = this.#returnsTo?.siteId ?? null
  }

  /** The site in whose room the person sits; null with a device of one's own. */
  get siteId(): SiteId | null {
    return this.#siteId
  }
  /** Where the page was that this one replaces, until one is there again. */
  get returnsTo(): Place | null {
    return this.#returnsTo
  }
  /** It is over, and somebody had asked to come in. */
  get wasThere(): boolean {
    return this.#wasAt !== null
  }

  choose(siteId: SiteId | null): void {
    this.#siteId = siteId
  }

  /** One is there again, or comes anew. */
  returned(): void {
    this.#returnsTo = null
  }

  /** @param ending with what it goes on after it: a room of which the meeting took leave is not heard by itself */
  over(ending: Ending, isAsked: boolean): void {
    if (isAsked) {
      const here = this.#here()
      const isOn = ending !== 'meeting_ended'
      const place = { ...here, microphone: isOn && here.microphone, camera: isOn && here.camera }
      this.#wasAt = { place, atMs: Date.now() }
    }
    this.#returnsTo = null
  }

  /** The page goes. */
  leave(): void {
    this.kept.leave(this.#here())
  }

  /** What comes after it goes on from where it was when it was over. */
  keep(): void {
    if (this.#wasAt) this.kept.leave(this.#wasAt.place, this.#wasAt.atMs, true)
  }

  /** Where the display is, for the one that comes after it without a word of this one: see `KeptPlace.note`. */
  note(): void {
    const { place, atMs } = this.#wasAt ?? { place: this.#here(), atMs: Date.now() }
    this.kept.note(place, atMs)
  }

  #here(): Place {
    const now = this.#now()
    const participantId = now.participantId ?? this.#returnsTo?.participantId ?? null
    return { ...now, participantId, siteId: this.#siteId }
  }
}
