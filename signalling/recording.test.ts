import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { NodeId, type MeetingId } from '#contract/ids.ts'
import { recorderRequests } from '#contract/recorder.ts'
import { recordingsOfMeeting } from '#db/recordings.ts'
import { beat, forgetNode } from '#db/nodes.ts'
import { testDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callWorld.ts'
import { eventually } from './testing/eventually.ts'

/** A recorder on the bus that keeps what it is asked and does as it is told. */
class TestRecorder {
  readonly id: NodeId
  readonly asked: {
    method: string
    payload: { recordingId: string; names?: Record<string, { name: string }> }
  }[] = []
  refusal: ErrorCode | null = null
  isSilent = false
  readonly #mine = new Set<string>()
  #stop: (() => Promise<void>) | undefined
  readonly #bus: MemoryBus
  #beating: ReturnType<typeof setInterval> | undefined

  constructor(id: string, bus: MemoryBus) {
    this.id = NodeId.parse(id)
    this.#bus = bus
  }

  async start(load: number): Promise<void> {
    const live = () => beat(test.database, { id: this.id, roles: ['recorder'], url: '', load })
    await live()
    this.#beating = setInterval(() => void live(), 1000)
    this.#stop = await this.#bus.serve(`recorder:${this.id}`, async (method, payload) => {
      if (method !== 'start' && method !== 'stop' && method !== 'names') throw new AppError('bad_request')
      const parsed = recorderRequests[method].parse(payload)
      // Calls of earlier tests look for a recorder too.
      if ('meetingId' in parsed && parsed.meetingId === meetingId) this.#mine.add(parsed.recordingId)
      if (this.#mine.has(parsed.recordingId)) this.asked.push({ method, payload: parsed })
      if (this.isSilent) return new Promise(() => undefined)
      if (this.refusal !== null && method === 'start') throw new AppError(this.refusal)
      return {}
    })
  }

  methods(): string[] {
    return this.asked.map((one) => one.method)
  }

  async kill(): Promise<void> {
    clearInterval(this.#beating)
    await this.#stop?.()
    await forgetNode(test.database, this.id)
  }
}

let test: TestDatabase
let bus: MemoryBus
let node: TestNode
let meetingId: MeetingId
let chair: TestPage
let secretary: TestPage
const cleanup: (() => unknown)[] = []

beforeAll(async () => {
  test = await testDatabase()
  bus = new MemoryBus()
  node = await startNode({ database: test.database, bus, settings: { recorderTimeoutMs: 500 } })
})
afterAll(async () => {
  await node.close()
  await bus.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
  chair = await joined('chair')
  secretary = await joined('secretary')
})
afterEach(async () => {
  for (const end of cleanup.splice(0)) await end()
})

async function joined(name: string): Promise<TestPage> {
  const page = new TestPage(node.url, meetingId, name)
  cleanup.push(() => page.close())
  await page.join()
  return page
}

async function recorder(id: string, load = 0): Promise<TestRecorder> {
  const made = new TestRecorder(id, bus)
  await made.start(load)
  cleanup.push(() => made.kill())
  return made
}

const state = () => secretary.view?.recording.state
const becomes = (wanted: string, timeout = 5000) =>
  eventually(() => expect(state()).toBe(wanted), { timeout })
const rows = () => recordingsOfMeeting(test.database, meetingId)
const inMedia = () => node.engine.participantsOf(meetingId).filter((id) => id.startsWith('recorder-'))

describe('a recording', () => {
  it('is proposed by the secretary, approved by the chair, shown to all, and stopped', async () => {
    const one = await recorder('recorder-1')
    await secretary.signal.request('recording:propose', {})
    await eventually(() => expect(chair.views?.moderators?.isRecordingProposed).toBe(true))
    expect(state()).toBe('off')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    expect(await rows()).toMatchObject([{ state: 'starting', nodeId: 'recorder-1' }])
    expect(inMedia()).toHaveLength(1)
    expect(Object.keys(one.asked[0]?.payload.names ?? {})).toHaveLength(2)
    const hello = await new TestPage(node.url, meetingId, 'guest').signal.request('call:hello', {})
    expect(hello.isRecording).toBe(true)

    await joined('an')
    await eventually(() => expect(one.methods()).toContain('names'))
    expect(one.asked.find((a) => a.method === 'names')?.payload.names).toEqual({
      [memberId(meetingId, 'an')]: { name: 'Tên an', unitName: '' },
    })
    await secretary.signal.request('recording:stop', {})
    await becomes('off')
    expect(one.methods().at(-1)).toBe('stop')
    await eventually(() => expect(inMedia()).toEqual([]))
  })

  it('ends when everybody has left, also while somebody waits before the call', async () => {
    const small = await startNode({
      database: test.database,
      bus,
      settings: { recorderTimeoutMs: 500, idleMs: 300, seatGraceMs: 100 },
    })
    cleanup.push(() => small.close())
    const one = await recorder('recorder-1')
    const id = await newMeeting(test.database)
    meetingId = id
    const opener = new TestPage(small.url, id, 'chair')
    await opener.join()
    await opener.signal.request('recording:start', {})
    await eventually(() => expect(opener.view?.recording.state).toBe('recording'))
    const waiting = new TestPage(small.url, id, 'guest')
    cleanup.push(() => waiting.close())
    await waiting.signal.request('call:hello', {})
    opener.close()
    await eventually(() => expect(one.methods()).toEqual(['start', 'stop']))
    await eventually(async () =>
      expect(await waiting.signal.request('call:hello', {})).toMatchObject({ isRecording: false }),
    )
  })

  it('goes to the next recorder when one refuses, and fails with its reason when all do', async () => {
    const full = await recorder('recorder-full', 0)
    full.refusal = 'disk_full'
    const good = await recorder('recorder-good', 5)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    expect(good.methods()).toEqual(['start'])
    await chair.signal.request('recording:stop', {})
    await becomes('off')
    good.refusal = 'disk_full'
    await chair.signal.request('recording:start', {})
    await becomes('failed')
    expect(secretary.view?.recording.failure).toBe('disk_full')
    expect((await rows()).at(-1)).toMatchObject({ state: 'failed', failureCode: 'disk_full' })
    good.refusal = null
    await chair.signal.request('recording:start', {})
    await becomes('recording')
  })

  it('without a recorder fails and says so; the chair can ask again', async () => {
    await chair.signal.request('recording:start', {})
    await becomes('failed')
    expect(secretary.view?.recording.failure).toBe('recording_unavailable')
    await recorder('recorder-late')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
  })

  it('that fails by itself is told to all, and the next begins', async () => {
    await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { recordingId } = secretary.view?.recording ?? {}
    bus.publish('recorder:events', { type: 'recordingFailed', meetingId, recordingId, code: 'disk_full' })
    await becomes('failed')
    await eventually(() => expect(inMedia()).toEqual([]))
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    bus.publish('recorder:events', { type: 'recordingFailed', meetingId, recordingId, code: 'internal' })
    bus.publish('recorder:events', 'nonsense')
    await secretary.signal.request('hand:raise', {})
    expect(state()).toBe('recording')
  })

  it('goes on in a further segment after the media room was lost', async () => {
    const one = await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    node.engine.loseRoom(meetingId)
    await eventually(() => expect(one.methods()).toEqual(['start', 'start']))
    expect(one.asked[1]?.payload.recordingId).toBe(one.asked[0]?.payload.recordingId)
    await eventually(() => expect(inMedia()).toHaveLength(1))
    expect(state()).toBe('recording')
  })

  it('goes on with another recorder when its node dies', async () => {
    const first = await recorder('recorder-1', 0)
    const second = await recorder('recorder-2', 5)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const former = secretary.view?.recording.recordingId
    await first.kill()
    await eventually(() => expect(second.methods()).toEqual(['start']), { timeout: 10_000 })
    await eventually(() => expect(secretary.view?.recording.recordingId).not.toBe(former))
    await becomes('recording')
    expect(await rows()).toHaveLength(2)
    await eventually(() => expect(inMedia()).toHaveLength(1))
  })

  it('whose recorder does not answer the stop is said to have failed, and blocks nothing', async () => {
    const one = await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    one.isSilent = true
    await chair.signal.request('recording:stop', {})
    await becomes('failed')
    expect(secretary.view?.recording.failure).toBe('recording_unavailable')
    one.isSilent = false
    await chair.signal.request('recording:start', {})
    await becomes('recording')
  })

  it('is stopped when the call ends, before the media room closes', async () => {
    const one = await recorder('recorder-1')
    const closedAfter: string[][] = []
    const closeRoom = vi.spyOn(node.engine, 'closeRoom').mockImplementationOnce(async () => {
      closedAfter.push(one.methods())
    })
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    await chair.signal.request('call:end', {})
    await eventually(() => expect(closedAfter).toEqual([['start', 'stop']]))
    closeRoom.mockRestore()
  })

  it('goes on under another home', async () => {
    const one = await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const other = await startNode({ database: test.database, bus, settings: { recorderTimeoutMs: 500 } })
    cleanup.push(() => other.close())
    await test.database.prisma.lease.update({
      where: { key: `call:${meetingId}` },
      data: { nodeId: other.id, epoch: 50, expiresAt: new Date() },
    })
    await eventually(() => expect(chair.signal.state).not.toBe('connected'))
    const back = new TestPage(other.url, meetingId, 'chair')
    cleanup.push(() => back.close())
    await back.join()
    await eventually(() => expect(one.methods()).toEqual(['start', 'start']))
    expect(back.view?.recording).toMatchObject({ state: 'recording' })
    await back.signal.request('recording:stop', {})
    await eventually(() => expect(back.view?.recording.state).toBe('off'))
  })
})
