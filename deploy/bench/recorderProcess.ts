import { Registry } from 'prom-client'
import { silentLog } from '#contract/log.ts'
import type { MeetingId, RecordingId } from '#contract/ids.ts'
import type { MediaTicket } from '#contract/media.ts'
import { recorderMetrics } from '#recorder/metrics.ts'
import { LiveRecording } from '#recorder/recording.ts'
import { DiskStorage } from '#recorder/storage.ts'

// The recorder's capturing half in a process of its own, for `recorder.bench.ts`, its only parent.

/** What the recorder's process is told. */
export type ToRecorder =
  | { type: 'start'; folder: string; ticket: MediaTicket; meetingId: MeetingId; recordingId: RecordingId }
  | { type: 'count' }
  | { type: 'stop' }

/** What it answers, once for each. */
export interface RecorderCounts {
  atMs: number
  receivedBytes: number
  droppedPackets: number
  error?: string
}

const metrics = recorderMetrics(new Registry())
let recording: LiveRecording | null = null

process.on('message', (message: ToRecorder) => {
  carryOut(message)
    .then(counts)
    .catch(async (error: unknown) => ({ ...(await counts()), error: String(error) }))
    .then((answer) => process.send?.(answer))
})
process.once('disconnect', () => process.exit(0))

async function carryOut(message: ToRecorder): Promise<void> {
  if (message.type === 'stop') return recording?.stop('bench')
  if (message.type === 'count') return
  recording = new LiveRecording({
    recordingId: message.recordingId,
    meetingId: message.meetingId,
    storage: new DiskStorage(message.folder),
    metrics,
    log: silentLog,
    reserveBytes: 64 << 20,
    mediaGraceMs: 1_000,
    onFailed: (code) => console.error(`The recording failed: ${code}`),
  })
  await recording.start(message.ticket, {})
}

async function counts(): Promise<RecorderCounts> {
  const read = async (counter: typeof metrics.receivedBytes): Promise<number> =>
    (await counter.get()).values.reduce((sum, entry) => sum + entry.value, 0)
  return {
    atMs: performance.now(),
    receivedBytes: await read(metrics.receivedBytes),
    droppedPackets: await read(metrics.droppedPackets),
  }
}
