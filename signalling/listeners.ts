type Listener = (payload: never) => void

/** Who listens to which of a set of events, each with one payload. */
export class Listeners<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>()

  /** Returns its cleanup. */
  add<E extends keyof Events>(event: E, listener: Events[E] & Listener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set<Listener>()
    const own: Listener = (payload) => listener(payload)
    listeners.add(own)
    this.#listeners.set(event, listeners)
    return () => {
      listeners.delete(own)
    }
  }

  tell(event: keyof Events, payload: unknown): void {
    // The contract types both sides: what comes under this name is what its listeners take.
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload as never)
  }

  clear(): void {
    this.#listeners.clear()
  }
}
