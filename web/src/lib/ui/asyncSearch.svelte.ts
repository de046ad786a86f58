/**
 * Asks a source while somebody types: waits a moment, drops answers that were overtaken, keeps the last good ones.
 * Close it when the page goes.
 */
export class AsyncSearch<T> {
  readonly #search: (query: string, signal: AbortSignal) => Promise<T[]>
  readonly #delayMs: number
  #options = $state.raw<T[]>([])
  #state = $state<'idle' | 'asking' | 'found' | 'failed'>('idle')
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: AbortController | undefined

  constructor(search: (query: string, signal: AbortSignal) => Promise<T[]>, delayMs = 150) {
    this.#search = search
    this.#delayMs = delayMs
  }

  get options(): T[] {
    return this.#options
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
    this.#options = []
    this.#state = 'idle'
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
      const options = await this.#search(query, running.signal)
      if (running.signal.aborted) return
      this.#options = options
      this.#state = 'found'
    } catch (thrown) {
      if (running.signal.aborted) return
      console.warn('searchFailed', thrown)
      this.#options = []
      this.#state = 'failed'
    }
  }
}
