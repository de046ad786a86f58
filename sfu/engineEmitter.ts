import type { EngineEvents } from './engine.ts'

type Listeners = { [K in keyof EngineEvents]: Set<(...args: EngineEvents[K]) => void> }

/** The engine's events, typed; listeners are called in the order in which they came. */
export class EngineEmitter {
  readonly #listeners: Listeners = {
    trackPublished: new Set(),
    trackUnpublished: new Set(),
    speakersChanged: new Set(),
    message: new Set(),
    participantLost: new Set(),
    roomLost: new Set(),
  }

  /** Returns the cleanup. */
  on<K extends keyof EngineEvents>(event: K, listener: (...args: EngineEvents[K]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => {
      this.#listeners[event].delete(listener)
    }
  }

  emit<K extends keyof EngineEvents>(event: K, ...args: EngineEvents[K]): void {
    for (const listener of [...this.#listeners[event]]) listener(...args)
  }

  clear(): void {
    for (const listeners of Object.values(this.#listeners)) listeners.clear()
  }
}
