import { toWireError, type AppError } from '#contract/errors.ts'
import { maxMessageBytes } from '#contract/protocol.ts'
import { TokenBucket } from '#contract/tokenBucket.ts'
import type { Caller } from './door.ts'
import type { PageSocket } from './socketPage.ts'

/** A connection as engine.io has it, with the packets of one WebSocket, or of one row of polls. */
export type Connection = PageSocket['conn']

/** What a transport may say before it is let in: its CONNECT, in so many characters. */
const maxConnectLength = 1024
/** Packets and bytes of one transport, whatever they are; requests are counted by whom they come from. */
const packets = { burst: 1000, perSecond: 200 }
const bytes = { burst: 16 * maxMessageBytes, perSecond: maxMessageBytes }
/** What a transport that was told to go may still send, and how long it may take to go. */
const partingBytes = 4096
const partingMs = 1000
/** It has to ask once more to be told. */
const pollPartingMs = 5000

/**
 * What one connection may say: CONNECT once, then events. Whatever else it says, or says more than anybody would, ends
 * it, and nothing more of it is read.
 *
 *   asking ─CONNECT→ waiting ─admit→ open;  any ─end→ parting ─(gone, or 4 KiB, or 1 s)→ closed
 */
export class Transport {
  /** Null for who is refused. */
  readonly caller: Caller | null
  /** By which its polls are known to be its own; the last that was found to be the same caller's. */
  cookie: string | undefined
  readonly #conn: Connection
  readonly isPolling: boolean
  readonly #packets: TokenBucket
  #bytes: TokenBucket
  #state: 'asking' | 'waiting' | 'open' | 'parting' = 'asking'
  #depart: () => void = () => undefined

  constructor(conn: Connection, caller: Caller | null) {
    this.#conn = conn
    this.caller = caller
    this.cookie = conn.request.headers.cookie
    this.isPolling = conn.transport.name === 'polling'
    const nowMs = Date.now()
    this.#packets = new TokenBucket(packets, nowMs)
    this.#bytes = new TokenBucket(bytes, nowMs)
    conn.on('packet', (packet: { type: string; data?: unknown }) => {
      if (!this.#packets.take(1, Date.now()) || !this.#mayHear(packet)) this.end()
    })
    // A poll's own socket may carry the requests of others, behind a proxy: it is counted by its requests.
    if (this.isPolling) return
    const { socket } = conn.request
    socket.on('data', (chunk: Buffer) => {
      if (!this.#bytes.take(chunk.length, Date.now())) socket.destroy()
    })
  }

  /** Engine.io's packets carry socket.io's, whose first character is their kind: 0 CONNECT, 1 DISCONNECT, 2 EVENT. */
  #mayHear({ type, data }: { type: string; data?: unknown }): boolean {
    if (type !== 'message') return true
    const kind = typeof data === 'string' ? data[0] : undefined
    if (this.#state === 'open') return kind === '1' || kind === '2'
    if (this.#state !== 'asking' || kind !== '0' || String(data).length > maxConnectLength) return false
    this.#state = 'waiting'
    return true
  }

  /** Whether a request that brings so much is read; nothing is of who was told to go. */
  mayRead(lengthBytes: number): boolean {
    if (this.#state === 'parting') return false
    if (this.#bytes.take(lengthBytes, Date.now())) return true
    this.end()
    return false
  }

  /** What to do when its page says, by other means than the connection, that it goes. */
  onDeparture(depart: () => void): void {
    this.#depart = depart
  }

  /** Its page goes. */
  depart(): void {
    this.#depart()
  }

  /** Its page is let in: it may ask. */
  admit(): void {
    if (this.#state === 'waiting') this.#state = 'open'
  }

  /** Says why, before anything is asked, and closes: a browser is told no code of a refused upgrade. */
  refuse(error: AppError): void {
    const refusal = { message: 'refused', data: toWireError(error) }
    this.#conn.write(`4${JSON.stringify(refusal)}`) // socket.io's CONNECT_ERROR
    this.end()
  }

  /** Closes, once what was written is sent. Idempotent. */
  end(): void {
    if (this.#state === 'parting') return
    this.#state = 'parting'
    this.#bytes = new TokenBucket({ burst: partingBytes, perSecond: 0 }, Date.now())
    if (this.isPolling) {
      const timer = setTimeout(() => this.#conn.close(true), pollPartingMs)
      this.#conn.once('close', () => clearTimeout(timer))
    } else {
      const { socket } = this.#conn.request
      const timer = setTimeout(() => socket.destroy(), partingMs)
      socket.once('close', () => clearTimeout(timer))
    }
    this.#conn.close()
  }
}
