import type { Server as HttpServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import type { Bus } from '#contract/bus.ts'
import { AppError, toWireError } from '#contract/errors.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import { allows } from '#contract/permissions.ts'
import { Budgets } from '#contract/budgets.ts'
import { maxMessageBytes, protocolVersion } from '#contract/protocol.ts'
import {
  callRequests,
  HandshakeAuth,
  requestSchemas,
  type CallRequestName,
  type ConnectionRequestName,
  type RequestName,
  type RequestPayload,
} from '#contract/requests.ts'
import type { ClientToServerEvents } from '#contract/replies.ts'
import type { ServerToClientEvents } from '#contract/pushes.ts'
import { Revocation, revocationTopic } from '#contract/revocation.ts'
import { asCaller, type AuditFact } from '#db/audit.ts'
import { ActionBudgets } from './actionBudgets.ts'
import type { Directory } from './directory.ts'
import { Entrance } from './entrance.ts'
import { connectionHandlers } from './handlers/connectionHandlers.ts'
import type { Answer, Command } from './handlers/handler.ts'
import { handlers } from './handlers/handlers.ts'
import type { Principals } from './identity.ts'
import type { SignallingMetrics } from './metrics.ts'
import type { Audience } from './page.ts'
import type { SignallingSettings } from './settings.ts'
import { audienceRoom, type PageInCall } from './pageInCall.ts'
import { PageRights } from './pageRights.ts'
import type { AuditStore } from './stores.ts'
import { SocketPage, type PageSocket, type SocketData } from './socketPage.ts'
import { Topics } from './topics.ts'
import type { Transport } from './transport.ts'

/** Refusals before a page that floods is closed, requests at once, and messages a slow page may be behind. */
const maxStrikes = 100
const maxInFlight = 64
const maxBacklog = 1000
/** Principals whose requests are counted. */
const maxPrincipals = 20_000
/** What a request takes from a principal's store of messages, where it is not 1. */
const costs: Partial<Record<RequestName, number>> = {
  'call:enter': 5,
  'call:hello': 5,
  'call:join': 10,
  'chat:post': 4,
  'view:sync': 10,
}

type Io = Server<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>

/** What the gateway is made of. */
export interface GatewayOptions {
  nodeId: NodeId
  directory: () => Directory
  principals: Principals
  bus: Bus
  settings: SignallingSettings
  audit: AuditStore
  /** Where a connection comes from. */
  addressOf: (request: IncomingMessage) => string
  metrics: () => SignallingMetrics
  log: Log
}

/**
 * The door for pages: sockets in, parsed, counted and authorised requests out to the handlers, and the only place
 * where errors of requests become replies. A socket belongs to a principal; calls and topics are what it takes part
 * in.
 */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #io: Io
  readonly #pages = new Set<SocketPage>()
  readonly #topics: Topics
  readonly #rights: PageRights
  readonly #entrance: Entrance
  /** What one may ask, over all sockets that one has and had. */
  readonly #requests: Budgets<string>
  readonly #actions = new ActionBudgets()
  readonly #cleanup: (() => void | Promise<void>)[] = []
  #isRechecking = false
  #isClosing = false

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#entrance = new Entrance(options)
    this.#requests = new Budgets({ ...options.settings.rate, maxKeys: maxPrincipals })
    this.#topics = new Topics(options)
    this.#rights = new PageRights({ ...options, topics: this.#topics })
    this.#io = new Server({
      path: '/socket.io',
      serveClient: false,
      // Polls are for networks in which no WebSocket gets through; what began as one stays one.
      transports: ['websocket', 'polling'],
      allowUpgrades: false,
      maxHttpBufferSize: maxMessageBytes,
      // Batches are encoded once for all sockets, which deflating undoes; only views are large. At 300 joins with a
      // threshold of 16 kB: 3.3 ms of CPU a join, without 1.5 ms.
      perMessageDeflate: false,
      httpCompression: false,
      pingInterval: 10_000,
      pingTimeout: 8_000,
      connectTimeout: 10_000,
      allowRequest: (request, callback) => {
        detach(
          options.log,
          'knockFailed',
          this.#entrance.knock(request).then((isHeard) => callback(null, isHeard)),
        )
      },
    })
    this.#io.use((socket, next) => {
      const transport = this.#entrance.transportOf(socket.conn)
      try {
        socket.data = this.#admit(socket, transport)
        transport?.admit()
        next()
      } catch (error) {
        if (!(error instanceof AppError)) this.#logUnknown('handshake', error)
        next(Object.assign(new Error('refused'), { data: toWireError(error) }))
        setImmediate(() => transport?.end()) // when it is told
      }
    })
    this.#io.on('connection', (socket) => this.#connect(socket))
  }

  /** Begins to listen for ended rights and to look after the pages. */
  async start(): Promise<void> {
    const timer = setInterval(() => this.#look(), 1000)
    this.#cleanup.push(
      () => clearInterval(timer),
      await this.#options.bus.subscribe(revocationTopic, (message) => this.#revoke(message)),
      await this.#topics.start(this.#options.bus),
    )
  }

  /** Takes the upgrades and polls of `/socket.io` of an HTTP server. */
  attach(server: HttpServer): void {
    this.#io.attach(server)
    this.#entrance.attach(this.#io.engine)
  }

  /** Pages that are connected. */
  get size(): number {
    return this.#pages.size
  }

  /** The broadcasts of one call. */
  audienceOf(meetingId: MeetingId): Audience {
    return {
      send: (to, event, payload, sending = {}) => {
        const room = this.#io.to(audienceRoom(meetingId, to))
        const target = sending.mayDrop ? room.volatile : room
        // One payload an event, as ServerToClientEvents has it.
        target.emit(event, ...([payload] as unknown as Parameters<ServerToClientEvents[typeof event]>))
      },
    }
  }

  #admit(socket: PageSocket, transport: Transport | undefined): SocketData {
    if (this.#isClosing) throw new AppError('node_closing')
    const auth = HandshakeAuth.safeParse(socket.handshake.auth)
    if (!auth.success) {
      throw new AppError('bad_request', 'malformed handshake', { detail: { protocol: protocolVersion } })
    }
    const caller = transport?.caller
    if (!caller) throw new AppError('unauthenticated')
    return { clientId: auth.data.clientId, ...caller }
  }

  #connect(socket: PageSocket): void {
    const page = new SocketPage(socket, this.#requests, this.#options.addressOf(socket.request), Date.now())
    this.#pages.add(page)
    let { place } = page
    this.#entrance.transportOf(socket.conn)?.onDeparture(() => {
      place = page.place ?? place
      place?.call.seats.depart(place)
      page.close(null)
    })
    socket.on('disconnect', () => {
      place = page.place
      this.#pages.delete(page)
      this.#topics.drop(page, page.topics)
      page.place?.end()
    })
    socket.onAny((name: unknown, ...rest: unknown[]) => {
      detach(this.#options.log, 'requestFailed', this.#answer(page, name, rest))
    })
  }

  /** Runs a request and acks it, whatever happens. */
  async #answer(page: SocketPage, name: unknown, rest: unknown[]): Promise<void> {
    const ack = rest.at(-1)
    const [payload] = typeof ack === 'function' ? rest.slice(0, -1) : rest
    const known = isRequestName(name) ? name : null
    const metrics = this.#options.metrics()
    const stop = known ? metrics.durations.startTimer({ name: known }) : undefined
    let code = 'ok'
    let reply: unknown
    try {
      reply = { ok: true, value: await this.#run(page, known, payload) }
    } catch (error) {
      if (!(error instanceof AppError)) this.#logUnknown(known ?? 'unknown', error)
      const wire = toWireError(error)
      code = wire.code
      reply = { ok: false, error: wire }
    }
    stop?.()
    metrics.requests.inc({ name: known ?? 'unknown', code })
    if (typeof ack === 'function') ack(reply)
  }

  async #run(page: SocketPage, name: RequestName | null, payload: unknown): Promise<unknown> {
    const cost = name ? (costs[name] ?? 1) : 10
    if (!page.spend(cost, Date.now()) || page.inFlight >= maxInFlight) {
      throw this.#tooMuch(page)
    }
    if (!name) throw new AppError('bad_request', 'no such request')
    page.inFlight++
    try {
      return await this.#handle(page, name, payload)
    } finally {
      page.inFlight--
    }
  }

  /** Who goes on asking for more than there is loses the socket. */
  #tooMuch(page: SocketPage): AppError {
    const error = new AppError('rate_limited')
    if (++page.strikes >= maxStrikes) page.close(error)
    return error
  }

  #handle(page: SocketPage, name: RequestName, payload: unknown): Promise<unknown> {
    return isCallRequest(name)
      ? this.#handleInCall(page, name, payload)
      : this.#handleOfConnection(page, name, payload)
  }

  async #handleOfConnection<N extends ConnectionRequestName>(
    page: SocketPage,
    name: N,
    payload: unknown,
  ): Promise<unknown> {
    const { principals, directory } = this.#options
    const data = parsed(name, payload)
    return connectionHandlers[name]({ page, principals, directory: directory(), topics: this.#topics }, data)
  }

  async #handleInCall<N extends CallRequestName>(
    page: SocketPage,
    name: N,
    payload: unknown,
  ): Promise<unknown> {
    const data = parsed(name, payload)
    await page.entering
    const { place } = page
    if (!place) throw new AppError('not_in_call', 'entered no call')
    const handler: Answer<N> | Command<N> = handlers[name]
    const { call, identity } = place
    const context = { call, page: place }
    const action = typeof handler.allows === 'function' ? handler.allows(context, data) : handler.allows
    const { unitId, status } = call.plan.current
    if (!allows(identity.actor, action, { unitId, meetingStatus: status })) {
      throw new AppError(handler.refusal ?? 'forbidden', `${name} is not for ${identity.role}`)
    }
    if (handler.needsSeat && !call.pages.isSeated(place)) {
      throw new AppError(call.view.phase === 'ended' ? 'meeting_ended' : 'not_in_call')
    }
    if (!this.#actions.spend(identity.participantId, name, data)) throw this.#tooMuch(page)
    const reply =
      'run' in handler
        ? await handler.run(context, data)
        : (await call.carryOut(handler.command, identity.participantId, data), {})
    if (handler.logged) this.#note(page, place, handler.logged.action, handler.logged.detail?.(data))
    return reply
  }

  /** Nobody in a call waits for the audit log. */
  #note(page: SocketPage, place: PageInCall, action: string, detail: AuditFact['detail'] = {}): void {
    const { participantId } = place.identity
    const fact = {
      actorId: page.principal.account?.userId ?? participantId,
      action,
      subject: place.meetingId,
      detail: { ...detail, by: participantId },
    }
    const { audit, log } = this.#options
    detach(
      log,
      'actNotLogged',
      asCaller(page.address, () => audit.keep(fact)),
    )
  }

  #revoke(message: unknown): void {
    const parsed = Revocation.safeParse(message)
    if (!parsed.success) {
      this.#options.log.warn('revocationMalformed')
      return
    }
    for (const page of [...this.#pages]) this.#rights.follow(page, parsed.data)
  }

  /** Once a second: pages too slow to follow, and pages whose rights were not looked up for long. */
  #look(): void {
    for (const page of [...this.#pages]) {
      if (page.backlog <= maxBacklog) continue
      const participantId = page.place?.identity.participantId ?? null
      this.#options.log.warn('pageTooSlow', { participantId })
      page.close(new AppError('rate_limited'))
    }
    if (this.#isRechecking) return
    this.#isRechecking = true
    detach(
      this.#options.log,
      'recheckFailed',
      this.#rights.recheckDue(this.#pages).finally(() => (this.#isRechecking = false)),
    )
  }

  #logUnknown(name: string, error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error)
    this.#options.log.error('requestBroke', { name, error: text })
  }

  /** Lets nobody in any more; pages are told by their calls. */
  beginClosing(): void {
    this.#isClosing = true
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.beginClosing()
    for (const cleanup of this.#cleanup.splice(0)) await cleanup()
    for (const page of [...this.#pages]) page.close(new AppError('node_closing'))
    // Not `io.close()`: the HTTP server is its owner's.
    this.#io.disconnectSockets(true)
    this.#io.engine?.close()
  }
}

/** @throws AppError bad_request */
function parsed<N extends RequestName>(name: N, payload: unknown): RequestPayload<N> {
  const found = requestSchemas[name].safeParse(payload ?? {})
  if (!found.success) throw new AppError('bad_request', name, { cause: found.error })
  return found.data as RequestPayload<N> // by the schema of that name
}

function isCallRequest(name: RequestName): name is CallRequestName {
  return Object.hasOwn(callRequests, name)
}

function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(requestSchemas, name)
}
