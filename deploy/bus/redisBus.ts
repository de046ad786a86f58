import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import { z } from 'zod'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { detach, silentLog, type Log } from '#contract/log.ts'
import { decode, encode, encodeAnswer, ReplyMessage, valueOf } from './codec.ts'

type Handler = (method: string, payload: unknown) => Promise<unknown>
type Listener = (message: unknown) => void
type Client = ReturnType<typeof clientOf>

/** Requests of this process that wait for an answer, and requests being served: beyond these, fail at once. */
const maxWaiting = 10_000
const maxServing = 10_000
/** How long a request waits for its address to be served: a node that starts, or a server that reconnects. */
const unservedGraceMs = 1000
const unservedRetryMs = 50

/** How often a message is sent round by Redis to oneself, and after how long without one Redis counts as away. */
const roundEveryMs = 1_000
const roundOverdueMs = 3_000
/** A connection on which nothing comes for so long is made anew. */
const longestSilenceMs = 6_000

/** What is published says who did it, who has heard it already. */
const Published = z.object({ from: z.string(), message: z.unknown() })

const RequestMessage = z.object({
  id: z.string(),
  replyTo: z.string(),
  method: z.string(),
  payload: z.unknown(),
  /** Wall clock; a server that comes back does not run what nobody waits for. */
  expiresAtMs: z.number(),
})

interface Waiting {
  resolve(message: unknown): void
  reject(error: AppError): void
}

/** Settings of the Redis bus. */
export interface RedisBusOptions {
  /** `redis://` or `rediss://`, with user and password where needed. */
  url: string
  log?: Log
  /** Before every channel's name, so that installations can share a Redis. */
  prefix?: string
  /** How long the first connection may take, in milliseconds. */
  connectTimeoutMs?: number
}

/**
 * Connects the bus over Redis publish/subscribe: a request is a message to its address's channel, answered to the
 * asker's own. Both connections come back by themselves; meanwhile, and as long as Redis takes and gives nothing back,
 * `isReady()` is false, publishing drops and requests try until their time is over. What is asked and told within this
 * process does not go by Redis, and goes on without it.
 * @throws AppError `timeout` when Redis cannot be reached in `connectTimeoutMs` (default 15,000).
 */
export async function connectRedisBus(options: RedisBusOptions): Promise<Bus> {
  const bus = new RedisBus(options)
  await bus.connect(options.connectTimeoutMs ?? 15_000)
  return bus
}

class RedisBus implements Bus {
  readonly #log: Log
  readonly #prefix: string
  readonly #id = randomUUID()
  readonly #options: RedisBusOptions
  #sender: Client
  readonly #receiver: Client
  readonly #waiting = new Map<string, Waiting>()
  readonly #served = new Map<string, Handler>()
  readonly #topics = new Map<string, Set<Listener>>()
  #roundTimer: NodeJS.Timeout | null = null
  #cameRoundAtMs = Number.NEGATIVE_INFINITY
  #unansweredSinceMs: number | null = null
  #serving = 0
  #nextId = 0
  #isClosed = false

  constructor(options: RedisBusOptions) {
    this.#log = options.log ?? silentLog
    this.#prefix = options.prefix ?? 'diemcau'
    this.#options = options
    this.#sender = this.#newSender()
    this.#receiver = clientOf(options.url, this.#log)
  }

