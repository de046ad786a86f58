import type { CallRecord } from '#db/calls.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { CallStore } from './stores.ts'

/** How long what is known of a plan counts as fresh for who asks. */
const freshMs = 5000

/**
 * What the call knows of its meeting, kept true to the plan: read again when the office says that it changed, and,
 * since that is said at most once, whenever its version turns out to be another. While the database is away, what was
 * known stays.
 */
export class PlanFollower {
  readonly #meetingId: MeetingId
  readonly #store: CallStore
  readonly #log: Log
  readonly #everyMs: number
  readonly #onChanged: (record: CallRecord | null) => void
  #current: CallRecord
  #comparedAtMs = performance.now()
  #looking: Promise<void> | null = null
  #isAsked = false

  /**
   * @param options.everyMs how often the version is compared
   * @param options.onChanged told each time that it was read anew; null when the meeting is no more
   */
  constructor(options: {
    record: CallRecord
    store: CallStore
    everyMs: number
    log: Log
    onChanged: (record: CallRecord | null) => void
  }) {
    this.#meetingId = options.record.id
    this.#current = options.record
    this.#store = options.store
    this.#everyMs = options.everyMs
    this.#log = options.log
    this.#onChanged = options.onChanged
  }

  get current(): CallRecord {
    return this.#current
  }

  /** Reads the plan again; what is asked meanwhile is answered by one more reading. */
  look(): Promise<void> {
    if (this.#looking) this.#isAsked = true
    else {
      this.#looking = this.#lookAll().finally(() => {
        this.#looking = null
      })
    }
    return this.#looking
  }

  async #lookAll(): Promise<void> {
    do {
      this.#isAsked = false
      try {
        const record = await this.#store.load(this.#meetingId)
        if (record) this.#current = record
        this.#onChanged(record)
      } catch (error) {
        this.#log.warn('planNotRead', { error: String(error) })
      }
    } while (this.#isAsked)
  }

  /** Reads the plan again if it has another version than the one that is known. */
  async compare(): Promise<void> {
    this.#comparedAtMs = performance.now()
    try {
      const version = await this.#store.planVersion(this.#meetingId)
      if (version !== this.#current.version) await this.look()
    } catch (error) {
      this.#log.warn('planNotCompared', { error: String(error) })
    }
  }

  /** The plan, compared a moment ago at most. */
  async fresh(): Promise<CallRecord> {
    if (performance.now() - this.#comparedAtMs >= freshMs) await this.compare()
    return this.#current
  }

  /** Compares now and then. */
  tick(): void {
    if (performance.now() - this.#comparedAtMs >= this.#everyMs)
      detach(this.#log, 'planNotCompared', this.compare())
  }
}
