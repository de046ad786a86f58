import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { meetingChangedTopic } from '#contract/meetingChanged.ts'
import { NodeId, type MeetingId } from '#contract/ids.ts'
import { recorderRequests } from '#contract/recorder.ts'
import { callEvents } from '#db/calls.ts'
import { recordingsOfMeeting } from '#db/recordings.ts'
import { beat, forgetNode } from '#db/nodes.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

/** A recorder on the bus that keeps what it is asked and does as it is told. */
class TestRecorder {
  readonly id: NodeId
  readonly asked: {
    method: string
    payload: { recordingId: string; isFurther?: boolean; names?: Record<string, { name: string }> }
  }[] = []
  /** What it captures. */
  readonly held = new Set<string>()
  /** Of what it has the journals. */
  readonly disk: Set<string>
  /** How often it was asked whether it holds a recording of this test. */
  looks = 0
  refusal: ErrorCode | null = null
  isSilent = false
  readonly #mine = new Set<string>()
  #stop: (() => Promise<void>) | undefined
  readonly #bus: MemoryBus
  #beating: ReturnType<typeof setInterval> | undefined

  constructor(id: string, bus: MemoryBus, disk = new Set<string>()) {
    this.id = NodeId.parse(id)
    this.#bus = bus
    this.disk = disk
  }

  async start(load: number): Promise<void> {
    const live = () => beat(test.database, { id: this.id, roles: ['recorder'], url: '', load })
    await live()
    this.#beating = setInterval(() => void live(), 1000)
    this.#stop = await this.#bus.serve(`recorder:${this.id}`, async (method, payload) => {
      if (method === 'holds') {
        const { recordingId } = recorderRequests.holds.parse(payload)
        if (this.#mine.has(recordingId)) this.looks++
        if (this.isSilent) return new Promise(() => undefined)
        if (!this.held.has(recordingId)) throw new AppError('not_found')
        return { isCapturing: true }
      }
      if (method !== 'start' && method !== 'stop' && method !== 'names') throw new AppError('bad_request')
      const parsed = recorderRequests[method].parse(payload)
      // Calls of earlier tests look for a recorder too.
      if ('meetingId' in parsed && parsed.meetingId === meetingId) this.#mine.add(parsed.recordingId)
      if (this.#mine.has(parsed.recordingId)) this.asked.push({ method, payload: parsed })
      if (this.isSilent) return new Promise(() => undefined)
      if (method === 'start') {
        if (this.refusal !== null) throw new AppError(this.refusal)
        if ('isFurther' in parsed && parsed.isFurther && !this.disk.has(parsed.recordingId))
          throw new AppError('not_found')
        this.held.add(parsed.recordingId)
        this.disk.add(parsed.recordingId)
      }
      if (method === 'stop') this.held.delete(parsed.recordingId)
      return {}
    })
  }

  methods(): string[] {
    return this.asked.map((one) => one.method)
  }

  async kill(): Promise<void> {
    await this.#stop?.()
    await this.vanish()
  }

  /** Off the list of nodes; it goes on serving. */
  async vanish(): Promise<void> {
    clearInterval(this.#beating)
    await forgetNode(test.database, this.id)
  }
}

const quick = { recorderTimeoutMs: 500, recorderWatchMs: 100 }
let test: TestDatabase
let bus: MemoryBus
let node: TestNode
let meetingId: MeetingId
let chair: TestPage
let secretary: TestPage
const cleanup: (() => unknown)[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  bus = new MemoryBus()
  node = await startNode({ database: test.database, bus, settings: quick })
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

async function recorder(id: string, load = 0, disk?: Set<string>): Promise<TestRecorder> {
  const made = new TestRecorder(id, bus, disk)
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
    await eventually(async () => {
      const logged = await test.database.prisma.auditEntry.findMany({
        where: { subject: meetingId, action: { startsWith: 'recording.' } },
        orderBy: { id: 'asc' },
      })
      expect(logged.map(({ action, actorId }) => [action, actorId])).toEqual([
        ['recording.proposed', expect.any(String)],
        ['recording.started', memberId(meetingId, 'chair')],
        ['recording.stopped', expect.any(String)],
      ])
      for (const { address } of logged) expect(address).toMatch(/127\.0\.0\.1|::1/)
    })
  })

