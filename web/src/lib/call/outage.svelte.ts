const longAfterMs = 20_000

/** How the loss of the connection looks to the person: a brief one is told quietly, a long one with a cure. */
export class Outage {
  #length = $state<'none' | 'brief' | 'long'>('none')
  #timer: ReturnType<typeof setTimeout> | undefined

  get length(): 'none' | 'brief' | 'long' {
    return this.#length
  }

  /** The connection is away; it goes on mending itself. */
  begin(): void {
    if (this.#length !== 'none') return
    this.#length = 'brief'
    this.#timer = setTimeout(() => {
      this.#length = 'long'
    }, longAfterMs)
  }

  /** It is back, or nobody waits for it any more. */
  end(): void {
    clearTimeout(this.#timer)
    this.#length = 'none'
  }
}
