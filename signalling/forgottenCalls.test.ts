import { afterAll, beforeAll, expect, it } from 'vitest'
import { callHomeAddress } from '#contract/callHome.ts'
import type { MeetingId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { callEvents } from '#db/calls.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { endForgottenCalls } from './forgottenCalls.ts'
import { newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let other: TestNode
beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database, settings: { seatGraceMs: 100, idleMs: 200 } })
  other = await startNode({ database: test.database, settings: { seatGraceMs: 100, idleMs: 200 } })
})
afterAll(async () => {
  await node.close()
  await other.close()
  await test.drop()
})

const minuteMs = 60_000
const meeting = (id: MeetingId) => test.database.prisma.meeting.findUniqueOrThrow({ where: { id } })
const endForgotten = (signalling: TestNode, nowMs: number) =>
  endForgottenCalls(
    { database: test.database, settings: standardSettings, signalling: signalling.server, log: silentLog },
    nowMs,
  )

it('a call that everybody left without ending it ends half an hour after its planned end, and not before', async () => {
  const id = await newMeeting(test.database)
  const endsAtMs = (await meeting(id)).endsAt.getTime()
  const chair = new TestPage(node.url, id, 'chair')
  await chair.join()
  await eventually(async () => expect((await meeting(id)).status).toBe('open'))

  expect(await endForgotten(node, endsAtMs + 31 * minuteMs)).toEqual([]) // somebody is there
  chair.close()
  expect(await endForgotten(other, endsAtMs + 29 * minuteMs)).toEqual([])
  // Whichever node looks: the call has no home once nobody is there.
  await eventually(async () => expect(await endForgotten(other, endsAtMs + 31 * minuteMs)).toEqual([id]))
  expect(await meeting(id)).toMatchObject({ status: 'ended', endedAt: expect.any(Date) })
  const events = await callEvents(test.database, id)
  // It was over when the last one left.
  const atMs = Math.max(...events.slice(0, -1).map(({ event }) => event.atMs))
  expect(events.at(-1)?.event).toEqual({ type: 'callEnded', atMs, by: null })
  // Who joined is logged besides, in its own time.
  const audit = await test.database.prisma.auditEntry.findMany({
    where: { subject: id, action: { not: 'call.joined' } },
  })
  expect(audit.map(({ actorId, action }) => [actorId, action])).toEqual([['system', 'call.endedAsForgotten']])
  expect(await endForgotten(node, endsAtMs + 60 * minuteMs)).toEqual([])
})

it('a call that was opened again is left open for as long as after a planned end', async () => {
  const id = await newMeeting(test.database)
  const chair = new TestPage(node.url, id, 'chair')
  await chair.join()
  await chair.signal.request('call:end', {})
  chair.close()
  await eventually(async () => expect((await meeting(id)).status).toBe('ended'))
  // An hour after its planned end somebody opens it again.
  const endsAt = new Date(Date.now() - 60 * minuteMs)
  await test.database.prisma.meeting.update({ where: { id }, data: { startsAt: endsAt, endsAt } })
  await node.bus.request(
    callHomeAddress(node.id),
    'reopenCall',
    { meetingId: id, by: 'clerk' },
    { timeoutMs: 10_000 },
  )
  expect(await meeting(id)).toMatchObject({ status: 'open', endedAt: null })
  expect(await endForgotten(node, Date.now() + 29 * minuteMs)).toEqual([])
  await eventually(async () => expect(await endForgotten(node, Date.now() + 31 * minuteMs)).toEqual([id]))
})

it('who only looks at the waiting room does not keep a call open that everybody left', async () => {
  const id = await newMeeting(test.database)
  const endsAtMs = (await meeting(id)).endsAt.getTime()
  const chair = new TestPage(node.url, id, 'chair')
  await chair.join()
  const waiting = new TestPage(node.url, id, 'secretary')
  await waiting.signal.request('call:hello', {})
  chair.close()
  await eventually(async () => expect(await endForgotten(node, endsAtMs + 31 * minuteMs)).toEqual([id]))
  await eventually(() =>
    expect(waiting.told).toContainEqual({ event: 'state:closed', payload: 'meeting_ended' }),
  )
})
