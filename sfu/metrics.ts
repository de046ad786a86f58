import { Counter, Gauge, type Registry } from 'prom-client'
import type { EngineStats, MediasoupEngine } from './mediasoup/mediasoupEngine.ts'

type Count = Exclude<keyof EngineStats, 'tapDroppedPackets'>

const gauges: Record<Count, [name: string, help: string]> = {
  rooms: ['diemcau_sfu_rooms', 'Rooms open on this media node'],
  participants: ['diemcau_sfu_participants', 'Participants and recorders admitted on this media node'],
  producers: ['diemcau_sfu_producers', 'Tracks that enter this media node'],
  consumers: ['diemcau_sfu_consumers', 'Tracks that this media node forwards'],
  load: ['diemcau_sfu_load', 'What rooms are placed by'],
  liveWorkers: ['diemcau_sfu_workers', 'Media workers that are alive'],
}

/** Exposes an engine's counts and its workers' CPU time; read when scraped. */
export function exposeEngine(engine: MediasoupEngine, registry: Registry): void {
  for (const key of Object.keys(gauges)) {
    if (!isCount(key)) continue
    const [name, help] = gauges[key]
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(engine.stats()[key])
      },
    })
  }
  let reported = 0
  new Counter({
    name: 'diemcau_sfu_tap_dropped_packets_total',
    help: 'Packets not handed to a recorder that read too slowly',
    registers: [registry],
    collect() {
      const { tapDroppedPackets } = engine.stats()
      this.inc(tapDroppedPackets - reported)
      reported = tapDroppedPackets
    },
  })
  new Counter({
    name: 'diemcau_sfu_worker_warnings_total',
    help: 'What media workers did not take, by kind; of a flood only what was heard before they were told to be quiet',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [kind, count] of engine.warnings.counts) this.inc({ kind }, count)
    },
  })
  new Counter({
    name: 'diemcau_sfu_worker_silences_total',
    help: 'How often a media worker was told to say nothing of packets for ten seconds: floods of stray packets',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(engine.warnings.silences)
    },
  })
  new Gauge({
    name: 'diemcau_sfu_worker_cpu_seconds',
    help: 'CPU time of each media worker since it started',
    labelNames: ['worker'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { index, process } of engine.workers.alive) {
        const usage = await process.getResourceUsage().catch(() => null) // it died between the two
        if (usage) this.set({ worker: String(index) }, (usage.ru_utime + usage.ru_stime) / 1000)
      }
    },
  })
}

function isCount(key: string): key is Count {
  return key in gauges
}
