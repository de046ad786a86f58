import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { ClientId, NodeId, type MeetingId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { callEvents } from '#db/calls.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { FakeEngine } from '#sfu/fakeEngine.ts'
import type { Call } from './call.ts'
import { Directory } from './directory.ts'
import { signallingMetrics } from './metrics.ts'
import { defaultSettings } from './settings.ts'
import { storesOf, type CallStore } from './stores.ts'
import { memberId, newMeeting } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let meetingId: MeetingId

beforeAll(async () => {
  test = await startTestDatabase()
})
afterAll(async () => {
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})

async function home(change: Partial<CallStore> = {}): Promise<Directory> {
  const stores = storesOf(test.database)
  const directory = new Directory({
    nodeId: NodeId.parse('node'),
    stores: { ...stores, calls: { ...stores.calls, ...change } },
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

const kept = async () => test.database.prisma.callSnapshot.findUnique({ where: { meetingId } })
const id = () => memberId(meetingId, 'chair')

async function join(call: Call): Promise<void> {
  const member = { id: id(), name: 'Tên', unitName: '', position: '', role: 'chair', kind: 'person' } as const
  const entry = { member, clientId: ClientId.parse('page'), site: null, takeOver: false, isResume: false }
  await call.act((room, nowMs) => {
    return room.seats.join({ ...entry, microphone: 'muted', camera: 'muted' }, nowMs).events
  })
}

async function raiseHands(call: Call, times: number): Promise<void> {
  await call.act(
    (room, nowMs) =>
      Array.from({ length: times }, () => [
        ...room.floor.raise(id(), nowMs),
        ...room.floor.lower(id(), id(), nowMs),
      ]).flat(),
    { isStored: true },
  )
}

/** What a home reads when it opens the call, and how the call is then. */
async function reopened(): Promise<{ read: number; view: unknown }> {
  const { calls } = storesOf(test.database)
  let read = 0
  const directory = await home({
    events: async (of, after) => {
      const events = await calls.events(of, after)
      read = events.length
      return events
    },
  })
  const { epoch: _epoch, ...view } = (await directory.open(meetingId)).view
  await directory.close()
  return { read, view }
}

describe('a call that was kept', () => {
  it('is opened from its snapshot and the events after it; by other rules from its events alone', async () => {
    const first = await home()
    const call = await first.open(meetingId)
    await join(call)
    await raiseHands(call, 1500)
    await eventually(async () => expect(await kept()).not.toBeNull())
    await raiseHands(call, 20)
    await first.close()
    const events = await callEvents(test.database, meetingId)
    const fromSnapshot = await reopened()
    expect(fromSnapshot.read).toBeLessThan(100)
    await test.database.prisma.callSnapshot.update({
      where: { meetingId },
      data: { fold: 'other', room: 'none of ours' },
    })
    const replayed = await reopened()
    expect(replayed.read).toBeGreaterThanOrEqual(events.length)
    expect(replayed.view).toEqual(fromSnapshot.view)
    // Now by these rules again.
    await eventually(async () => expect((await kept())?.fold).not.toBe('other'))
  })

  it('is not kept ahead of its events: what is not stored is in no snapshot', async () => {
    const { calls } = storesOf(test.database)
    let isCut = false
    const first = await home({
      append: (input) => (isCut ? new Promise(() => undefined) : calls.append(input)),
    })
    const call = await first.open(meetingId)
    await join(call)
    await raiseHands(call, 10)
    isCut = true
    await call.act((room, nowMs) =>
      Array.from({ length: 1500 }, () => [
        ...room.floor.raise(id(), nowMs),
        ...room.floor.lower(id(), id(), nowMs),
      ]).flat(),
    )
    // A kill here: the home never says anything again.
    await new Promise((resolve) => setImmediate(resolve))
    expect(await kept()).toBeNull()
    expect((await reopened()).read).toBe((await callEvents(test.database, meetingId)).length - 1)
  })
})
