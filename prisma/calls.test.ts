import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeetingId, NodeId, ParticipantId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { appendCallEvents, banParticipant, callEvents, callLeaseKey, loadCall } from './calls.ts'
import { lastHolder, releaseLease, renewLeases, takeLease } from './leases.ts'
import { beat, liveNodes, startHeartbeat } from './nodes.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let test: TestDatabase
const a = NodeId.parse('node-a')
const b = NodeId.parse('node-b')
let count = 0

beforeAll(async () => {
  test = await startTestDatabase()
  await test.database.prisma.unit.create({
    data: {
      id: 'u1',
      code: '00070',
      name: 'Hoàn Kiếm',
      nameSearch: 'hoan kiem',
      level: 'commune',
      kind: 'phường',
      validFrom: new Date('2025-07-01'),
    },
  })
})
afterAll(async () => {
  await test.drop()
})

async function newMeeting(): Promise<MeetingId> {
  const id = MeetingId.parse(`m${count++}`)
  await test.database.prisma.meeting.create({
    data: {
      id,
      unitId: 'u1',
      kind: 'work',
      title: 'Họp giao ban',
      titleSearch: 'hop giao ban',
      startsAt: new Date(),
      endsAt: new Date(Date.now() + 3_600_000),
      status: 'scheduled',
      participants: { create: [{ id: `${id}-chair`, name: 'Chủ trì', role: 'chair' }] },
      agenda: {
        create: [
          { position: 2, title: 'Hai' },
          { position: 1, title: 'Một' },
        ],
      },
    },
  })
  return id
}

const opened = (atMs: number): RoomEvent => ({ type: 'callOpened', atMs, by: ParticipantId.parse('chair') })
const raised = (atMs: number): RoomEvent => ({
  type: 'handRaised',
  atMs,
  participantId: ParticipantId.parse('chair'),
  agendaItemId: null,
  kind: 'contribution',
  name: '',
  unitName: '',
})

describe('a lease', () => {
  it('is held by one, renewed by its holder, and taken by another when it ran out', async () => {
    const key = 'call:lease1'
    expect(await takeLease(test.database, key, a, 150)).toEqual({ epoch: 1, formerExpiresAtMs: null })
    expect(await takeLease(test.database, key, b, 150)).toBeNull()
    expect(await lastHolder(test.database, key)).toEqual({ nodeId: 'node-a', isHeld: true })
    expect(await renewLeases(test.database, a, [{ key, epoch: 1 }], 150)).toEqual([key])
    const taken = await until(() => takeLease(test.database, key, b, 10_000))
    expect(taken.epoch).toBe(2)
    expect(Math.abs(Date.now() - (taken.formerExpiresAtMs ?? 0))).toBeLessThan(5000)
    expect(await renewLeases(test.database, a, [{ key, epoch: 1 }], 150)).toEqual([])
  })

  it('that ran out is still renewed when nobody took it', async () => {
    const key = 'call:lease2'
    await takeLease(test.database, key, a, 1)
    await until(async () => ((await lastHolder(test.database, key))?.isHeld === false ? true : null))
    expect(await renewLeases(test.database, a, [{ key, epoch: 1 }], 10_000)).toEqual([key])
    expect(await takeLease(test.database, key, b, 10_000)).toBeNull()
  })

  it('goes to exactly one of many who ask at once', async () => {
    const nodes = Array.from({ length: 20 }, (_, i) => NodeId.parse(`n${i}`))
    const taken = await Promise.all(
      nodes.map((node) => takeLease(test.database, 'call:lease3', node, 10_000)),
    )
    expect(taken.filter((lease) => lease !== null)).toHaveLength(1)
  })

  it('given back can be taken at once, with the next epoch', async () => {
    await takeLease(test.database, 'call:lease4', a, 10_000)
    await releaseLease(test.database, 'call:lease4', a, 1)
    expect((await takeLease(test.database, 'call:lease4', b, 10_000))?.epoch).toBe(2)
    expect((await takeLease(test.database, 'call:lease4', b, 10_000))?.epoch).toBe(3)
  })
})

