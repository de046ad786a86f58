import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { HeldRole } from '#contract/officeRole.ts'
import { addAccount } from '#db/accounts.ts'
import { lockBody } from '#db/bodies.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accountViewer, linkViewer } from '#office/testing/testViewer.ts'
import { type Bodies, createBodies, type NewMember } from './bodies.ts'

const city = 'unit-01-20080801'
const ward = 'unit-00070-20250701'
const nowMs = Date.parse('2026-11-23T08:00+07:00')
const admin = accountViewer('admin', { isSystemAdmin: true })
const reader = accountViewer('reader')
const holding = (role: HeldRole, unitId = ward) =>
  accountViewer(`${role}-${unitId}`, { unitRoles: [{ unitId, role }] })
const secretary = holding('secretary')

let db: TestDatabase
let bodies: Bodies
let bodyId: string
beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  for (const [id, name] of [
    ['an', 'Bùi Văn An'],
    ['binh', 'Đỗ Thị Bình'],
  ] as const)
    await addAccount(db.database.prisma, { id, name, email: `${id}@mau.example` })
  bodies = createBodies({ database: db.database, now: () => nowMs })
})
afterAll(() => db.drop())
beforeEach(async () => {
  const { id } = await bodies.create(secretary, council())
  bodyId = id
})

const council = (change: object = {}) => ({
  ...{ unitId: ward, kind: 'council' as const, name: 'Hội đồng nhân dân phường', term: '2025–2026' },
  ...{ from: '2025-07-01', until: '2027-01-01' as string | null, ...change },
})
const member = (name: string, change: Partial<NewMember> = {}): NewMember => ({
  ...{ userId: null, name, position: '', mayVote: true, offices: [], ...change },
})
const add = (members: NewMember[], from = '2025-07-01', until: string | null = null) =>
  bodies.addMembers(secretary, { bodyId, members, from, until: until ?? '2027-01-01' })
