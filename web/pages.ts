import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'

/** Answers a request with a page, a page's data or a file of the build; `next` when given is for what is none of them. */
export type PagesHandler = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** Whom to believe about who asks. */
export interface ClientTrust {
  /**
   * Whether a reverse proxy of ours stands in front, whose x-forwarded-proto, -host and -for are true. Otherwise
   * these headers are ignored: anybody could send them.
   */
  trustsProxy: boolean
  /** How many proxies stand in front, counted from here; the client's address is that many entries from the end. */
  proxyDepth?: number
}

const protocolHeader = 'x-pages-protocol'
const hostHeader = 'x-pages-host'
const addressHeader = 'x-pages-address'

/**
 * The built pages as one handler. Its requests bear `clientHeaders`, set by whoever took them from the network. Set
 * `globalThis.diemCauServices` before the first request; build with `vite build web` from the repository's root before
 * calling. The adapter reads its settings from the environment when it is imported; they are set here, so that the
 * origin (on which the refusal of foreign forms rests) always comes from the request and works under any name, port
 * and protocol.
 */
export async function loadPages(): Promise<PagesHandler> {
  process.env.DIEM_CAU_PAGES_PROTOCOL_HEADER = protocolHeader
  process.env.DIEM_CAU_PAGES_HOST_HEADER = hostHeader
  process.env.DIEM_CAU_PAGES_ADDRESS_HEADER = addressHeader
  process.env.DIEM_CAU_PAGES_BODY_SIZE_LIMIT = '4M'
  const built: unknown = await import(new URL('./build/handler.js', import.meta.url).href)
  return handlerOf(built)
}

/** How the pages know the protocol, host and address of who asks, by header; never what the client itself says there. */
export function clientHeaders(req: IncomingMessage, trust: ClientTrust): Record<string, string> {
  return {
    [protocolHeader]: protocolOf(req, trust),
    [hostHeader]: hostOf(req, trust),
    [addressHeader]: addressOf(req, trust),
  }
}

/** Whether a header is one of `clientHeaders`, which nobody from outside may set. */
export function isClientHeader(name: string): boolean {
  return name.toLowerCase().startsWith('x-pages-')
}

function handlerOf(built: unknown): PagesHandler {
  if (
    typeof built === 'object' &&
    built !== null &&
    'handler' in built &&
    typeof built.handler === 'function'
  ) {
    // The build has no types; its shape is the adapter's documented one.
    return built.handler as PagesHandler
  }
  throw new Error('web/build/handler.js exports no handler')
}

function protocolOf(req: IncomingMessage, { trustsProxy }: ClientTrust): 'http' | 'https' {
  const forwarded = trustsProxy ? lastOf(req.headers['x-forwarded-proto'], 1) : undefined
  if (forwarded) return forwarded === 'https' ? 'https' : 'http'
  return req.socket instanceof TLSSocket ? 'https' : 'http'
}

function hostOf(req: IncomingMessage, { trustsProxy }: ClientTrust): string {
  return (trustsProxy && lastOf(req.headers['x-forwarded-host'], 1)) || req.headers.host || ''
}

/** The client's address, as the accounts' limits and the audit log count it. */
export function addressOf(req: IncomingMessage, { trustsProxy, proxyDepth = 1 }: ClientTrust): string {
  const forwarded = trustsProxy ? lastOf(req.headers['x-forwarded-for'], proxyDepth) : undefined
  return forwarded ?? req.socket.remoteAddress ?? 'unknown'
}

function lastOf(header: string | string[] | undefined, depth: number): string | undefined {
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((e) => e.trim())
  return entries.at(-depth) || undefined
}
