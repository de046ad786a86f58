import { constants, fstatSync, openSync, write, writeSync } from 'node:fs'

/** What waits to be written; beyond it lines are dropped and counted. */
const maxWaitingBytes = 1 << 20
/** What is handed to the kernel at a time: a pipe takes so much whole or not at all (PIPE_BUF), and two processes share ours. */
const maxWriteBytes = 4096
/** After a reader that takes nothing, or a full disk. */
const retryMs = 20
/** A write that has been under way for so long has a reader that is stuck: the end of the process does not wait for it. */
const stuckMs = 1000

/**
 * Where the log's lines go: written beside the event loop, one write at a time. A reader that is stuck and a disk that
 * is full cost lines, never time or memory: what does not fit is dropped, and a line says how many were, as soon as one
 * can be written again. `flush` writes what waits at once, for the end of the process.
 */
export class LogSink {
  readonly #fd: number
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  #dropped = 0
  #writingSinceMs: number | null = null
  #isAwaited = false

  /** @param fd that is open for writing, such as 2 */
  constructor(fd: number) {
    this.#fd = openWithoutWaiting(fd) ?? fd
  }

  /** Takes a line with its end; never waits. */
  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#waitingBytes + bytes.length > maxWaitingBytes) {
      this.#dropped++
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#writingSinceMs !== null || this.#isAwaited) return
    this.#isAwaited = true
    setImmediate(() => this.#writeNext())
  }

  /** Writes what waits, unless its reader is stuck. */
  flush(): void {
    const isStuck = this.#writingSinceMs !== null && performance.now() - this.#writingSinceMs > stuckMs
    if (isStuck) return
    try {
      for (let chunk = this.#take(); chunk !== null; chunk = this.#take()) {
        for (let at = 0; at < chunk.length;) at += writeSync(this.#fd, chunk, at)
      }
    } catch {
      // Nobody is left to be told: this was the way to tell.
    }
  }

  #writeNext(): void {
    this.#isAwaited = false
    const chunk = this.#take()
    if (chunk !== null) this.#write(chunk)
  }

  #write(chunk: Buffer): void {
    this.#writingSinceMs = performance.now()
    write(this.#fd, chunk, (error, written) => {
      this.#writingSinceMs = null
      const rest = error ? chunk : chunk.subarray(written)
      if (rest.length > 0) {
        this.#waiting.unshift(rest)
        this.#waitingBytes += rest.length
      }
      this.#isAwaited = error !== null
      if (error) setTimeout(() => this.#writeNext(), retryMs).unref()
      else this.#writeNext()
    })
  }

  /** The next bytes to be written, whole lines where they fit; null when there are none. */
  #take(): Buffer | null {
    if (this.#waiting.length === 0) return null
    let count = 0
    let bytes = 0
    for (const line of this.#waiting) {
      if (count > 0 && bytes + line.length > maxWriteBytes) break
      count++
      bytes += line.length
    }
    const taken = this.#waiting.splice(0, count)
    this.#waitingBytes -= bytes
    if (this.#dropped > 0) {
      taken.push(Buffer.from(droppedLine(this.#dropped)))
      this.#dropped = 0
    }
    return Buffer.concat(taken)
  }
}

function droppedLine(count: number): string {
  return `${JSON.stringify({ level: 40, time: new Date().toISOString(), event: 'logLinesDropped', count })}\n`
}

/** A pipe anew, so that writing into a full one fails instead of waiting; the pipe of others stays as it is. */
function openWithoutWaiting(fd: number): number | null {
  if (!fstatSync(fd).isFIFO()) return null
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return null // somebody else's, or no /proc: the write waits in a thread beside the event loop
  }
}
