import type { CallHello } from '#contract/replies.ts'
import type { CallSignal } from '#signalling/client.ts'

/** Over how long the pages of a call spread what they ask at the same news. */
const spreadMs = 500

/** What a greeting tells. */
export interface GreetingHooks {
  /** The call was opened, or ended, while the page was before it. */
  onPhase(phase: CallHello['phase']): void
  onWarning(event: string, error: unknown): void
}

/** What the server says of the meeting and of one's own part in it: asked for once, then kept true. */
export class Greeting {
  readonly #signal: CallSignal
  readonly #hooks: GreetingHooks
  #hello = $state.raw<CallHello | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  #isClosed = false

  constructor(signal: CallSignal, hooks: GreetingHooks) {
    this.#signal = signal
    this.#hooks = hooks
    signal.on('lobby:changed', (news) => {
      if (!this.#hello) return
      this.#hello = { ...this.#hello, ...news }
      hooks.onPhase(news.phase)
    })
    signal.on('meeting:changed', () => this.#askSoon())
  }

  /** Null before the first answer. */
  get hello(): CallHello | null {
    return this.#hello
  }

  /** Asks anew. Throws AppError. */
  async ask(): Promise<CallHello> {
    const hello = await this.#signal.request('call:hello', {})
    if (!this.#isClosed) this.#hello = hello
    return hello
  }

  /** The meeting, or one's own part in it, changed. */
  #askSoon(): void {
    clearTimeout(this.#timer)
    // A hall does not ask as one.
    this.#timer = setTimeout(() => {
      // A connection that is back greets anew.
      this.ask().catch((error: unknown) => this.#hooks.onWarning('greetingFailed', error))
    }, Math.random() * spreadMs)
  }

  /** Idempotent; what was said last stays. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}
