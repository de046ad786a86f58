import { open, type FileHandle } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import {
  batchHeadBytes,
  batchMark,
  decodeBatch,
  encodeBatchHead,
  journalMagic,
  maxBatchBytes,
  type JournalEntry,
  type JournalNote,
} from './journalFormat.ts'
import { crc32 } from 'node:zlib'

/** When a journal is written and made safe. */
export interface JournalTiming {
  /** Entries are handed to the system this often: a kill -9 loses no more than this (default 200 ms). */
  writeEveryMs?: number
  /** The disk is told to keep them this often: a power cut loses no more than this and one write (default 1,000 ms). */
  syncEveryMs?: number
  /** Packets beyond this many waiting bytes are dropped, and counted: the disk is too slow (default 48 MiB). */
  maxWaitingBytes?: number
}

/**
 * Writes one segment's journal. `note` and `packet` never wait and never throw; a failing disk is told once through
 * `onError`, after which nothing more is taken and what was written stays readable.
 */
export class JournalWriter {
  readonly path: string
  /** Bytes that are in the file. */
  writtenBytes = 0
  /** Packets that were not kept because the disk was too slow. */
  droppedPackets = 0
  readonly #file: FileHandle
  readonly #onError: (error: unknown) => void
  readonly #syncEveryMs: number
  readonly #maxWaitingBytes: number
  readonly #timer: NodeJS.Timeout
  #waiting: Buffer
  #waitingBytes = 0
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  #isUnsynced = false
  #syncedAtMs = performance.now()
  #hasFailed = false
  #closing: Promise<void> | undefined

  private constructor(
    path: string,
    file: FileHandle,
    onError: (error: unknown) => void,
    timing: JournalTiming,
  ) {
    this.path = path
    this.#file = file
    this.#onError = onError
    this.#syncEveryMs = timing.syncEveryMs ?? 1_000
    this.#maxWaitingBytes = Math.min(timing.maxWaitingBytes ?? 48 * 1024 * 1024, maxBatchBytes)
    this.#waiting = Buffer.allocUnsafe(256 * 1024)
    this.#timer = setInterval(() => this.#tick(), timing.writeEveryMs ?? 200)
  }

  /** Creates the file; it must not exist. @throws the system's error, ENOSPC among them. */
  static async create(
    path: string,
    onError: (error: unknown) => void,
    timing: JournalTiming = {},
  ): Promise<JournalWriter> {
    const file = await open(path, 'wx', 0o640)
    try {
      await file.writeFile(journalMagic)
      await file.datasync()
    } catch (error) {
      await file.close()
      throw error
    }
    const writer = new JournalWriter(path, file, onError, timing)
    writer.writtenBytes = journalMagic.length
    return writer
  }