  it('is acknowledged at the door by who was told there, later by who is inside, and outlives the home', async () => {
    await recorder('recorder-1')
    const stored = async () =>
      (await callEvents(test.database, meetingId))
        .map(({ event }) => event)
        .filter((event) => event.type === 'recordingAcknowledged')
        .map((event) => event.participantId)
    const known = (page: TestPage) => page.views?.own.recordingAcknowledgedAtMs
    // What their pages say of a meeting that is neither recorded nor to be counts for nothing.
    expect([known(chair), known(secretary)]).toEqual([null, null])
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const an = await joined('an')
    expect(known(an)).toEqual(expect.any(Number))
    await secretary.signal.request('recording:acknowledge', {})
    await secretary.signal.request('recording:acknowledge', {})
    await eventually(() => expect(known(secretary)).toEqual(expect.any(Number)))
    await eventually(async () =>
      expect(await stored()).toEqual([memberId(meetingId, 'an'), memberId(meetingId, 'secretary')]),
    )
    expect(known(chair)).toBeNull()
  })

  it('that is planned is acknowledged at the door', async () => {
    await test.database.prisma.meeting.update({
      where: { id: meetingId },
      data: { isRecordingPlanned: true, version: { increment: 1 } },
    })
    await bus.publish(meetingChangedTopic, { meetingId, part: 'plan' })
    await eventually(async () => {
      const hello = await secretary.signal.request('call:hello', {})
      expect(hello.meeting.isRecordingPlanned).toBe(true)
    })
    const an = await joined('an')
    expect(an.views?.own.recordingAcknowledgedAtMs).toEqual(expect.any(Number))
  })