const mandates = async () => (await bodies.get(reader, bodyId)).mandates
const named = async (name: string) => {
  const found = (await mandates()).find((one) => one.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}
const on = async (day: string) =>
  (await bodies.membersOn(reader, { bodyId, atMs: Date.parse(`${day}T09:00+07:00`) })).map(
    ({ name, mayVote, offices }) => [name, mayVote ? 'votes' : 'no vote', ...offices].join(', '),
  )

it('knows who is a member on a day, with the offices of that day, by rank and given name', async () => {
  await add([
    member('Vũ Văn Đức', { offices: ['deputy_chair'] }),
    member('Bùi Văn An', { userId: 'an' }),
    member('Lý Thị Yến', { mayVote: false }),
    member('Đỗ Thị Bình', { userId: 'binh', offices: ['chair'] }),
  ])
  const { id: mandateId } = await named('Đỗ Thị Bình')
  await bodies.endMember(secretary, { mandateId, until: '2026-03-02', endReason: 'Chuyển công tác' })
  const { id: next } = await named('Vũ Văn Đức')
  await bodies.giveOffice(secretary, {
    mandateId: next,
    office: 'chair',
    from: '2026-03-02',
    until: '2027-01-01',
  })
  expect(await on('2025-06-30')).toEqual([])
  expect(await on('2026-03-01')).toEqual([
    'Đỗ Thị Bình, votes, chair',
    'Vũ Văn Đức, votes, deputy_chair',
    'Bùi Văn An, votes',
    'Lý Thị Yến, no vote',
  ])
  expect(await on('2026-03-02')).toEqual([
    'Vũ Văn Đức, votes, chair, deputy_chair',
    'Bùi Văn An, votes',
    'Lý Thị Yến, no vote',
  ])
  expect(await on('2027-01-01')).toEqual([])
  expect(await named('Đỗ Thị Bình')).toMatchObject({
    endReason: 'Chuyển công tác',
    until: '2026-03-02',
    offices: [{ office: 'chair', until: '2026-03-02' }],
  })
})

it('the day is the city’s: shortly before midnight it is still the old one', async () => {
  await add([member('Bùi Văn An')], '2026-03-02')
  const at = (moment: string) => bodies.membersOn(reader, { bodyId, atMs: Date.parse(moment) })
  expect(await at('2026-03-01T23:59+07:00')).toEqual([])
  expect(await at('2026-03-02T00:00+07:00')).toHaveLength(1)
})

it('the database itself lets nobody be a member twice at once, nor two preside', async () => {
  await add([member('Bùi Văn An', { userId: 'an', offices: ['chair'] })], '2025-07-01', '2026-01-01')
  const twice = add([member('Tên Khác', { userId: 'an' })], '2025-12-31')
  await expect(twice).rejects.toMatchObject({ code: 'conflict', detail: { field: 'name', name: 'Tên Khác' } })
  // From the day on which the first ended, again; and a namesake is told apart by the position, not by the marks.
  await add([member('Bùi Văn An', { userId: 'an' })], '2026-01-01')
  await add([member('Trần Văn Hùng', { position: 'Tổ 1' }), member('Trần Văn Hùng', { position: 'Tổ 2' })])
  await add([member('Trần Văn Hưng', { position: 'Tổ 1' })])
  await expect(add([member('TRẦN VĂN HÙNG', { position: 'tổ 1' })])).rejects.toMatchObject({
    code: 'conflict',
    detail: { field: 'name' },
  })
  // A list that names who is a member with an account means the same person, unless it says what else they are.
  await expect(add([member('bùi văn an')])).rejects.toMatchObject({ code: 'conflict' })
  await expect(add([member('Trần Văn Hưng')])).rejects.toMatchObject({ code: 'conflict' })
  const rival = add([member('Lý Thị Yến', { offices: ['chair'] })], '2025-12-31')
  await expect(rival).rejects.toMatchObject({ code: 'conflict', detail: { field: 'office' } })
  await add([member('Lý Thị Yến', { offices: ['chair'] })], '2026-01-01')
  const raw = db.database.prisma.mandate.create({
    data: { bodyId, userId: 'an', name: 'x', nameSearch: 'x', validFrom: new Date('2026-06-01') },
  })
  await expect(raw).rejects.toThrow(/mandate_once_at_a_time/)
  const backwards = db.database.prisma.body.update({
    where: { id: bodyId },
    data: { validUntil: new Date('2025-07-01') },
  })
  await expect(backwards).rejects.toThrow(/body_ends_after_it_begins/)
})

it('adds all of a list or none of it, within the term', async () => {
  await expect(
    add([member('Bùi Văn An', { userId: 'an' }), member('Người Khác', { userId: 'an' })]),
  ).rejects.toMatchObject({ code: 'conflict' })
  expect(await mandates()).toEqual([])
  const wrong = async (from: string, until: string | null, field: string) =>
    expect(add([member('Bùi Văn An')], from, until)).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field },
    })
  await wrong('2025-06-30', null, 'from')
  await wrong('2026-01-01', '2027-01-02', 'until')
  await wrong('2026-01-01', '2026-01-01', 'until')
  await expect(add([member('Ai Đó', { userId: 'absent' })])).rejects.toMatchObject({
    detail: { field: 'userId' },
  })
  await add([member('Bùi Văn An')])
  // A term is not cut under its members.
  await expect(
    bodies.change(secretary, { bodyId, ...council({ until: '2026-06-01' }) }),
  ).rejects.toMatchObject({ code: 'bad_request', detail: { field: 'until' } })
})

