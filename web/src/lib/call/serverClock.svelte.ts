/** The server's time, once a second, so that clocks on every screen agree. */
export class ServerClock {
  #nowMs = $state(Date.now())
  #offsetMs = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor() {
    this.#timer = setInterval(() => this.#tick(), 1000)
  }

  /** Epoch milliseconds; changes every second. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Epoch milliseconds at this very moment, without following it. */
  readMs(): number {
    return Date.now() + this.#offsetMs
  }

  /** Sets the clock by what the server said just now. */
  adjust(serverTimeMs: number): void {
    this.#offsetMs = serverTimeMs - Date.now()
    this.#tick()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#nowMs = this.readMs()
  }
}
