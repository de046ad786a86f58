import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compressed } from './compression.ts'

const html = `<!doctype html><p>${'Điểm Cầu '.repeat(500)}</p>`
const page = (headers: Record<string, string> = {}, status = 200): Response =>
  new Response(html, {
    status,
    headers: {
      'content-type': 'text/html',
      'content-length': String(Buffer.byteLength(html)),
      etag: '"1"',
      ...headers,
    },
  })
const asking = (headers: Record<string, string>, method = 'GET'): Request =>
  new Request('http://local/', { method, headers })
const encodingOf = (request: Request, response = page()) =>
  compressed(request, response).headers.get('content-encoding')
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('a page is compressed', () => {
  it('and is the same after, with its cookies and its status, and without what is true of other bytes only', async () => {
    const response = page({}, 404)
    response.headers.append('set-cookie', 'a=1')
    response.headers.append('set-cookie', 'b=2')
    const answer = compressed(asking({ 'accept-encoding': 'gzip, deflate, br, zstd' }), response)
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([404, 'br'])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect([answer.headers.get('content-length'), answer.headers.get('etag')]).toEqual([null, null])
    expect(answer.headers.get('vary')).toContain('accept-encoding')
    const bytes = await bytesOf(answer)
    expect(bytes.length).toBeLessThan(html.length / 10)
    expect(brotliDecompressSync(bytes).toString()).toBe(html)
    const zipped = compressed(asking({ 'accept-encoding': 'gzip' }), page())
    expect(gunzipSync(await bytesOf(zipped)).toString()).toBe(html)
  })

  it.each([
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['*', 'br'],
    ['gzip;q=0', null],
    ['identity', null],
    ['', null],
  ])('as Accept-Encoding: %s wants it: %s', (accepted, encoding) => {
    expect(encodingOf(asking({ 'accept-encoding': accepted }))).toBe(encoding)
  })

  it('part by part when it comes in parts', async () => {
    const second = Promise.withResolvers<void>()
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from('first'))
        await second.promise
        controller.enqueue(Buffer.from('second'))
        controller.close()
      },
    })
    const response = new Response(body, { headers: { 'content-type': 'text/html' } })
    const answer = compressed(asking({ 'accept-encoding': 'gzip' }), response)
    const reader = answer.body?.getReader()
    const parts: Buffer[] = []
    const flushedZip = 10 // bytes of gzip's head, which alone say nothing
    while (Buffer.concat(parts).length <= flushedZip)
      parts.push(Buffer.from((await reader?.read())?.value ?? []))
    second.resolve()
    for (let part = await reader?.read(); part?.value; part = await reader?.read())
      parts.push(Buffer.from(part.value))
    expect(gunzipSync(Buffer.concat(parts)).toString()).toBe('firstsecond')
  })
})

describe('an answer stays as it is', () => {
  const br = { 'accept-encoding': 'br' }
  it.each(['cross-site', 'same-site'])('when a page of another site had it asked for (%s)', (site) => {
    expect(encodingOf(asking({ ...br, 'sec-fetch-site': site }))).toBe(null)
  })

  it.each(['same-origin', 'none'])('but not when ours or the person did (%s)', (site) => {
    expect(encodingOf(asking({ ...br, 'sec-fetch-site': site }))).toBe('br')
  })

  it('to a form, of a part, small, packed by nature, or compressed already', () => {
    expect(encodingOf(asking(br, 'POST'))).toBe(null)
    expect(encodingOf(asking(br), page({}, 206))).toBe(null)
    expect(encodingOf(asking(br), page({ 'content-length': '100' }))).toBe(null)
    for (const type of ['video/mp4', 'application/pdf', 'text/event-stream'])
      expect(encodingOf(asking(br), page({ 'content-type': type }))).toBe(null)
    expect(encodingOf(asking(br), page({ 'content-encoding': 'gzip' }))).toBe('gzip')
  })

  it('without a body', () => {
    expect(encodingOf(asking(br), new Response(null, { headers: { 'content-type': 'text/html' } }))).toBe(
      null,
    )
  })
})
