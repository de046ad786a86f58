import type { CallSignal, Way } from '#signalling/client.ts'

/** A connection takes less, also over a slow network and by the second way. */
const blockedAfterMs = 4000
const longAfterMs = 20_000

/**
 * How the want of a connection looks to the person: `brief` is told quietly; then what stands in the way, where that is
 * known: `blocked`: pages are answered, and the connection is not let through; `away`: nothing is answered; `long`: for
 * whatever reason.
 */
export type OutageKind = 'none' | 'brief' | 'blocked' | 'away' | 'long'

/** From the beginning, or from a loss, until there is a connection. */
export class Outage {
  #length = $state<'none' | 'brief' | 'lasting' | 'long'>('none')
  #way = $state<Way>('untried')
  #timers: ReturnType<typeof setTimeout>[] = []

  constructor(signal: Pick<CallSignal, 'way' | 'on'>) {
    this.#way = signal.way
    signal.on('way:changed', ({ way }) => (this.#way = way))
  }

  get kind(): OutageKind {
    if (this.#length === 'none' || this.#length === 'brief') return this.#length
    if (this.#way === 'blocked') return 'blocked'
    if (this.#length === 'long') return 'long'
    return this.#way === 'away' ? 'away' : 'brief'
  }

  /** There is no connection; it goes on mending itself. */
  begin(): void {
    if (this.#length !== 'none') return
    this.#length = 'brief'
    this.#timers = [
      setTimeout(() => (this.#length = 'lasting'), blockedAfterMs),
      setTimeout(() => (this.#length = 'long'), longAfterMs),
    ]
  }

  /** It is back, or nobody waits for it any more. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#length = 'none'
  }
}
