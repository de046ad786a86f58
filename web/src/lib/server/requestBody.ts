import { failPage } from '#web/server/appErrors.ts'

/** What a request's body may hold. */
export interface BodyLimits {
  bytes: number
  /** Of a form, whichever its encoding. */
  fields: number
}

/** Whoever has not signed in sends a form of a few lines. */
export const strangersBody: BodyLimits = { bytes: 16 * 1024, fields: 64 }
/** The longest minutes, and the form of the largest meeting. */
export const officeBody: BodyLimits = { bytes: 4 * 1024 * 1024, fields: 20_000 }

/**
 * The request with its body read whole, counted while it came in, so that nothing is parsed that is beyond the limits:
 * parsing a form of a million fields takes seconds. Ends the request with `too_large`.
 */
export async function withinLimits(request: Request, limits: BodyLimits): Promise<Request> {
  if (request.body === null) return request
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytes) failPage('too_large')
  const bytes = await bytesOf(request.body, limits.bytes)
  if (fieldsOf(bytes, request.headers.get('content-type') ?? '') > limits.fields) failPage('too_large')
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: bytes,
    signal: request.signal,
  })
}

async function bytesOf(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  // What is beyond the limit stays unread and is not cancelled: that would end the connection before the answer.
  const reader = body.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    sizeBytes += read.value.length
    if (sizeBytes > maxBytes) failPage('too_large')
    chunks.push(read.value)
  }
  const whole = new Uint8Array(sizeBytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** How many fields a form has at most; 0 for what is no form. */
function fieldsOf(bytes: Uint8Array, contentType: string): number {
  const type = contentType.toLowerCase()
  if (type.startsWith('application/x-www-form-urlencoded')) return countOf(bytes, '&') + 1
  return type.startsWith('multipart/') ? countOf(bytes, '\n--') + 1 : 0
}

function countOf(bytes: Uint8Array, mark: string): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let at = buffer.indexOf(mark); at !== -1; at = buffer.indexOf(mark, at + mark.length)) count++
  return count
}
