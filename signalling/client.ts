import { io, type Socket } from 'socket.io-client'
import { AppError, type WireError } from '#contract/errors.ts'
import type { ClientId, MeetingId } from '#contract/ids.ts'
import type { Topic, TopicChange } from '#contract/live.ts'
import { departureParam, protocolVersion } from '#contract/protocol.ts'
import type { RequestName } from '#contract/requests.ts'
import {
  ask,
  CallOnSignal,
  errorOf,
  passing,
  type CallCarrier,
  type CallSignal,
  type SignalState,
  type StateChange,
} from './callSignal.ts'
import { FollowedTopics } from './followedTopics.ts'
import { Listeners } from './listeners.ts'
import { Ways, type Way } from './ways.ts'

export type { Way } from './ways.ts'
export type { CallAsk, CallSignal, SignalState } from './callSignal.ts'

/** Where and as which page to connect. */
export interface SignalOptions {
  /** Origin of the server; empty for the page's own. */
  url: string
  /** Random, kept over reconnections, new after a reload. */
  clientId: ClientId
  /** Node only: the Cookie header of tests and load clients. */
  headers?: Record<string, string>
  /** Default wait for an answer, in milliseconds. */
  timeoutMs?: number
}

/** One page's connection: its principal's, for a call and for topics. */
export interface Signal {
  readonly state: SignalState
  /** Enters a call, and enters it again after every interruption; one at a time, an earlier one is left. */
  call(meetingId: MeetingId): CallSignal
  /**
   * Follows a topic until the cleanup is called. The listener is given each hint, and null when hints may have been
   * missed: look anew.
   */
  follow(topic: Topic, listener: (change: TopicChange | null) => void): () => void
  /**
   * The network may have changed: a connection whose other end is out of reach looks well for up to 18 s. Asks
   * whether this one still carries, and makes a new one when no answer comes within 1.5 s.
   */
  verify(): void
  /** Returns its cleanup. */
  on(event: 'state:changed', listener: (change: StateChange) => void): () => void
  /** Idempotent; a call on it is closed too. */
  close(): void
}

/** How long an answer may take before the connection counts as dead. */
const verifyMs = 1500
/** How long the server may take to let a connection in. */
const admissionMs = 8000

/** Connects soon and comes back by itself; works in the browser and in Node. */
export function connectSignal(options: SignalOptions): Signal {
  return new SocketSignal(options)
}

/** A call on a connection of its own, which ends with it. */
export function connectCall(options: SignalOptions & { meetingId: MeetingId }): CallSignal {
  const signal = new SocketSignal(options)
  const call = signal.call(options.meetingId)
  call.on('state:changed', ({ state }) => {
    if (state === 'closed') signal.close()
  })
  return call
}

class SocketSignal implements Signal, CallCarrier {
  readonly timeoutMs: number
  readonly socket: Socket
  readonly #listeners = new Listeners<{ 'state:changed': (change: StateChange) => void }>()
  readonly #url: string
  readonly #ways: Ways
  readonly #topics = new FollowedTopics((name, topics) => ask(this.socket, name, { topics }, this.timeoutMs))
  #call: CallOnSignal | null = null
  #state: SignalState = 'connecting'
  #closedBy: AppError | null = null
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #admissionTimer: ReturnType<typeof setTimeout> | undefined
  #retries = 0

