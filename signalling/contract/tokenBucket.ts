/** A store of tokens that refills with time; for how much a page or participant may ask. */
export class TokenBucket {
  readonly #burst: number
  readonly #perMs: number
  #tokens: number
  #atMs: number

  constructor(options: { burst: number; perSecond: number }, nowMs: number) {
    this.#burst = this.#tokens = options.burst
    this.#perMs = options.perSecond / 1000
    this.#atMs = nowMs
  }

  /** Whether `cost` tokens are there. */
  has(cost: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#perMs)
    this.#atMs = nowMs
    return this.#tokens >= cost
  }

  /** Takes `cost` tokens if they are there. */
  take(cost: number, nowMs: number): boolean {
    if (!this.has(cost, nowMs)) return false
    this.#tokens -= cost
    return true
  }
}
