import { TokenBucket } from './tokenBucket.ts'

/**
 * A token bucket for each key (an account, a participant, an address), that outlives whatever asks under it. Bounded:
 * one that is full again says no more than none, and of more than `maxKeys` the longest unused is forgotten.
 */
export class Budgets<K> {
  readonly #size: { burst: number; perSecond: number }
  readonly #maxKeys: number
  /** The longest unused first. */
  readonly #buckets = new Map<K, { bucket: TokenBucket; usedAtMs: number }>()

  constructor(options: { burst: number; perSecond: number; maxKeys: number }) {
    this.#size = options
    this.#maxKeys = options.maxKeys
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /** Whether `cost` is there to be taken. */
  has(key: K, cost: number, nowMs: number): boolean {
    return this.#buckets.get(key)?.bucket.has(cost, nowMs) ?? cost <= this.#size.burst
  }

  /** Takes `cost` if it is there. */
  take(key: K, cost: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(key)?.bucket ?? new TokenBucket(this.#size, nowMs)
    this.#buckets.delete(key)
    this.#buckets.set(key, { bucket, usedAtMs: nowMs })
    this.#forget(nowMs)
    return bucket.take(cost, nowMs)
  }

  #forget(nowMs: number): void {
    const fullAfterMs = (this.#size.burst / this.#size.perSecond) * 1000
    for (const [key, { usedAtMs }] of this.#buckets) {
      if (this.#buckets.size <= this.#maxKeys && usedAtMs + fullAfterMs > nowMs) return
      this.#buckets.delete(key)
    }
  }
}
