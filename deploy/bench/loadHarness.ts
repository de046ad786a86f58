import { observer } from 'mediasoup'
import type { Consumer, WebRtcTransport, Worker } from 'mediasoup/types'
import { MeetingId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { standardSfuConfig } from '#sfu/config.ts'
import { MediasoupEngine } from '#sfu/mediasoup/mediasoupEngine.ts'
import { foundBySetup } from '../config.ts'
import { LoadClient } from './loadClient.ts'

/** Counters of one consumer or transport, and the worker's time of each reading in milliseconds. */
interface Reading {
  atMs: number
  packets: number
  /** Bytes on the wire beyond the RTP itself: the cipher's tag, and a little RTCP, STUN and DTLS. */
  extraBytes: number
}

/** What a worker has forwarded so far, by consumer and transport. */
export type Readings = ReadonlyMap<string, Reading>

/** Forwarded packets and extra bytes per second between two readings. */
export function ratesOf(before: Readings, after: Readings): { packets: number; extraBytes: number } {
  const rates = { packets: 0, extraBytes: 0 }
  for (const [id, last] of after) {
    const first = before.get(id)
    if (!first || last.atMs <= first.atMs) continue
    const seconds = (last.atMs - first.atMs) / 1000
    rates.packets += (last.packets - first.packets) / seconds
    rates.extraBytes += (last.extraBytes - first.extraBytes) / seconds
  }
  return rates
}

/** The product's media engine with one worker on loopback, a load client beside it, and a view into the worker. */
export interface LoadHarness {
  engine: MediasoupEngine
  roomId: MeetingId
  workerPid: number
  load: LoadClient
  /** Reads the worker's counters: costs it some milliseconds for hundreds of consumers. */
  forwarded(): Promise<Readings>
  close(): Promise<void>
}

/** Starts it; one at a time in a process. */
export async function startLoadHarness(): Promise<LoadHarness> {
  const seen = watchWorkers()
  const engine = await MediasoupEngine.start(
    {
      ...standardSfuConfig,
      workers: 1,
      mediaPort: 0,
      listenAddress: '127.0.0.1',
      announcedAddress: '127.0.0.1',
      workerBin: foundBySetup().mediasoupWorker ?? null,
    },
    silentLog,
  )
  const roomId = MeetingId.parse('bench')
  const load = new LoadClient(engine, roomId)
  return {
    engine,
    roomId,
    workerPid: engine.workers.alive[0]?.process.pid ?? 0,
    load,
    forwarded: () => seen.forwarded(),
    async close() {
      await load.close()
      await engine.close()
      seen.stop()
    },
  }
}

/** Finds the engine's transports and consumers by mediasoup's own observer: the engine does not hand them out. */
function watchWorkers(): { forwarded(): Promise<Readings>; stop(): void } {
  const transports = new Set<WebRtcTransport>()
  const consumers = new Set<Consumer>()
  const onWorker = (worker: Worker): void => {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => {
        if (transport.type !== 'webrtc') return
        const webRtc = transport as WebRtcTransport // by its type
        transports.add(webRtc)
        transport.observer.once('close', () => transports.delete(webRtc))
        transport.observer.on('newconsumer', (consumer) => {
          consumers.add(consumer)
          consumer.observer.once('close', () => consumers.delete(consumer))
        })
      })
    })
  }
  observer.on('newworker', onWorker)
  return {
    stop: () => observer.off('newworker', onWorker),
    async forwarded() {
      const readings = new Map<string, Reading>()
      const readConsumer = async (consumer: Consumer): Promise<void> => {
        for (const entry of await consumer.getStats()) {
          if (entry.type !== 'outbound-rtp') continue
          readings.set(consumer.id, { atMs: entry.timestamp, packets: entry.packetCount, extraBytes: 0 })
        }
      }
      const readTransport = async (transport: WebRtcTransport): Promise<void> => {
        for (const { timestamp, bytesSent, rtpBytesSent } of await transport.getStats()) {
          readings.set(transport.id, { atMs: timestamp, packets: 0, extraBytes: bytesSent - rtpBytesSent })
        }
      }
      await Promise.all([...[...consumers].map(readConsumer), ...[...transports].map(readTransport)])
      return readings
    },
  }
}
