import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { silentLog, type Log } from '#contract/log.ts'
import { decode, encode, encodeAnswer, ReplyMessage, valueOf } from './codec.ts'

type Handler = (method: string, payload: unknown) => Promise<unknown>
type Listener = (message: unknown) => void

/** Published messages that wait for delivery; beyond it the newest are dropped (publishing is at most once). */
const maxQueued = 100_000
/** How long a request waits for its address to be served, as nodes start in any order. */
const unservedGraceMs = 1000
const unservedRetryMs = 20

/** The bus within one process. Everything is really written as JSON and delivered later, as over a network. */
export class MemoryBus implements Bus {
  readonly #log: Log
  readonly #servers = new Map<string, Handler>()
  readonly #topics = new Map<string, Set<Listener>>()
  readonly #inFlight = new Set<(error: AppError) => void>()
  #queue: { topic: string; text: string }[] = []
  #isDraining = false
  #isClosed = false

  constructor(options: { log?: Log } = {}) {
    this.#log = options.log ?? silentLog
  }

  async request(
    address: string,
    method: string,
    payload: unknown,
    options: { timeoutMs?: number } = {},
  ): Promise<unknown> {
    this.#assertOpen()
    const text = encode(payload)
    const timeoutMs = options.timeoutMs ?? 5000
    const startedAtMs = performance.now()
    const isOver = { value: false }
    const timeout = Promise.withResolvers<never>()
    const fail = (error: AppError): void => timeout.reject(error)
    this.#inFlight.add(fail)
    const timer = setTimeout(() => fail(new AppError('timeout', `${address} ${method}`)), timeoutMs)
    try {
      return await Promise.race([timeout.promise, this.#ask(address, method, text, startedAtMs, isOver)])
    } finally {
      isOver.value = true
      clearTimeout(timer)
      this.#inFlight.delete(fail)
    }
  }

  async #ask(
    address: string,
    method: string,
    text: string,
    startedAtMs: number,
    isOver: { value: boolean },
  ): Promise<unknown> {
    await nextTurn()
    let handler = this.#servers.get(address)
    while (!handler) {
      if (isOver.value || performance.now() - startedAtMs > unservedGraceMs) {
        throw new AppError('timeout', `nobody serves ${address}`)
      }
      await pause(unservedRetryMs)
      handler = this.#servers.get(address)
    }
    const served = handler
    const reply = await encodeAnswer(
      '',
      () => served(method, decode(text)),
      (error) => this.#log.error('busHandlerFailed', { address, method, error: stackOf(error) }),
    )
    await nextTurn()
    return valueOf(ReplyMessage.parse(decode(reply)).answer, `${address} ${method}`)
  }

  async serve(address: string, handler: Handler): Promise<() => Promise<void>> {
    this.#assertOpen()
    if (this.#servers.has(address)) throw new Error(`${address} is served already`)
    this.#servers.set(address, handler)
    return async () => {
      if (this.#servers.get(address) === handler) this.#servers.delete(address)
    }
  }

  publish(topic: string, message: unknown): void {
    if (this.#isClosed) return
    const text = encode(message)
    if (!this.#topics.has(topic)) return
    if (this.#queue.length >= maxQueued) {
      this.#log.warn('busMessageDropped', { topic })
      return
    }
    this.#queue.push({ topic, text })
    if (this.#isDraining) return
    this.#isDraining = true
    setImmediate(() => this.#drain())
  }

  #drain(): void {
    this.#isDraining = false
    const queue = this.#queue
    this.#queue = []
    for (const { topic, text } of queue) {
      for (const listener of this.#topics.get(topic) ?? []) {
        try {
          listener(decode(text))
        } catch (error) {
          this.#log.error('busListenerFailed', { topic, error: stackOf(error) })
        }
      }
    }
  }

  async subscribe(topic: string, listener: Listener): Promise<() => Promise<void>> {
    this.#assertOpen()
    // A wrapper of its own, so that one listener can be subscribed twice and removed once.
    const own: Listener = (message) => listener(message)
    const listeners = this.#topics.get(topic) ?? new Set()
    listeners.add(own)
    this.#topics.set(topic, listeners)
    return async () => {
      listeners.delete(own)
      if (listeners.size === 0 && this.#topics.get(topic) === listeners) this.#topics.delete(topic)
    }
  }

  isReady(): boolean {
    return !this.#isClosed
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#servers.clear()
    this.#topics.clear()
    this.#queue = []
    for (const fail of this.#inFlight) fail(new AppError('timeout', 'the bus was closed'))
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AppError('timeout', 'the bus is closed')
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