it('cuts offices to the mandate, ends one on a day, and takes away what was a mistake', async () => {
  await add([member('Bùi Văn An', { offices: ['secretary', 'member'] })])
  const { id: mandateId, offices } = await named('Bùi Văn An')
  const [office] = offices
  if (!office) throw new Error('no office')
  await bodies.endOffice(secretary, { officeId: office.id, until: '2026-01-01' })
  const change = { mandateId, userId: 'an', name: 'Bùi Văn An', position: '', mayVote: false, endReason: '' }
  await bodies.changeMember(secretary, { ...change, from: '2025-09-01', until: '2026-12-01' })
  expect(await named('Bùi Văn An')).toMatchObject({
    ...{ userId: 'an', mayVote: false, from: '2025-09-01', until: '2026-12-01' },
    offices: [
      { office: 'secretary', from: '2025-09-01', until: '2026-01-01' },
      { office: 'member', from: '2025-09-01', until: '2026-12-01' },
    ],
  })
  const beyond = { mandateId, office: 'head' as const, from: '2026-12-01', until: '2027-01-01' }
  await expect(bodies.giveOffice(secretary, beyond)).rejects.toMatchObject({ code: 'bad_request' })
  await bodies.removeMember(secretary, mandateId)
  expect(await mandates()).toEqual([])
})

it('lives in both eras, and ends with its unit', async () => {
  const district = await db.database.prisma.unit.findFirstOrThrow({
    where: { level: 'district', name: 'Ba Đình' },
  })
  const past = { unitId: district.id, from: '2021-07-01', until: '2025-07-01' }
  const { id } = await bodies.create(admin, council({ ...past, name: 'Hội đồng nhân dân quận Ba Đình' }))
  await bodies.addMembers(admin, {
    bodyId: id,
    from: '2021-07-01',
    until: '2025-07-01',
    members: [member('Bùi Văn An', { userId: 'an' })],
  })
  const atMs = Date.parse('2025-06-30T22:00+07:00')
  expect(await bodies.membersOn(reader, { bodyId: id, atMs })).toMatchObject([{ userId: 'an' }])
  await expect(bodies.create(admin, council({ ...past, until: null }))).rejects.toMatchObject({
    code: 'bad_request',
    detail: { field: 'until' },
  })
  const names = async (which: 'now' | 'past') =>
    (await bodies.list(reader, { query: 'hoi dong ba dinh', which })).map((one) => one.name)
  expect(await names('now')).toEqual([])
  expect(await names('past')).toEqual(['Hội đồng nhân dân quận Ba Đình'])
  expect(await bodies.list(reader, { query: 'hoan kiem 2025', unitId: ward })).not.toEqual([])
})

it('is written by the unit’s secretary and administrators alone, and read by every account', async () => {
  await add([member('Bùi Văn An')])
  const { id: mandateId } = await named('Bùi Văn An')
  for (const viewer of [reader, holding('official'), holding('secretary', city), holding('technician')]) {
    expect(await bodies.get(viewer, bodyId)).toMatchObject({ memberCount: 1, mayChange: false })
    const span = { from: '2026-01-01', until: '2027-01-01' }
    for (const refused of [
      () => bodies.create(viewer, council()),
      () => bodies.change(viewer, { bodyId, ...council() }),
      () => bodies.addMembers(viewer, { bodyId, ...span, members: [member('Ai')] }),
      () => bodies.endMember(viewer, { mandateId, until: '2026-01-01', endReason: 'x' }),
      () => bodies.removeMember(viewer, mandateId),
      () => bodies.giveOffice(viewer, { mandateId, office: 'chair', ...span }),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'forbidden' })
  }
  for (const viewer of [holding('unit_admin'), admin]) {
    expect(await bodies.get(viewer, bodyId)).toMatchObject({ mayChange: true })
    await bodies.change(viewer, { bodyId, ...council() })
  }
  await expect(bodies.list(linkViewer('m', 'p'))).rejects.toMatchObject({ code: 'not_found' })
  await expect(bodies.get(reader, 'absent')).rejects.toMatchObject({ code: 'not_found' })
})

