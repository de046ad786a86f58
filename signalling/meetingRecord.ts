import type { CallRecord } from '#db/calls.ts'
import type { Log } from '#contract/log.ts'
import type { CallStore } from './stores.ts'

/** How long what is known of a meeting counts as fresh. */
const freshMs = 5000

/** What the call knows of its meeting; people and agenda may change while it runs. */
export class MeetingRecord {
  readonly #store: CallStore
  readonly #log: Log
  #current: CallRecord
  #readAtMs = Date.now()
  #reading: Promise<void> | null = null

  constructor(record: CallRecord, store: CallStore, log: Log) {
    this.#current = record
    this.#store = store
    this.#log = log
  }

  get current(): CallRecord {
    return this.#current
  }

  /** Reads it again unless it is fresh; while the database is away, what was known stays. */
  async refresh(): Promise<CallRecord> {
    if (Date.now() - this.#readAtMs >= freshMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null
      })
      await this.#reading
    }
    return this.#current
  }

  async #read(): Promise<void> {
    try {
      this.#current = (await this.#store.load(this.#current.id)) ?? this.#current
      this.#readAtMs = Date.now()
    } catch (error) {
      this.#log.warn('record_not_refreshed', { meetingId: this.#current.id, error: String(error) })
    }
  }
}
