import { pipeline, Readable, type Transform } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'

/** What shrinks. Files of the build are compressed when it is made; pictures, recordings and documents are by nature. */
const compressible = new Set([
  'text/html',
  'text/csv',
  'text/calendar',
  'text/sveltekit-data',
  'application/json',
])
/** Below this a packet is saved at best. */
const minBytes = 1024
/** About as fast as gzip, and smaller. */
const brotliQuality = 4

type Encoding = 'br' | 'gzip'

/**
 * The answer in the best encoding that the browser takes; as it is where that gains nothing or would be unwise.
 *
 * Compression tells an eavesdropper by its length whether a guess that is mirrored in a page also stands elsewhere in
 * it (BREACH). Somebody has to make the browser send many guesses with its cookies, so an answer to what another site
 * made it ask for is never compressed: browsers say so themselves (Sec-Fetch-Site), and no page of another site can
 * change that. Nor are answers to forms, which may hold a link that is shown once.
 */
export function compressed(request: Request, response: Response): Response {
  const encoding = encodingFor(request, response)
  if (encoding === null || response.body === null) return response
  const headers = new Headers(response.headers)
  const isStreamed = !headers.has('content-length')
  headers.delete('content-length')
  headers.delete('etag') // of other bytes
  headers.set('content-encoding', encoding)
  headers.append('vary', 'accept-encoding, sec-fetch-site')
  const compressor = compressorOf(encoding, isStreamed)
  // The same streams at run time; the browser's types and Node's know nothing of each other.
  const body: unknown = response.body
  const packed: unknown = Readable.toWeb(compressor)
  // What fails on the way ends both streams, and by them the answer.
  pipeline(Readable.fromWeb(body as NodeStream<Uint8Array>), compressor, () => undefined)
  const { status, statusText } = response
  return new Response(packed as ReadableStream<Uint8Array<ArrayBuffer>>, { status, statusText, headers })
}

function encodingFor(request: Request, response: Response): Encoding | null {
  const { headers, status } = response
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  const length = headers.get('content-length')
  const isOurs = ['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site'))
  if (request.method !== 'GET' || !isOurs) return null
  if (status === 206 || headers.has('content-encoding') || !compressible.has(type)) return null
  if (length !== null && Number(length) < minBytes) return null
  return bestOf(request.headers.get('accept-encoding'))
}

/** Of an Accept-Encoding (RFC 9110, 12.5.3). */
function bestOf(header: string | null): Encoding | null {
  const quality = new Map<string, number>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    quality.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0)
  }
  const of = (name: Encoding) => quality.get(name) ?? quality.get('*') ?? 0
  if (of('br') > 0 && of('br') >= of('gzip')) return 'br'
  return of('gzip') > 0 ? 'gzip' : null
}

/** @param isStreamed whether the page comes in parts, of which each is to be seen at once */
function compressorOf(encoding: Encoding, isStreamed: boolean): Transform {
  if (encoding === 'gzip') {
    return createGzip(isStreamed ? { flush: constants.Z_SYNC_FLUSH } : {})
  }
  return createBrotliCompress({
    ...(isStreamed ? { flush: constants.BROTLI_OPERATION_FLUSH } : {}),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  })
}
