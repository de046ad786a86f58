import { timingSafeEqual } from 'node:crypto'
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { detach, type Log } from '#contract/log.ts'
import { AppError, type ErrorCode, httpStatusOf, toWireError } from '#contract/errors.ts'
import { MeetingId } from '#contract/ids.ts'
import { secondWayPath } from '#sfu/secondWay.ts'
import { isConnectionOf } from '#signalling/connectionName.ts'
import { handOn } from './handOn.ts'
import type { Home } from './homes.ts'

const socketPath = '/socket.io/'
/** Says that another node looked for the home already. */
const forwardedHeader = 'x-diem-cau-forwarded'
const ours = /^x-diem-cau-/i
/** How long a node may say nothing to a poll; it says something every 10 s. */
const pollTimeoutMs = 30_000

type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void

/** What the HTTP server hands on; roles that this process does not have are null. */
export interface HttpParts {
  /** SvelteKit's handler. */
  web: Handler | null
  /** Takes WebSocket upgrades and polls: of calls that live here, and of pages that ask for none. */
  signalling: { server: Server; nodeId: string } | null
  /** Answers what a signalling node asks of media when the bus does not. */
  media: ((req: IncomingMessage, res: ServerResponse) => Promise<void>) | null
  /** The node that a page's socket belongs to, by the call that it asks for; null when no signalling node lives. */
  homeOf: (meetingId: MeetingId | null) => Promise<Home | null>
  /** The node that has a connection that polls; null when none has. */
  homeOfConnection: (connectionName: string) => Promise<Home | null>
  /** Named checks; all true means ready. */
  readiness: () => Promise<Record<string, boolean>>
  metrics: { contentType: string; text: () => Promise<string> }
  metricsToken: string | undefined
  log: Log
}

/** One server for pages, signalling and operations. */
export interface HttpServer {
  /** The port that it really listens on. */
  port: number
  close(): Promise<void>
}

/**
 * Starts listening. `close()` lets running requests end for at most 2 s; sockets of pages end at once, so signalling
 * has to have said its farewell before.
 */
export async function startHttp(parts: HttpParts, host: string, port: number): Promise<HttpServer> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, (req, res) => {
    res.setHeader('x-content-type-options', 'nosniff')
    const path = urlOf(req)?.pathname
    if (path === undefined) return answer(res, 400, { error: { code: 'bad_request' } })
    if (path === '/healthz') return answer(res, 200, { status: 'ok' })
    if (path === '/readyz') return void ready(parts, res)
    if (path === '/metrics') return void metrics(parts, req, res)
    if (path.startsWith(socketPath)) return void poll(parts, agent, req, res)
    if (path === secondWayPath && parts.media)
      return detach(parts.log, 'secondWayFailed', parts.media(req, res))
    if (!parts.web) return answer(res, 404, { error: { code: 'not_found' } })
    parts.web(req, res, (error) => {
      if (error)
        parts.log.error('httpFailed', { error: error instanceof Error ? error.stack : String(error) })
      answer(res, error ? 500 : 404, { error: { code: error ? 'internal' : 'not_found' } })
    })
  })
  // Once upgraded they are no connections of the HTTP server any more, yet its close waits for them.
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (req, socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    void upgrade(parts, req, socket, head)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  let closing: Promise<void> | undefined
  return {
    port: (server.address() as AddressInfo).port, // a TCP server's address is never a string
    close: () =>
      (closing ??= new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        agent.destroy()
        for (const socket of upgraded) socket.destroy()
        setTimeout(() => server.closeAllConnections(), 2000).unref()
      })),
  }
}

/** What is asked for; null when it is no address, as anybody may send. */
function urlOf(req: IncomingMessage): URL | null {
  return URL.parse(req.url ?? '/', 'http://local')
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return void res.end()
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  res.end(JSON.stringify(body))
}

async function ready(parts: HttpParts, res: ServerResponse): Promise<void> {
  const checks = await parts.readiness()
  answer(res, Object.values(checks).every(Boolean) ? 200 : 503, { checks })
}

async function metrics(parts: HttpParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (!mayReadMetrics(req, parts.metricsToken)) return answer(res, 404, { error: { code: 'not_found' } })
  res.writeHead(200, { 'content-type': parts.metrics.contentType })
  res.end(await parts.metrics.text())
}

/** Each of the common proxies sends one of these. */
const proxyHeaders = ['x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'] as const

