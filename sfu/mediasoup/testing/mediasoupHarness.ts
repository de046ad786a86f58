import { existsSync, readFileSync } from 'node:fs'
import { silentLog } from '#contract/log.ts'
import { standardSfuConfig, type SfuConfig } from '../../config.ts'
import type { MediaEngine } from '../../engine.ts'
import type { EngineHarness } from '../../engine.conformance.ts'
import { TestPeer } from './peer.ts'

/** The worker that the set-up made for this checkout. For tests only. */
function workerBin(): string | null {
  if (process.env.MEDIASOUP_WORKER_BIN) return process.env.MEDIASOUP_WORKER_BIN
  const path = new URL('../../../.cache/setup.json', import.meta.url)
  if (!existsSync(path)) return null
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const isObject = typeof found === 'object' && found !== null && 'mediasoupWorker' in found
  return isObject && typeof found.mediasoupWorker === 'string' ? found.mediasoupWorker : null
}

/** Free ports on loopback; rooms spread over both workers at once, so that pipes are always in play. */
export function newSfuConfig(changes: Partial<SfuConfig> = {}): SfuConfig {
  return {
    ...standardSfuConfig,
    mediaPort: 0,
    listenAddress: '127.0.0.1',
    spreadAfterConsumers: 0,
    workerBin: workerBin(),
    ...changes,
  }
}

export const testLog = silentLog

/** Real peers around an engine that runs mediasoup, here or behind the bus. */
export function newMediasoupHarness(engine: MediaEngine, close: () => Promise<void>): EngineHarness {
  return {
    engine,
    close,
    async join(roomId, participantId, grant, options) {
      const peer = await TestPeer.join(engine, roomId, participantId, grant, options)
      return {
        publish: (source, trackId) => peer.publish(source, { trackId }),
        unpublish: (trackId) => peer.negotiate({ type: 'unpublish', trackId }),
        negotiate: (message) =>
          engine.negotiate(roomId, participantId, { ticketId: peer.ticket.ticketId, ...message }),
        packetsOf: (from, source) => peer.packetsOf(from, source),
        close: () => peer.close(),
      }
    },
  }
}
