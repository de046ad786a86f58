import { AppError } from '#contract/errors.ts'

/**
 * Work of many askers in a few places: who asks much waits for themselves and not the others, for the askers take turns
 * and nobody has more than one place.
 */
export class FairQueue {
  readonly #places: number
  readonly #maxWaitingEach: number
  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #running = new Set<string>()

  constructor(options: { places: number; maxWaitingEach: number }) {
    this.#places = options.places
    this.#maxWaitingEach = options.maxWaitingEach
  }

  /** Runs the work when it is the asker's turn. Throws AppError `busy` when too much of theirs waits already. */
  async run<T>(asker: string, work: () => Promise<T>): Promise<T> {
    await this.#turnOf(asker)
    try {
      return await work()
    } finally {
      this.#running.delete(asker)
      this.#next()
    }
  }

  async #turnOf(asker: string): Promise<void> {
    const own = this.#waiting.get(asker) ?? []
    if (own.length >= this.#maxWaitingEach) throw new AppError('busy', 'the asker has enough in the queue')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.set(asker, [...own, resolve])
    this.#next()
    await promise
  }

  #next(): void {
    for (const [asker, own] of this.#waiting) {
      if (this.#running.size >= this.#places) return
      if (this.#running.has(asker)) continue
      const [begin, ...others] = own
      this.#waiting.delete(asker)
      if (others.length > 0) this.#waiting.set(asker, others) // behind the others: that is the turn-taking
      this.#running.add(asker)
      begin?.()
    }
  }
}
