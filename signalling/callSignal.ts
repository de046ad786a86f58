import { AppError, errorCodes, type ErrorCode, type WireError } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import type { CallRequestName, RequestInput, RequestName } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { ServerToClientEvents } from '#contract/pushes.ts'
import { Listeners } from './listeners.ts'
import type { Way } from './ways.ts'

/**
 * connecting → connected ⇄ reconnecting; any → closed (by `close()`, or by the server for good). Of a call: connected
 * once it is entered; closed for good when taken over, removed, ended, not allowed.
 */
export type SignalState = 'connecting' | 'connected' | 'reconnecting' | 'closed'

/** A state, and why it is that. */
export interface StateChange {
  state: SignalState
  error: AppError | null
}

/** What is asked in a call. */
export type CallAsk = CallRequestName | 'connection:check'

/** What the server tells of a call, and the state of the page's place in it. */
export interface CallEvents extends Omit<ServerToClientEvents, 'connection:closed' | 'topic:changed'> {
  'state:changed': (change: StateChange) => void
  'way:changed': (change: { way: Way }) => void
}

/** What the server tells of a call; the rest is the connection's. */
const told = [
  'room:events',
  'room:scopes',
  'media:message',
  'media:ticket',
  'speakers:changed',
  'lobby:changed',
  'call:closed',
  'meeting:changed',
] as const satisfies readonly (keyof CallEvents)[]

/** A page's place in one call, on its one connection. */
export interface CallSignal {
  readonly state: SignalState
  /** What is known of the way to the server. */
  readonly way: Way
  /**
   * Asks and waits. While the call is out of reach, `call:hello` and `call:join` wait for it to come back, and every
   * other request until the page has joined again; a request that was on its way fails with `timeout` at once.
   * @throws AppError the server's code; `timeout`; the code for which the call was closed.
   */
  request<N extends CallAsk>(
    name: N,
    payload: RequestInput<N>,
    options?: { timeoutMs?: number },
  ): Promise<RequestReply<N>>
  /** See `Signal.verify`. */
  verify(): void
  /** In a browser: the page goes, and says so by what goes on without it where a connection of polls would not. */
  depart(): void
  /** Returns its cleanup. */
  on<E extends keyof CallEvents>(event: E, listener: CallEvents[E]): () => void
  /** Leaves the call. Idempotent; waiting requests fail with `not_in_call`. */
  close(): void
}

/** Codes after which trying again may succeed; any other closes what it was about. */
export const passing: ReadonlySet<ErrorCode> = new Set([
  'wrong_node',
  'node_closing',
  'storage_unavailable',
  'media_unavailable',
  'rate_limited',
  'timeout',
  'internal',
])

/** Codes that say that the call is to be found on another connection. */
const elsewhere: ReadonlySet<ErrorCode> = new Set(['wrong_node', 'node_closing'])

/** As much of a connection's socket as asking and hearing takes. */
export interface CallSocket {
  on(event: string, listener: (payload: unknown) => void): unknown
  off(event: string, listener: (payload: unknown) => void): unknown
  timeout(timeoutMs: number): {
    emit(name: string, payload: unknown, onAnswer: (lost: Error | null, reply: unknown) => void): unknown
  }
}

/** What a call needs of the connection that carries it. */
export interface CallCarrier {
  /** Over which the call asks and hears by itself. */
  readonly socket: CallSocket
  readonly isConnected: boolean
  readonly way: Way
  readonly timeoutMs: number
  /** Connects anew, to where the call lives. */
  move(error: AppError): void
  /** The call was entered. */
  settle(): void
  verify(): void
  depart(): void
  /** The call is closed: left by the page, or the server ended it. */
  release(call: CallOnSignal, isLeft: boolean): void
}

