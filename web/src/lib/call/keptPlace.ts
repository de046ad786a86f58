import type { MeetingId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { PanelId } from './panelId.ts'

/** As long as the server keeps a seat: who comes later comes anew. */
const keptMs = 60_000
/** Of a display at which nobody is who could come anew: about a day at work. */
const unattendedMs = 12 * 3_600_000

/** Where somebody was in a call, and with what. */
export interface Place {
  /** Who it was: the next in this tab may be another. */
  participantId: ParticipantId | null
  siteId: SiteId | null
  microphone: boolean
  camera: boolean
  /** What was being typed into the chat. */
  draft?: string
}

/**
 * What a page that is loaded anew goes on with: it belongs to its tab, and to the minute after the page went. Where a
 * hall's display is is noted for its browser besides, whose tabs end with it when its plug is pulled.
 */
export class KeptPlace {
  readonly #key: string
  /** The panel that is open; null for none. */
  panel: PanelId | null = null
  /** Whether it is a hall's display, as was chosen on the page; null leaves it to the address and who it is. */
  isWall: boolean | null = null
  /** Nobody is there who could have come in anew: it was noted, or left so. */
  isUnattended = false

  constructor(meetingId: MeetingId) {
    this.#key = `call-place ${meetingId}`
  }

  /** What the page before this one left here, once; of one that was long away with nothing on. */
  take(): Place | null {
    try {
      const there = [takeFrom(sessionStorage, this.#key), takeFrom(localStorage, this.#key)]
      const stored = there.find((one) => one && awayMsOf(one) <= (one.isUnattended ? unattendedMs : keptMs))
      if (!stored) return null
      const { place, panel, isWall = null, isUnattended = false } = stored
      this.panel = panel
      this.isWall = isWall
      this.isUnattended = isUnattended
      return awayMsOf(stored) > keptMs ? { ...place, microphone: false, camera: false } : place
    } catch {
      return null // storage is closed to this page: one comes anew
    }
  }

  /**
   * The page goes, or its stay is over.
   * @param isUnattended nobody is there to come in anew
   */
  leave(place: Place, atMs = Date.now(), isUnattended = false): void {
    const { panel, isWall } = this
    this.#store(() => sessionStorage, { atMs, place, panel, isWall, isUnattended })
  }

  /** A hall's display is there: the one after it, in whatever tab, is to be there too. What was being typed is not kept. */
  note({ draft: _draft, ...place }: Place, atMs: number): void {
    this.#store(() => localStorage, { atMs, place, panel: null, isWall: true, isUnattended: true })
  }

  /** What was noted is over: somebody ended it, or is there. */
  forget(): void {
    try {
      localStorage.removeItem(this.#key)
    } catch {
      // Storage is closed: nothing is kept there.
    }
  }

  #store(storage: () => Storage, stored: Stored): void {
    try {
      storage().setItem(this.#key, JSON.stringify(stored))
    } catch {
      // Storage is full or closed: one comes anew.
    }
  }
}

function takeFrom(storage: Storage, key: string): Stored | null {
  const text = storage.getItem(key) ?? 'null'
  storage.removeItem(key)
  try {
    const stored: unknown = JSON.parse(text)
    return isStored(stored) ? stored : null
  } catch {
    return null // something else was there
  }
}

interface Stored {
  atMs: number
  place: Place
  panel: PanelId | null
  isWall?: boolean | null
  isUnattended?: boolean
}

function awayMsOf({ atMs }: Stored): number {
  return Math.abs(Date.now() - atMs)
}

/** Only this class writes there, in whatever version of the page. */
function isStored(stored: unknown): stored is Stored {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    'atMs' in stored &&
    typeof stored.atMs === 'number' &&
    'place' in stored &&
    typeof stored.place === 'object' &&
    stored.place !== null &&
    'panel' in stored
  )
}
