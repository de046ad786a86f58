import { startLoadHarness, ratesOf, type LoadHarness } from './loadHarness.ts'
import { median, type Benchmark, type Metric } from './metric.ts'
import { lasting, watchCpu } from './processCpu.ts'

/** The same packets a second whatever the hall's size, so that only its size differs. */
const packetsPerSecond = 40_000
const packetBytes = 1_100
const framesPerSecond = 25
const windows = 3
const windowMs = 5_000

interface Result {
  perCpuSecond: number
  perSecond: number
  coreShare: number
  deliveredShare: number
  clientCoreShare: number
  tagBytes: number
  ciphers: Record<string, number>
}

/**
 * Forwarded packets per CPU-second of one worker: one speaker to a hall of receivers, each over its own WebRTC
 * transport, on loopback. Congestion control is off, retransmission buffers are on.
 */
export const run: Benchmark = async (say) => {
  const metrics: Metric[] = []
  for (const receivers of [50, 200]) {
    const result = await measure(receivers, say)
    const gcm = Object.keys(result.ciphers).every((name) => name.includes('GCM')) && result.tagBytes > 15
    const at = `at ${receivers} receivers`
    const row = (metric: string, value: number, unit: string, better: Metric['better']): Metric => ({
      metric: `${metric} ${at}`,
      value,
      unit,
      goal: null,
      better,
    })
    metrics.push(
      row('forwarded packets per worker CPU-second', result.perCpuSecond, 'packets/CPU-s', 'higher'),
      row('forwarded packets', result.perSecond, 'packets/s', 'higher'),
      row('worker', result.coreShare, 'cores', 'lower'),
      row('share of forwarded packets that arrived', result.deliveredShare, '1', 'higher'),
      row('load client', result.clientCoreShare, 'cores', 'lower'),
      { ...row('SRTP cipher is AEAD_AES_*_GCM', gcm ? 1 : 0, '0 or 1', 'higher'), goal: 1 },
    )
  }
  return metrics
}

async function measure(receivers: number, say: (line: string) => void): Promise<Result> {
  const harness = await startLoadHarness()
  try {
    const packetsPerFrame = packetsPerSecond / receivers / framesPerSecond
    await harness.load.publish('speaker', [
      { source: 'camera', framesPerSecond, packetsPerFrame, packetBytes },
    ])
    for (let first = 0; first < receivers; first += 10) {
      await Promise.all(
        Array.from({ length: Math.min(10, receivers - first) }, (_none, i) =>
          harness.load.receive(`receiver-${first + i}`),
        ),
      )
    }
    await untilFlowing(harness)
    const results: Result[] = []
    for (let window = 0; window < windows; window++) results.push(await measureWindow(harness))
    const result = results.toSorted((a, b) => a.perCpuSecond - b.perCpuSecond)[Math.floor(windows / 2)]
    if (!result) throw new Error('No window was measured')
    const rates = results.map((r) => `${Math.round(r.perCpuSecond / 1000)} k`).join(', ')
    say(
      `${receivers} receivers: ${rates} packets/CPU-s in ${windows} windows; ` +
        `${JSON.stringify(result.ciphers)}, ${result.tagBytes.toFixed(1)} B more on the wire than RTP`,
    )
    return { ...result, perCpuSecond: median(results.map((r) => r.perCpuSecond)) }
  } finally {
    await harness.close()
  }
}

/** @throws Error when nothing is forwarded within 10 s */
async function untilFlowing(harness: LoadHarness): Promise<void> {
  for (let second = 0; second < 10; second++) {
    const before = await harness.load.counts()
    await lasting(1_000)
    const after = await harness.load.counts()
    if (second > 0 && after.receivedPackets > before.receivedPackets) return
  }
  const { sentPackets, receivedPackets } = await harness.load.counts()
  throw new Error(`Nothing flows: ${sentPackets} packets sent, ${receivedPackets} received`)
}

async function measureWindow(harness: LoadHarness): Promise<Result> {
  const [before, countsBefore] = [await harness.forwarded(), await harness.load.counts()]
  const used = watchCpu({ worker: harness.workerPid, client: harness.load.pid })
  await lasting(windowMs)
  const { cpu, seconds } = used()
  const [counts, after] = [await harness.load.counts(), await harness.forwarded()]
  const rates = ratesOf(before, after)
  const worker = (cpu['worker'] ?? Number.NaN) / seconds
  const arrived = counts.receivedPackets - countsBefore.receivedPackets
  return {
    perSecond: rates.packets,
    perCpuSecond: rates.packets / worker,
    coreShare: worker,
    clientCoreShare: (cpu['client'] ?? Number.NaN) / seconds,
    deliveredShare: arrived / ((counts.atMs - countsBefore.atMs) / 1000) / rates.packets,
    tagBytes: rates.extraBytes / rates.packets,
    ciphers: counts.ciphers,
  }
}
