import { type IncomingMessage, request, type RequestOptions, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** About one connection only (RFC 9110, 7.6.1); `expect` was answered when the request came in. */
const hopByHop = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  'expect',
])

/** What whoever hands a request on says of it, and hears. */
export interface HandingOn {
  /** Headers that only we may set: what the client says there is left out. */
  isOurs(name: string): boolean
  ours: Record<string, string>
  /** Nobody answers there, or says nothing for `to.timeout`; nothing was answered yet. */
  onAway(error: Error): void
  /** The answer broke off. */
  onBroken(error: Error): void
}

/**
 * Hands a request to another process and its answer back, as streams: bodies, ranges, several cookies and a client
 * that goes away all come through.
 */
export function handOn(
  req: IncomingMessage,
  res: ServerResponse,
  to: RequestOptions,
  { isOurs, ours, onAway, onBroken }: HandingOn,
): void {
  const { method, url: path } = req
  const headers = [
    ...endToEnd(req.rawHeaders).filter((_, at, all) => !isSaidAnew(all[at - (at % 2)] ?? '')),
    ...lengthOf(req),
    ...Object.entries(ours).flat(),
  ]
  function isSaidAnew(name: string): boolean {
    return isOurs(name) || name.toLowerCase() === 'content-length'
  }
  const upstream = request({ ...to, method, path, headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders))
    pipeline(answer, res, (error) => {
      if (error && !isLeaving(error)) onBroken(error)
    })
  })
  upstream.once('timeout', () => upstream.destroy(new Error('no answer')))
  upstream.on('error', (error) => {
    if (!res.headersSent && !res.destroyed) onAway(error) // else its stream tells
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