/** What becomes of what is asked while a correction of all members' mandates is under way. */
async function during(
  data: { mayVote?: boolean; position?: string; validUntil: Date },
  acts: (() => unknown)[],
) {
  const asked: unknown[] = []
  await db.database.transact(async (tx) => {
    await lockBody(tx, bodyId)
    for (const act of acts) asked.push(act())
    await expect.poll(blocked, { timeout: 10_000, interval: 10 }).toBe(acts.length)
    await tx.mandate.updateMany({ where: { bodyId }, data })
  })
  return await Promise.allSettled(asked)
}
async function blocked(): Promise<number> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`
  return (await db.database.pool.query(sql)).rows.length
}

it('what is asked during a correction takes nothing of it back, and tells the log what it left', async () => {
  await add([member('Bùi Văn An'), member('Đỗ Thị Bình'), member('Vũ Văn Đức')])
  const [ended = '', removed = '', changed = ''] = (await mandates()).map(({ id }) => id)
  const outcomes = await during(
    { mayVote: false, position: 'Trưởng ban', validUntil: new Date('2026-12-01') },
    [
      () => bodies.endMember(secretary, { mandateId: ended, until: '2026-10-01', endReason: 'Nghỉ hưu' }),
      () => bodies.removeMember(secretary, removed),
      () =>
        bodies.changeMember(secretary, {
          ...{ mandateId: changed, userId: null, name: 'Vũ Văn Đạt', position: 'Ủy viên', mayVote: true },
          ...{ from: '2025-07-01', until: '2027-01-01', endReason: '' },
        }),
    ],
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  const left = new Map((await mandates()).map((one) => [one.id, one]))
  expect([...left.keys()].toSorted()).toEqual([ended, changed].toSorted())
  expect(left.get(ended)).toMatchObject({
    ...{ mayVote: false, position: 'Trưởng ban', until: '2026-10-01', endReason: 'Nghỉ hưu' },
  })
  expect(left.get(changed)).toMatchObject({ name: 'Vũ Văn Đạt', position: 'Ủy viên', until: '2027-01-01' })
  const detailOf = async (action: string) =>
    (await db.database.prisma.auditEntry.findFirst({ where: { subject: bodyId, action } }))?.detail
  const corrected = { mayVote: false, position: 'Trưởng ban', until: '2026-12-01' }
  expect(await detailOf('body.memberRemoved')).toMatchObject({ was: corrected })
  expect(await detailOf('body.memberChanged')).toMatchObject({ before: corrected })
})

it('an office that is given during a correction lies within what that left of the mandate', async () => {
  await add([member('Bùi Văn An')])
  const { id: mandateId } = await named('Bùi Văn An')
  const office = { mandateId, office: 'chair' as const, from: '2026-01-01', until: '2027-01-01' }
  const [outcome] = await during({ validUntil: new Date('2026-12-01') }, [
    () => bodies.giveOffice(secretary, office),
  ])
  expect(outcome).toMatchObject({ reason: { code: 'bad_request' } })
})

it('tells the audit log of every change, with what was before', async () => {
  await add([member('Bùi Văn An')])
  const { id: mandateId } = await named('Bùi Văn An')
  await bodies.changeMember(secretary, {
    ...{ mandateId, userId: null, name: 'Bùi Văn Ân', position: '', mayVote: true, endReason: '' },
    ...{ from: '2025-07-01', until: '2027-01-01' },
  })
  await bodies.giveOffice(secretary, { mandateId, office: 'chair', from: '2026-01-01', until: '2027-01-01' })
  const [office] = (await named('Bùi Văn Ân')).offices
  await bodies.endOffice(secretary, { officeId: office?.id ?? '', until: '2026-06-01' })
  await bodies.endMember(secretary, { mandateId, until: '2026-10-01', endReason: 'Nghỉ hưu' })
  await bodies.removeMember(secretary, mandateId)
  const entries = await db.database.prisma.auditEntry.findMany({
    where: { subject: bodyId },
    orderBy: { id: 'asc' },
  })
  expect(entries.map((entry) => entry.action)).toEqual([
    ...['body.created', 'body.membersAdded', 'body.memberChanged', 'body.officeGiven'],
    ...['body.officeEnded', 'body.memberEnded', 'body.memberRemoved'],
  ])
  expect(entries[2]?.detail).toMatchObject({
    before: { name: 'Bùi Văn An' },
    after: { name: 'Bùi Văn Ân' },
  })
})
