import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { addressKey } from '#contract/addressKey.ts'
import type { Log } from '#contract/log.ts'
import { addressOf, clientHeaders, isClientHeader, type ClientTrust } from '../../web/pages.ts'
import { answerAway } from './awayPage.ts'

/** Requests that are being answered at a time: beyond them it is better to say so than to wait. */
const maxInFlight = 1_000
/** How long an answer may say nothing; minutes of a long meeting take a while to print. */
const silenceTimeoutMs = 120_000
/** About one connection only (RFC 9110, 7.6.1); `expect` was answered when the request came in. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  'expect',
])

/**
 * Hands requests to the process of the pages and its answers back, as streams: bodies, ranges, several cookies and a
 * client that goes away all come through. What a client says of itself under the names of `clientHeaders` does not.
 */
export class PagesProxy {
  readonly #path: string
  readonly #isReady: () => boolean
  readonly #trust: ClientTrust
  readonly #log: Log
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  #inFlight = 0
  /** Of these, by the address of who asks. */
  readonly #inFlightOf = new Map<string, number>()

  /** @param path of the socket file on which the pages take requests */
  constructor(options: { path: string; isReady: () => boolean; trust: ClientTrust; log: Log }) {
    this.#path = options.path
    this.#isReady = options.isReady
    this.#trust = options.trust
    this.#log = options.log
  }

  /** Answers a request; 503 while the pages are away. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    const address = addressKey(addressOf(req, this.#trust))
    if (!this.#isReady() || !this.#hasRoomFor(address)) return answerAway(req, res)
    this.#count(address, 1)
    res.once('close', () => this.#count(address, -1))
    const { method, url: path } = req
    const upstream = request(
      {
        socketPath: this.#path,
        agent: this.#agent,
        method,
        path,
        headers: this.#headersOf(req),
        timeout: silenceTimeoutMs,
      },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders))
        pipeline(answer, res, (error) => {
          if (error && !isLeaving(error)) this.#log.warn('pageBrokenOff', { error: error.message })
        })
      },
    )
    upstream.once('timeout', () => upstream.destroy(new Error('the pages say nothing')))
    upstream.on('error', (error) => {
      if (res.headersSent || res.destroyed) return // its stream tells
      this.#log.warn('pageUnanswered', { error: error.message })
      answerAway(req, res)
    })
    res.once('close', () => {
      upstream.destroy()
      // An answer may come before the body is read; unread, the rest would stand before the connection's next request.
      req.unpipe(upstream)
      req.resume()
    })
    if (hasBody(req)) req.pipe(upstream)
    else upstream.end()
  }

  /** One address has no more than is left for all others: who opens a thousand slow ones shuts out only themselves. */
  #hasRoomFor(address: string): boolean {
    return (this.#inFlightOf.get(address) ?? 0) < maxInFlight - this.#inFlight
  }

  #count(address: string, by: 1 | -1): void {
    this.#inFlight += by
    const count = (this.#inFlightOf.get(address) ?? 0) + by
    if (count > 0) this.#inFlightOf.set(address, count)
    else this.#inFlightOf.delete(address)
  }

  #headersOf(req: IncomingMessage): string[] {
    const headers = endToEnd(req.rawHeaders).filter((_, at, all) => !isOurs(all[at - (at % 2)] ?? ''))
    return [...headers, ...lengthOf(req), ...Object.entries(clientHeaders(req, this.#trust)).flat()]
  }
}

/** Names and values, one after the other, that are not about the connection. */
function endToEnd(raw: readonly string[]): string[] {
  const kept: string[] = []
  const named = new Set<string>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue
    for (const name of (raw[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase())
  }
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? ''
    if (!hopByHop.has(name) && !named.has(name)) kept.push(raw[at] ?? '', raw[at + 1] ?? '')
  }
  return kept
}

/** What we say ourselves of each request, whatever the client says. */
function isOurs(name: string): boolean {
  return isClientHeader(name) || name.toLowerCase() === 'content-length'
}

/**
 * How long the body is, as it was understood here and never as the headers stand: a body that follows a request
 * without its length is the next request there.
 */
function lengthOf({ headers }: IncomingMessage): string[] {
  if (headers['transfer-encoding'] !== undefined) return ['transfer-encoding', 'chunked']
  return headers['content-length'] === undefined ? [] : ['content-length', headers['content-length']]
}

function hasBody(req: IncomingMessage): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
}

/** Whoever reads no further is no fault of ours. */
function isLeaving(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE'
}
