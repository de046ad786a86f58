import type { Bus } from '#contract/bus.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { MeetingPart } from '#contract/live.ts'
import { detach, type Log } from '#contract/log.ts'
import { meetingChangedTopic, type MeetingChange } from '#contract/meetingChanged.ts'
import type { RoomEventType } from '#contract/room/room.ts'

/** What the office's pages show of a call, by the event that changes it. */
const partOf: Partial<Record<RoomEventType, MeetingPart>> = {
  callOpened: 'status',
  callEnded: 'status',
  participantJoined: 'presence',
  participantLeft: 'presence',
  participantDisconnected: 'presence',
  participantReconnected: 'presence',
  presenceMarked: 'presence',
  recordingChanged: 'recordings',
}

/** Tells the office's pages that a call has news for them, after it is stored and at most once in a while. */
export class CallNews {
  readonly #bus: Bus
  readonly #meetingId: MeetingId
  readonly #everyMs: number
  readonly #stored: () => Promise<void>
  readonly #log: Log
  readonly #parts = new Set<MeetingPart>()
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
    for (const { type } of types) {
      const part = partOf[type]
      if (part) this.#parts.add(part)
    }
    if (this.#parts.size > 0 && this.#timer === undefined) this.#schedule()
  }

  #schedule(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => detach(this.#log, 'callNewsNotTold', this.#tell()), this.#everyMs)
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const parts = [...this.#parts]
    this.#parts.clear()
    try {
      await this.#stored()
    } catch (error) {
      // What is not stored is not there to be read yet.
      this.#log.warn('callNewsWait', { error: String(error) })
      for (const part of parts) this.#parts.add(part)
      if (this.#timer === undefined) this.#schedule()
      return
    }
    if (this.#isClosed) return
    for (const part of parts) {
      const change: MeetingChange = { meetingId: this.#meetingId, part }
      this.#bus.publish(meetingChangedTopic, change)
    }
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}
