import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '#contract/log.ts'
import type { ClientTrust } from '../../web/pages.ts'
import { PagesProxy } from './pagesProxy.ts'

let folder: string
let path: string
let front: Server
let url: string
let isReady: boolean
let trust: ClientTrust
let pages: Server | null = null

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diem-cau-proxy-'))
  chmodSync(folder, 0o700)
  path = join(folder, 'pages.sock')
  isReady = true
  trust = { trustsProxy: false }
  let proxy: PagesProxy | null = null
  front = createServer((req, res) => {
    proxy ??= new PagesProxy({ path, isReady: () => isReady, trust, log: silentLog })
    res.setHeader('x-content-type-options', 'nosniff')
    proxy.handle(req, res)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const address = front.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  url = `http://127.0.0.1:${address.port}`
})

afterEach(async () => {
  await ended(front)
  await endPages()
  rmSync(folder, { recursive: true, force: true })
})

/** Stands where the pages' process does, on its socket file. */
async function answering(listener: RequestListener): Promise<void> {
  const server = createServer({ keepAliveTimeout: 0 }, listener)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  pages = server
}

async function endPages(): Promise<void> {
  if (pages) await ended(pages)
  pages = null
}

function ended(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** What the pages were sent, in full. */
async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req) text += String(chunk)
  return text
}