/** The call on a connection: enters whenever the connection is there, and comes back after every interruption. */
export class CallOnSignal implements CallSignal {
  readonly #carrier: CallCarrier
  readonly #meetingId: MeetingId
  readonly #listeners = new Listeners<CallEvents>()
  /** Those who wait for the state that they need; each looks again at every change. */
  readonly #waiting = new Set<() => void>()
  #state: SignalState = 'connecting'
  #closedBy: AppError | null = null
  #hasJoined = false
  #isJoined = false
  #isEntering = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #retries = 0
  #held: [keyof CallEvents, unknown][] | null = null
  readonly #deaf: () => void

  constructor(carrier: CallCarrier, meetingId: MeetingId) {
    this.#carrier = carrier
    this.#meetingId = meetingId
    this.#deaf = this.#hear(carrier.socket)
  }

  /** Returns its cleanup. */
  #hear(socket: CallSocket): () => void {
    const heard = told.map((event) => [event, (payload: unknown) => this.#receive(event, payload)] as const)
    for (const [event, listener] of heard) socket.on(event, listener)
    const closed = (message: unknown): void => {
      const { error } = message as { error: WireError } // by the contract
      this.#out(errorOf(error, 'closed by the server'))
    }
    socket.on('call:closed', closed)
    return () => {
      for (const [event, listener] of heard) socket.off(event, listener)
      socket.off('call:closed', closed)
    }
  }

  get state(): SignalState {
    return this.#state
  }

  get way(): Way {
    return this.#carrier.way
  }

  /** More, or something else, is known of the way to the server. */
  wayChanged(way: Way): void {
    this.#listeners.tell('way:changed', { way })
  }

  /** The connection is there. */
  connected(): void {
    void this.#enter()
  }

  /** The connection is lost, or refused for now. */
  interrupted(error: AppError | null): void {
    if (this.#state === 'closed') return
    this.#isJoined = false
    clearTimeout(this.#retryTimer)
    this.#setState('reconnecting', error)
  }

  /** Over for good: the connection, or what the server said of the call. */
  finish(error: AppError | null): void {
    if (this.#state === 'closed') return
    this.#closedBy = error
    this.#isJoined = false
    clearTimeout(this.#retryTimer)
    this.#deaf()
    this.#setState('closed', error)
    this.#listeners.clear()
    this.#carrier.release(this, error === null)
  }

  #receive(event: keyof CallEvents, payload: unknown): void {
    if (this.#held) this.#held.push([event, payload])
    else this.#listeners.tell(event, payload)
  }

  /** The server says that the page is out of the call. */
  #out(error: AppError): void {
    if (!passing.has(error.code)) this.finish(error)
    else this.#again(error)
  }

  async #enter(): Promise<void> {
    if (this.#isEntering || this.#state === 'closed' || !this.#carrier.isConnected) return
    this.#isEntering = true
    try {
      const { socket, timeoutMs } = this.#carrier
      await ask(socket, 'call:enter', { meetingId: this.#meetingId }, timeoutMs, () => this.#entered())
    } catch (error) {
      this.#isEntering = false
      if (!(error instanceof AppError)) throw error
      // A connection that is lost meanwhile enters again when it is back.
      if (this.#carrier.isConnected) this.#out(error)
    }
  }

  #entered(): void {
    this.#isEntering = false
    if (this.#state === 'closed') return
    this.#retries = 0
    this.#carrier.settle()
    this.#setState('connected', null)
  }

  #again(error: AppError): void {
    this.interrupted(error)
    if (elsewhere.has(error.code)) return this.#carrier.move(error)
    const delayMs = Math.min(3000, 100 * 2 ** this.#retries++) * (0.5 + Math.random())
    this.#retryTimer = setTimeout(() => void this.#enter(), delayMs)
  }

  async request<N extends CallAsk>(
    name: N,
    payload: RequestInput<N>,
    options: { timeoutMs?: number } = {},
  ): Promise<RequestReply<N>> {
    const timeoutMs = options.timeoutMs ?? this.#carrier.timeoutMs
    const startedAtMs = performance.now()
    await this.#untilReady(name, timeoutMs)
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAtMs))
    const value = await this.#ask(name, payload, leftMs)
    if (name === 'call:join') {
      this.#hasJoined = true
      this.#isJoined = true
      this.#wake()
    }
    if (name === 'call:leave') this.#hasJoined = this.#isJoined = false
    // The server's answer to this name: the contract types both sides.
    return value as RequestReply<N>
  }

  async #ask(name: CallAsk, payload: unknown, timeoutMs: number): Promise<unknown> {
    try {
      const brings = name === 'call:join' || name === 'view:sync' ? () => this.#holdEvents() : undefined
      return await ask(this.#carrier.socket, name, payload, timeoutMs, brings)
    } catch (error) {
      throw this.#closedBy ?? error
    }
  }

  /** What follows a view is told only after whoever asked for it could take it. */
  #holdEvents(): void {
    if (this.#held) return
    const held: [keyof CallEvents, unknown][] = []
    this.#held = held
    setTimeout(() => {
      this.#held = null
      for (const [event, payload] of held) this.#listeners.tell(event, payload)
    })
  }

  #canSend(name: CallAsk): boolean {
    if (this.#state !== 'connected') return false
    return name === 'call:hello' || name === 'call:join' || this.#isJoined || !this.#hasJoined
  }

  #untilReady(name: CallAsk, timeoutMs: number): Promise<void> {
    if (this.#canSend(name)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const finish = (error: AppError | null): void => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        if (error) reject(error)
        else resolve()
      }
      const look = (): void => {
        if (this.#state === 'closed') finish(this.#closedBy ?? new AppError('not_in_call'))
        else if (this.#canSend(name)) finish(null)
      }
      const timer = setTimeout(() => finish(new AppError('timeout', `${name}: not connected`)), timeoutMs)
      this.#waiting.add(look)
      look()
    })
  }

  on<E extends keyof CallEvents>(event: E, listener: CallEvents[E]): () => void {
    return this.#listeners.add(event, listener)
  }

  verify(): void {
    this.#carrier.verify()
  }

  depart(): void {
    this.#carrier.depart()
  }

  close(): void {
    this.finish(null)
  }

  #setState(state: SignalState, error: AppError | null): void {
    const hasChanged = state !== this.#state
    this.#state = state
    if (hasChanged) this.#listeners.tell('state:changed', { state, error })
    this.#wake()
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look()
  }
}

/**
 * Asks the server over a socket.
 * @param onAnswer called with the answer, before anything that follows it is told
 * @throws AppError the server's code, or timeout
 */
export function ask(
  socket: CallSocket,
  name: RequestName,
  payload: unknown,
  timeoutMs: number,
  onAnswer?: () => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.timeout(timeoutMs).emit(name, payload, (lost, reply) => {
      if (lost) reject(new AppError('timeout', `${name}: ${lost.message}`))
      else if (!isReply(reply)) reject(new AppError('internal', `${name} answered out of shape`))
      else if (reply.ok) {
        onAnswer?.()
        resolve(reply.value)
      } else reject(errorOf(reply.error, name))
    })
  })
}

function isReply(reply: unknown): reply is { ok: true; value: unknown } | { ok: false; error: unknown } {
  return (
    typeof reply === 'object' && reply !== null && 'ok' in reply && ('value' in reply || 'error' in reply)
  )
}

const knownCodes: ReadonlySet<string> = new Set(errorCodes)
const isErrorCode = (code: string): code is ErrorCode => knownCodes.has(code)

/** What the server's own `toWireError` wrote. */
export function errorOf(data: unknown, message: string): AppError {
  if (typeof data !== 'object' || data === null || !('code' in data)) return new AppError('internal', message)
  const { code } = data
  if (typeof code !== 'string' || !isErrorCode(code)) return new AppError('internal', message)
  const detail = 'detail' in data ? data.detail : undefined
  return new AppError(code, message, detail ? { detail: detail as WireError['detail'] & {} } : {})
}