  it('ends when everybody has left, also while somebody waits before the call', async () => {
    const small = await startNode({
      database: test.database,
      bus,
      settings: { ...quick, idleMs: 300, seatGraceMs: 100 },
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
    await eventually(async () =>
      expect((await rows()).at(-1)).toMatchObject({ state: 'failed', failureCode: 'disk_full' }),
    )
    await chair.signal.request('recording:start', {})
    good.refusal = null
    await becomes('recording')
  })

  it('at the quota a new one is refused, and nothing is begun', async () => {
    const one = await recorder('recorder-quota')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { prisma } = test.database
    await prisma.recording.updateMany({ where: { meetingId }, data: { sizeBytes: 1_000_000_000n } })
    await prisma.settingChange.create({
      data: { key: 'recordingQuotaGb', value: 1, source: '', validFrom: new Date(0) },
    })
    try {
      expect(one.methods()).toEqual(['start']) // what runs goes on
      await chair.signal.request('recording:stop', {})
      await becomes('off')
      await expect(chair.signal.request('recording:start', {})).rejects.toMatchObject({
        code: 'recording_quota_reached',
      })
      expect(await rows()).toHaveLength(1)
    } finally {
      await prisma.recording.updateMany({ where: { meetingId }, data: { sizeBytes: 0n } })
    }
  })

  it('without a recorder fails and says so, and begins by itself when there is one', async () => {
    await chair.signal.request('recording:start', {})
    await becomes('failed')
    expect(secretary.view?.recording.failure).toBe('recording_unavailable')
    const { recordingId } = secretary.view?.recording ?? {}
    await recorder('recorder-late')
    await becomes('recording', 10_000)
    expect(secretary.view?.recording.recordingId).toBe(recordingId)
  })

  it('that fails by itself is told to all, and goes on when it can, until the failure is put away', async () => {
    const one = await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { recordingId } = secretary.view?.recording ?? {}
    const fail = (): void => {
      one.refusal = 'disk_full'
      one.held.clear()
      bus.publish('recorder:events', { type: 'recordingFailed', meetingId, recordingId, code: 'disk_full' })
    }
    fail()
    await becomes('failed')
    await eventually(() => expect(one.methods().length).toBeGreaterThan(2), { timeout: 10_000 })
    expect(state()).toBe('failed')
    one.refusal = null
    await becomes('recording', 20_000)
    expect(secretary.view?.recording.recordingId).toBe(recordingId)
    expect(one.asked.at(-1)?.payload).toMatchObject({ recordingId, isFurther: true })
    fail()
    await becomes('failed')
    await chair.signal.request('recording:stop', {})
    await becomes('off')
    one.refusal = null
    const { looks } = one
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    await eventually(() => expect(one.looks).toBeGreaterThan(looks + 2))
    expect(one.held.has(recordingId ?? '')).toBe(false)
  })

  it('that fails is told to all, and the next begins', async () => {
    const one = await recorder('recorder-1')
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { recordingId } = secretary.view?.recording ?? {}
    one.refusal = 'disk_full'
    bus.publish('recorder:events', { type: 'recordingFailed', meetingId, recordingId, code: 'disk_full' })
    await becomes('failed')
    await eventually(() => expect(inMedia()).toEqual([]))
    await chair.signal.request('recording:start', {})
    one.refusal = null
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
    // It is asked whether it can go on with what the other captured, whose disk it has not.
    await eventually(() => expect(second.methods()).toEqual(['start', 'start']), { timeout: 20_000 })
    expect(second.asked.map(({ payload }) => payload.isFurther)).toEqual([true, undefined])
    await eventually(() => expect(secretary.view?.recording.recordingId).not.toBe(former))
    await becomes('recording')
    expect(await rows()).toHaveLength(2)
    await eventually(() => expect(inMedia()).toHaveLength(1))
  })

  it('goes on at once where its recorder answers and has lost it', async () => {
    const one = await recorder('recorder-1')
    const other = await recorder('recorder-2', 5)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    one.held.clear()
    await eventually(() => expect(one.methods()).toEqual(['start', 'start']))
    expect(one.asked[1]?.payload).toMatchObject({
      recordingId: one.asked[0]?.payload.recordingId,
      isFurther: true,
    })
    expect(one.asked[0]?.payload.isFurther).toBeUndefined()
    expect(other.methods()).toEqual([])
    expect(state()).toBe('recording')
    expect(await rows()).toHaveLength(1)
  })

  it('stays where it is as long as its recorder answers, or is listed and has its media', async () => {
    const one = await recorder('recorder-1')
    const other = await recorder('recorder-2', 5)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    one.isSilent = true
    await eventually(() => expect(one.looks).toBeGreaterThan(4), { timeout: 30_000 })
    one.isSilent = false
    await one.vanish()
    const { looks } = one
    await eventually(() => expect(one.looks).toBeGreaterThan(looks + 4), { timeout: 30_000 })
    expect([one.methods(), other.methods(), state()]).toEqual([['start'], [], 'recording'])
  })

  it('goes on as the same recording with another recorder of the same disk', async () => {
    const disk = new Set<string>()
    const first = await recorder('recorder-1', 0, disk)
    const second = await recorder('recorder-2', 5, disk)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { recordingId } = secretary.view?.recording ?? {}
    await first.kill()
    await eventually(() => expect(second.methods()).toEqual(['start']), { timeout: 20_000 })
    expect(second.asked[0]?.payload).toMatchObject({ recordingId, isFurther: true })
    await becomes('recording')
    expect(secretary.view?.recording.recordingId).toBe(recordingId)
    expect(await rows()).toHaveLength(1)
  })

  it('goes to another recorder when its own ends in good order, and waits for it where there is none', async () => {
    const disk = new Set<string>()
    const first = await recorder('recorder-1', 0, disk)
    const second = await recorder('recorder-2', 5, disk)
    await chair.signal.request('recording:start', {})
    await becomes('recording')
    const { recordingId } = secretary.view?.recording ?? {}
    const ends = async (one: TestRecorder): Promise<void> => {
      await one.kill()
      bus.publish('recorder:events', {
        type: 'recordingFailed',
        meetingId,
        recordingId,
        code: 'node_closing',
      })
    }
    await ends(first)
    await eventually(() => expect(second.held).toContain(recordingId))
    await becomes('recording')
    await ends(second)
    await becomes('failed')
    second.held.clear()
    await second.start(0)
    await becomes('recording', 10_000)
    expect(second.held).toContain(recordingId)
    expect(secretary.view?.recording.recordingId).toBe(recordingId)
    expect(await rows()).toHaveLength(1)
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
    // Nobody wants it: it does not go on by itself.
    expect(secretary.view?.recording.recordingId).toBeNull()
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
    const other = await startNode({ database: test.database, bus, settings: quick })
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
