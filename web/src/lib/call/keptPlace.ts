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

/** What a page that is loaded anew goes on with: it belongs to its tab, and to the minute after the page went. */
export class KeptPlace {
  readonly #key: string
  /** The panel that is open; null for none. */
  panel: PanelId | null = null
  /** Whether it is a hall's display, as was chosen on the page; null leaves it to the address and who it is. */
  isWall: boolean | null = null

  constructor(meetingId: MeetingId) {
    this.#key = `call-place ${meetingId}`
  }

  /** What the page before this one left here, once; of one that was long away with nothing on. */
  take(): Place | null {
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null')
      sessionStorage.removeItem(this.#key)
      if (!isStored(stored)) return null
      const { place, panel, isWall = null, isUnattended } = stored
      const awayMs = Math.abs(Date.now() - stored.atMs)
      if (awayMs > (isUnattended ? unattendedMs : keptMs)) return null
      this.panel = panel
      this.isWall = isWall
      return awayMs > keptMs ? { ...place, microphone: false, camera: false } : place
    } catch {
      return null // storage is closed to this page, or holds something else: one comes anew
    }
  }

  /**
   * The page goes, or its stay is over.
   * @param isUnattended nobody is there to come in anew
   */
  leave(place: Place, atMs = Date.now(), isUnattended = false): void {
    try {
      const { panel, isWall } = this
      const stored = { atMs, place, panel, isWall, isUnattended } satisfies Stored
      sessionStorage.setItem(this.#key, JSON.stringify(stored))
    } catch {
      // Storage is full or closed: one comes anew.
    }
  }
}

interface Stored {
  atMs: number
  place: Place
  panel: PanelId | null
  isWall?: boolean | null
  isUnattended?: boolean
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
