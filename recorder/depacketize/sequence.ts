/** Turns a counter that wraps (RTP sequence numbers, timestamps) into one that does not, taking the nearest value. */
export class Unwrapper {
  readonly #size: number
  #last: number | null = null

  /** @param bits width of the counter: 16 for sequence numbers, 32 for timestamps */
  constructor(bits: 16 | 32) {
    this.#size = 2 ** bits
  }

  unwrap(value: number): number {
    if (this.#last === null) {
      this.#last = value
      return value
    }
    const size = this.#size
    let step = (value - (((this.#last % size) + size) % size) + size) % size
    if (step >= size / 2) step -= size
    this.#last += step
    return this.#last
  }
}

/** A packet in its place. `lostBefore` counts the packets that are missing just before it. */
export interface Ordered<T> {
  item: T
  sequence: number
  lostBefore: number
}

/**
 * Puts packets into sequence: drops duplicates, waits for late ones while a hole is younger than `waitMs` and not
 * more than `maxHeld` packets are held, then gives the hole up.
 */
export class ReorderBuffer<T> {
  readonly #waitMs: number
  readonly #maxHeld: number
  readonly #sequence = new Unwrapper(16)
  readonly #held = new Map<number, { item: T; atMs: number }>()
  #next: number | null = null

  constructor(options: { waitMs?: number; maxHeld?: number } = {}) {
    this.#waitMs = options.waitMs ?? 1_000
    this.#maxHeld = options.maxHeld ?? 1_024
  }

  /** Takes a packet as it arrived, returns what is in order now. */
  push(sequenceNumber: number, item: T, atMs: number): Ordered<T>[] {
    const sequence = this.#sequence.unwrap(sequenceNumber)
    this.#next ??= sequence
    if (sequence < this.#next || this.#held.has(sequence)) return []
    this.#held.set(sequence, { item, atMs })
    return this.#drain(atMs)
  }

  /** All that is still held, holes given up. */
  flush(): Ordered<T>[] {
    return this.#drain(Number.POSITIVE_INFINITY)
  }

  #drain(nowMs: number): Ordered<T>[] {
    const out: Ordered<T>[] = []
    let lost = 0
    while (this.#held.size > 0 && this.#next !== null) {
      const held = this.#held.get(this.#next)
      if (held) {
        this.#held.delete(this.#next)
        out.push({ item: held.item, sequence: this.#next, lostBefore: lost })
        lost = 0
        this.#next += 1
        continue
      }
      const after = this.#firstHeld()
      const mayWait = nowMs - after.atMs < this.#waitMs && this.#held.size < this.#maxHeld
      if (mayWait) break
      lost += after.sequence - this.#next
      this.#next = after.sequence
    }
    return out
  }

  #firstHeld(): { sequence: number; atMs: number } {
    let sequence = Number.POSITIVE_INFINITY
    let atMs = 0
    for (const [key, held] of this.#held) {
      if (key < sequence) {
        sequence = key
        atMs = held.atMs
      }
    }
    return { sequence, atMs }
  }
}

/**
 * Watches sequence numbers live and says when a hole is there to stay, so that a key frame can be asked for.
 * Cheap: no packet is held.
 */
export class LossDetector {
  readonly #graceMs: number
  readonly #sequence = new Unwrapper(16)
  readonly #missing = new Map<number, number>()
  #highest: number | null = null

  constructor(graceMs = 400) {
    this.#graceMs = graceMs
  }

  /** Whether a packet is found to be lost for good now. */
  push(sequenceNumber: number, atMs: number): boolean {
    const sequence = this.#sequence.unwrap(sequenceNumber)
    if (this.#highest === null || sequence > this.#highest) {
      const from = this.#highest === null ? sequence : Math.max(this.#highest + 1, sequence - 64)
      for (let missing = from; missing < sequence; missing += 1) this.#missing.set(missing, atMs)
      this.#highest = sequence
    } else {
      this.#missing.delete(sequence)
    }
    let isLost = false
    for (const [missing, sinceMs] of this.#missing) {
      if (atMs - sinceMs < this.#graceMs) break
      this.#missing.delete(missing)
      isLost = true
    }
    return isLost
  }
}
