import { io, type Socket } from 'socket.io-client'
import { AppError, errorCodes, type ErrorCode, type WireError } from '#contract/errors.ts'
import type { ClientId, MeetingId } from '#contract/ids.ts'
import { protocolVersion } from '#contract/protocol.ts'
import type { RequestInput, RequestName, RequestReply, ServerToClientEvents } from '#contract/requests.ts'

/**
 * connecting → connected ⇄ reconnecting; any → closed (by `close()`, or by the server for good: taken over,
 * removed, ended, not allowed).
 */
export type SignalState = 'connecting' | 'connected' | 'reconnecting' | 'closed'

/** What the server tells, and the connection's own state; `error` says why it is closed or comes back. */
export interface SignalEvents extends ServerToClientEvents {
  'state:changed': (change: { state: SignalState; error: AppError | null }) => void
}

/** Where and as which page to connect. */
export interface SignalOptions {
  /** Origin of the server; empty for the page's own. */
  url: string
  meetingId: MeetingId
  /** Random, kept over reconnections, new after a reload. */
  clientId: ClientId
  /** Node only: the Cookie header of tests and load clients. */
  headers?: Record<string, string>
  /** Default wait for an answer, in milliseconds. */
  timeoutMs?: number
}

/** One page's connection to one call. */
export interface Signal {
  readonly state: SignalState
  /**
   * Asks and waits. While the connection is down, `call:hello` and `call:join` wait for it to come back, and every
   * other request until the page has joined again; a request that was on its way fails with `timeout` at once.
   * @throws AppError the server's code; `timeout`; the code for which the signal was closed.
   */
  request<N extends RequestName>(
    name: N,
    payload: RequestInput<N>,
    options?: { timeoutMs?: number },
  ): Promise<RequestReply<N>>
  /**
   * The network may have changed: a connection whose other end is out of reach looks well for up to 18 s. Asks
   * whether this one still carries, and makes a new one when no answer comes within 1.5 s.
   */
  verify(): void
  /** Returns its cleanup. */
  on<E extends keyof SignalEvents>(event: E, listener: SignalEvents[E]): () => void
  /** Idempotent; waiting requests fail with `not_in_call`. */
  close(): void
}

/** Codes after which trying again may succeed; any other closes the signal. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'wrong_node',
  'node_closing',
  'storage_unavailable',
  'media_unavailable',
  'rate_limited',
  'timeout',
  'internal',
])

/** How long an answer may take before the connection counts as dead. */
const verifyMs = 1500

const serverEvents = [
  'room:events',
  'media:message',
  'media:ticket',
  'speakers:changed',
  'lobby:changed',
  'call:closed',
] as const satisfies readonly (keyof ServerToClientEvents)[]

/** Connects at once and comes back by itself; works in the browser and in Node. */
export function connectSignal(options: SignalOptions): Signal {
  return new SocketSignal(options)
}

type Listener = (payload: never) => void

class SocketSignal implements Signal {
  readonly #socket: Socket
  readonly #timeoutMs: number
  readonly #listeners = new Map<keyof SignalEvents, Set<Listener>>()
  /** Those who wait for the state that they need; each looks again at every change. */
  readonly #waiting = new Set<() => void>()
  #state: SignalState = 'connecting'
  #closedBy: AppError | null = null
  #hasJoined = false
  #isJoined = false
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #retries = 0
  #held: [keyof SignalEvents, unknown][] | null = null

