import { createServer, request } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { startHttp, type HttpServer } from './http.ts'

const open: (HttpServer | Server)[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A node whose pages' sockets live elsewhere. */
async function front(homeUrl: string): Promise<number> {
  const http = await startHttp(
    {
      web: null,
      signalling: null,
      media: null,
      homeOf: () => Promise.resolve({ nodeId: 'home', url: homeUrl }),
      homeOfConnection: () => Promise.resolve({ nodeId: 'home', url: homeUrl }),
      readiness: () => Promise.resolve({}),
      metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
      metricsToken: undefined,
      log: silentLog,
    },
    '127.0.0.1',
    0,
  )
  open.push(http)
  return http.port
}

async function listening<T extends Server>(server: T, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  open.push(server)
  return (server.address() as AddressInfo).port // a TCP server's address is never a string
}

/** Asks for a socket; the first line of the answer, '' when the connection just closes. */
function upgrade(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'GET /socket.io/?EIO=4 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      ),
    )
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString().split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.once('close', () => resolve(''))
    socket.once('error', reject)
  })
}

describe('a socket whose home is another node', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('is handed on to %s', async (host, inUrl) => {
    const home = createServer()
    home.on('upgrade', (_req, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
    const port = await listening(home, host)
    expect(await upgrade(await front(`http://${inUrl}:${port}`))).toBe('HTTP/1.1 101 Switching Protocols')
  })

  it('is told that the node is gone when nobody answers there', async () => {
    const gone = createTcpServer()
    const port = await listening(gone, '127.0.0.1')
    await new Promise((resolve) => gone.close(resolve))
    expect(await upgrade(await front(`http://127.0.0.1:${port}`))).toBe('HTTP/1.1 503 node_closing')
  })
})

describe('a poll whose home is another node', () => {
  const poll = (port: number, query: string, body?: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling${query}`, {
      ...(body === undefined ? {} : { method: 'POST', body }),
      headers: { cookie: 'who=an', 'x-diem-cau-forwarded': 'by-me' },
    })

  it('is handed on with its body and cookies, and its answer comes back', async () => {
    const home = createServer((req, res) => {
      let body = ''
      req.on('data', (chunk: Buffer) => (body += String(chunk)))
      req.on('end', () => {
        const { cookie, 'x-diem-cau-forwarded': forwarded } = req.headers
        res.end([req.method, req.url, cookie, forwarded, body].join(' '))
      })
    })
    const port = await front(`http://127.0.0.1:${await listening(home, '127.0.0.1')}`)
    const asked = '/socket.io/?EIO=4&transport=polling'
    expect(await (await poll(port, '')).text()).toBe(`GET ${asked} who=an 1 `)
    expect(await (await poll(port, '&sid=x.y', '40{}')).text()).toBe(`POST ${asked}&sid=x.y who=an 1 40{}`)
  })

  it('is told that the node is gone when nobody answers there, and that its hint is none', async () => {
    const gone = createTcpServer()
    const port = await listening(gone, '127.0.0.1')
    await new Promise((resolve) => gone.close(resolve))
    const answer = await poll(await front(`http://127.0.0.1:${port}`), '')
    expect([answer.status, await answer.json()]).toEqual([503, { error: { code: 'node_closing' } }])
    expect((await poll(await front('http://127.0.0.1:1'), '&at=elsewhere')).status).toBe(400)
  })

  it('that only leads to the path of sockets is told that there is nothing: nobody there would answer it', async () => {
    const port = await front(`http://127.0.0.1:${await listening(createServer(), '127.0.0.1')}`)
    for (const path of ['/x/../socket.io/?EIO=4', '//x/socket.io/?EIO=4', 'http://x/socket.io/?EIO=4']) {
      const status = await new Promise((resolve, reject) => {
        const asked = request({ port, path, signal: AbortSignal.timeout(5_000) }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on('error', reject).end()
      })
      expect(status).toBe(404)
    }
  })
})
