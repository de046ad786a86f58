import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#contract/errors.ts'
import type { NodeId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import { departureParam } from '#contract/protocol.ts'
import { Door, type Caller } from './door.ts'
import type { Principals } from './identity.ts'
import type { SignallingMetrics } from './metrics.ts'
import { newConnectionName } from './connectionName.ts'
import type { SignallingSettings } from './settings.ts'
import { Transport, type Connection } from './transport.ts'

/** For so long after a connection closed its page may still say that it went. */
const lastWordMs = 10_000

/** What an entrance is made of. */
export interface EntranceOptions {
  nodeId: NodeId
  principals: Principals
  settings: SignallingSettings
  /** Where a request comes from. */
  addressOf: (request: IncomingMessage) => string
  metrics: () => SignallingMetrics
  log: Log
}

/** As much of engine.io as an entrance holds. */
interface Engine {
  generateId(request: IncomingMessage): string | PromiseLike<string>
  on(event: 'connection', listener: (conn: Connection) => void): unknown
  use(heed: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void
}

/**
 * Where connections come in, as WebSockets or as polls: each is asked who it is before it is one, and is that one's
 * until it ends.
 */
export class Entrance {
  readonly #options: EntranceOptions
  readonly #door: Door
  /** Connections by whom they belong to. */
  readonly #counts = new Map<string, number>()
  /** What the door said of a connection's first request. */
  readonly #asked = new WeakMap<IncomingMessage, Caller | AppError>()
  readonly #transports = new WeakMap<Connection, Transport>()
  /** Those that are open, by their names; those that polled until a moment ago; and the names, by first requests. */
  readonly #byName = new Map<string, Transport>()
  readonly #closed = new Map<string, Transport>()
  readonly #names = new WeakMap<IncomingMessage, string>()

  constructor(options: EntranceOptions) {
    this.#options = options
    this.#door = new Door(options)
  }

  /** Begins to hear what comes. */
  attach(engine: Engine): void {
    engine.generateId = (request: IncomingMessage) => {
      const name = newConnectionName(this.#options.nodeId)
      this.#names.set(request, name)
      return name
    }
    engine.on('connection', (conn) => this.#open(conn))
    engine.use((request, response, next) => {
      this.#heed(request).then(
        (heeded) => {
          if (heeded === 'heard') next()
          else if (heeded === 'refused') refuse(response)
          else response.writeHead(204).end()
        },
        (error: unknown) => {
          this.#tell(error)
          refuse(response)
        },
      )
    })
  }

  transportOf(conn: Connection): Transport | undefined {
    return this.#transports.get(conn)
  }

  /** Whether a connection begins with this request: nobody, too, has one for as long as it takes to say so. */
  async knock(request: IncomingMessage): Promise<boolean> {
    try {
      const caller = await this.#door.ask(request)
      if (caller) this.#asked.set(request, caller)
      else this.#options.metrics().requests.inc({ name: 'connect', code: 'rate_limited' })
      return caller !== null
    } catch (error) {
      if (!(error instanceof AppError)) this.#tell(error)
      this.#asked.set(request, error instanceof AppError ? error : new AppError('internal'))
      return true
    }
  }

  #open(conn: Connection): void {
    const asked = this.#asked.get(conn.request) ?? new AppError('unauthenticated')
    const caller = asked instanceof AppError ? null : asked
    const transport = new Transport(conn, caller)
    this.#transports.set(conn, transport)
    const name = this.#names.get(conn.request) ?? ''
    this.#byName.set(name, transport)
    conn.once('close', () => this.#forget(name, transport))
    const { maxPagesPerPrincipal } = this.#options.settings
    const isMany = caller?.keys.some((key) => (this.#counts.get(key) ?? 0) >= maxPagesPerPrincipal) ?? false
    const refusal = isMany ? new AppError('rate_limited', 'too many pages') : asked
    if (refusal instanceof AppError) {
      this.#options.metrics().requests.inc({ name: 'connect', code: refusal.code })
      transport.refuse(refusal)
      return
    }
    this.#count(refusal.keys, 1)
    conn.once('close', () => this.#count(refusal.keys, -1))
  }

  /** A page that goes breaks its poll off before its last word comes. */
  #forget(name: string, transport: Transport): void {
    this.#byName.delete(name)
    if (!transport.isPolling || !transport.caller) return
    this.#closed.set(name, transport)
    setTimeout(() => this.#closed.delete(name), lastWordMs).unref()
  }

  #count(keys: readonly string[], by: 1 | -1): void {
    for (const key of keys) {
      const count = (this.#counts.get(key) ?? 0) + by
      if (count > 0) this.#counts.set(key, count)
      else this.#counts.delete(key)
    }
  }

  /** Whether a request is let through to the connection that it names, or to the door; or was that one's last word. */
  async #heed(request: IncomingMessage): Promise<'heard' | 'refused' | 'departed'> {
    if (!isOriginAllowed(request, this.#options.settings.allowedOrigins)) return 'refused'
    const asked = new URL(request.url ?? '/', 'http://local').searchParams
    if (!asked.has(departureParam)) return (await this.#isHeard(request, asked)) ? 'heard' : 'refused'
    const transport = await this.#departing(request, asked)
    transport?.depart()
    return transport ? 'departed' : 'refused'
  }

  /** Whose last word a request is; null when it is none that counts. */
  async #departing(request: IncomingMessage, asked: URLSearchParams): Promise<Transport | null> {
    if (request.method !== 'POST' || lengthOf(request) > 0) return null
    const name = asked.get('sid') ?? ''
    const transport = this.#byName.get(name) ?? this.#closed.get(name)
    return transport && (await this.#isOfCaller(transport, request)) ? transport : null
  }

  async #isHeard(request: IncomingMessage, asked: URLSearchParams): Promise<boolean> {
    // An answer in JavaScript is one that other sites' pages may read.
    if (asked.has('j')) return false
    // Of several names the engine takes another than we do.
    if (asked.getAll('sid').length > 1) return false
    const connectionName = asked.get('sid')
    if (connectionName === null) return true
    // A connection stays what it began as.
    if (request.headers.upgrade !== undefined) return false
    const transport = this.#byName.get(connectionName)
    if (!transport) return true // the engine says that there is none
    if (!(await this.#isOfCaller(transport, request))) return false
    return request.method !== 'POST' || transport.mayRead(lengthOf(request))
  }

  /** The name of a connection is written into logs on the way: it makes nobody the one who opened it. */
  async #isOfCaller(transport: Transport, request: IncomingMessage): Promise<boolean> {
    const { cookie } = request.headers
    if (cookie === transport.cookie) return true
    const { caller } = transport
    const found = caller && (await this.#door.ask(request).catch(nobody))
    if (!found || found.keys.join() !== caller.keys.join()) return false
    transport.cookie = cookie
    return true
  }

  #tell(error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error)
    this.#options.log.error('requestBroke', { name: 'connect', error: text })
  }
}

function nobody(error: unknown): null {
  if (error instanceof AppError) return null
  throw error
}

function refuse(response: ServerResponse): void {
  // What it would still send is not waited for.
  response.setHeader('connection', 'close')
  response.writeHead(403)
  response.end()
}

/** How much a request brings; one that does not say brings too much. */
function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity
  return Number(headers['content-length'] ?? Infinity)
}

/** Browsers send Origin where it matters; its host has to be the server's own (or one that is allowed). */
function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  if (allowed.includes(origin)) return true
  try {
    return host !== undefined && new URL(origin).host === host
  } catch {
    return false // an origin that is no address
  }
}