describe('requests for pages', () => {
  it('come through with their bodies, and answers with status, headers and several cookies', async () => {
    await answering((req, res) => {
      void bodyOf(req).then((body) => {
        res.writeHead(303, [
          ...['location', '/meetings', 'set-cookie', 'a=1; HttpOnly', 'set-cookie', 'b=2; HttpOnly'],
          ...['x-method', String(req.method), 'x-url', String(req.url)],
        ])
        res.end(`${body.length} ${body.slice(0, 12)}`)
      })
    })
    const body = `tên=Điểm Cầu&${'x'.repeat(3_000_000)}`
    const answer = await fetch(`${url}/a%20b?c=%E1%BB%83`, { method: 'POST', body, redirect: 'manual' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/meetings')
    expect(answer.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2; HttpOnly'])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect([answer.headers.get('x-method'), answer.headers.get('x-url')]).toEqual([
      'POST',
      '/a%20b?c=%E1%BB%83',
    ])
    expect(await answer.text()).toBe(`${body.length} ${body.slice(0, 12)}`)
  })

  it('of unknown length come through as such, whatever the method, and nothing of them passes for a request', async () => {
    const seen: string[] = []
    await answering((req, res) => {
      void bodyOf(req).then((body) => {
        seen.push(`${req.method} ${req.url} ${body}`)
        res.end('ok')
      })
    })
    const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n'
    for (const method of ['DELETE', 'POST'])
      expect(
        await raw(
          `${method} / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
        ),
      ).toContain(' 200 OK')
    expect(await (await fetch(`${url}/after`)).text()).toBe('ok')
    expect(seen).toEqual([`DELETE / ${smuggled}`, `POST / ${smuggled}`, 'GET /after '])
  })

  it('keep the length that they say, though they name it a header of the connection', async () => {
    const seen: string[] = []
    await answering((req, res) => {
      void bodyOf(req).then((body) => {
        seen.push(`${req.method} ${req.url} ${body}`)
        res.end('ok')
      })
    })
    const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\nx-pages-address: 203.0.113.7\r\n\r\n'
    for (const method of ['GET', 'DELETE', 'POST'])
      expect(
        await raw(
          `${method} / HTTP/1.1\r\nhost: x\r\nconnection: close, content-length\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`,
        ),
      ).toContain(' 200 OK')
    expect(await (await fetch(`${url}/after`)).text()).toBe('ok')
    expect(seen).toEqual([`GET / ${smuggled}`, `DELETE / ${smuggled}`, `POST / ${smuggled}`, 'GET /after '])
  })

  it('that are answered before their bodies are read leave the connection fit for the next', async () => {
    await answering((req, res) => {
      if (req.method === 'GET') return res.end('next')
      res.writeHead(413)
      res.end('too large')
    })
    const size = 30_000_000
    const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`
    const answers = await raw(`${post}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect(answers).toMatch(/^HTTP\/1.1 413 [^]*too large[^]*HTTP\/1.1 200 [^]*next/)
  })

  it('bear who asks as we saw it; what a client says of itself under those names is dropped', async () => {
    await answering((req, res) => res.end(JSON.stringify(req.headersDistinct)))
    const forged = {
      'x-pages-address': '203.0.113.7',
      'X-Pages-Protocol': 'https',
      'x-pages-host': 'evil.example',
    }
    const others = { 'x-pages-other': '1', 'x-kept': 'yes', 'x-forwarded-for': '203.0.113.8' }
    const answer = await fetch(url, { headers: { ...forged, ...others } })
    const seen = JSON.parse(await answer.text()) as Record<string, string[]>
    expect(seen['x-pages-address']).toEqual(['127.0.0.1'])
    expect(seen['x-pages-protocol']).toEqual(['http'])
    expect(seen['x-pages-host']).toEqual([new URL(url).host])
    expect([seen['x-pages-other'], seen['x-kept']]).toEqual([undefined, ['yes']])
  })

  it('leave headers of the connection behind, also those that it names itself', async () => {
    await answering((req, res) => res.end(JSON.stringify(req.headers)))
    const answer = await raw(
      'GET / HTTP/1.1\r\nhost: x\r\nconnection: close, x-secret\r\nx-secret: 1\r\nkeep-alive: 9\r\nte: trailers\r\nx-kept: 2\r\n\r\n',
    )
    expect(answer).toContain('"x-kept":"2"')
    for (const name of ['x-secret', 'keep-alive":"9', '"te"']) expect(answer).not.toContain(name)
  })

  it('for a part of a recording are answered with that part, and a HEAD with no body', async () => {
    await answering((req, res) => {
      res.writeHead(206, {
        'content-range': `bytes 1-3/9`,
        'content-length': 3,
        'x-range': String(req.headers.range),
      })
      res.end(req.method === 'HEAD' ? undefined : 'bcd')
    })
    const answer = await fetch(url, { headers: { range: 'bytes=1-3' } })
    expect([answer.status, await answer.text()]).toEqual([206, 'bcd'])
    expect(answer.headers.get('x-range')).toBe('bytes=1-3')
    const head = await fetch(url, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['3', ''])
  })

  it('are answered as the answer comes, and no faster than it is read', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    let written = 0
    let finish = (): void => undefined
    await answering((_req, res) => {
      res.write('first')
      finish = () => {
        const more = (): void => {
          while (written < 64) {
            written++
            if (!res.write(megabyte)) return void res.once('drain', more)
          }
          res.end()
        }
        more()
      }
    })
    const answer = await new Promise<IncomingMessage>((resolve) => request(url, resolve).end())
    const first = await new Promise((resolve) =>
      answer.once('data', (chunk: Buffer) => resolve(String(chunk))),
    )
    expect(first).toBe('first')
    answer.pause()
    finish()
    await vi.waitFor(() => expect(written).toBeGreaterThan(0))
    await new Promise((resolve) => setTimeout(resolve, 300)) // as long as nobody reads, nothing but buffers fill
    expect(written).toBeLessThan(32)
    let read = 0
    answer.on('data', (chunk: Buffer) => (read += chunk.length))
    answer.resume()
    await new Promise((resolve) => answer.once('end', resolve))
    expect(read).toBe(64 * megabyte.length)
  })

  it('of one address are not all that is answered', async () => {
    trust = { trustsProxy: true }
    await answering((req, res) => {
      if (req.url === '/') res.end('ok')
    })
    const sockets = Array.from({ length: 1_001 }, () =>
      connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined),
    )
    const answered = Promise.withResolvers<string>()
    for (const socket of sockets) {
      socket.write('GET /slow HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.7\r\n\r\n')
      socket.once('data', (chunk: Buffer) => answered.resolve(chunk.toString()))
    }
    expect(await answered.promise).toContain(' 503 ')
    const from = async (address: string) =>
      (await fetch(url, { headers: { 'x-forwarded-for': address } })).status
    expect([await from('203.0.113.7'), await from('203.0.113.8')]).toEqual([503, 200])
    for (const socket of sockets) socket.destroy()
    await vi.waitFor(async () => expect(await from('203.0.113.7')).toBe(200))
  })

  it('of a client who goes away end at the pages too', async () => {
    const gone = Promise.withResolvers<void>()
    const came = Promise.withResolvers<void>()
    await answering((_req, res) => {
      res.once('close', () => gone.resolve())
      came.resolve()
    })
    const leaving = new AbortController()
    const asked = fetch(url, { signal: leaving.signal }).catch(() => undefined)
    await came.promise
    leaving.abort()
    await gone.promise
    await asked
  })
})

describe('while the pages are away', () => {
  it('a person gets a small page in their language that tries again by itself, and is told when', async () => {
    isReady = false
    const answer = await fetch(`${url}/meetings`, { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    expect(text).toContain('lang="vi"')
    expect(text).toMatch(/http-equiv="refresh" content="\d+"/)
    const english = await fetch(url, { headers: { accept: 'text/html', cookie: 'theme=dark; locale=en' } })
    expect(await english.text()).toContain('lang="en"')
  })

  it('a form is not sent again by itself, and a program gets a code', async () => {
    isReady = false
    const form = await fetch(url, { method: 'POST', body: 'a=b', headers: { accept: 'text/html' } })
    expect([form.status, /http-equiv/.test(await form.text())]).toEqual([503, false])
    const program = await fetch(url, { headers: { accept: 'application/json' } })
    expect([program.status, await program.json()]).toEqual([503, { error: { code: 'node_closing' } }])
  })

  it('or have just died, the same is said; and an answer that broke off is broken off', async () => {
    expect((await fetch(url)).status).toBe(503) // nobody there yet, though they should be
    await answering((req, res) => {
      if (req.url === '/half') {
        res.writeHead(200, { 'content-length': 100 })
        res.write('half')
      }
      setTimeout(() => pages?.closeAllConnections(), 20)
    })
    expect((await fetch(url)).status).toBe(503)
    await expect(fetch(`${url}/half`).then((answer) => answer.text())).rejects.toThrow()
    await endPages()
    rmSync(path, { force: true })
    await answering((_req, res) => res.end('back'))
    expect(await (await fetch(url)).text()).toBe('back')
  })
})

/** One request as bytes, and all that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.once('close', () => resolve(answer))
    socket.once('error', reject)
  })
}
