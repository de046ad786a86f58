import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParticipantId, RecordingId } from '#contract/ids.ts'
import type { LoadTrack } from './loadStream.ts'
import { startLoadHarness, type LoadHarness } from './loadHarness.ts'
import type { Benchmark, Metric } from './metric.ts'
import { lasting, watchCpu } from './processCpu.ts'
import type { RecorderCounts, ToRecorder } from './recorderProcess.ts'

const windowMs = 12_000
/** What one participant sends: a camera of 0.6 Mb/s and a microphone. */
const tracks: LoadTrack[] = [
  { source: 'camera', framesPerSecond: 25, packetsPerFrame: 3, packetBytes: 1_000 },
  { source: 'microphone', framesPerSecond: 50, packetsPerFrame: 1, packetBytes: 92 },
]

interface Result {
  /** Cores. */
  recorder: number
  tap: number
  worker: number
  megabitsPerSecond: number
  droppedPackets: number
}

/**
 * What recording costs by participant: real peers send, the media node's tap hands their packets over TCP to a
 * recorder in its own process, which writes its journal to disk. Composing comes afterwards and is not in it.
 */
export const run: Benchmark = async (say) => {
  const metrics: Metric[] = []
  for (const participants of [10, 40]) {
    const result = await measure(participants)
    const { recorder, tap, worker, megabitsPerSecond, droppedPackets } = result
    say(
      `${participants} participants, ${megabitsPerSecond.toFixed(1)} Mb/s: recorder ${percent(recorder)}, ` +
        `tap ${percent(tap)}, worker ${percent(worker)} of a core, ${droppedPackets} packets dropped`,
    )
    const row = (metric: string, value: number, unit: string): Metric => ({
      metric: `${metric} at ${participants}`,
      value,
      unit,
      goal: null,
      better: metric === 'recorded' ? 'higher' : 'lower',
    })
    metrics.push(
      row('recorder process per recorded participant', recorder / participants, 'cores'),
      row('recorder process per Mb/s', recorder / megabitsPerSecond, 'cores'),
      row('media node for the tap per recorded participant', tap / participants, 'cores'),
      row('media worker for the tap per recorded participant', worker / participants, 'cores'),
      row('recorded', megabitsPerSecond, 'Mb/s'),
      row('packets dropped', droppedPackets, 'packets'),
    )
  }
  return metrics
}

async function measure(participants: number): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-bench-'))
  const harness = await startLoadHarness()
  const child = fork(join(import.meta.dirname, 'recorderProcess.ts'))
  const ask = (message: ToRecorder): Promise<RecorderCounts> =>
    new Promise((resolve, reject) => {
      child.once('message', (counts: RecorderCounts) =>
        counts.error === undefined ? resolve(counts) : reject(new Error(counts.error)),
      )
      child.send(message)
    })
  try {
    await Promise.all(
      Array.from({ length: participants }, (_none, i) => harness.load.publish(`p-${i}`, tracks)),
    )
    await lasting(2_000)
    const pids = { recorder: child.pid ?? 0, tap: process.pid, worker: harness.workerPid }
    const without = await useOf(pids)
    await startRecording(harness, folder, ask)
    await lasting(2_000)
    const before = await ask({ type: 'count' })
    const used = await useOf(pids)
    const after = await ask({ type: 'count' })
    await ask({ type: 'stop' })
    const seconds = (after.atMs - before.atMs) / 1000
    const megabitsPerSecond = ((after.receivedBytes - before.receivedBytes) * 8) / 1e6 / seconds
    if (megabitsPerSecond === 0) throw new Error('Nothing was recorded')
    return {
      recorder: used.recorder,
      tap: used.tap - without.tap,
      worker: used.worker - without.worker,
      megabitsPerSecond,
      droppedPackets: after.droppedPackets,
    }
  } finally {
    child.kill('SIGKILL')
    await harness.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startRecording(
  { engine, roomId }: LoadHarness,
  folder: string,
  ask: (message: ToRecorder) => Promise<RecorderCounts>,
): Promise<void> {
  const ticket = await engine.admit(roomId, ParticipantId.parse('recorder-bench'), { kind: 'recorder' })
  await ask({ type: 'start', folder, ticket, meetingId: roomId, recordingId: RecordingId.parse('bench') })
}

/** Shares of a core over one window. */
async function useOf<K extends string>(pids: Record<K, number>): Promise<Record<K, number>> {
  const used = watchCpu(pids)
  await lasting(windowMs)
  const { cpu, seconds } = used()
  const shares = { ...pids }
  for (const name of Object.keys(pids) as K[]) shares[name] = (cpu[name] ?? Number.NaN) / seconds // its own keys
  return shares
}

function percent(cores: number): string {
  return `${(cores * 100).toFixed(2)} %`
}
