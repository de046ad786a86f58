/** connected; reconnecting: it mends itself; lost: it has taken so long that the person should know why. */
export type ConnectionState = 'connected' | 'reconnecting' | 'lost'

const lostAfterMs = 20_000

/** How the connection to the platform looks to the person; a short dip is told quietly, a long one with a cure. */
export class Connection {
  #state = $state<ConnectionState>('connected')
  #timer: ReturnType<typeof setTimeout> | undefined

  get state(): ConnectionState {
    return this.#state
  }

  set(isConnected: boolean): void {
    if (!isConnected && this.#state !== 'connected') return
    clearTimeout(this.#timer)
    this.#state = isConnected ? 'connected' : 'reconnecting'
    if (!isConnected) {
      this.#timer = setTimeout(() => {
        this.#state = 'lost'
      }, lostAfterMs)
    }
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
