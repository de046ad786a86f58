import { detach, type Log } from '#contract/log.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import type { EventWriter } from './eventWriter.ts'
import type { Room } from './room/room.ts'
import type { CallStore } from './stores.ts'

/** Events after which a room is kept anew: what a reopening has to fold at most, with what came meanwhile. */
const everyEvents = 2000

/** What a keeper is made of. */
export interface SnapshotKeeperOptions {
  store: CallStore
  meetingId: MeetingId
  nodeId: NodeId
  epoch: number
  fold: string
  /** Of the last event in the snapshot from which the call was opened; 0 without one. */
  keptSeq: number
  room: Room
  writer: EventWriter
  /** How long the database may take for the events before. */
  timeoutMs: number
  log: Log
}

/**
 * Keeps a call's room beside its events, so that opening it again takes as long after a day as after a minute. A room
 * is kept as it was after an event, once that event is stored: whatever is lost between the two, the events make the
 * same room.
 */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions
  #triedSeq: number
  #isKeeping = false

  constructor(options: SnapshotKeeperOptions) {
    this.#options = options
    this.#triedSeq = options.keptSeq
  }

  /** The call has come to that event: time to keep its room when much happened since. */
  note(seq: number): void {
    if (seq - this.#triedSeq < everyEvents || this.#isKeeping) return
    this.#isKeeping = true
    // Not now: a command may be under way that made more than was given to the writer.
    setImmediate(() => {
      const kept = this.#keep().finally(() => (this.#isKeeping = false))
      detach(this.#options.log, 'snapshotNotKept', kept)
    })
  }

  async #keep(): Promise<void> {
    const { store, meetingId, nodeId, epoch, fold, room, writer, timeoutMs } = this.#options
    const seq = writer.lastSeq
    this.#triedSeq = seq
    const text = room.keep()
    if (text === null) return
    await writer.stored(seq, timeoutMs)
    if (!writer.isWhole) return
    await store.putSnapshot({ meetingId, nodeId, epoch, snapshot: { seq, fold, room: text } })
  }
}
