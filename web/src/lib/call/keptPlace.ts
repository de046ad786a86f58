import type { MeetingId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { PanelId } from './panelId.ts'

/** As long as the server keeps a seat: who comes later comes anew. */
const keptMs = 60_000

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

  constructor(meetingId: MeetingId) {
    this.#key = `call-place ${meetingId}`
  }

  /** What the page before this one left here, once. */
  take(): Place | null {
    try {
      const stored: unknown = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null')
      sessionStorage.removeItem(this.#key)
      if (!isStored(stored) || Math.abs(Date.now() - stored.atMs) > keptMs) return null
      this.panel = stored.panel
      return stored.place
    } catch {
      return null // storage is closed to this page, or holds something else: one comes anew
    }
  }

  /** The page goes. */
  leave(place: Place): void {
    try {
      const stored = { atMs: Date.now(), place, panel: this.panel } satisfies Stored
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
