import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { AppError, errorCodes, toWireError } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import { SfuEvent } from './wire.ts'

/** Where a media node's HTTP server takes what is asked without the bus; only for nodes of the platform. */
export const secondWayPath = '/internal/media'
const signatureHeader = 'x-diem-cau-signature'
const maxRequestBytes = 16 * 1024
const answerTimeoutMs = 2_000
/** Of what was told meanwhile so much goes with the answer: some thousand events. The bus brings the rest. */
const maxToldBytes = 1024 * 1024
/** Nothing of a node is longer, and no more is read before the signature is known. */
const maxAnswerBytes = 2 * maxToldBytes

/** What takes or gives rights to who is in a room already; `ping` finds out beforehand whether the way is open. */
const Method = z.enum(['regrant', 'evict', 'closeRoom', 'ping'])
export type SecondWayMethod = z.infer<typeof Method>

const Request = z.object({ nodeId: z.string(), method: Method, payload: z.unknown() })
const Told = z.array(SfuEvent)
const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown(), told: Told }),
  z.object({ ok: z.literal(false), code: z.enum(errorCodes), told: Told }),
])

/** What a media node answered; an AppError when it refused. `told` is what its engine said meanwhile. */
export interface SecondAnswer {
  outcome: { value: unknown } | { refusal: AppError }
  told: readonly SfuEvent[]
}

/** Asks a media node without the bus. Rejects when no answer of it comes within two seconds. */
export type SecondWay = (
  node: { id: string; url: string },
  method: SecondWayMethod,
  payload: Record<string, unknown>,
) => Promise<SecondAnswer>

/** What a media node does with a request, over whichever way it came. */
export interface SecondWayServer {
  answer(method: string, payload: unknown): Promise<unknown>
  /** Notes what the engine says of an owner's rooms until the returned function is called. */
  listen(owner: string): () => SfuEvent[]
}

/** Keys that prove a node to another; the first signs, all are believed. Made of the secrets that nodes share. */
export function secondWayKeys(secrets: readonly string[]): readonly Buffer[] {
  return secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'diem-cau media second way', 32)))
}

/** Signalling's end. A request that is sent again by whomever is harmless: its step is no newer than the last. */
export function openSecondWay([key]: readonly Buffer[]): SecondWay {
  if (!key) throw new Error('A key is needed')
  return async (node, method, payload) => {
    const body = JSON.stringify({ nodeId: node.id, method, payload })
    const signature = sign(key, body)
    const response = await fetch(new URL(secondWayPath, node.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', [signatureHeader]: signature },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(answerTimeoutMs),
    })
    const text = await textOf(response)
    const proof = response.headers.get(signatureHeader) ?? ''
    if (!isSame(proof, sign(key, `${signature} ${text}`))) {
      throw new Error(`${node.id} has no answer that it signed (HTTP ${response.status})`)
    }
    const answer = Answer.parse(JSON.parse(text))
    const outcome = answer.ok
      ? { value: answer.value }
      : { refusal: new AppError(answer.code, `${node.id} answered ${method} with ${answer.code}`) }
    return { outcome, told: answer.told }
  }
}

/**
 * A media node's end, for its HTTP server. What is not signed, or by a key that nodes do not share, or for another node,
 * finds nothing there; nor does what a reverse proxy hands on.
 */
export function secondWayHandler(options: {
  nodeId: string
  keys: readonly Buffer[]
  server: SecondWayServer
  log: Log
}): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { nodeId, keys, server, log } = options
  return async (req, res) => {
    const body = req.method === 'POST' && !isHandedOn(req) ? await bodyOf(req) : null
    const signature = req.headers[signatureHeader]
    const key = keys.find((one) => body !== null && isSame(String(signature), sign(one, body)))
    const asked = key && body !== null ? Request.safeParse(parsed(body)) : null
    if (!key || !asked?.success || asked.data.nodeId !== nodeId) {
      res.writeHead(404, { 'content-type': 'application/json', connection: 'close' })
      return void res.end(JSON.stringify({ error: { code: 'not_found' } }))
    }
    const { method, payload } = asked.data
    const text = JSON.stringify(await answerOf(server, method, payload, log))
    res.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      [signatureHeader]: sign(key, `${String(signature)} ${text}`),
    })
    res.end(text)
  }
}

async function answerOf(
  server: SecondWayServer,
  method: SecondWayMethod,
  payload: unknown,
  log: Log,
): Promise<z.input<typeof Answer>> {
  const owner = z.object({ owner: z.string() }).safeParse(payload).data?.owner ?? ''
  const heard = server.listen(owner)
  const told = (): SfuEvent[] => {
    const all = heard()
    const sent = firstOf(all, maxToldBytes)
    if (sent.length < all.length)
      log.warn('secondWayToldCut', { method, told: all.length, sent: sent.length })
    return sent
  }
  try {
    return { ok: true, value: await server.answer(method, payload), told: told() }
  } catch (error) {
    if (!(error instanceof AppError)) log.error('secondWayFailed', { method, error: String(error) })
    return { ok: false, code: toWireError(error).code, told: told() }
  }
}

function firstOf(told: SfuEvent[], maxBytes: number): SfuEvent[] {
  let sizeBytes = 0
  const end = told.findIndex(
    (event) => (sizeBytes += Buffer.byteLength(JSON.stringify(event)) + 1) > maxBytes,
  )
  return end === -1 ? told : told.slice(0, end)
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > maxAnswerBytes) throw new Error(`The answer is longer than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Each of the common proxies sends one of these; no node does. */
function isHandedOn(req: IncomingMessage): boolean {
  return ['x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'].some(
    (name) => req.headers[name] !== undefined,
  )
}

/** Null when it is too long, or breaks off. */
async function bodyOf(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of req) {
      const bytes = Buffer.from(chunk as Uint8Array) // without an encoding a request's chunks are bytes
      length += bytes.length
      if (length > maxRequestBytes) return null
      chunks.push(bytes)
    }
  } catch {
    return null // nobody is left to be answered
  }
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // the schema refuses it
  }
}

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