  constructor(options: SignalOptions) {
    this.timeoutMs = options.timeoutMs ?? 10_000
    this.#url = options.url
    this.#ways = new Ways(options.url, (way) => this.#call?.wayChanged(way))
    this.socket = io(options.url === '' ? undefined : options.url, {
      path: '/socket.io',
      forceNew: true,
      autoConnect: false,
      auth: { protocol: protocolVersion, clientId: options.clientId },
      reconnectionDelay: 200,
      reconnectionDelayMax: 2000,
      randomizationFactor: 0.5,
      ...(options.headers ? { extraHeaders: options.headers } : {}),
    })
    const manager = this.socket.io
    manager.on('reconnect_attempt', () => this.#prepare())
    // Carried so far, it may yet be swallowed.
    manager.on('open', () => {
      const { engine } = manager
      clearTimeout(this.#admissionTimer)
      this.#admissionTimer = setTimeout(() => {
        this.#ways.failed()
        engine.close()
      }, admissionMs)
    })
    manager.on('close', () => clearTimeout(this.#admissionTimer))
    this.socket.on('connect', () => {
      this.#opened()
      if (!this.#call) this.settle()
      this.#setState('connected', null)
      this.#call?.connected()
      this.#topics.connected()
    })
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => {
      // A refusal by the server carries a code; anything else is the network, which socket.io tries again.
      if (this.socket.active) return this.#ways.failed()
      this.#opened()
      this.#refused(errorOf(error.data, error.message))
    })
    this.socket.on('disconnect', (reason) => {
      if (this.#state === 'closed') return
      this.#interrupted(this.#closedBy)
      if (reason === 'io server disconnect') this.#refused(this.#closedBy ?? new AppError('node_closing'))
    })
    this.socket.on('connection:closed', (message: { error: WireError }) => {
      this.#closedBy = errorOf(message.error, 'closed by the server')
    })
    this.socket.on('topic:changed', (change: TopicChange) => this.#topics.changed(change))
    // Not at once: a call that is asked for in the same turn says where to connect.
    queueMicrotask(() => {
      if (this.#state !== 'closed') this.#connect()
    })
  }

  #connect(): void {
    this.#prepare()
    this.socket.connect()
  }

  /** Read at each attempt: by what it is carried. */
  #prepare(): void {
    const { carrier, timeoutMs } = this.#ways.begin()
    this.socket.io.opts.transports = [carrier]
    this.socket.io.timeout(timeoutMs)
  }

  #opened(): void {
    clearTimeout(this.#admissionTimer)
    this.#ways.opened()
  }

  get state(): SignalState {
    return this.#state
  }

  get way(): Way {
    return this.#ways.way
  }

  get isConnected(): boolean {
    return this.#state === 'connected'
  }

  call(meetingId: MeetingId): CallSignal {
    this.#call?.close()
    const call = new CallOnSignal(this, meetingId)
    this.#call = call
    // Read at each connection: whoever routes it finds the call's home.
    this.socket.io.opts.query = { at: `call:${meetingId}` }
    if (this.isConnected) call.connected()
    return call
  }

  follow(topic: Topic, listener: (change: TopicChange | null) => void): () => void {
    return this.#topics.follow(topic, listener)
  }

  on(event: 'state:changed', listener: (change: StateChange) => void): () => void {
    return this.#listeners.add(event, listener)
  }

  verify(): void {
    if (this.#state !== 'connected') return
    const { engine } = this.socket.io
    const name = 'connection:check' satisfies RequestName
    // Whatever the server says to it, it heard.
    this.socket.timeout(verifyMs).emit(name, {}, (lost: Error | null) => {
      if (lost && this.socket.io.engine === engine) engine.close()
    })
  }

  depart(): void {
    if (!this.isConnected) return
    const { engine, opts } = this.socket.io
    if (engine.transport.name !== 'polling') return
    navigator.sendBeacon(`${this.#url}${opts.path}/?${departureParam}=1&sid=${engine.id}`)
  }

  close(): void {
    this.#finish(null)
  }

  move(error: AppError): void {
    this.socket.disconnect()
    this.#refused(error)
  }

  settle(): void {
    this.#retries = 0
  }

  release(call: CallOnSignal, isLeft: boolean): void {
    if (this.#call !== call) return
    this.#call = null
    this.socket.io.opts.query = {}
    // Whether or not it arrives: the socket's end would say the same.
    if (isLeft && this.isConnected) ask(this.socket, 'call:exit', {}, this.timeoutMs).catch(() => undefined)
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
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs)
    this.#interrupted(error)
  }

  #interrupted(error: AppError | null): void {
    this.#setState('reconnecting', error)
    this.#call?.interrupted(error)
    this.#topics.interrupted()
  }

  #finish(error: AppError | null): void {
    if (this.#state === 'closed') return
    this.#closedBy = error
    clearTimeout(this.#retryTimer)
    clearTimeout(this.#admissionTimer)
    this.#ways.close()
    this.#setState('closed', error)
    this.#call?.finish(error)
    this.#topics.interrupted()
    this.socket.disconnect()
    this.#listeners.clear()
  }

  #setState(state: SignalState, error: AppError | null): void {
    const hasChanged = state !== this.#state
    this.#state = state
    if (hasChanged) this.#listeners.tell('state:changed', { state, error })
  }
}
