import { connect, createServer, type Socket } from 'node:net'

/** A wire to the platform that a test can cut, or turn to another node as a load balancer does. */
export interface Relay {
  url: string
  /** Ends what runs and refuses what comes. */
  cut(): void
  mend(): void
  /** Keeps all that comes, as a server that is too busy to answer; `release` hands it over. */
  hold(): void
  release(): void
  /** Carries nothing more of what runs and tells nobody, as a network that was left; what comes is carried. */
  swallow(): void
  /** What comes from now on goes to another port; what runs goes on. */
  turn(port: number): void
  close(): Promise<void>
}

/** Listens on a free port and passes everything on to `firstPort` of this machine. */
export async function startRelay(firstPort: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let isCut = false
  let isHeld = false
  let port = firstPort
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
      if (isHeld) one.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const end = () => sockets.forEach((socket) => socket.destroy())
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true
      end()
    },
    swallow() {
      for (const socket of sockets) socket.unpipe().on('data', () => undefined)
    },
    hold() {
      isHeld = true
      for (const socket of sockets) socket.pause()
    },
    release() {
      isHeld = false
      for (const socket of sockets) socket.resume()
    },
    mend() {
      isCut = false
    },
    turn(other) {
      port = other
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        end()
      }),
  }
}
