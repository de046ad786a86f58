import { randomUUID } from 'node:crypto'
import { ClientId, type MeetingId } from '#contract/ids.ts'
import { connectCall, type CallSignal } from '#signalling/client.ts'
import { callGuests, startPlatformHarness } from '../platformHarness.ts'
import type { Benchmark } from '../metric.ts'
import { lasting } from '../processCpu.ts'

const floodMs = 15_000
/** What one socket could ask before the limits of a socket hold. */
const perSocket = 180
const patience = { timeoutMs: 1000 }

/** One guest who asks for all that a socket may, and takes a new socket for more; what another page has to hear of it. */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness({ MEDIA_ENGINE: 'fake' })
  const open: CallSignal[] = []
  try {
    const { meetingId, guestCookies } = await callGuests(harness, 1)
    const { pool } = harness.office.database
    const stored = async (): Promise<number> => {
      const { rows } = await pool.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM call_event WHERE meeting_id = $1',
        [meetingId],
      )
      return rows[0]?.count ?? 0
    }
    const listener = await enter(harness.platform.url, harness.city.chair.cookie, meetingId)
    open.push(listener)
    let heardBytes = 0
    listener.on('room:events', (batch) => (heardBytes += Buffer.byteLength(JSON.stringify(batch))))
    const before = await stored()
    const endsAtMs = performance.now() + floodMs
    let sockets = 0
    while (performance.now() < endsAtMs) {
      const signal = await enter(harness.platform.url, guestCookies[0] ?? '', meetingId)
      sockets++
      await abuse(signal)
      signal.close()
    }
    await lasting(1000)
    const seconds = floodMs / 1000
    say(`${sockets} connections in ${seconds} s`)
    return [
      {
        metric: 'one reconnecting guest: events stored',
        value: ((await stored()) - before) / seconds,
        unit: 'events/s',
        goal: 50,
        better: 'lower',
      },
      {
        metric: 'one reconnecting guest: sent to each other page',
        value: heardBytes / seconds / 1e3,
        unit: 'kB/s',
        goal: 50,
        better: 'lower',
      },
    ]
  } finally {
    for (const signal of open) signal.close()
    await harness.close()
  }
}

/** Hands, sources and long messages, all at once, as many as one socket could ask. */
async function abuse(signal: CallSignal): Promise<void> {
  const asks: Promise<unknown>[] = []
  for (let i = 0; i < perSocket; i += 8) {
    asks.push(
      signal.request('chat:post', { id: randomUUID(), text: 'ồ'.repeat(4000) }, patience),
      signal.request('hand:raise', {}, patience),
      signal.request('hand:lower', {}, patience),
      signal.request('source:set', { source: 'camera', level: 'open' }, patience),
      signal.request('source:set', { source: 'camera', level: 'muted' }, patience),
    )
  }
  await Promise.allSettled(asks)
}

/** A page in the call's seat, or on the way there: what is refused is asked again with the next. */
async function enter(url: string, cookie: string, meetingId: MeetingId): Promise<CallSignal> {
  const signal = connectCall({ url, meetingId, clientId: ClientId.parse(randomUUID()), headers: { cookie } })
  const join = {
    media: {},
    microphone: 'muted',
    camera: 'muted',
    siteId: null,
    sawRecordingNotice: true,
  } as const
  await Promise.allSettled([signal.request('call:join', { ...join, takeOver: true }, patience)])
  return signal
}
