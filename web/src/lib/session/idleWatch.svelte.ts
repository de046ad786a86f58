/** A use is told this often at most, and the end is spoken of this long before. */
const reportEveryMs = 60_000
const warnMs = 2 * 60_000
/** What a clock or a timer may be off. */
const slackMs = 1000

/** What is needed of the browser and the server. Both answers: milliseconds until the session ends; null when it has. */
export interface IdleHost {
  /** Looks, which is no use. @throws when there is no answer */
  ask(): Promise<number | null>
  /** Tells of a use. @throws when there is no answer */
  use(): Promise<number | null>
  /** The session is over, and nobody is there. */
  leave(): void
}

/**
 * Tells the server that the page is used, and the person when it is not and the session is about to end. The server
 * decides: other pages of the session, and its calls, are uses too.
 */
export class IdleWatch {
  readonly #host: IdleHost
  #timer: ReturnType<typeof setTimeout> | undefined
  #startedAtMs = 0
  #lastUseMs = 0
  #toldAtMs = 0
  #isClosed = false
  #endsAtMs = $state.raw<number | null>(null)

  constructor(host: IdleHost) {
    this.#host = host
  }

  /** When the session ends if nobody says otherwise; null as long as that is far away. */
  get endsAtMs(): number | null {
    return this.#endsAtMs
  }

  /** Once the page is there: whoever opened it is at it, which the server knows. */
  start(): void {
    this.#startedAtMs = Date.now()
    void this.#learn(() => this.#host.ask())
  }

  /** Something was pressed, typed or scrolled. While it is asked whether to go on only the answer counts. */
  used(): void {
    if (this.#endsAtMs !== null) return
    this.#lastUseMs = Date.now()
    if (this.#lastUseMs - this.#toldAtMs >= reportEveryMs) this.goOn()
  }

  /** The warning was closed: somebody is there. */
  dismissed(): void {
    if (this.#endsAtMs !== null) this.goOn()
  }

  /** The person goes on. */
  goOn(): void {
    this.#endsAtMs = null
    this.#toldAtMs = Date.now()
    void this.#learn(() => this.#host.use())
  }

  /** For a page that was away, asleep perhaps. */
  look(): void {
    void this.#learn(() => this.#host.ask())
  }

  async #learn(ask: () => Promise<number | null>): Promise<void> {
    let leftMs: number | null
    try {
      leftMs = await ask()
    } catch {
      leftMs = reportEveryMs + warnMs // the network is away: looked at again before long
    }
    if (this.#isClosed) return
    if (leftMs === null) return this.#ended()
    this.#endsAtMs = leftMs <= warnMs + slackMs ? Date.now() + leftMs : null
    clearTimeout(this.#timer)
    const isWarned = this.#endsAtMs !== null
    this.#timer = setTimeout(() => this.#due(), isWarned ? leftMs + slackMs : leftMs - warnMs)
  }

  /** Whoever is at work stays with what is on the page, which says by itself that nothing is stored any more. */
  #ended(): void {
    this.#endsAtMs = null
    clearTimeout(this.#timer)
    if (Date.now() - Math.max(this.#startedAtMs, this.#lastUseMs) < warnMs) {
      this.#timer = setTimeout(() => this.look(), reportEveryMs)
      return
    }
    this.close()
    this.#host.leave()
  }

  #due(): void {
    // What was typed since it was told last counts, too.
    if (this.#lastUseMs > this.#toldAtMs) this.goOn()
    else this.look()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}
