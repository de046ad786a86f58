import { createServer } from 'node:net'
import { createSocket } from 'node:dgram'
import { createWorker } from 'mediasoup'
import type { TransportListenInfo, WebRtcServer, Worker, WorkerLogTag } from 'mediasoup/types'
import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import { announcedAddresses } from './announce.ts'

export interface MediaWorkersOptions {
  count: number
  mediaPort: number
  listenAddress: string
  announcedAddress: string | null
  workerBin: string | null
  log: Log
}

/** One worker process and the socket pair that it listens on. Dies once; another object takes over its index. */
export class MediaWorker {
  readonly index: number
  readonly process: Worker
  readonly server: WebRtcServer
  /** Tracks that it forwards now; kept by those who make and close consumers. */
  consumers = 0
  /** Participants and recorders that are, or are about to be, on it. */
  #holds = 0

  constructor(index: number, process: Worker, server: WebRtcServer) {
    this.index = index
    this.process = process
    this.server = server
  }

  get isAlive(): boolean {
    return !this.process.closed
  }

  /** What choosing goes by: every participant counts, and every track forwarded. */
  get load(): number {
    return this.consumers + this.#holds
  }

  /** Counts one participant until the returned function is called. */
  hold(): () => void {
    this.#holds++
    let isHeld = true
    return () => {
      if (isHeld) this.#holds--
      isHeld = false
    }
  }
}

/** What workers tell; of packets, anybody's too, only while they are few (see WorkerWarnings). */
const packetTags: WorkerLogTag[] = ['ice', 'dtls', 'rtp', 'srtp', 'rtcp']

const respawnDelaysMs = [0, 50, 100, 200, 400, 800, 1600, 3000]
const portTries = 20
/** The workers of a process that was killed leave their ports a moment after it. */
const startDelaysMs = [100, 200, 400, 800]

/**
 * The pool of workers: one UDP and one TCP port each, consecutive from `mediaPort`. (Workers are processes and
 * cannot share a port: packets of one participant must reach the one that has the keys.) A worker that dies is
 * replaced at once on the same port.
 */
export class MediaWorkers {
  readonly #options: MediaWorkersOptions
  readonly #ports: number[] = []
  readonly #workers: (MediaWorker | undefined)[] = []
  readonly #listeners = new Set<(dead: MediaWorker) => void>()
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  private constructor(options: MediaWorkersOptions) {
    this.#options = options
  }

  /** Starts every worker. Throws AppError `media_unavailable` when one cannot start or a port is taken. */
  static async start(options: MediaWorkersOptions): Promise<MediaWorkers> {
    const pool = new MediaWorkers(options)
    try {
      for (let index = 0; index < options.count; index++) await pool.#startPatiently(index)
    } catch (error) {
      await pool.close()
      throw new AppError('media_unavailable', `No media worker on ${pool.#portOf(0)}: ${String(error)}`, {
        cause: error,
      })
    }
    return pool
  }

  get alive(): MediaWorker[] {
    return this.#workers.flatMap((worker) => (worker?.isAlive ? [worker] : []))
  }

  /** The ports of the workers, by index. */
  get ports(): readonly number[] {
    return this.#ports
  }

