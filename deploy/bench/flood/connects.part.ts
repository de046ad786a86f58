import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ClientId, type MeetingId } from '#contract/ids.ts'
import { connectCall, type CallSignal } from '#signalling/client.ts'
import { callGuests, startPlatformHarness, type PlatformHarness } from '../platformHarness.ts'
import { percentile, type Benchmark } from '../metric.ts'
import { lasting } from '../processCpu.ts'
import { watchVitals } from './vitals.ts'

const floodSockets = 8
const floodPackets = 800_000
const people = 300
const arrivalMs = 20_000
/** Who come while the strangers flood, from the same address as they. */
const meanwhile = 20

/**
 * Strangers who ask to be let in, 800,000 times over eight sockets; and 300 people who come to a call from behind one
 * address within half a minute, the last of them while the flood runs.
 */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  const signals: CallSignal[] = []
  try {
    const { meetingId, guestCookies } = await callGuests(harness, people + meanwhile)
    const come = (cookie: string): Promise<void> => arrive(harness, meetingId, cookie, signals)
    await come(harness.city.chair.cookie)
    const startedAtMs = performance.now()
    await paced(guestCookies.slice(0, people), come)
    const joinedSeconds = (performance.now() - startedAtMs) / 1000

    await lasting(2000)
    const watched = watchVitals(harness.platform)
    const flood = strangers(new URL(harness.platform.url).port)
    await lasting(500)
    const floodedAtMs = performance.now()
    await Promise.all(guestCookies.slice(people).map(come))
    const underFloodSeconds = (performance.now() - floodedAtMs) / 1000
    say(`strangers: ${await flood}`)
    const { healthMs, grownBytes } = await watched()
    say(`/healthz: ${healthMs.length} answers, the slowest after ${Math.round(Math.max(...healthMs))} ms`)
    return [
      {
        metric: 'flood of 800,000 CONNECT by strangers: /healthz, p95',
        value: percentile(healthMs, 0.95),
        unit: 'ms',
        goal: 50,
        better: 'lower',
      },
      {
        metric: 'flood of 800,000 CONNECT by strangers: memory grown',
        value: grownBytes / 1e6,
        unit: 'MB',
        goal: 100,
        better: 'lower',
      },
      {
        metric: '300 people behind one address are in the call after',
        value: joinedSeconds,
        unit: 's',
        goal: 30,
        better: 'lower',
      },
      {
        metric: '20 more, behind the address of the flood, are in after',
        value: underFloodSeconds,
        unit: 's',
        goal: 30,
        better: 'lower',
      },
    ]
  } finally {
    for (const signal of signals) signal.close()
    await harness.close()
  }
}

async function strangers(port: string): Promise<string> {
  const script = join(import.meta.dirname, 'strangers.ts')
  const args = [script, port, String(floodSockets), String(floodPackets)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return printed.trim()
}

/** Starts as many as there are, evenly over the time that they have; resolves when all have arrived. */
async function paced(cookies: readonly string[], come: (cookie: string) => Promise<void>): Promise<void> {
  const startedAtMs = performance.now()
  const coming: Promise<void>[] = []
  for (const [index, cookie] of cookies.entries()) {
    const dueMs = startedAtMs + (index / cookies.length) * arrivalMs - performance.now()
    if (dueMs > 1) await lasting(dueMs)
    coming.push(come(cookie))
  }
  await Promise.all(coming)
}

async function arrive(
  harness: PlatformHarness,
  meetingId: MeetingId,
  cookie: string,
  signals: CallSignal[],
): Promise<void> {
  const signal = connectCall({
    url: harness.platform.url,
    meetingId,
    clientId: ClientId.parse(randomUUID()),
    headers: { cookie },
    timeoutMs: 60_000,
  })
  signals.push(signal)
  await signal.request('call:hello', {})
  await signal.request('call:join', {
    media: {},
    microphone: 'muted',
    camera: 'muted',
    siteId: null,
    sawRecordingNotice: true,
  })
}
