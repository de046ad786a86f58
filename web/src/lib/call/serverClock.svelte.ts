/** How far the machine's clock may run from its own counting before that means something. */
const driftMs = 1000

/**
 * The server's time, once a second, so that clocks on every screen agree. It counts by itself: the machine's clock may
 * be set while it runs.
 */
export class ServerClock {
  readonly #onDoubt: () => void
  #nowMs = $state(Date.now())
  #timeMs = Date.now()
  #atMs = performance.now()
  #machineAheadMs = aheadMs()
  readonly #timer: ReturnType<typeof setInterval>

  /**
   * @param onDoubt the machine's clock was set, or the machine slept, and not every browser counts on in its sleep: ask
   * the server anew
   */
  constructor(onDoubt: () => void = () => undefined) {
    this.#onDoubt = onDoubt
    this.#timer = setInterval(() => this.#tick(), 1000)
  }

  /** Epoch milliseconds; changes every second. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Epoch milliseconds at this very moment, without following it. */
  readMs(): number {
    return this.#timeMs + performance.now() - this.#atMs
  }

  /** Sets the clock by what the server said just now. */
  adjust(serverTimeMs: number): void {
    this.#timeMs = serverTimeMs
    this.#atMs = performance.now()
    this.#nowMs = serverTimeMs
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#nowMs = this.readMs()
    if (Math.abs(aheadMs() - this.#machineAheadMs) < driftMs) return
    this.#machineAheadMs = aheadMs()
    this.#onDoubt()
  }
}

/** The machine's clock against its counting, which nobody sets. */
function aheadMs(): number {
  return Date.now() - performance.now()
}
