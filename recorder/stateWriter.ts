import type { RecordingId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import { changeRecording, type Composition, type RecordingChange } from '#db/recordings.ts'
import type { Database } from '#db/client.ts'

const retryMs = 2_000

interface Waiting {
  change: RecordingChange
  of: string | Composition
}

/**
 * Brings the states of this node's recordings into the database, in order, and goes on trying: a capture does not end
 * because the database is away. One that went to another node meanwhile is left alone.
 */
export class StateWriter {
  readonly #database: Database
  readonly #nodeId: string
  readonly #log: Log
  readonly #waiting = new Map<RecordingId, Waiting>()
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(database: Database, nodeId: string, log: Log) {
    this.#database = database
    this.#nodeId = nodeId
    this.#log = log
  }

  /**
   * Resolves after the first try, whether it went well or is to be tried again.
   * @param of a composition, when the change is its own and void once another began
   */
  async set(
    id: RecordingId,
    change: RecordingChange,
    of: string | Composition = this.#nodeId,
  ): Promise<void> {
    this.#waiting.set(id, { change: { ...this.#waiting.get(id)?.change, ...change }, of })
    await this.#running
    await this.#flush()
  }

  /** One last try; idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#running
    await this.#flush()
  }

  #flush(): Promise<void> {
    this.#running ??= this.#write().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #write(): Promise<void> {
    for (const [id, { change, of }] of [...this.#waiting]) {
      this.#waiting.delete(id)
      try {
        const isThere = await changeRecording(this.#database, id, change, of)
        if (!isThere) this.#log.warn('recordingNotOurs', { recordingId: id })
      } catch (error) {
        const newer = this.#waiting.get(id)
        this.#waiting.set(id, { change: { ...change, ...newer?.change }, of: newer?.of ?? of })
        this.#log.warn('recordingStateNotStored', { recordingId: id, error: String(error) })
      }
    }
    clearTimeout(this.#timer)
    if (this.#waiting.size > 0 && !this.#isClosed) {
      this.#timer = setTimeout(() => void this.#flush(), retryMs)
    }
  }
}
