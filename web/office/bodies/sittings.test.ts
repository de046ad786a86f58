import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MeetingPlan } from '#contract/plan.ts'
import { addAccount } from '#db/accounts.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { createCallHome } from '#office/meetings/callHome.ts'
import { createMeetings, type Meetings } from '#office/meetings/meetings.ts'
import { accountViewer } from '#office/testing/testViewer.ts'
import { type Bodies, createBodies } from './bodies.ts'

const ward = 'unit-00070-20250701'
const nowMs = Date.parse('2026-11-23T08:00+07:00')
const startsAtMs = Date.parse('2026-12-07T08:00+07:00')
const secretary = accountViewer('thu', { unitRoles: [{ unitId: ward, role: 'secretary' }] })
const days = { from: '2026-04-01', until: '2031-04-01' }

let db: TestDatabase
let bodies: Bodies
let meetings: Meetings
let bodyId: string
let mandateId: string
beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  for (const id of ['thu', 'an'])
    await addAccount(db.database.prisma, { id, name: `Người ${id}`, email: `${id}@mau.example` })
  const { database } = db
  const now = () => nowMs
  bodies = createBodies({ database, now })
  const callHome = createCallHome({ database, bus: new MemoryBus() })
  meetings = createMeetings({ database, settings: standardSettings, now, callHome })
  bodyId = await newBody('Hội đồng nhân dân phường')
  const member = { position: '', mayVote: true }
  await bodies.addMembers(secretary, {
    ...{ bodyId, ...days },
    members: [
      { ...member, userId: 'an', name: 'Người an', offices: ['chair'] },
      { ...member, userId: null, name: 'Lý Thị Yến', offices: [] },
    ],
  })
  mandateId = (await bodies.get(secretary, bodyId)).mandates.find((one) => !one.userId)?.id ?? ''
})
afterAll(() => db.drop())

const newBody = async (name: string, span = days): Promise<string> =>
  (await bodies.create(secretary, { unitId: ward, kind: 'council', name, term: '', ...span })).id

function planOf(sitting: MeetingPlan['sitting'], change: Partial<MeetingPlan> = {}): MeetingPlan {
  return {
    ...{ unitId: ward, kind: 'council_session', title: 'Kỳ họp HĐND phường', description: '', place: '' },
    ...{ startsAtMs, endsAtMs: startsAtMs + 3_600_000, isRecordingPlanned: true, overrideReason: '' },
    ...{ isDeclaredUnclassified: true, chairUserId: 'an', secretaryUserId: 'thu', people: [], guests: [] },
    ...{ unitIds: [], sites: [], agenda: [], sitting, ...change },
  }
}
const sittingOf = (sessionName: string, number: number | null, of = bodyId) => ({
  ...{ bodyId: of, sessionName, number },
})
const create = async (plan: MeetingPlan) => (await meetings.create(secretary, plan, 'scheduled')).id
const read = (id: string) => meetings.get(secretary, id)

it('sittings of one session are meetings of their own, numbered each once', async () => {
  const first = await create(planOf(sittingOf('Kỳ họp thứ 20', 1)))
  const next = await create(
    planOf(sittingOf('Kỳ họp thứ 20', 2), {
      startsAtMs: startsAtMs + 86_400_000,
      endsAtMs: startsAtMs + 90_000_000,
    }),
  )
  expect(await read(next)).toMatchObject({
    sitting: { bodyId, bodyName: 'Hội đồng nhân dân phường', sessionName: 'Kỳ họp thứ 20', number: 2 },
  })
  expect((await bodies.get(secretary, bodyId)).sessions).toEqual([
    {
      id: expect.any(String),
      name: 'Kỳ họp thứ 20',
      sittings: [
        { meetingId: first, number: 1 },
        { meetingId: next, number: 2 },
      ],
    },
  ])
  await expect(create(planOf(sittingOf('Kỳ họp thứ 20', 2)))).rejects.toMatchObject({
    code: 'conflict',
    detail: { field: 'sitting' },
  })
  await expect(create(planOf(sittingOf('Kỳ họp thứ 21', null)))).rejects.toMatchObject({
    code: 'bad_request',
    detail: { field: 'sitting' },
  })
})

it('a body sits on a day of its term only, with or without a session', async () => {
  const past = await newBody('Hội đồng khóa trước', { from: '2025-07-01', until: '2026-04-01' })
  await expect(create(planOf(sittingOf('', null, past)))).rejects.toMatchObject({
    code: 'bad_request',
    detail: { field: 'sitting' },
  })
  const id = await create(planOf(sittingOf('', null)))
  expect((await read(id)).sitting).toMatchObject({ sessionName: '', number: null })
})

it('a member without an account is a guest by link who is known by the mandate, whatever the form sends later', async () => {
  const guest = { name: 'Lý Thị Yến', position: '', unitName: '', mandateId }
  const id = await create(planOf(sittingOf('', null), { guests: [guest] }))
  const member = async () => (await read(id)).participants.find((one) => one.name === 'Lý Thị Yến')
  expect(await member()).toMatchObject({ role: 'guest', mandateId })
  const kept = { id: (await member())?.id ?? '', name: 'Lý Thị Yến', position: '', unitName: '' }
  const { version, sitting } = await read(id)
  await meetings.update(secretary, id, version, planOf(undefined, { guests: [kept] }), 'scheduled')
  expect(await member()).toMatchObject({ mandateId })
  expect((await read(id)).sitting).toEqual(sitting)
  // Of another body, or of none, they are no member.
  await meetings.update(secretary, id, version + 1, planOf(null, { guests: [kept] }), 'scheduled')
  expect(await member()).toMatchObject({ mandateId: null })
  expect((await read(id)).sitting).toBeNull()
})

it('a mandate is named once, of the body that sits, and not of somebody with an account', async () => {
  const guest = { name: 'Ai Đó', position: '', unitName: '' }
  const other = (await bodies.get(secretary, bodyId)).mandates.find((one) => one.userId)?.id ?? ''
  for (const [sitting, guests] of [
    [sittingOf('', null), [{ ...guest, mandateId: other }]],
    [sittingOf('', null), [{ ...guest, mandateId: 'absent' }]],
    [null, [{ ...guest, mandateId }]],
    [
      sittingOf('', null),
      [
        { ...guest, mandateId },
        { ...guest, mandateId },
      ],
    ],
  ] as const)
    await expect(create(planOf(sitting, { guests: [...guests] }))).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field: 'guests' },
    })
})

it('the audit log has which sitting a meeting became', async () => {
  const id = await create(planOf(sittingOf('Kỳ họp chuyên đề', 1)))
  const entry = await db.database.prisma.auditEntry.findFirstOrThrow({
    where: { subject: id, action: 'meeting.created' },
  })
  expect(JSON.stringify(entry.detail)).toContain('Kỳ họp chuyên đề · 1')
})
