/** The time, for what counts down on a page: starts from the server's, so that both draw the same; ticks in the browser. */
export class Clock {
  #nowMs = $state(0)

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** For an `$effect`: ticks until the returned cleanup is called. */
  run(everyMs = 15_000): () => void {
    this.#nowMs = Date.now()
    const timer = setInterval(() => (this.#nowMs = Date.now()), everyMs)
    return () => clearInterval(timer)
  }
}
