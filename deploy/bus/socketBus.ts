import { connect, type Socket } from 'node:net'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { detach, silentLog, type Log } from '#contract/log.ts'
import { BusLink, type BusMessage, type BusMessageOf } from './busLink.ts'
import { encode, encodeAnswer, valueOf } from './codec.ts'

type Handler = (method: string, payload: unknown) => Promise<unknown>
type Listener = (message: unknown) => void
type Change = 'serve' | 'unserve' | 'subscribe' | 'unsubscribe'

/** Requests of this process that wait for an answer, and requests being served: beyond these, fail at once. */
const maxWaiting = 10_000
const maxServing = 10_000
const minRetryMs = 20
const maxRetryMs = 1_000

interface Waiting {
  resolve(message: BusMessage): void
  reject(error: AppError): void
}

/**
 * Connects to the bus that another process of this machine shares (`shareBus`). The connection comes back by itself,
 * with all that is served and listened to here; meanwhile `isReady()` is false, publishing drops and requests wait
 * until their time is over.
 * @param options.connectTimeoutMs how long the first connection may take
 * @throws AppError `timeout` when nobody shares a bus there in `connectTimeoutMs` (default 15,000)
 */
export async function connectSocketBus(options: {
  path: string
  log?: Log
  connectTimeoutMs?: number
}): Promise<Bus> {
  const bus = new SocketBus(options.path, options.log ?? silentLog)
  try {
    await bus.linked(options.connectTimeoutMs ?? 15_000)
    return bus
  } catch (error) {
    await bus.close()
    throw error
  }
}

class SocketBus implements Bus {
  readonly #path: string
  readonly #log: Log
  readonly #handlers = new Map<string, Handler>()
  readonly #topics = new Map<string, { listeners: Set<Listener>; begun: Promise<void> }>()
  readonly #waiting = new Map<string, Waiting>()
  /** While connected. */
  #link: BusLink | null = null
  #socket: Socket | null = null
  /** Whether everything that this process serves and hears is known at the other end. */
  #isRestored = false
  #whenLinked = Promise.withResolvers<BusLink>()
  #retryMs = minRetryMs
  #retry: NodeJS.Timeout | undefined
  #serving = 0
  #lastId = 0
  #isClosed = false

  constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
    this.#whenLinked.promise.catch(() => undefined) // whoever waits for it is told
    this.#connect()
  }

  #connect(): void {
    const socket = connect(this.#path)
    this.#socket = socket
    const link = new BusLink(socket, {
      log: this.#log,
      onMessage: (message) => this.#onMessage(link, message),
      onClosed: () => this.#onClosed(),
    })
    socket.once('connect', () => {
      this.#link = link
      this.#retryMs = minRetryMs
      detach(this.#log, 'busNotRestored', this.#restore(link))
    })
  }

  #onClosed(): void {
    const wasLinked = this.#link !== null
    this.#link = null
    this.#isRestored = false
    for (const { reject } of this.#waiting.values()) reject(new AppError('timeout', 'the bus went away'))
    this.#waiting.clear()
    if (this.#isClosed) return
    if (wasLinked) {
      this.#whenLinked = Promise.withResolvers()
      this.#whenLinked.promise.catch(() => undefined)
    }
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs)
  }

  /**
   * Says again what is served and heard here. An address may be another's until the other end sees that our last
   * connection ended.
   */
  async #restore(link: BusLink): Promise<void> {
    for (const topic of this.#topics.keys()) await this.#change(link, 'subscribe', topic)
    for (const address of this.#handlers.keys()) {
      while ((await this.#change(link, 'serve', address)) !== null) {
        if (this.#link !== link || !this.#handlers.has(address)) break
        await pause(minRetryMs)
      }
    }
    if (this.#link !== link) return
    this.#isRestored = true
    this.#whenLinked.resolve(link)
  }

  /** Waits for a connection. @throws AppError timeout */
  async linked(timeoutMs: number): Promise<BusLink> {
    if (this.#link && this.#isRestored) return this.#link
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => timeout.reject(new AppError('timeout', `no bus at ${this.#path}`)),
      timeoutMs,
    )
    try {
      return await Promise.race([this.#whenLinked.promise, timeout.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Why the other end refuses; null when it does not, or is gone: then `#restore` says it again. */
  async #change(link: BusLink, is: Change, name: string): Promise<string | null> {
    const id = String(this.#lastId++)
    const done = Promise.withResolvers<BusMessage>()
    this.#waiting.set(id, done)
    link.send(is === 'serve' || is === 'unserve' ? { is, id, address: name } : { is, id, topic: name })
    try {
      const message = await done.promise
      return message.is === 'done' ? message.refusal : null
    } catch (error) {
      if (error instanceof AppError) return null
      throw error
    } finally {
      this.#waiting.delete(id)
    }
  }

  #onMessage(link: BusLink, message: BusMessage): void {
    switch (message.is) {
      case 'done':
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message)
        break
      case 'asked':
        detach(this.#log, 'busReplyFailed', this.#answer(link, message))
        break
      case 'published':
        for (const listener of this.#topics.get(message.topic)?.listeners ?? []) {
          try {
            listener(structuredClone(message.message))
          } catch (error) {
            this.#log.error('busListenerFailed', { topic: message.topic, error: stackOf(error) })
          }
        }
        break
      case 'serve':
      case 'unserve':
      case 'subscribe':
      case 'unsubscribe':
      case 'request':
        break // these go the other way
    }
  }

  async #answer(link: BusLink, { id, address, method, payload }: BusMessageOf<'asked'>): Promise<void> {
    const handler = this.#handlers.get(address)
    const code = handler === undefined ? 'timeout' : this.#serving >= maxServing ? 'rate_limited' : null
    if (handler === undefined || code !== null) {
      link.send({ is: 'answer', id, answer: { ok: false, error: { code } } })
      return
    }
    this.#serving++
    try {
      const reply = await encodeAnswer(
        id,
        () => handler(method, payload),
        (error) => this.#log.error('busHandlerFailed', { address, method, error: stackOf(error) }),
      )
      link.answer(reply)
    } finally {
      this.#serving--
    }
  }

  async request(
    address: string,
    method: string,
    payload: unknown,
    options: { timeoutMs?: number } = {},
  ): Promise<unknown> {
    this.#assertOpen()
    if (this.#waiting.size >= maxWaiting) throw new AppError('timeout', 'too many requests wait')
    encode(payload) // throws for what cannot cross
    const startedAtMs = performance.now()
    const timeoutMs = options.timeoutMs ?? 5000
    const link = await this.linked(timeoutMs)
    const leftMs = timeoutMs - (performance.now() - startedAtMs)
    const id = String(this.#lastId++)
    const answer = Promise.withResolvers<BusMessage>()
    this.#waiting.set(id, answer)
    const timer = setTimeout(() => answer.reject(new AppError('timeout', `${address} ${method}`)), leftMs)
    try {
      link.send({ is: 'request', id, address, method, payload: payload ?? null, timeoutMs: leftMs })
      const message = await answer.promise
      return valueOf(message.is === 'answer' ? message.answer : null, `${address} ${method}`)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  async serve(address: string, handler: Handler): Promise<() => Promise<void>> {
    this.#assertOpen()
    if (this.#handlers.has(address)) throw new Error(`${address} is served already`)
    this.#handlers.set(address, handler)
    const refusal = this.#link ? await this.#change(this.#link, 'serve', address) : null
    if (refusal !== null) {
      this.#handlers.delete(address)
      throw new Error(refusal)
    }
    return async () => {
      if (this.#handlers.get(address) !== handler) return
      this.#handlers.delete(address)
      if (this.#link) await this.#change(this.#link, 'unserve', address)
    }
  }

  publish(topic: string, message: unknown): void {
    if (this.#isClosed) return
    encode(message) // throws for what cannot cross
    if (this.#link) this.#link.publish(topic, message ?? null)
    else this.#log.warn('busMessageDropped', { topic })
  }

  async subscribe(topic: string, listener: Listener): Promise<() => Promise<void>> {
    this.#assertOpen()
    // A wrapper of its own, so that one listener can be subscribed twice and removed once.
    const own: Listener = (message) => listener(message)
    let heard = this.#topics.get(topic)
    if (!heard) {
      const begun = this.#link
        ? this.#change(this.#link, 'subscribe', topic).then(() => undefined)
        : Promise.resolve()
      heard = { listeners: new Set(), begun }
      this.#topics.set(topic, heard)
    }
    const { listeners, begun } = heard
    listeners.add(own)
    await begun
    return async () => {
      if (!listeners.delete(own) || listeners.size > 0) return
      this.#topics.delete(topic)
      if (this.#link) await this.#change(this.#link, 'unsubscribe', topic)
    }
  }

  isReady(): boolean {
    return this.#isRestored
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#onClosed()
    this.#whenLinked.reject(new AppError('timeout', 'the bus was closed'))
    this.#socket?.destroy()
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AppError('timeout', 'the bus is closed')
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
