import type { EngineEvent, EngineListener } from './engine.ts'

/** Who listens to an engine; they are called in the order in which they came. */
export class EngineEmitter {
  readonly #listeners = new Set<EngineListener>()

  /** Returns the cleanup. */
  onEvent(listener: EngineListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  emit(event: EngineEvent): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  clear(): void {
    this.#listeners.clear()
  }
}
