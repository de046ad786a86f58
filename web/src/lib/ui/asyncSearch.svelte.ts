import type { Found } from './found.ts'

/**
 * Asks a source while somebody types: waits a moment, drops answers that were overtaken, keeps the last good ones.
 * Close it when the page goes.
 */
export class AsyncSearch<T> {
  readonly #search: (query: string, signal: AbortSignal) => Promise<Found<T>>
  readonly #delayMs: number
  #options = $state.raw<T[]>([])
  #total = $state(0)
  #state = $state<'idle' | 'asking' | 'found' | 'failed'>('idle')
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: AbortController | undefined

  constructor(search: (query: string, signal: AbortSignal) => Promise<Found<T>>, delayMs = 150) {
    this.#search = search
    this.#delayMs = delayMs
  }

  get options(): T[] {
    return this.#options
  }

  /** How many there are, whatever the source gave of them. */
  get total(): number {
    return this.#total
  }

  get state(): 'idle' | 'asking' | 'found' | 'failed' {
    return this.#state
  }

  /** Asks soon; a later call replaces an earlier one. */
  ask(query: string): void {
    this.close()
    this.#state = 'asking'
    this.#timer = setTimeout(() => void this.#run(query.trim()), query === '' ? 0 : this.#delayMs)
  }

  clear(): void {
    this.close()
    this.#show({ found: [], total: 0 }, 'idle')
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#running?.abort()
    this.#running = undefined
  }

  async #run(query: string): Promise<void> {
    const running = new AbortController()
    this.#running = running
    try {
      const found = await this.#search(query, running.signal)
      if (running.signal.aborted) return
      this.#show(found, 'found')
    } catch (thrown) {
      if (running.signal.aborted) return
      console.warn('searchFailed', thrown)
      this.#show({ found: [], total: 0 }, 'failed')
    }
  }

  #show({ found, total }: Found<T>, state: 'idle' | 'found' | 'failed'): void {
    this.#options = found
    this.#total = total
    this.#state = state
  }
}
