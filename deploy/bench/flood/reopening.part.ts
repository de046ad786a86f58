import { Registry } from 'prom-client'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { ClientId, NodeId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { startTestDatabase } from '#db/testing/testDatabase.ts'
import { FakeEngine } from '#sfu/fakeEngine.ts'
import type { Call } from '#signalling/call.ts'
import { Directory } from '#signalling/directory.ts'
import { signallingMetrics } from '#signalling/metrics.ts'
import { defaultSettings } from '#signalling/settings.ts'
import { storesOf } from '#signalling/stores.ts'
import { memberId, newMeeting } from '#signalling/testing/callHarness.ts'
import { median, type Benchmark } from '../metric.ts'

const events = 365_000
const atOnce = 1000
const reopenings = 5

/** A call in which that much happened is opened again, by a home that never saw it. The real store, no sockets. */
export const run: Benchmark = async (say) => {
  const test = await startTestDatabase()
  try {
    const meetingId = await newMeeting(test.database)
    const home = async (): Promise<Directory> => {
      const directory = new Directory({
        nodeId: NodeId.parse('node'),
        stores: storesOf(test.database),
        engine: new FakeEngine(),
        bus: new MemoryBus(),
        audienceOf: () => ({ send: () => undefined }),
        settings: defaultSettings,
        rules: standardSettings,
        metrics: signallingMetrics(new Registry(), { meetings: () => 0, sockets: () => 0 }),
        log: silentLog,
      })
      await directory.start()
      return directory
    }
    const first = await home()
    await fill(await first.open(meetingId), memberId(meetingId, 'chair'))
    await first.close()
    const times: number[] = []
    for (let i = 0; i < reopenings; i++) {
      const directory = await home()
      const startedAtMs = performance.now()
      await directory.open(meetingId)
      times.push(performance.now() - startedAtMs)
      await directory.close()
    }
    say(`reopened after ${times.map((ms) => Math.round(ms)).join(', ')} ms`)
    return [
      {
        metric: `a call with ${events.toLocaleString('en')} events is open again after`,
        value: median(times),
        unit: 'ms',
        goal: 200,
        better: 'lower',
      },
    ]
  } finally {
    await test.drop()
  }
}

/** Somebody raises and lowers a hand, and writes now and then. */
async function fill(call: Call, id: ReturnType<typeof memberId>): Promise<void> {
  const member = { id, name: 'Tên', unitName: '', position: '', role: 'chair', kind: 'person' } as const
  const entry = { member, clientId: ClientId.parse('bench'), site: null, takeOver: false, isResume: false }
  await call.act((room, nowMs) => {
    return room.seats.join({ ...entry, microphone: 'muted', camera: 'muted' }, nowMs).events
  })
  for (let made = 0; made < events; made += atOnce) {
    await call.act(
      (room, nowMs) =>
        Array.from({ length: atOnce / 2 }, (_none, index) =>
          index % 10 === 0
            ? room.chat.post(id, { id: `message-${made + index}`, text: 'Đã rõ.' }, nowMs).events
            : [...room.floor.raise(id, nowMs), ...room.floor.lower(id, id, nowMs)],
        ).flat(),
      { isStored: true },
    )
  }
}