  #newSender(): Client {
    return clientOf(this.#options.url, this.#log, {
      disableOfflineQueue: true,
      commandsQueueMaxLength: 50_000,
    })
  }

  async connect(timeoutMs: number): Promise<void> {
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => timeout.reject(new AppError('timeout', 'Redis does not answer')),
      timeoutMs,
    )
    const connected = Promise.all([
      this.#sender.connect(),
      this.#receiver
        .connect()
        .then(() => this.#receiver.subscribe(this.#replyChannel(), (text) => this.#onReply(text)))
        .then(() => this.#receiver.subscribe(this.#roundChannel(), () => this.#noteRound())),
    ])
    try {
      await Promise.race([connected, timeout.promise])
    } catch (error) {
      detach(this.#log, 'busConnectAbandoned', connected)
      await this.close()
      throw error instanceof AppError ? error : new AppError('timeout', messageOf(error), { cause: error })
    } finally {
      clearTimeout(timer)
    }
    this.#noteRound()
    this.#roundTimer = setInterval(() => this.#sendRound(), roundEveryMs)
  }

  #sendRound(): void {
    const nowMs = performance.now()
    if (this.#unansweredSinceMs === null && this.#sender.isReady) {
      this.#unansweredSinceMs = nowMs
      const sending = this.#sender
        .publish(this.#roundChannel(), '')
        .finally(() => (this.#unansweredSinceMs = null))
      sending.catch((error: unknown) => this.#log.warn('busRoundFailed', { error: messageOf(error) }))
    } else if (this.#unansweredSinceMs !== null && nowMs - this.#unansweredSinceMs > longestSilenceMs) {
      // What is written counts as life to the socket's own timeout: a sender that is heard by nobody would stay.
      const deaf = this.#sender
      this.#sender = this.#newSender()
      detach(this.#log, 'busConnectionFailed', this.#sender.connect())
      deaf.destroy()
    }
  }

  #roundChannel(): string {
    return `${this.#prefix}:round:${this.#id}`
  }

  #noteRound(): void {
    this.#cameRoundAtMs = performance.now()
  }

  #replyChannel(): string {
    return `${this.#prefix}:reply:${this.#id}`
  }

  async request(
    address: string,
    method: string,
    payload: unknown,
    options: { timeoutMs?: number } = {},
  ): Promise<unknown> {
    this.#assertOpen()
    if (this.#waiting.size >= maxWaiting) throw new AppError('timeout', 'too many requests wait')
    const timeoutMs = options.timeoutMs ?? 5000
    const id = String(this.#nextId++)
    const text = encode({
      id,
      replyTo: this.#replyChannel(),
      method,
      payload,
      expiresAtMs: Date.now() + timeoutMs,
    })
    const reply = Promise.withResolvers<unknown>()
    this.#waiting.set(id, reply)
    const timer = setTimeout(() => reply.reject(new AppError('timeout', `${address} ${method}`)), timeoutMs)
    try {
      const own = this.#served.get(address)
      const sending = own
        ? nextTurn().then(() => this.#onRequest(address, own, text))
        : this.#deliver(id, `${this.#prefix}:serve:${address}`, text, Math.min(timeoutMs, unservedGraceMs))
      detach(this.#log, 'busSendFailed', sending)
      return valueOf(await reply.promise, `${address} ${method}`)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  /** Publishes until somebody hears it (Redis says how many did) or the wait is over. */
  async #deliver(id: string, channel: string, text: string, graceMs: number): Promise<void> {
    const startedAtMs = performance.now()
    let canSend = true
    while (this.#waiting.has(id)) {
      try {
        if ((await this.#sender.publish(channel, text)) > 0) return
        canSend = true
      } catch (error) {
        // Whether it was heard is unknown when the connection broke after sending: then only wait.
        if (canSend && this.#sender.isReady) throw error
        canSend = false
      }
      if (canSend && performance.now() - startedAtMs > graceMs) {
        this.#waiting.get(id)?.reject(new AppError('timeout', `nobody serves ${channel}`))
        return
      }
      await new Promise((resolve) => setTimeout(resolve, unservedRetryMs))
    }
  }

  #onReply(text: string): void {
    const parsed = ReplyMessage.safeParse(decode(text))
    if (!parsed.success) {
      this.#log.warn('busReplyMalformed')
      return
    }
    this.#waiting.get(parsed.data.id)?.resolve(parsed.data.answer)
  }

  async serve(address: string, handler: Handler): Promise<() => Promise<void>> {
    this.#assertOpen()
    if (this.#served.has(address)) throw new Error(`${address} is served already`)
    this.#served.set(address, handler)
    const channel = `${this.#prefix}:serve:${address}`
    const listener = (text: string): void =>
      detach(this.#log, 'busReplyFailed', this.#onRequest(address, handler, text))
    await this.#receiver.subscribe(channel, listener)
    return async () => {
      if (!this.#served.delete(address) || this.#isClosed) return
      await this.#receiver.unsubscribe(channel, listener)
    }
  }

  async #onRequest(address: string, handler: Handler, text: string): Promise<void> {
    const parsed = RequestMessage.safeParse(decode(text))
    if (!parsed.success) {
      this.#log.warn('busRequestMalformed', { address })
      return
    }
    const { id, replyTo, method, payload, expiresAtMs } = parsed.data
    if (Date.now() > expiresAtMs + 1000) return
    if (this.#serving >= maxServing) {
      await this.#reply(replyTo, encode({ id, answer: { ok: false, error: { code: 'rate_limited' } } }))
      return
    }
    this.#serving++
    try {
      const reply = await encodeAnswer(
        id,
        () => handler(method, payload),
        (error) => this.#log.error('busHandlerFailed', { address, method, error: stackOf(error) }),
      )
      await this.#reply(replyTo, reply)
    } finally {
      this.#serving--
    }
  }

  async #reply(channel: string, text: string): Promise<void> {
    if (this.#isClosed) return
    if (channel === this.#replyChannel()) await nextTurn().then(() => this.#onReply(text))
    else await this.#sender.publish(channel, text)
  }

  publish(topic: string, message: unknown): void {
    if (this.#isClosed) return
    const text = encode(message)
    setImmediate(() => this.#topics.get(topic)?.forEach((listener) => listener(decode(text))))
    this.#sender
      .publish(`${this.#prefix}:topic:${topic}`, `{"from":"${this.#id}","message":${text}}`)
      .catch((error: unknown) => this.#log.warn('busMessageDropped', { topic, error: messageOf(error) }))
  }

  async subscribe(topic: string, listener: Listener): Promise<() => Promise<void>> {
    this.#assertOpen()
    const channel = `${this.#prefix}:topic:${topic}`
    // A wrapper of its own, so that one listener can be subscribed twice and removed once.
    const own: Listener = (message) => {
      try {
        listener(message)
      } catch (error) {
        this.#log.error('busListenerFailed', { topic, error: stackOf(error) })
      }
    }
    const others = (text: string): void => {
      const parsed = Published.safeParse(decode(text))
      if (!parsed.success) this.#log.warn('busMessageMalformed', { topic })
      else if (parsed.data.from !== this.#id) own(parsed.data.message)
    }
    const listeners = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, listeners.add(own))
    await this.#receiver.subscribe(channel, others)
    return async () => {
      if (!listeners.delete(own)) return
      if (listeners.size === 0 && this.#topics.get(topic) === listeners) this.#topics.delete(topic)
      if (!this.#isClosed) await this.#receiver.unsubscribe(channel, others)
    }
  }

  isReady(): boolean {
    const isOverdue = performance.now() - this.#cameRoundAtMs > roundOverdueMs
    return !this.#isClosed && this.#sender.isReady && this.#receiver.isReady && !isOverdue
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#roundTimer) clearInterval(this.#roundTimer)
    for (const { reject } of this.#waiting.values()) reject(new AppError('timeout', 'the bus was closed'))
    for (const client of [this.#receiver, this.#sender]) if (client.isOpen) client.destroy()
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AppError('timeout', 'the bus is closed')
  }
}

/** A connection that comes back by itself. */
function clientOf(
  url: string,
  log: Log,
  more: { disableOfflineQueue?: boolean; commandsQueueMaxLength?: number } = {},
) {
  const client = createClient({
    url,
    pingInterval: 2000,
    socket: {
      connectTimeout: 5000,
      // Half-open connections end: what goes round makes sure that a live one is never silent for so long.
      socketTimeout: longestSilenceMs,
      reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 6), 2000),
    },
    ...more,
  })
  client.on('error', (error: unknown) => log.warn('busConnectionFailed', { error: messageOf(error) }))
  return client
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
