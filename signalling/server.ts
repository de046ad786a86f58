import type { IncomingMessage, Server as HttpServer } from 'node:http'
import type { Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import { SettingHistory, type SettingsReader } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import type { MediaEngine } from '#sfu/engine.ts'
import { Directory } from './directory.ts'
import { Gateway } from './gateway.ts'
import type { Principals } from './identity.ts'
import { signallingMetrics } from './metrics.ts'
import { defaultSettings, type SignallingSettings } from './settings.ts'
import { storesOf, type Stores } from './stores.ts'

/** What signalling needs; `stores` in place of `database` runs it in memory. */
export type SignallingOptions = {
  nodeId: NodeId
  bus: Bus
  engine: MediaEngine
  principals: Principals
  /** Where a connection comes from; the socket's other end unless a proxy is trusted. */
  addressOf?: (request: IncomingMessage) => string
  log: Log
  metrics: Registry
  settings?: Partial<SignallingSettings>
  /** What the city has settled; without it the standard applies. */
  rules?: SettingsReader
} & ({ database: Database } | { stores: Stores })

/** A running signalling node. */
export interface SignallingServer {
  /** Takes the upgrades and polls of `/socket.io` of an HTTP server; once. */
  attach(server: HttpServer): void
  /**
   * Ends a call that is open, when nobody is in it or looks at it. Whether it did.
   * @throws AppError wrong_node when it lives elsewhere, not_found, storage_unavailable
   */
  endIfEmpty(meetingId: MeetingId): Promise<boolean>
  /** For the node's heartbeat: calls go where it is least. */
  load(): number
  isReady(): boolean
  /** Hands every call over in good order: pages are told `node_closing`, what waits is stored, leases are given back. */
  close(): Promise<void>
}

/**
 * Starts signalling. The node's heartbeat is its process's affair (`#db/nodes.ts`): without it no other node finds
 * this one.
 */
export async function startSignalling(options: SignallingOptions): Promise<SignallingServer> {
  const { nodeId, bus, engine, principals, log, metrics: registry } = options
  const settings = { ...defaultSettings, ...options.settings }
  const stores = 'stores' in options ? options.stores : storesOf(options.database)
  let isClosing = false
  const metrics = signallingMetrics(registry, {
    meetings: () => directory.size,
    sockets: () => gateway.size,
  })
  const gateway: Gateway = new Gateway({
    nodeId,
    directory: () => directory,
    principals,
    audit: stores.audit,
    addressOf: options.addressOf ?? (({ socket }) => socket.remoteAddress ?? 'unknown'),
    bus,
    settings,
    metrics: () => metrics,
    log,
  })
  const directory: Directory = new Directory({
    nodeId,
    stores,
    engine,
    bus,
    audienceOf: (meetingId) => gateway.audienceOf(meetingId),
    settings,
    rules: options.rules ?? { history: () => Promise.resolve(new SettingHistory([])) },
    metrics,
    log,
  })
  await directory.start()
  await gateway.start()
  const close = async (): Promise<void> => {
    isClosing = true
    gateway.beginClosing()
    await directory.close()
    await gateway.close()
  }
  let closing: Promise<void> | undefined
  return {
    attach: (server) => gateway.attach(server),
    endIfEmpty: async (meetingId) => (await directory.open(meetingId)).ending.endIfEmpty(),
    load: () => directory.size + gateway.size / 20,
    isReady: () => !isClosing && bus.isReady(),
    close: () => (closing ??= close()),
  }
}
