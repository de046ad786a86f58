import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import { encodeAnswer, valueOf } from './codec.ts'
import { BusLink, type BusMessage, type BusMessageOf } from './busLink.ts'

/** Requests of one process, and to it, that wait for their answers: more fail at once. */
const maxWaiting = 10_000
/** Longer than anybody waits for an answer. */
const answerTimeoutMs = 300_000

/** A bus that other processes share over a socket file. */
export interface BusSocket {
  /** Hangs up; the bus itself goes on. Idempotent. */
  close(): Promise<void>
}

/**
 * Lets processes of this machine use our bus, by `connectSocketBus` on the same path. Each is to our bus what a part
 * of our own would be: it serves, listens, asks and publishes here, and what it did is undone when it goes.
 * @param path of the socket file, at most 107 bytes, in a folder that only we may enter; only we may connect
 */
export async function shareBus(bus: Bus, path: string, log: Log): Promise<BusSocket> {
  const guests = new Set<Guest>()
  const server = createServer((socket) => {
    const guest = new Guest(bus, socket, log, () => guests.delete(guest))
    guests.add(guest)
  })
  await rm(path, { force: true }) // of a process that was killed
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  let closing: Promise<void> | undefined
  return {
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const guest of guests) guest.close()
      })),
  }
}

/** Another process on our bus. */
class Guest {
  readonly #bus: Bus
  readonly #log: Log
  readonly #link: BusLink
  /** How to undo what it did, by kind and name. */
  readonly #undo = new Map<string, () => Promise<void>>()
  /** Requests to it that wait for its answer. */
  readonly #waiting = new Map<string, { resolve(answer: unknown): void; reject(error: AppError): void }>()
  /** One change after the other, as it asked for them. */
  #changes: Promise<void> = Promise.resolve()
  #serving = 0
  #lastId = 0
  #isGone = false

  constructor(bus: Bus, socket: Socket, log: Log, onGone: () => void) {
    this.#bus = bus
    this.#log = log
    this.#link = new BusLink(socket, {
      log,
      onMessage: (message) => this.#onMessage(message),
      onClosed: () => {
        this.#isGone = true
        onGone()
        for (const { reject } of this.#waiting.values())
          reject(new AppError('timeout', 'the process is gone'))
        this.#change(async () => {
          for (const undo of this.#undo.values()) await undo()
          this.#undo.clear()
        })
      },
    })
  }

  close(): void {
    this.#link.close()
  }

  #onMessage(message: BusMessage): void {
    switch (message.is) {
      case 'serve':
        this.#begin(`serve ${message.address}`, message.id, () =>
          this.#bus.serve(message.address, (method, payload) => this.#ask(message.address, method, payload)),
        )
        break
      case 'unserve':
        this.#end(`serve ${message.address}`, message.id)
        break
      case 'subscribe': {
        const { topic } = message
        this.#begin(`subscribe ${topic}`, message.id, () =>
          this.#bus.subscribe(topic, (published) => this.#link.publish(topic, published)),
        )
        break
      }
      case 'unsubscribe':
        this.#end(`subscribe ${message.topic}`, message.id)
        break
      case 'published':
        this.#bus.publish(message.topic, message.message)
        break
      case 'request':
        detach(this.#log, 'busReplyFailed', this.#answer(message))
        break
      case 'answer':
        this.#waiting.get(message.id)?.resolve(message.answer)
        break
      case 'done':
      case 'asked':
        break // these go the other way
    }
  }

  #change(work: () => Promise<void>): void {
    this.#changes = this.#changes.then(work)
    detach(this.#log, 'busChangeFailed', this.#changes)
  }

  #begin(key: string, id: string, start: () => Promise<() => Promise<void>>): void {
    this.#change(async () => {
      if (this.#isGone) return
      let refusal: string | null = null
      try {
        // Said twice by a process that was just connecting again: once is meant.
        if (!this.#undo.has(key)) this.#undo.set(key, await start())
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error)
      }
      this.#link.send({ is: 'done', id, refusal })
    })
  }

  #end(key: string, id: string): void {
    this.#change(async () => {
      await this.#undo.get(key)?.()
      this.#undo.delete(key)
      this.#link.send({ is: 'done', id, refusal: null })
    })
  }

  /** Asks the process, which serves the address. Whoever asked us waits no longer than they said. */
  async #ask(address: string, method: string, payload: unknown): Promise<unknown> {
    if (this.#isGone) throw new AppError('timeout', `the process of ${address} is gone`)
    if (this.#waiting.size >= maxWaiting) throw new AppError('rate_limited')
    const id = String(this.#lastId++)
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    const timer = setTimeout(
      () => answer.reject(new AppError('timeout', `${address} ${method}`)),
      answerTimeoutMs,
    )
    try {
      this.#link.send({ is: 'asked', id, address, method, payload })
      return valueOf(await answer.promise, `${address} ${method}`)
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  async #answer({ id, address, method, payload, timeoutMs }: BusMessageOf<'request'>): Promise<void> {
    if (this.#serving >= maxWaiting) {
      this.#link.send({ is: 'answer', id, answer: { ok: false, error: { code: 'rate_limited' } } })
      return
    }
    this.#serving++
    try {
      const reply = await encodeAnswer(
        id,
        () => this.#bus.request(address, method, payload, { timeoutMs }),
        (error) => this.#log.error('busHandlerFailed', { address, method, error: String(error) }),
      )
      this.#link.answer(reply)
    } finally {
      this.#serving--
    }
  }
}