  /** Called with each worker that died, once, before its replacement listens. Returns the cleanup. */
  onDied(listener: (dead: MediaWorker) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * The worker with the least to do, but of those in `preferred` the least busy while its load is below
   * `spreadAfter`. Waits up to 5 s for one to be there. Throws AppError `media_unavailable`.
   */
  async choose(preferred: readonly MediaWorker[] = [], spreadAfter = 0): Promise<MediaWorker> {
    if (this.alive.length === 0) await this.#oneAlive()
    const least = leastBusy(this.alive)
    if (!least) throw new AppError('media_unavailable', 'No media worker is alive')
    const near = leastBusy(preferred.filter((worker) => worker.isAlive))
    return near && near.load < spreadAfter ? near : least
  }

  /** Whether the worker with this process id tells of packets that it does not take. */
  async tellOfPackets(pid: number, isTold: boolean): Promise<void> {
    const worker = this.alive.find(({ process }) => process.pid === pid)
    await worker?.process.updateSettings({ logTags: isTold ? ['info', ...packetTags] : ['info'] })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#listeners.clear()
    for (const resolve of this.#waiting) resolve()
    const workers = this.alive
    await Promise.all(
      workers.map(({ process }) => {
        const ended = new Promise<void>((resolve) => process.once('subprocessclose', resolve))
        process.close()
        return ended
      }),
    )
  }

  async #startPatiently(index: number): Promise<void> {
    for (const delayMs of startDelaysMs) {
      try {
        return await this.#startAt(index)
      } catch (error) {
        this.#options.log.warn('mediaWorkerStartFailed', { index, error: String(error) })
        await new Promise((resolve) => setTimeout(resolve, delayMs))
      }
    }
    return this.#startAt(index)
  }

  async #startAt(index: number): Promise<void> {
    const { mediaPort, workerBin, log } = this.#options
    const process = await createWorker({
      logLevel: 'warn',
      logTags: ['info', ...packetTags],
      ...(workerBin === null ? {} : { workerBin }),
    })
    try {
      const server = await this.#listen(process, index, mediaPort)
      const started = new MediaWorker(index, process, server)
      if (this.#isClosed) return process.close()
      this.#workers[index] = started
      process.once('died', (error) => this.#replace(started, error))
      log.info('mediaWorkerStarted', { index, pid: process.pid, port: this.#portOf(index) })
      for (const resolve of this.#waiting) resolve()
    } catch (error) {
      process.close()
      throw error
    }
  }

  async #listen(process: Worker, index: number, mediaPort: number): Promise<WebRtcServer> {
    const known = this.#ports[index]
    if (known !== undefined || mediaPort !== 0) {
      const port = known ?? mediaPort + index
      this.#ports[index] = port
      return process.createWebRtcServer({ listenInfos: this.#listenInfos(port) })
    }
    for (let attempt = 1; ; attempt++) {
      const port = await freePort(this.#options.listenAddress)
      try {
        const server = await process.createWebRtcServer({ listenInfos: this.#listenInfos(port) })
        this.#ports[index] = port
        return server
      } catch (error) {
        if (attempt === portTries) throw error // somebody else took it between the two: try the next
      }
    }
  }

  #listenInfos(port: number): TransportListenInfo[] {
    const { listenAddress: ip, announcedAddress } = this.#options
    const announced = announcedAddresses(ip, announcedAddress)[0] ?? ip
    return [
      {
        protocol: 'udp',
        ip,
        announcedAddress: announced,
        port,
        recvBufferSize: 4 << 20,
        sendBufferSize: 4 << 20,
      },
      { protocol: 'tcp', ip, announcedAddress: announced, port },
    ]
  }

  #portOf(index: number): number {
    return this.#ports[index] ?? this.#options.mediaPort + index
  }

  #replace(dead: MediaWorker, error: Error): void {
    const { log } = this.#options
    log.error('mediaWorkerDied', { index: dead.index, pid: dead.process.pid, error: error.message })
    this.#workers[dead.index] = undefined
    if (this.#isClosed) return
    detach(log, 'mediaWorkerNotReplaced', this.#respawn(dead.index))
    for (const listener of [...this.#listeners]) listener(dead)
  }

  async #respawn(index: number): Promise<void> {
    for (let attempt = 0; !this.#isClosed; attempt++) {
      const delayMs = respawnDelaysMs[Math.min(attempt, respawnDelaysMs.length - 1)] ?? 0
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
      try {
        return await this.#startAt(index)
      } catch (error) {
        this.#options.log.warn('mediaWorkerStartFailed', { index, attempt, error: String(error) })
      }
    }
  }

  async #oneAlive(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, 5000)
    this.#waiting.add(resolve)
    await promise
    this.#waiting.delete(resolve)
    clearTimeout(timer)
  }
}

function leastBusy(workers: readonly MediaWorker[]): MediaWorker | undefined {
  return workers.reduce<MediaWorker | undefined>(
    (best, worker) => (best === undefined || worker.load < best.load ? worker : best),
    undefined,
  )
}

/** A port that is free for UDP and TCP at this moment. */
async function freePort(address: string): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer()
      server.once('error', reject)
      server.listen(0, address, () => {
        const bound = server.address()
        server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : 0))
      })
    })
    const isFree = await new Promise<boolean>((resolve) => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
      socket.once('error', () => socket.close(() => resolve(false)))
      socket.bind(port, address, () => socket.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}
