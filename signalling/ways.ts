import { loadPolls } from './polls.ts'

/**
 * What is known of the way to the server: not tried yet; open; blocked: the server's pages are answered, and no
 * connection to it is let through; away: nothing is answered.
 */
export type Way = 'untried' | 'open' | 'blocked' | 'away'

/** By what a connection is carried: polls, as they were loaded. */
export type Carrier = 'websocket' | Polls
type Polls = Awaited<ReturnType<typeof loadPolls>>

/** How long a WebSocket may take: the first time, where none got through before, and after that. */
const firstMs = 2500
const hopelessMs = 1500
const laterMs = 8000
/** How long a poll may take, the first time. */
const firstPollMs = 4000
/** How long an answer to a plain request may take. */
const plainMs = 2000

/**
 * Chooses by what each attempt to connect is carried: by a WebSocket, and by polls once one did not get through
 * although plain requests do, as behind many an office's proxy. After each connection it begins with a WebSocket again.
 */
export class Ways {
  readonly #healthUrl: string
  readonly #onChange: (way: Way) => void
  #way: Way = 'untried'
  #carrier: Carrier = 'websocket'
  #next: Carrier = 'websocket'
  #attempts = 0
  /** The last connection was by polls. */
  #isHopeless = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking: AbortController | null = null

  /** @param url origin of the server; empty for the page's own */
  constructor(url: string, onChange: (way: Way) => void) {
    this.#healthUrl = `${url}/healthz`
    this.#onChange = onChange
  }

  get way(): Way {
    return this.#way
  }

  /** An attempt begins: what carries it, and how long it may take. */
  begin(): { carrier: Carrier; timeoutMs: number } {
    const carrier = (this.#carrier = this.#next)
    const isFirst = this.#attempts++ < 2
    const socketMs = this.#isHopeless ? hopelessMs : firstMs
    const timeoutMs = !isFirst ? laterMs : carrier === 'websocket' ? socketMs : firstPollMs
    // So that it is known by then what to do next.
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), timeoutMs / 2)
    return { carrier, timeoutMs }
  }

  /** The attempt brought a connection, or at least an answer of the server. */
  opened(): void {
    this.#isHopeless = this.#carrier !== 'websocket'
    this.#next = 'websocket'
    this.#attempts = 0
    this.close()
    this.#set('open')
  }

  /** The attempt brought nothing. */
  failed(): void {
    clearTimeout(this.#timer)
    void this.#look()
  }

  /** Looks no further. Idempotent. */
  close(): void {
    clearTimeout(this.#timer)
    this.#looking?.abort()
    this.#looking = null
  }

  /** Whether plain requests are answered while the connection is not. */
  async #look(): Promise<void> {
    if (this.#looking) return
    const looking = (this.#looking = new AbortController())
    const tried = this.#carrier
    const polls = await pollsIfAnswered(this.#healthUrl, looking.signal)
    if (this.#looking !== looking) return // meanwhile connected, or closed
    this.#looking = null
    this.#next = polls && tried === 'websocket' ? polls : 'websocket'
    this.#set(polls ? 'blocked' : 'away')
  }

  #set(way: Way): void {
    if (way === this.#way) return
    this.#way = way
    this.#onChange(way)
  }
}

async function pollsIfAnswered(url: string, closed: AbortSignal): Promise<Polls | null> {
  try {
    const signal = AbortSignal.any([closed, AbortSignal.timeout(plainMs)])
    return (await fetch(url, { cache: 'no-store', signal })).ok ? await loadPolls() : null
  } catch {
    return null // no answer is the answer
  }
}
