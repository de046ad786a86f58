import { AppError } from '#contract/errors.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { CallEvents } from '#signalling/callSignal.ts'
import type { CallAsk, CallSignal, SignalState, Way } from '#signalling/client.ts'

type Answers = {
  [N in CallAsk]?: (payload: RequestInput<N>) => RequestReply<N> | Promise<RequestReply<N>>
}
type Listener = (payload: never) => void

/** A signal for unit tests: the server says what the test says. */
export class TestSignal implements CallSignal {
  state: SignalState = 'connecting'
  way: Way = 'untried'
  /** How requests are answered; what has no answer here waits for ever. */
  answers: Answers = {}
  readonly asked: CallAsk[] = []
  verifiedCount = 0
  hasDeparted = false
  readonly #listeners = new Map<keyof CallEvents, Set<Listener>>()

  async request<N extends CallAsk>(name: N, payload: RequestInput<N>): Promise<RequestReply<N>> {
    this.asked.push(name)
    const answer = this.answers[name]
    return answer ? await answer(payload) : await new Promise(() => undefined)
  }

  verify(): void {
    this.verifiedCount += 1
  }

  depart(): void {
    this.hasDeparted = true
  }

  on<E extends keyof CallEvents>(event: E, listener: CallEvents[E]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set<Listener>()
    this.#listeners.set(event, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  close(): void {
    this.become('closed')
  }

  tell<E extends keyof CallEvents>(event: E, payload: Parameters<CallEvents[E]>[0]): void {
    // What is told under this name is what its listeners take.
    for (const listener of this.#listeners.get(event) ?? []) listener(payload as never)
  }

  become(state: SignalState, error: AppError | null = null): void {
    if (this.state === state || this.state === 'closed') return
    this.state = state
    this.tell('state:changed', { state, error })
  }
}
