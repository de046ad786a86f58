import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** What an office's proxy makes of a WebSocket: silence, a refusal, the 101 and then silence, or what it should. */
export type SocketManners = 'hangs' | 'forbids' | 'mutes' | 'passes'

/** A proxy that understands HTTP and looks into it, between a browser and the platform. */
export interface OfficeProxy {
  url: string
  sockets: SocketManners
  /** Whether polls are answered. */
  passesPolls: boolean
  /** Ends the connections that run. */
  cut(): void
  close(): Promise<void>
}

/** Listens on a free port for what is meant for `port` of this machine. */
export async function startOfficeProxy(port: number, sockets: SocketManners): Promise<OfficeProxy> {
  const held = new Set<{ destroy(): unknown }>()
  const hold = (stream: Duplex): void => {
    if (held.has(stream)) return
    held.add(stream)
    stream.once('close', () => held.delete(stream))
    stream.on('error', () => stream.destroy())
  }
  const server = createServer((req, res) => {
    hold(req.socket)
    if (!proxy.passesPolls && req.url?.startsWith('/socket.io/')) return
    handOn(port, req, res)
  })
  server.on('upgrade', (req: IncomingMessage, near: Duplex, head: Buffer) => {
    hold(near)
    if (proxy.sockets === 'hangs') return
    if (proxy.sockets === 'forbids')
      return void near.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    const far = connect(port, '127.0.0.1')
    hold(far)
    far.once('close', () => near.destroy())
    near.once('close', () => far.destroy())
    far.write(`${req.method} ${req.url} HTTP/1.1\r\n${headerLines(req)}\r\n`)
    far.write(head)
    near.pipe(far)
    if (proxy.sockets === 'passes') return void far.pipe(near)
    let answer = ''
    far.on('data', (chunk: Buffer) => {
      if (answer.includes('\r\n\r\n')) return
      answer += chunk.toString('latin1')
      const end = answer.indexOf('\r\n\r\n')
      if (end >= 0) near.write(answer.slice(0, end + 4), 'latin1')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const stream of held) stream.destroy()
  }
  const proxy: OfficeProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address is never a string
    sockets,
    passesPolls: true,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
  return proxy
}

function handOn(port: number, req: IncomingMessage, res: ServerResponse): void {
  const { method, url: path } = req
  const far = request({ host: '127.0.0.1', port, method, path, headers: req.headers }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.on('error', () => res.destroy())
    answer.pipe(res)
  })
  far.on('error', () => res.destroy())
  res.once('close', () => far.destroy())
  req.pipe(far)
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = ''
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`
  return lines
}
