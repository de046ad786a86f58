import type { Signal } from '#signalling/client.ts'
import type { Topic, TopicChange } from '#contract/live.ts'

/** How long after a hint the page is asked for anew, and how long it then rests: what comes together is one look. */
const settleMs = 200
const restMs = 1000

/** What the live pages need of the browser and of the framework. */
export interface LiveHost {
  /** Opens the page's connection; only when something is followed. */
  connect(): Promise<Signal>
  /** Asks for the data of the page that is shown. What is being typed is not data. */
  refresh(): Promise<void>
  isHidden(): boolean
  /** Calls back when the page is shown again; returns its cleanup. */
  onShown(listener: () => void): () => void
}

/**
 * Keeps the office's pages fresh: follows topics on one connection and asks for the page's data when something
 * changed. A hidden page stays quiet and looks once when it is shown again; so does one whose connection was away.
 */
export class Live {
  readonly #host: LiveHost
  readonly #cleanup: (() => void)[] = []
  #signal: Promise<Signal> | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStale = false
  #isRefreshing = false
  #isClosed = false
  #isConnected = $state(true)

  constructor(host: LiveHost) {
    this.#host = host
    this.#cleanup.push(host.onShown(() => this.#settle(0)))
  }

  /** Whether what is shown can be taken as fresh. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /**
   * Follows a topic until the cleanup is called; for an `$effect`.
   * @param matters which changes the page shows; all unless it says so
   */
  follow(topic: Topic, matters: (change: TopicChange) => boolean = () => true): () => void {
    const end = { isOver: false, stop: (): void => undefined }
    this.#opened().then(
      (signal) => {
        if (end.isOver || this.#isClosed) return
        end.stop = signal.follow(topic, (change) => {
          if (change === null || matters(change)) this.#touch()
        })
      },
      (error: unknown) => console.warn('liveNotConnected', error),
    )
    return () => {
      end.isOver = true
      end.stop()
    }
  }

  #opened(): Promise<Signal> {
    this.#signal ??= this.#host.connect().then((signal) => {
      if (this.#isClosed) signal.close()
      this.#cleanup.push(
        signal.on('state:changed', ({ state }) => {
          this.#isConnected = state === 'connected'
          // Signed out elsewhere, perhaps: the page's data say what is now.
          if (state === 'closed') this.#touch()
        }),
        () => signal.close(),
      )
      return signal
    })
    return this.#signal
  }

  #touch(): void {
    this.#isStale = true
    this.#settle(settleMs)
  }

  #settle(delayMs: number): void {
    if (!this.#isStale || this.#timer !== undefined || this.#isRefreshing || this.#isClosed) return
    if (this.#host.isHidden()) return
    this.#timer = setTimeout(() => void this.#refresh(), delayMs)
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined
    this.#isStale = false
    this.#isRefreshing = true
    try {
      await this.#host.refresh()
    } catch (error) {
      // The next hint, or the page's being shown again, tries once more.
      this.#isStale = true
      console.warn('refreshFailed', error)
    }
    await new Promise((resolve) => setTimeout(resolve, restMs))
    this.#isRefreshing = false
    this.#settle(0)
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const end of this.#cleanup.splice(0)) end()
  }
}
