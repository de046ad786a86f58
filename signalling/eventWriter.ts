import { AppError } from '#contract/errors.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { isDurable, type RoomEvent } from '#contract/room/room.ts'
import type { StoredCallEvent } from '#db/calls.ts'
import type { CallStore } from './stores.ts'

/** Events a statement stores at most, and events that wait at most before commands are refused. */
const batchSize = 500
const maxWaiting = 50_000

interface Waiter {
  seq: number
  resolve(): void
  reject(error: unknown): void
}

/**
 * Stores a call's durable events in order, as they happen: one statement at a time, and what comes meanwhile goes
 * into the next (group commit). While the database is away it keeps what it has and tries again.
 */
export class EventWriter {
  readonly #store: CallStore
  readonly #meetingId: MeetingId
  readonly #nodeId: NodeId
  readonly #epoch: number
  readonly #log: Log
  readonly #onFenced: () => void
  readonly #queue: StoredCallEvent[] = []
  readonly #waiters = new Set<Waiter>()
  #seq: number
  #storedSeq: number
  #isWriting = false
  #hasLost = false
  #failures = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #end: AppError | null = null

  constructor(options: {
    store: CallStore
    meetingId: MeetingId
    nodeId: NodeId
    epoch: number
    /** Of the last event that is stored already; 0 for none. */
    lastSeq: number
    log: Log
    /** The lease is another's: nothing of what waits will ever be stored. */
    onFenced: () => void
  }) {
    this.#store = options.store
    this.#meetingId = options.meetingId
    this.#nodeId = options.nodeId
    this.#epoch = options.epoch
    this.#seq = this.#storedSeq = options.lastSeq
    this.#log = options.log
    this.#onFenced = options.onFenced
  }

  /** Of the last event that was taken. */
  get lastSeq(): number {
    return this.#seq
  }

  /** Whether all that was taken and is no longer waiting is stored: not so when the database could not take an event. */
  get isWhole(): boolean {
    return !this.#hasLost
  }

  /** Whether so much waits that nothing more should happen. */
  get isFull(): boolean {
    return this.#queue.length >= maxWaiting
  }

  /** Takes what is durable among the events; returns the number up to which `stored` has to wait for them. */
  append(events: readonly RoomEvent[]): number {
    if (this.#end) return this.#seq
    for (const event of events) if (isDurable(event)) this.#queue.push({ seq: ++this.#seq, event })
    if (this.#queue.length > 0) this.#write()
    return this.#seq
  }

  /**
   * Resolves when everything up to `seq` is stored.
   * @throws AppError storage_unavailable after `timeoutMs` (what waits is stored later all the same); wrong_node
   */
  async stored(seq: number, timeoutMs: number): Promise<void> {
    if (seq <= this.#storedSeq) return
    if (this.#end) throw this.#end
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { seq, resolve, reject }
    this.#waiters.add(waiter)
    const timer = setTimeout(
      () => reject(new AppError('storage_unavailable', 'not stored in time')),
      timeoutMs,
    )
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiters.delete(waiter)
    }
  }

  #write(): void {
    if (this.#isWriting || this.#end || this.#queue.length === 0) return
    if (this.#retryTimer) return
    this.#isWriting = true
    // An event that the database cannot take must not hold up the others: after failures, one at a time.
    const batch = this.#queue.slice(0, this.#failures > 0 ? 1 : batchSize)
    detach(this.#log, 'eventWriterFailed', this.#put(batch))
  }

  async #put(batch: StoredCallEvent[]): Promise<void> {
    try {
      await this.#store.append({
        meetingId: this.#meetingId,
        nodeId: this.#nodeId,
        epoch: this.#epoch,
        events: batch,
      })
      this.#isWriting = false
      if (this.#failures > 0) this.#log.info('eventsStoredAgain', { meetingId: this.#meetingId })
      this.#failures = 0
      this.#advance(batch, null)
    } catch (error) {
      this.#isWriting = false
      if (this.#end) return
      if (error instanceof AppError && error.code === 'wrong_node') {
        this.close(error)
        this.#onFenced()
        return
      }
      this.#log.warn('eventsNotStored', {
        meetingId: this.#meetingId,
        count: batch.length,
        error: error instanceof Error ? error.message : String(error),
      })
      this.#failures++
      if (batch.length === 1 && error instanceof AppError && error.code === 'bad_request') {
        this.#log.error('eventLost', {
          meetingId: this.#meetingId,
          seq: batch[0]?.seq,
          type: batch[0]?.event.type,
        })
        this.#failures = 0
        this.#hasLost = true
        this.#advance(batch, error)
        return
      }
      const delayMs = Math.min(2000, 100 * 2 ** Math.min(this.#failures, 6))
      this.#retryTimer = setTimeout(() => {
        this.#retryTimer = undefined
        this.#write()
      }, delayMs)
    }
  }

  #advance(batch: StoredCallEvent[], error: unknown): void {
    this.#queue.splice(0, batch.length)
    const last = batch.at(-1)?.seq ?? this.#storedSeq
    for (const waiter of this.#waiters) {
      if (error !== null && waiter.seq === last) waiter.reject(error)
      else if (waiter.seq <= last) waiter.resolve()
    }
    this.#storedSeq = last
    this.#write()
  }

  /** Waits until nothing waits any more. @throws AppError as `stored` */
  async flush(timeoutMs: number): Promise<void> {
    await this.stored(this.#seq, timeoutMs)
  }

  /** Idempotent; who still waits is told `error`. */
  close(error: AppError = new AppError('storage_unavailable', 'the call is closed here')): void {
    if (this.#end) return
    this.#end = error
    clearTimeout(this.#retryTimer)
    for (const waiter of this.#waiters) waiter.reject(error)
    this.#queue.length = 0
  }
}