  constructor(options: SignalOptions) {
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#socket = io(options.url === '' ? undefined : options.url, {
      path: '/socket.io',
      transports: ['websocket'],
      forceNew: true,
      query: { meeting: options.meetingId },
      auth: { protocol: protocolVersion, meetingId: options.meetingId, clientId: options.clientId },
      reconnectionDelay: 200,
      reconnectionDelayMax: 2000,
      randomizationFactor: 0.5,
      timeout: 8000,
      ...(options.headers ? { extraHeaders: options.headers } : {}),
    })
    this.#socket.on('connect', () => {
      this.#retries = 0
      this.#setState('connected', null)
    })
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => {
      // A refusal by the server carries a code; anything else is the network, which socket.io tries again.
      if (!this.#socket.active) this.#refused(errorOf(error.data, error.message))
    })
    this.#socket.on('disconnect', (reason) => {
      this.#isJoined = false
      if (this.#state === 'closed') return
      this.#setState('reconnecting', this.#closedBy)
      if (reason === 'io server disconnect') this.#refused(this.#closedBy ?? new AppError('node_closing'))
    })
    this.#socket.on('call:closed', (message: { error: WireError }) => {
      this.#closedBy = errorOf(message.error, 'closed by the server')
    })
    for (const event of serverEvents) {
      this.#socket.on(event, (payload: unknown) => {
        if (this.#held) this.#held.push([event, payload])
        else this.#tell(event, payload)
      })
    }
  }

  get state(): SignalState {
    return this.#state
  }

  async request<N extends RequestName>(
    name: N,
    payload: RequestInput<N>,
    options: { timeoutMs?: number } = {},
  ): Promise<RequestReply<N>> {
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs
    const startedAtMs = performance.now()
    await this.#untilReady(name, timeoutMs)
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAtMs))
    const value = await this.#send(name, payload, leftMs)
    if (name === 'call:join') {
      this.#hasJoined = true
      this.#isJoined = true
      this.#wake()
    }
    if (name === 'call:leave') this.#hasJoined = this.#isJoined = false
    // The server's answer to this name: the contract types both sides.
    return value as RequestReply<N>
  }

  #send(name: RequestName, payload: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#socket.timeout(timeoutMs).emit(name, payload, (lost: Error | null, reply: unknown) => {
        if (lost) reject(this.#closedBy ?? new AppError('timeout', `${name}: ${lost.message}`))
        else if (!isReply(reply)) reject(new AppError('internal', `${name} answered out of shape`))
        else if (reply.ok) {
          if (name === 'call:join' || name === 'view:sync') this.#holdEvents()
          resolve(reply.value)
        } else reject(errorOf(reply.error, name))
      })
    })
  }

  /** What follows a view is told only after whoever asked for it could take it. */
  #holdEvents(): void {
    if (this.#held) return
    const held: [keyof SignalEvents, unknown][] = []
    this.#held = held
    setTimeout(() => {
      this.#held = null
      for (const [event, payload] of held) this.#tell(event, payload)
    })
  }

  #canSend(name: RequestName): boolean {
    if (this.#state !== 'connected') return false
    return name === 'call:hello' || name === 'call:join' || this.#isJoined || !this.#hasJoined
  }

  #untilReady(name: RequestName, timeoutMs: number): Promise<void> {
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

  on<E extends keyof SignalEvents>(event: E, listener: SignalEvents[E]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set<Listener>()
    const own: Listener = (payload) => listener(payload)
    listeners.add(own)
    this.#listeners.set(event, listeners)
    return () => {
      listeners.delete(own)
    }
  }

  verify(): void {
    if (this.#state !== 'connected') return
    const { engine } = this.#socket.io
    const name = 'connection:check' satisfies RequestName
    // Whatever the server says to it, it heard.
    this.#socket.timeout(verifyMs).emit(name, {}, (lost: Error | null) => {
      if (lost && this.#socket.io.engine === engine) engine.close()
    })
  }

  close(): void {
    this.#finish(null)
  }

  /** The server said no, or let go: try again where that may help, else it is over. */
  #refused(error: AppError): void {
    if (!passing.has(error.code)) {
      this.#finish(error)
      return
    }
    this.#closedBy = null
    clearTimeout(this.#retryTimer)
    // At once the first time (a node handed over), then slower; spread, so that a hall does not come back as one.
    const delayMs = Math.min(3000, 100 * 2 ** this.#retries++) * (0.5 + Math.random())
    this.#retryTimer = setTimeout(() => this.#socket.connect(), delayMs)
    this.#setState('reconnecting', error)
  }

  #finish(error: AppError | null): void {
    if (this.#state === 'closed') return
    this.#closedBy = error
    this.#isJoined = false
    clearTimeout(this.#retryTimer)
    this.#setState('closed', error)
    this.#socket.disconnect()
    this.#listeners.clear()
  }

  #setState(state: SignalState, error: AppError | null): void {
    const hasChanged = state !== this.#state
    this.#state = state
    if (hasChanged) this.#tell('state:changed', { state, error })
    this.#wake()
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look()
  }

  #tell(event: keyof SignalEvents, payload: unknown): void {
    // The contract types both sides: what comes under this name is what its listeners take.
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(payload as never)
  }
}

function isReply(reply: unknown): reply is { ok: true; value: unknown } | { ok: false; error: unknown } {
  return (
    typeof reply === 'object' && reply !== null && 'ok' in reply && ('value' in reply || 'error' in reply)
  )
}

const knownCodes: ReadonlySet<string> = new Set(errorCodes)
const isErrorCode = (code: string): code is ErrorCode => knownCodes.has(code)

function errorOf(data: unknown, message: string): AppError {
  if (typeof data !== 'object' || data === null || !('code' in data)) return new AppError('internal', message)
  const { code } = data
  if (typeof code !== 'string' || !isErrorCode(code)) return new AppError('internal', message)
  const detail = 'detail' in data ? data.detail : undefined
  // Written by our own server's `toWireError`.
  return new AppError(code, message, detail ? { detail: detail as WireError['detail'] & {} } : {})
}
