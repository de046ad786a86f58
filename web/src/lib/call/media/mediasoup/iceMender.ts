/** What the mender acts upon; the browser's transport behind three words. */
export interface MendableTransport {
  readonly state: 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed'
  /** One ICE restart, through signalling. Rejects when signalling is away or refuses. */
  restart(): Promise<void>
}

/** Milliseconds; see `IceMender`. */
export interface MenderTimes {
  /** A short dip often mends itself. */
  graceMs: number
  /** How long a restart may take to bring the transport up. */
  attemptMs: number
  attempts: number
}

const defaultTimes: MenderTimes = { graceMs: 700, attemptMs: 4000, attempts: 4 }

/**
 * Brings one transport back: disconnected → (grace) → restart → connected, or again; after the last attempt the
 * ticket is given up, which asks for another. Audio is never left dead.
 *
 *     well ──disconnected──▶ grace ──▶ restarting ──connected──▶ well
 *       └──failed / network changed──────▲   │ 4 × 4 s
 *                                            └──▶ given up
 */
export class IceMender {
  readonly #transport: MendableTransport
  readonly #onGivenUp: () => void
  readonly #onWarning: (event: string, error: unknown) => void
  readonly #times: MenderTimes
  #timer: ReturnType<typeof setTimeout> | null = null
  #attempt = 0
  #isRestarting = false
  /** A restart was asked for and did not get through to the engine. */
  #isDue = false
  #isClosed = false

  constructor(
    transport: MendableTransport,
    hooks: { onGivenUp: () => void; onWarning: (event: string, error: unknown) => void },
    times: MenderTimes = defaultTimes,
  ) {
    this.#transport = transport
    this.#onGivenUp = hooks.onGivenUp
    this.#onWarning = hooks.onWarning
    this.#times = times
  }

  /** To be called with every change of the transport's state. */
  observe(): void {
    if (this.#isClosed) return
    switch (this.#transport.state) {
      case 'connected':
        this.#attempt = 0
        this.#clear()
        break
      case 'connecting':
        if (!this.#timer) this.#wait(this.#times.attemptMs)
        break
      case 'disconnected':
        if (this.#attempt === 0) this.#wait(this.#times.graceMs)
        break
      case 'failed':
        if (!this.#isRestarting) this.#restart()
        break
      case 'new':
      case 'closed':
        break
    }
  }

  /** The network changed, or signalling is back: do not wait. A transport that was never started is left alone. */
  hasten(isNetworkChanged: boolean): void {
    if (this.#isClosed || this.#transport.state === 'new') return
    if (this.#transport.state === 'connected' && !isNetworkChanged && !this.#isDue) return
    this.#attempt = 0
    if (!this.#isRestarting) this.#restart()
  }

  close(): void {
    this.#isClosed = true
    this.#clear()
  }

  #restart(): void {
    this.#clear()
    if (this.#isClosed) return
    if (this.#attempt >= this.#times.attempts) {
      this.#onGivenUp()
      return
    }
    this.#attempt += 1
    this.#isRestarting = true
    this.#transport
      .restart()
      .then(
        () => (this.#isDue = false),
        (error: unknown) => {
          this.#isDue = true
          this.#onWarning('iceRestartFailed', error)
        },
      )
      .finally(() => {
        this.#isRestarting = false
        if (!this.#isClosed && this.#transport.state !== 'connected') this.#wait(this.#times.attemptMs)
      })
  }

  #wait(ms: number): void {
    this.#clear()
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#transport.state !== 'connected') this.#restart()
    }, ms)
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
