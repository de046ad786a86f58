/** Runs work one at a time for each key, in the order of asking. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<void>>()

  /** Runs `work` after what was asked before for the key, whatever became of that. */
  run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const over = (): void => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
    const settled: Promise<void> = turn.then(over, over) // who asked is told
    this.#last.set(key, settled)
    return turn
  }
}
