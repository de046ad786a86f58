import type { ParticipantId } from '#contract/ids.ts'

export interface Speaker {
  participantId: ParticipantId
  /** dBov, −127…0. */
  level: number
}

/** Least time between two reports, in milliseconds. */
export const speakersIntervalMs = 300
const maxSpeakers = 10

/** Merges what the level observers of a room's routers hear into one list, said at most every 300 ms. */
export class SpeakerMeter {
  readonly #report: (speakers: Speaker[]) => void
  readonly #heard = new Map<string, readonly Speaker[]>()
  #reportedAtMs = -Infinity
  #wasSilent = true
  #timer: NodeJS.Timeout | undefined

  constructor(report: (speakers: Speaker[]) => void) {
    this.#report = report
  }

  /** What one router hears now; empty for silence, or when the router is gone. */
  update(routerId: string, speakers: readonly Speaker[]): void {
    if (speakers.length === 0) this.#heard.delete(routerId)
    else this.#heard.set(routerId, speakers)
    if (this.#timer) return
    const waitMs = this.#reportedAtMs + speakersIntervalMs - performance.now()
    if (waitMs <= 0) this.#flush()
    else this.#timer = setTimeout(() => this.#flush(), Math.ceil(waitMs) + 1) // timers fire up to 1 ms early
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#heard.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const speakers = [...this.#heard.values()]
      .flat()
      .sort((a, b) => b.level - a.level)
      .slice(0, maxSpeakers)
    if (speakers.length === 0 && this.#wasSilent) return
    this.#wasSilent = speakers.length === 0
    this.#report(speakers)
    this.#reportedAtMs = performance.now()
  }
}
