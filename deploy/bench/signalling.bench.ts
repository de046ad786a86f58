import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import { ClientId, type MeetingId } from '#contract/ids.ts'
import { connectCall, type CallSignal } from '#signalling/client.ts'
import { callGuests, startPlatformHarness, type PlatformHarness } from './platformHarness.ts'
import type { Benchmark, Metric } from './metric.ts'
import { cpuSecondsOf, lasting, watchCpu } from './processCpu.ts'

const joinsPerSecond = 35
const connectsAtOnce = 20
/** Longer than a batch of events and the lobby's news. */
const quietMs = 1_500

interface Result {
  /** CPU milliseconds of the server a participant. */
  helloMs: number
  joinMs: number
  sentBytes: number
}

/**
 * What a hall that fills costs the signalling server: everybody waits in the lobby, then joins at a steady rate. The
 * media engine is the fake one, the database the embedded one (whose own processes are not counted).
 */
export const run: Benchmark = async (say) => {
  const received = countReceivedBytes()
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  try {
    await fill(harness, 70, received) // what is compiled and cached then
    const small: Result[] = []
    for (let round = 0; round < 3; round++) small.push(await fill(harness, 70, received))
    say(`70 participants: ${small.map((r) => `${r.joinMs.toFixed(2)} ms`).join(', ')} a join`)
    const large = await fill(harness, 700, received)
    say(`700 participants: ${large.joinMs.toFixed(2)} ms a join; ${joinsPerSecond} joins a second in both`)
    const mean = (of: (result: Result) => number): number =>
      small.reduce((sum, result) => sum + of(result), 0) / small.length
    const lower = (metric: string, value: number, unit: string): Metric => ({
      metric,
      value,
      unit,
      goal: null,
      better: 'lower',
    })
    return [
      lower(
        'server CPU per join at 70',
        mean((r) => r.joinMs),
        'ms',
      ),
      lower('server CPU per join at 700', large.joinMs, 'ms'),
      lower('growth of CPU per join, 700 over 70', large.joinMs / mean((r) => r.joinMs), '×'),
      lower(
        'server CPU per connect and hello at 70',
        mean((r) => r.helloMs),
        'ms',
      ),
      lower('server CPU per connect and hello at 700', large.helloMs, 'ms'),
      lower('bytes sent per join at 70', mean((r) => r.sentBytes) / 1024, 'KiB'),
      lower('bytes sent per join at 700', large.sentBytes / 1024, 'KiB'),
    ]
  } finally {
    await harness.close()
    received.stop()
  }
}

async function fill(harness: PlatformHarness, size: number, received: { total(): number }): Promise<Result> {
  const { meetingId, guestCookies } = await callGuests(harness, size)
  const pid = harness.platform.process.pid ?? 0
  const signals: CallSignal[] = []
  try {
    const chair = connect(harness, meetingId, harness.city.chair.cookie)
    signals.push(chair)
    await join(chair)
    const greeted = watchCpu({ server: pid })
    for (let first = 0; first < size; first += connectsAtOnce) {
      const arriving = guestCookies
        .slice(first, first + connectsAtOnce)
        .map((cookie) => connect(harness, meetingId, cookie))
      signals.push(...arriving)
      await Promise.all(arriving.map((signal) => signal.request('call:hello', {})))
    }
    const hello = (greeted().cpu['server'] ?? Number.NaN) * 1000
    await lasting(quietMs)
    const idle = watchCpu({ server: pid })
    await lasting(quietMs)
    const idleUse = idle()
    const idleShare = (idleUse.cpu['server'] ?? 0) / idleUse.seconds

    const [cpuBefore, bytesBefore, startedAtMs] = [cpuSecondsOf(pid), received.total(), performance.now()]
    const joining: Promise<unknown>[] = []
    for (const [index, signal] of signals.slice(1).entries()) {
      const dueMs = startedAtMs + (index / joinsPerSecond) * 1000 - performance.now()
      if (dueMs > 1) await lasting(dueMs)
      joining.push(join(signal))
    }
    await Promise.all(joining)
    await lasting(quietMs)
    const idleSeconds = (idleShare * (performance.now() - startedAtMs)) / 1000
    return {
      helloMs: hello / size,
      joinMs: ((cpuSecondsOf(pid) - cpuBefore - idleSeconds) * 1000) / size,
      sentBytes: (received.total() - bytesBefore) / size,
    }
  } finally {
    for (const signal of signals) signal.close()
    await lasting(quietMs)
  }
}

function connect(harness: PlatformHarness, meetingId: MeetingId, cookie: string): CallSignal {
  return connectCall({
    url: harness.platform.url,
    meetingId,
    clientId: ClientId.parse(randomUUID()),
    headers: { cookie },
    timeoutMs: 30_000,
  })
}

function join(signal: CallSignal): Promise<unknown> {
  return signal.request('call:join', {
    media: {},
    microphone: 'muted',
    camera: 'muted',
    siteId: null,
    sawRecordingNotice: true,
  })
}

/** Bytes that came over this process's TCP connections: all of them lead to the platform. */
function countReceivedBytes(): { total(): number; stop(): void } {
  const sockets = new Set<Socket>()
  const onSocket = (message: unknown): void => {
    if (
      typeof message === 'object' &&
      message !== null &&
      'socket' in message &&
      message.socket instanceof Socket
    )
      sockets.add(message.socket)
  }
  subscribe('net.client.socket', onSocket)
  return {
    stop: () => unsubscribe('net.client.socket', onSocket),
    total: () => [...sockets].reduce((sum, socket) => sum + (socket.remotePort ? socket.bytesRead : 0), 0),
  }
}
