import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import type { Log } from '#contract/log.ts'
import {
  decodeTapJson,
  TapFrameReader,
  tapFrameTypes,
  TapHello,
  type TapFrame,
  type TapTicket,
} from '#contract/capture.ts'

export interface TapServerOptions {
  host: string
  port: number
  announcedHost: string | null
  log: Log
}

/** A recorder's connection after its token was found good. */
export interface RecorderLine {
  socket: Socket
  /** Calls back with each further frame; frames that came with the hello too. */
  onFrame(listener: (frame: TapFrame) => void): void
}

interface Awaited {
  digest: Buffer
  accept: (connection: RecorderLine) => void
  timer: NodeJS.Timeout
}

const tokenLifetimeMs = 30_000
const helloTimeoutMs = 5_000
/** Sockets that have not shown a token yet; more are refused. */
const maxStrangers = 32

/**
 * Where recorders connect: one TCP port of the media node, opened by a token that is good once. What flows is not
 * encrypted: with recorders on other machines it belongs on an internal network.
 */
export class TapServer {
  readonly #options: TapServerOptions
  readonly #server: Server
  readonly #awaited = new Set<Awaited>()
  readonly #sockets = new Set<Socket>()
  #strangers = 0
  #port = 0

  private constructor(options: TapServerOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true }, (socket) => this.#greet(socket))
  }

  static async start(options: TapServerOptions): Promise<TapServer> {
    const started = new TapServer(options)
    await new Promise<void>((resolve, reject) => {
      started.#server.once('error', reject)
      started.#server.listen(options.port, options.host, resolve)
    })
    const address = started.#server.address()
    started.#port = typeof address === 'object' && address ? address.port : options.port
    return started
  }

  /** Expects one connection with a new token, for 30 s; `cancel` forgets it. */
  expect(accept: (connection: RecorderLine) => void): { ticket: TapTicket; cancel: () => void } {
    const token = randomBytes(32).toString('base64url')
    const awaited: Awaited = {
      digest: digestOf(token),
      accept,
      timer: setTimeout(() => this.#awaited.delete(awaited), tokenLifetimeMs),
    }
    this.#awaited.add(awaited)
    return {
      ticket: {
        way: 'tap',
        host: this.#options.announcedHost ?? this.#options.host,
        port: this.#port,
        token,
      },
      cancel: () => this.#forget(awaited),
    }
  }

  async close(): Promise<void> {
    for (const awaited of [...this.#awaited]) this.#forget(awaited)
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #greet(socket: Socket): void {
    if (this.#strangers >= maxStrangers) return void socket.destroy()
    this.#strangers++
    this.#sockets.add(socket)
    socket.on('error', (error) => this.#options.log.warn('tapSocketFailed', { error: error.message }))
    socket.once('close', () => this.#sockets.delete(socket))
    const reader = new TapFrameReader()
    const timer = setTimeout(() => socket.destroy(), helloTimeoutMs)
    let onFrame: ((frame: TapFrame) => void) | null = null
    let isKnown = false
    const early: TapFrame[] = []
    const settle = (): void => {
      if (isKnown) return
      isKnown = true
      this.#strangers--
      clearTimeout(timer)
    }
    socket.once('close', settle)
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const frame of reader.push(bytes)) {
          if (onFrame) onFrame(frame)
          else if (isKnown) early.push(frame)
          else {
            const awaited = this.#recognise(frame)
            settle()
            awaited.accept({
              socket,
              onFrame: (listener) => {
                onFrame = listener
                for (const frame of early.splice(0)) listener(frame)
              },
            })
          }
        }
      } catch (error) {
        this.#options.log.warn('tapRefused', { error: error instanceof Error ? error.name : 'unknown' })
        socket.destroy()
      }
    })
  }

  #recognise(frame: TapFrame): Awaited {
    if (frame.type !== tapFrameTypes.hello) throw new RangeError('Not a hello')
    const digest = digestOf(decodeTapJson(TapHello, frame.body).token)
    const found = [...this.#awaited].find((awaited) => timingSafeEqual(awaited.digest, digest))
    if (!found) throw new RangeError('Unknown token')
    this.#forget(found)
    return found
  }

  #forget(awaited: Awaited): void {
    clearTimeout(awaited.timer)
    this.#awaited.delete(awaited)
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