  note(note: JournalNote): void {
    const json = Buffer.from(JSON.stringify(note))
    if (!this.#makeRoom(5 + json.length)) return
    let at = this.#waiting.writeUInt8(0, this.#waitingBytes)
    at = this.#waiting.writeUInt32BE(json.length, at)
    json.copy(this.#waiting, at)
    this.#waitingBytes = at + json.length
  }

  /** False when it is not kept. */
  packet(stream: number, arrivalMs: number, rtp: Buffer): boolean {
    if (rtp.length > 0xffff || !this.#makeRoom(13 + rtp.length)) {
      this.droppedPackets += 1
      return false
    }
    let at = this.#waiting.writeUInt8(1, this.#waitingBytes)
    at = this.#waiting.writeUInt16BE(stream, at)
    at = this.#waiting.writeDoubleBE(arrivalMs, at)
    at = this.#waiting.writeUInt16BE(rtp.length, at)
    rtp.copy(this.#waiting, at)
    this.#waitingBytes = at + rtp.length
    return true
  }

  /** Writes what waits, syncs, closes the file. Idempotent; does not throw (a failure goes to `onError`). */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    if (!this.#hasFailed) await this.#write(true)
    this.#hasFailed = true
    await this.#file.close()
  }

  #tick(): void {
    if (this.#isWriting || this.#hasFailed) return
    const isDue = performance.now() - this.#syncedAtMs >= this.#syncEveryMs
    if (this.#waitingBytes > 0 || (isDue && this.#isUnsynced)) this.#writing = this.#write(isDue)
  }

  async #write(alsoSync: boolean): Promise<void> {
    this.#isWriting = true
    try {
      if (this.#waitingBytes > 0) {
        const body = this.#waiting.subarray(0, this.#waitingBytes)
        this.#waiting = Buffer.allocUnsafe(Math.max(256 * 1024, 2 * this.#waitingBytes))
        this.#waitingBytes = 0
        const batch = Buffer.concat([encodeBatchHead(body), body])
        let done = 0
        while (done < batch.length) {
          const { bytesWritten } = await this.#file.write(batch, done)
          done += bytesWritten
        }
        this.writtenBytes += batch.length
        this.#isUnsynced = true
      }
      if (alsoSync && this.#isUnsynced) {
        await this.#file.datasync()
        this.#isUnsynced = false
        this.#syncedAtMs = performance.now()
      }
    } catch (error) {
      this.#hasFailed = true
      this.#onError(error)
    } finally {
      this.#isWriting = false
    }
  }

  #makeRoom(bytes: number): boolean {
    if (this.#hasFailed || this.#closing) return false
    const needed = this.#waitingBytes + bytes
    if (needed > this.#maxWaitingBytes) return false
    if (needed > this.#waiting.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#waiting.length))
      this.#waiting.copy(larger, 0, 0, this.#waitingBytes)
      this.#waiting = larger
    }
    return true
  }
}

/** How the reading of a journal ended. */
export interface JournalEnd {
  /** Bytes after the last good batch: a write that a crash cut short. */
  tornBytes: number
  /** Places inside the file that could not be read; what is good after them is. */
  damagedBatches: number
}

/**
 * Reads a journal batch by batch, in constant memory, up to the last good batch, with a `damage` for each place that
 * cannot be read; nothing of what is no journal. It may still be written to.
 */
export async function* readJournal(path: string): AsyncGenerator<JournalEntry[], JournalEnd> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const magic = await readAt(file, 0, journalMagic.length)
    let at = journalMagic.length
    let damagedBatches = 0
    if (!magic.equals(journalMagic)) {
      // Damage may lie here as anywhere; what has no batch at all is no journal.
      const first = await nextBatch(file, 0, null, size)
      if (first === null) return { tornBytes: size, damagedBatches: 0 }
      damagedBatches = 1
      yield [{ kind: 'damage' }]
      at = first
    }
    while (at < size) {
      const batch = await batchAt(file, at, size)
      const next = batch?.entries ? batch.endsAt : await nextBatch(file, at, batch?.endsAt ?? null, size)
      if (next === null) {
        // A whole batch that cannot be read is damage; what has no end is what a crash cut short.
        if (!batch) break
        damagedBatches += 1
        yield [{ kind: 'damage' }]
        at = batch.endsAt
        continue
      }
      if (!batch?.entries) damagedBatches += 1
      yield batch?.entries ?? [{ kind: 'damage' }]
      at = next
    }
    return { tornBytes: size - at, damagedBatches }
  } finally {
    await file.close()
  }
}

/** What lies there if a head says so; its entries are null when the body is not what the head says. */
async function batchAt(
  file: FileHandle,
  at: number,
  size: number,
): Promise<{ endsAt: number; entries: JournalEntry[] | null } | null> {
  const head = await readAt(file, at, batchHeadBytes)
  if (head.length < batchHeadBytes || head.readUInt32BE(0) !== batchMark) return null
  const length = head.readUInt32BE(4)
  const endsAt = at + batchHeadBytes + length
  if (length > maxBatchBytes || endsAt > size) return null
  const body = await readAt(file, at + batchHeadBytes, length)
  return { endsAt, entries: crc32(body) === head.readUInt32BE(8) ? decodeOrNull(body) : null }
}

/**
 * Where the next good batch begins after one that is damaged: where that one ends, if its head can be believed, else
 * wherever a mark, a length and a checksum agree. Null when there is none.
 */
async function nextBatch(
  file: FileHandle,
  damagedAt: number,
  endsAt: number | null,
  size: number,
): Promise<number | null> {
  if (endsAt !== null && (endsAt === size || (await batchAt(file, endsAt, size))?.entries)) return endsAt
  const mark = Buffer.alloc(4)
  mark.writeUInt32BE(batchMark)
  const step = 1024 * 1024
  for (let from = damagedAt + 1; from < size; from += step) {
    const bytes = await readAt(file, from, step + mark.length - 1)
    for (let found = bytes.indexOf(mark); found >= 0; found = bytes.indexOf(mark, found + 1)) {
      if ((await batchAt(file, from + found, size))?.entries) return from + found
    }
  }
  return null
}

function decodeOrNull(body: Buffer): JournalEntry[] | null {
  try {
    return decodeBatch(body)
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return null
    throw error
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}
