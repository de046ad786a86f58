import type { IncomingMessage, ServerResponse } from 'node:http'
import { Gauge, type Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import type { ClientTrust } from '../../web/pages.ts'
import { shareBus, type BusSocket } from '../bus/busSocket.ts'
import type { NodeConfig } from '../config.ts'
import { openRunFolder, type RunFolder } from '../runFolder.ts'
import { pagesAddress, PagesKeeper } from './pagesKeeper.ts'
import { PagesProxy } from './pagesProxy.ts'
import type { Secrets } from '../secrets.ts'

const metricsTimeoutMs = 1_000

/**
 * The web role beside others: its pages run in a process of their own, on the same database and bus, so that no page is
 * rendered on the event loop that carries calls. Requests come in here and are handed on over a socket file.
 */
export class PagesApart {
  readonly #log: Log
  readonly #keeper: PagesKeeper
  readonly #config: NodeConfig
  #bus: Bus | null = null
  #proxy: PagesProxy | null = null
  #folder: RunFolder | null = null
  #socket: BusSocket | null = null

  /** Begins: the process loads its code while the database is being opened. */
  constructor(config: NodeConfig, log: Log) {
    this.#config = config
    this.#log = log
    this.#keeper = new PagesKeeper(log)
  }

  /** Opens them; resolves once they answer. @throws Error when they cannot be opened */
  async open(parts: { secrets: Secrets; databaseUrl: string; bus: Bus; trust: ClientTrust }): Promise<void> {
    const { secrets, databaseUrl, bus, trust } = parts
    this.#bus = bus
    const folder = await openRunFolder(this.#config.DATA_DIR)
    this.#folder = folder
    // With a Redis both are on it.
    if (!this.#config.REDIS_URL) this.#socket = await shareBus(bus, folder.bus, this.#log)
    this.#proxy = new PagesProxy({ path: folder.pages, isReady: () => this.isReady(), trust, log: this.#log })
    const setup = { config: this.#config, secrets, databaseUrl, busPath: folder.bus, httpPath: folder.pages }
    await this.#keeper.open(setup)
  }

  /** Answers a request for a page; 503 while there is none. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    if (!this.#proxy) throw new Error('The pages are not opened')
    this.#proxy.handle(req, res)
  }

  /** Whether pages are answered now. */
  isReady(): boolean {
    return this.#keeper.isReady()
  }

  /** Lets the registry tell whether there are pages. */
  count(registry: Registry): void {
    const up: Gauge = new Gauge({
      name: 'diemcau_pages_up',
      help: 'Whether the process of the pages answers',
      registers: [registry],
      collect: () => up.set(this.isReady() ? 1 : 0),
    })
  }

  /** What the process tells of itself, as Prometheus text; nothing while it is away. */
  async metrics(): Promise<string> {
    if (!this.#bus || !this.isReady()) return ''
    try {
      const address = pagesAddress(this.#config.NODE_ID)
      const text = await this.#bus.request(address, 'metrics', {}, { timeoutMs: metricsTimeoutMs })
      return typeof text === 'string' ? text : ''
    } catch (error) {
      this.#log.warn('pagesNotMeasured', { code: error instanceof AppError ? error.code : 'internal' })
      return ''
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#keeper.close()
    await this.#socket?.close()
    await this.#folder?.close()
  }
}
