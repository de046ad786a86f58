import type { Bus } from '#contract/bus.ts'
import type { MeetingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { meetingChangedTopic, type MeetingChange } from '#contract/meetingChanged.ts'
import type { RoomEventType } from '#contract/room/room.ts'

/** What the office's pages show of a call: who is and was there, whether it runs, what is recorded. */
const shown: ReadonlySet<RoomEventType> = new Set([
  'callOpened',
  'callEnded',
  'participantJoined',
  'participantLeft',
  'participantDisconnected',
  'participantReconnected',
  'presenceMarked',
  'recordingChanged',
])

/** Tells the office's pages that a call has news for them, after it is stored and at most once in a while. */
export class CallNews {
  readonly #bus: Bus
  readonly #meetingId: MeetingId
  readonly #everyMs: number
  readonly #stored: () => Promise<void>
  readonly #log: Log
  #timer: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  /** @param options.stored resolves when everything that happened until now is stored */
  constructor(options: {
    bus: Bus
    meetingId: MeetingId
    everyMs: number
    stored: () => Promise<void>
    log: Log
  }) {
    this.#bus = options.bus
    this.#meetingId = options.meetingId
    this.#everyMs = options.everyMs
    this.#stored = options.stored
    this.#log = options.log
  }

  /** Something happened. */
  note(types: Iterable<{ type: RoomEventType }>): void {
    if (this.#timer !== undefined || this.#isClosed) return
    for (const { type } of types) if (shown.has(type)) return this.#schedule()
  }

  #schedule(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => detach(this.#log, 'call_news_not_told', this.#tell()), this.#everyMs)
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    try {
      await this.#stored()
    } catch (error) {
      // What is not stored is not there to be read yet.
      this.#log.warn('call_news_wait', { error: String(error) })
      return this.#schedule()
    }
    const change: MeetingChange = { meetingId: this.#meetingId, part: 'call' }
    if (!this.#isClosed) this.#bus.publish(meetingChangedTopic, change)
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}