function mayReadMetrics(req: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) {
    // a reverse proxy on this machine would make everybody local: what it forwards does not count
    const address = req.socket.remoteAddress ?? ''
    const isLocal = address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1'
    return isLocal && proxyHeaders.every((name) => req.headers[name] === undefined)
  }
  const given = Buffer.from(req.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/**
 * Where a page's connection goes: to its call's home, this process or another one through here; without a call, to this
 * process where it can. The hint is in the query: `at=call:<MeetingId>`. A poll goes to whoever has its connection.
 * @throws AppError not_found, bad_request, node_closing, storage_unavailable
 */
async function routeOf(parts: HttpParts, req: IncomingMessage): Promise<{ here: Server } | { at: URL }> {
  const url = urlOf(req)
  if (!url) throw new AppError('bad_request')
  // What only leads to that path (/x/../socket.io/) is answered by nobody there.
  if (!url.pathname.startsWith(socketPath) || !req.url?.startsWith(socketPath))
    throw new AppError('not_found')
  const { signalling: local } = parts
  const connectionName = url.searchParams.get('sid')
  const meetingId = callAskedFor(url)
  const isForHere =
    req.headers[forwardedHeader] !== undefined ||
    (connectionName === null
      ? meetingId === null
      : local !== null && isConnectionOf(connectionName, local.nodeId))
  if (local && isForHere) return { here: local.server }
  const home = await (connectionName === null
    ? parts.homeOf(meetingId)
    : parts.homeOfConnection(connectionName))
  if (home === null) throw new AppError('node_closing')
  return local && home.nodeId === local.nodeId ? { here: local.server } : { at: new URL(home.url) }
}

async function upgrade(parts: HttpParts, req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  socket.on('error', () => socket.destroy())
  try {
    const route = await routeOf(parts, req)
    if ('here' in route) route.here.emit('upgrade', req, socket, head)
    else forward(route.at, req, socket, head)
  } catch (error) {
    refuseUpgrade(socket, codeOf(parts, error))
  }
}

/** A request of long polling, which carries what a WebSocket would where none gets through. */
async function poll(
  parts: HttpParts,
  agent: Agent,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    const route = await routeOf(parts, req)
    if ('here' in route) return void route.here.emit('request', req, res)
    const { host, port } = addressOf(route.at)
    const to = { host, port, agent, timeout: pollTimeoutMs }
    const refuse = (error: Error): void => {
      parts.log.warn('pollUnanswered', { error: error.message })
      answer(res, httpStatusOf('node_closing'), { error: { code: 'node_closing' } })
    }
    handOn(req, res, to, {
      isOurs: (name) => ours.test(name),
      ours: { [forwardedHeader]: '1' },
      onAway: refuse,
      onBroken: (error) => parts.log.warn('pollBrokenOff', { error: error.message }),
    })
  } catch (error) {
    const code = codeOf(parts, error)
    answer(res, httpStatusOf(code), { error: { code } })
  }
}

function codeOf(parts: HttpParts, error: unknown): ErrorCode {
  const { code } = toWireError(error)
  if (code === 'internal') parts.log.error('connectionNotHandedOn', { error: String(error) })
  return code
}

function refuseUpgrade(socket: Duplex, code: ErrorCode): void {
  socket.end(`HTTP/1.1 ${httpStatusOf(code)} ${code}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

/** @throws AppError bad_request for a hint that is none */
function callAskedFor(url: URL): MeetingId | null {
  const at = url.searchParams.get('at')
  if (at === null) return null
  const meetingId = MeetingId.safeParse(at.replace(/^call:/, ''))
  if (!at.startsWith('call:') || !meetingId.success) throw new AppError('bad_request')
  return meetingId.data
}

/** Brackets are how a URL writes IPv6, not part of the address. */
function addressOf(home: URL): { host: string; port: number } {
  return { host: home.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(home.port || 80) }
}

/** Pipes an upgrade to the home node; either end's close closes the other. */
function forward(home: URL, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const upstream = connect({ ...addressOf(home), timeout: 5000 })
  let isConnected = false
  upstream.once('connect', () => {
    isConnected = true
    upstream.setTimeout(0)
    const lines = [`${req.method} ${req.url} HTTP/1.1`]
    for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
      const name = req.rawHeaders[i] ?? ''
      if (!ours.test(name)) lines.push(`${name}: ${req.rawHeaders[i + 1]}`)
    }
    lines.push(`${forwardedHeader}: 1`)
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    upstream.pipe(socket)
    socket.pipe(upstream)
  })
  upstream.on('timeout', () => upstream.destroy())
  upstream.on('error', () => undefined) // its close follows
  upstream.on('close', () => (isConnected ? socket.destroy() : refuseUpgrade(socket, 'node_closing')))
  socket.on('close', () => upstream.destroy())
}
