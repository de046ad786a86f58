import { connect } from 'node:net'
import { randomBytes } from 'node:crypto'
import { protocolVersion } from '#contract/protocol.ts'

// A process of its own: node strangers.ts PORT SOCKETS PACKETS. Opens sockets without any credential and sends
// CONNECT packets over each as fast as they are taken; a socket that is closed is opened anew. Ends when all are
// handed over, after 10 s at the soonest and 60 s at the latest, and prints how many were.

const [port = 0, sockets = 0, packets = 0] = process.argv.slice(2).map(Number)
const shortestMs = 10_000
const longestMs = 60_000
const packet = frame(`40{"protocol":${protocolVersion},"clientId":"flood"}`)
const perWrite = 1000
const burst = Buffer.concat(Array.from({ length: perWrite }, () => packet))
const startedAtMs = Date.now()
let sent = 0
let opened = 0

/** A text frame as a browser sends it, under a mask of zeros. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

function isOver(): boolean {
  const lastedMs = Date.now() - startedAtMs
  return lastedMs >= longestMs || (sent >= packets && lastedMs >= shortestMs)
}

function flood(onEnd: () => void): void {
  if (isOver()) return onEnd()
  opened++
  const socket = connect(port, '127.0.0.1')
  const pump = (): void => {
    if (isOver()) return void socket.end(() => socket.destroy())
    socket.write(burst, (error) => {
      if (error) return void socket.destroy()
      sent += perWrite
      pump()
    })
  }
  socket.on('data', () => undefined)
  socket.on('error', () => undefined) // its close follows
  socket.once('close', () => setImmediate(flood, onEnd))
  socket.once('data', pump)
  const lines = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', `host: 127.0.0.1:${port}`]
  lines.push('upgrade: websocket', 'connection: upgrade', 'sec-websocket-version: 13')
  lines.push(`sec-websocket-key: ${randomBytes(16).toString('base64')}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
}

await Promise.all(Array.from({ length: sockets }, () => new Promise<void>((resolve) => flood(resolve))))
console.log(JSON.stringify({ sent, opened, seconds: (Date.now() - startedAtMs) / 1000 }))
process.exit(0) // what the platform has not closed yet
