import { Counter, Gauge, type Registry } from 'prom-client'

/** What the recorder counts. */
export interface RecorderMetrics {
  active: Gauge
  composing: Gauge
  receivedBytes: Counter
  droppedPackets: Counter
  failed: Counter<'code'>
}

/** Registers the recorder's metrics; once per registry. */
export function recorderMetrics(registry: Registry): RecorderMetrics {
  const registers = [registry]
  return {
    active: new Gauge({
      name: 'recorder_recordings_active',
      help: 'Recordings that are being written',
      registers,
    }),
    composing: new Gauge({
      name: 'recorder_recordings_composing',
      help: 'Recordings that are being composed; diemcau_jobs_queued counts those that wait',
      registers,
    }),
    receivedBytes: new Counter({
      name: 'recorder_received_bytes_total',
      help: 'RTP bytes received',
      registers,
    }),
    droppedPackets: new Counter({
      name: 'recorder_dropped_packets_total',
      help: 'Packets that did not reach a journal: the tap, this process or the disk was too slow',
      registers,
    }),
    failed: new Counter({
      name: 'recorder_recordings_failed_total',
      help: 'Recordings that failed, by error code',
      labelNames: ['code'],
      registers,
    }),
  }
}