describe('the events of a call', () => {
  it('of a meeting that was deleted as it opened are nobody’s to store', async () => {
    const meetingId = await newMeeting()
    await takeLease(test.database, callLeaseKey(meetingId), a, 10_000)
    await test.database.prisma.meeting.delete({ where: { id: meetingId } })
    const events = [{ seq: 1, event: opened(Date.now()) }]
    const storing = appendCallEvents(test.database, { meetingId, nodeId: a, epoch: 1, events })
    await expect(storing).rejects.toMatchObject({ code: 'wrong_node' })
  })

  it('are stored in order with the status of the meeting, once however often they are sent', async () => {
    const meetingId = await newMeeting()
    await takeLease(test.database, callLeaseKey(meetingId), a, 10_000)
    const openedAtMs = Date.now()
    const events = [
      { seq: 1, event: opened(openedAtMs) },
      { seq: 2, event: raised(openedAtMs + 1) },
    ]
    for (let i = 0; i < 2; i++) {
      await appendCallEvents(test.database, { meetingId, nodeId: a, epoch: 1, events })
    }
    expect(await callEvents(test.database, meetingId)).toEqual(events)
    const meeting = () => test.database.prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })
    expect(await meeting()).toMatchObject({ status: 'open', openedAt: new Date(openedAtMs), endedAt: null })
    const ended: RoomEvent = { type: 'callEnded', atMs: openedAtMs + 5, by: null }
    await appendCallEvents(test.database, {
      meetingId,
      nodeId: a,
      epoch: 1,
      events: [{ seq: 3, event: ended }],
    })
    expect(await meeting()).toMatchObject({
      status: 'ended',
      openedAt: new Date(openedAtMs),
      endedAt: new Date(openedAtMs + 5),
    })
  })

  it('of a holder whose lease was taken are refused whole', async () => {
    const meetingId = await newMeeting()
    const key = callLeaseKey(meetingId)
    await takeLease(test.database, key, a, 10_000)
    await releaseLease(test.database, key, a, 1)
    await takeLease(test.database, key, b, 10_000)
    const late = { meetingId, nodeId: a, epoch: 1, events: [{ seq: 1, event: opened(1) }] }
    await expect(appendCallEvents(test.database, late)).rejects.toMatchObject({ code: 'wrong_node' })
    expect(await callEvents(test.database, meetingId)).toEqual([])
    const meeting = await test.database.prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })
    expect(meeting.status).toBe('scheduled')
  })

  it('keep text as it is, whatever it looks like', async () => {
    const meetingId = await newMeeting()
    await takeLease(test.database, callLeaseKey(meetingId), a, 10_000)
    const text = `'); DROP TABLE meeting; -- <script>alert(1)</script> \\u0041 "{}" Đống Đa 🇻🇳`
    const event: RoomEvent = {
      type: 'chatPosted',
      atMs: 5,
      message: {
        id: 'message1',
        participantId: ParticipantId.parse('chair'),
        name: 'Ô',
        unitName: '',
        text,
        atMs: 5,
      },
    }
    await appendCallEvents(test.database, { meetingId, nodeId: a, epoch: 1, events: [{ seq: 1, event }] })
    expect(await callEvents(test.database, meetingId)).toEqual([{ seq: 1, event }])
  })
})

describe('an event that the database cannot hold', () => {
  it('is told apart from a database that is away', async () => {
    const meetingId = await newMeeting()
    await takeLease(test.database, callLeaseKey(meetingId), a, 10_000)
    const message = {
      id: 'message1',
      participantId: ParticipantId.parse('chair'),
      name: 'Ô',
      unitName: '',
      text: 'a\u0000b',
      atMs: 5,
    }
    const events = [{ seq: 1, event: { type: 'chatPosted', atMs: 5, message } satisfies RoomEvent }]
    await expect(
      appendCallEvents(test.database, { meetingId, nodeId: a, epoch: 1, events }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
  })
})

describe('a call’s record', () => {
  it('has the agenda in order and leaves out who was banned', async () => {
    const meetingId = await newMeeting()
    const record = await loadCall(test.database, meetingId)
    expect(record?.agenda.map((item) => item.title)).toEqual(['Một', 'Hai'])
    expect(record).toMatchObject({
      unitName: 'Phường Hoàn Kiếm',
      status: 'scheduled',
      people: [{ role: 'chair' }],
    })
    await banParticipant(test.database, meetingId, ParticipantId.parse(`${meetingId}-chair`))
    expect((await loadCall(test.database, meetingId))?.people).toEqual([])
    expect(await loadCall(test.database, MeetingId.parse('nothing'))).toBeNull()
  })
})

describe('the list of nodes', () => {
  it('has those of the role that beat a moment ago, least loaded first', async () => {
    await beat(test.database, { id: a, roles: ['signalling', 'recorder'], url: 'http://a', load: 2 })
    await beat(test.database, { id: b, roles: ['recorder'], url: '', load: 1 })
    expect((await liveNodes(test.database, 'recorder')).map((node) => node.id)).toEqual(['node-b', 'node-a'])
    expect((await liveNodes(test.database, 'signalling')).map((node) => node.url)).toEqual(['http://a'])
    expect(await liveNodes(test.database, 'sfu')).toEqual([])
    await until(async () => ((await liveNodes(test.database, 'recorder', 1)).length === 0 ? true : null))
  })

  it('forgets a node that ends in good order', async () => {
    const id = NodeId.parse('node-c')
    const options = { database: test.database, nodeId: id, roles: ['sfu'] as const, url: '', log: silentLog }
    let load = 0
    const heartbeat = await startHeartbeat({ ...options, load: () => load++, everyMs: 20 })
    await until(async () => (((await liveNodes(test.database, 'sfu'))[0]?.load ?? 0) > 1 ? true : null))
    await heartbeat.stop()
    await heartbeat.stop()
    expect(await liveNodes(test.database, 'sfu')).toEqual([])
  })

  it('knows for how long the database has answered without a break', async () => {
    const id = NodeId.parse('node-d')
    const options = { database: test.database, nodeId: id, roles: ['sfu'] as const, url: '', log: silentLog }
    const heartbeat = await startHeartbeat({ ...options, load: () => 0, everyMs: 10 })
    const when = (is: (steadyMs: number) => boolean) =>
      until(() => Promise.resolve(is(heartbeat.steadyMs()) ? true : null))
    await when((steadyMs) => steadyMs > 0)
    await test.database.prisma.$executeRaw`ALTER TABLE node RENAME TO node_away`
    await when((steadyMs) => steadyMs === 0)
    const wasBackAtMs = performance.now()
    await test.database.prisma.$executeRaw`ALTER TABLE node_away RENAME TO node`
    await when((steadyMs) => steadyMs > 0)
    expect(heartbeat.steadyMs()).toBeLessThanOrEqual(performance.now() - wasBackAtMs)
    await heartbeat.stop()
  })
})

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const giveUpAtMs = Date.now() + 10_000
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > giveUpAtMs) throw new Error('it did not happen')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
