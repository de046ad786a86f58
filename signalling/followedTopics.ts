import { AppError } from '#contract/errors.ts'
import type { Topic, TopicChange } from '#contract/live.ts'

type Listener = (change: TopicChange | null) => void

/** How long after a failure the server is asked again. */
const retryMs = 3000

/** What a page follows: told to the server at each connection, and kept while there is none. */
export class FollowedTopics {
  readonly #ask: (name: 'topics:follow' | 'topics:drop', topics: Topic[]) => Promise<unknown>
  readonly #listeners = new Map<Topic, Set<Listener>>()
  /** Topics to be named to the server in this turn. */
  readonly #new = new Set<Topic>()
  #isConnected = false
  #wasConnected = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: (name: 'topics:follow' | 'topics:drop', topics: Topic[]) => Promise<unknown>) {
    this.#ask = ask
  }

  /** Returns its cleanup. */
  follow(topic: Topic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    const own: Listener = (change) => listener(change)
    listeners.add(own)
    this.#listeners.set(topic, listeners)
    if (listeners.size === 1) this.#announce(topic)
    return () => {
      if (!listeners.delete(own) || listeners.size > 0) return
      this.#listeners.delete(topic)
      this.#new.delete(topic)
      // What is not heard is forgotten with the connection.
      if (this.#isConnected) this.#ask('topics:drop', [topic]).catch(() => undefined)
    }
  }

  connected(): void {
    this.#isConnected = true
    void this.#send([...this.#listeners.keys()])
  }

  interrupted(): void {
    this.#isConnected = false
    clearTimeout(this.#retryTimer)
  }

  changed(change: TopicChange): void {
    for (const listener of [...(this.#listeners.get(change.topic) ?? [])]) listener(change)
  }

  #announce(topic: Topic): void {
    if (!this.#isConnected) return
    this.#new.add(topic)
    if (this.#new.size > 1) return
    queueMicrotask(() => {
      const topics = [...this.#new]
      this.#new.clear()
      void this.#send(topics)
    })
  }

  async #send(topics: Topic[]): Promise<void> {
    if (topics.length === 0 || !this.#isConnected) return
    try {
      await this.#ask('topics:follow', topics)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (this.#isConnected) this.#retryTimer = setTimeout(() => this.connected(), retryMs)
      return
    }
    if (this.#wasConnected) this.#tellMissed()
    this.#wasConnected = true
  }

  /** The connection was away: what changed meanwhile nobody said. */
  #tellMissed(): void {
    for (const listeners of [...this.#listeners.values()])
      for (const listener of [...listeners]) listener(null)
  }
}
