/** What a call has to know of its page and network. */
export interface PageHooks {
  /** The way to the server may be another now: Wi-Fi to mobile, cable pulled, laptop woken. */
  onNetworkChanged(): void
  /** The page was hidden or shown: `isHidden` says which. */
  onVisibilityChanged(): void
  /** The page goes away for good. */
  onLeaving(): void
}

/** `navigator.connection`, which not every browser has. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
}

const wakeCheckMs = 2000

/** Listens to the page and the network; close it. */
export class PageWatch {
  readonly #hooks: PageHooks
  readonly #listening = new AbortController()
  readonly #wakeTimer: ReturnType<typeof setInterval>
  #settleTimer: ReturnType<typeof setTimeout> | null = null
  #lastTickMs = Date.now()

  constructor(hooks: PageHooks) {
    this.#hooks = hooks
    const { signal } = this.#listening
    const changed = (): void => this.#networkChanged()
    window.addEventListener('online', changed, { signal })
    const network = networkOf(navigator)
    let type = network?.type
    // It also tells of every new estimate of the speed, which is no new network.
    const typed = (): void => {
      if (network?.type !== type) changed()
      type = network?.type
    }
    network?.addEventListener('change', typed, { signal })
    document.addEventListener('visibilitychange', () => hooks.onVisibilityChanged(), { signal })
    window.addEventListener('pagehide', () => hooks.onLeaving(), { signal })
    this.#wakeTimer = setInterval(() => {
      // A machine that slept comes back with dead sockets that nobody has told of.
      if (Date.now() - this.#lastTickMs > wakeCheckMs * 5 && !this.isHidden) this.#networkChanged()
      this.#lastTickMs = Date.now()
    }, wakeCheckMs)
  }

  get isHidden(): boolean {
    return document.visibilityState === 'hidden'
  }

  close(): void {
    this.#listening.abort()
    clearInterval(this.#wakeTimer)
    if (this.#settleTimer) clearTimeout(this.#settleTimer)
  }

  /** Networks come in bursts of events; one answer is enough. */
  #networkChanged(): void {
    if (this.#settleTimer) clearTimeout(this.#settleTimer)
    this.#settleTimer = setTimeout(() => this.#hooks.onNetworkChanged(), 300)
  }
}

function networkOf(from: Navigator & { connection?: NetworkInformation }): NetworkInformation | null {
  return from.connection ?? null
}
