import type { MediaState } from './mediaClient.ts'

/** A first path takes less; one that was there is mended for a while before that is said. */
const firstMs = 4000
const mendingMs = 12_000

/** Whether media get through the network: what is not connected for longer than that takes is blocked. */
export class Passage {
  #isBlocked = $state(false)
  #hasPassed = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** True until they get through; it is tried all the time. */
  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** To be called with every change of their state. */
  observe(state: MediaState): void {
    if (state === 'connecting' || state === 'interrupted') {
      this.#timer ??= setTimeout(() => (this.#isBlocked = true), this.#hasPassed ? mendingMs : firstMs)
      return
    }
    clearTimeout(this.#timer)
    this.#timer = undefined
    // A new ticket begins anew, over the same network.
    if (state === 'new') return
    this.#isBlocked = false
    this.#hasPassed ||= state === 'connected'
  }
}
