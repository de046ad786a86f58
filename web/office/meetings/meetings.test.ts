import { AppError } from '#contract/errors.ts'
import { z } from 'zod'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UnitRole } from '#contract/meeting.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { accountInclude, accountOf, addAccount } from '#db/accounts.ts'
import { proveAudit } from '#db/auditProof.ts'
import { readJoinLink } from '#db/joinLinks.ts'
import { setMembership } from '#db/people.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { openDatabase } from '#db/client.ts'
import { startTestDatabase, testAuditKeys, type TestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import type { MeetingChange } from '#contract/meetingChanged.ts'
import type { Revocation } from '#contract/revocation.ts'
import { type CallHome, createCallHome } from './callHome.ts'
import { createMeetings } from './meetings.ts'
import { createPeople } from '#office/people/people.ts'
import type { Viewer } from '#office/access.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import type { Services } from '#office/services.ts'
import { accountViewer, linkViewer, userIdOf } from '#office/testing/testViewer.ts'
import { createUnits } from '#office/units/units.ts'

const hostUnit = 'unit-vp-20250301'
const otherUnit = 'unit-00070-20250701'
const hourMs = 3600_000
const dayMs = 24 * hourMs
/** A Monday morning in Hanoi. */
const monday = Date.parse('2026-11-23T08:00+07:00')

let db: TestDatabase
let office: Pick<Services, 'units' | 'people' | 'meetings'>
let nowMs = monday
let revoked: Revocation[] = []
let changed: MeetingChange[] = []
let siteId = ''

/** The people of every test: who they are says what they may do. */
let secretary: Viewer
let foreignSecretary: Viewer
let chair: Viewer
let scribe: Viewer
let delegate: Viewer
let stranger: Viewer
let administrator: Viewer

beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  secretary = await newPerson('Trần Văn Thư', [hostUnit, 'secretary'])
  foreignSecretary = await newPerson('Lê Thị Khác', [otherUnit, 'secretary'])
  chair = await newPerson('Nguyễn Văn Chủ', [hostUnit, 'official'])
  scribe = await newPerson('Phạm Thị Ký', [hostUnit, 'official'])
  delegate = await newPerson('Đỗ Hoà', [otherUnit, 'official'])
  stranger = await newPerson('Vũ Người Lạ', [otherUnit, 'official'])
  administrator = await newPerson('Bùi Quản Trị', null, true)
  const site = await db.database.prisma.site.create({
    data: { unitId: otherUnit, name: 'Hội trường tầng 2' },
  })
  siteId = site.id
})
afterAll(() => db.drop())
beforeEach(() => {
  nowMs = monday
  revoked = []
  changed = []
  const options = {
    database: db.database,
    settings: standardSettings,
    onRevoked: (revocation: Revocation) => revoked.push(revocation),
    onChanged: (change: MeetingChange) => changed.push(change),
    now: () => nowMs,
    callHome: createCallHome({ database: db.database, bus: new MemoryBus() }),
  }
  office = { units: createUnits(options), people: createPeople(options), meetings: createMeetings(options) }
})

let count = 0
async function newPerson(
  name: string,
  unit: [string, UnitRole] | null,
  isSystemAdmin = false,
): Promise<Viewer> {
  const id = `person${++count}`
  const { prisma } = db.database
  await addAccount(prisma, { id, name, email: `${id}@mau.example`, isSystemAdmin })
  if (unit)
    await setMembership(prisma, { userId: id, unitId: unit[0], role: unit[1], position: 'Chuyên viên' })
  return viewerFor(id)
}

async function viewerFor(id: string): Promise<Viewer> {
  const row = await db.database.prisma.user.findUniqueOrThrow({ where: { id }, include: accountInclude })
  const { name, email, units, isSystemAdmin } = accountOf(row)
  const unitRoles = units.map((unit) => ({ unitId: unit.id, role: unit.role }))
  return accountViewer(id, { name, email, units, isSystemAdmin, unitRoles })
}

function planOf(change: Partial<MeetingPlan> = {}): MeetingPlan {
  return {
    unitId: hostUnit,
    kind: 'briefing',
    title: 'Họp giao ban tháng 11',
    description: '',
    place: 'Trực tuyến',
    startsAtMs: monday + 7 * 24 * hourMs,
    endsAtMs: monday + 7 * 24 * hourMs + 2 * hourMs,
    isRecordingPlanned: true,
    isDeclaredUnclassified: true,
    overrideReason: '',
    chairUserId: userIdOf(chair),
    secretaryUserId: userIdOf(scribe),
    people: [{ userId: userIdOf(delegate), role: 'delegate' }],
    guests: [{ name: 'Ông Khách', position: 'Chuyên gia', unitName: 'Viện Thử' }],
    unitIds: [otherUnit],
    sites: [{ siteId, role: 'central' }],
    agenda: [
      { title: 'Báo cáo', presenter: 'Văn phòng', durationMin: 20 },
      { title: 'Thảo luận', presenter: '', durationMin: null },
    ],
    ...change,
  }
}

async function newMeeting(change: Partial<MeetingPlan> = {}, status: 'draft' | 'scheduled' = 'scheduled') {
  const { id } = await office.meetings.create(secretary, planOf(change), status)
  return id
}

/** The plan as the form would hand it back after reading a meeting. */
async function editable(id: string): Promise<{ version: number; plan: MeetingPlan }> {
  const meeting = await office.meetings.get(secretary, id)
  const guests = meeting.participants
    .filter((one) => one.userId === null && one.kind === 'person')
    .map((one) => ({ id: one.id, name: one.name, position: one.position, unitName: one.unitName }))
  return { version: meeting.version, plan: planOf({ guests, agenda: meeting.agenda, title: meeting.title }) }
}

describe('who may do what', () => {
  test('only a secretary of the unit makes its meetings', async () => {
    for (const viewer of [foreignSecretary, chair, stranger, administrator]) {
      await expect(office.meetings.create(viewer, planOf(), 'scheduled')).rejects.toMatchObject({
        code: 'forbidden',
      })
      await expect(office.meetings.check(viewer, planOf())).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  test('a foreign meeting looks like an absent one', async () => {
    const id = await newMeeting()
    const { meetings } = office
    for (const viewer of [stranger, foreignSecretary, administrator]) {
      for (const asked of [id, 'absent']) {
        const acts = [
          meetings.get(viewer, asked),
          meetings.update(viewer, asked, 1, planOf(), 'scheduled'),
          meetings.cancel(viewer, asked, 'vì'),
          meetings.delete(viewer, asked, { isConfirmed: true }),
          meetings.respond(viewer, asked, { response: 'accepted', reason: '' }),
          meetings.newJoinLink(viewer, asked, 'x'),
          meetings.revokeJoinLink(viewer, asked, 'x'),
          meetings.check(viewer, planOf(), asked),
        ]
        for (const act of await Promise.allSettled(acts)) {
          expect(act).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
        }
      }
      expect(await meetings.list(viewer, { query: 'giao ban' })).toEqual([])
    }
  })

  test('the invited see a meeting when it is announced, and may not change it', async () => {
    const draft = await newMeeting({}, 'draft')
    await expect(office.meetings.get(delegate, draft)).rejects.toMatchObject({ code: 'not_found' })
    expect((await office.meetings.get(chair, draft)).may).toContain('meeting:see')
    const listed = async (viewer: Viewer) => (await office.meetings.list(viewer, {})).map((item) => item.id)
    expect(await listed(delegate)).not.toContain(draft)
    expect(await listed(chair)).toContain(draft)
    const id = await newMeeting()
    const seen = await office.meetings.get(delegate, id)
    expect(seen.me).toMatchObject({ role: 'delegate', unitName: 'Phường Hoàn Kiếm', position: 'Chuyên viên' })
    expect(seen.may).toContain('call:join')
    expect(seen.may).not.toContain('meeting:edit')
    await expect(office.meetings.update(delegate, id, 1, planOf(), 'scheduled')).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(office.meetings.cancel(chair, id, 'vì')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(office.meetings.delete(chair, id, { isConfirmed: true })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  test('the holder of a join link sees that meeting and nothing of the office', async () => {
    const id = await newMeeting()
    const guest = (await office.meetings.get(secretary, id)).participants.find((one) => one.role === 'guest')
    const viewer = linkViewer(id, guest?.id ?? expect.fail())
    expect((await office.meetings.get(viewer, id)).me).toMatchObject({ role: 'guest' })
    expect((await office.meetings.list(viewer, {})).map((item) => item.id)).toEqual([id])
    const half = { ...secretary, owes: 'code' as const }
    await expect(office.meetings.list(half, {})).rejects.toMatchObject({ code: 'second_factor_needed' })
    const other = await newMeeting()
    const acts = [
      office.meetings.get(viewer, other),
      office.meetings.home(viewer),
      office.units.search(viewer, {}),
      office.people.search(viewer, {}),
    ]
    for (const act of await Promise.allSettled(acts)) {
      expect(act).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
    }
  })

  test('reasons for absence are shown to who runs the meeting only', async () => {
    const id = await newMeeting()
    await office.meetings.respond(delegate, id, { response: 'declined', reason: 'Đi công tác' })
    const rowOf = async (viewer: Viewer) =>
      (await office.meetings.get(viewer, id)).participants.find((one) => one.userId === userIdOf(delegate))
    expect(await rowOf(scribe)).toMatchObject({ response: 'declined', responseReason: 'Đi công tác' })
    expect(await rowOf(delegate)).toMatchObject({ responseReason: 'Đi công tác' })
    const second = await newPerson('Hồ Đại Biểu', [otherUnit, 'official'])
    const { version, plan } = await editable(id)
    const people = [...plan.people, { userId: userIdOf(second), role: 'delegate' as const }]
    await office.meetings.update(scribe, id, version, { ...plan, people }, 'scheduled')
    expect(await rowOf(second)).toMatchObject({ response: 'declined', responseReason: '' })
    await expect(
      office.meetings.respond(secretary, id, { response: 'accepted', reason: '' }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the plan', () => {
  test('everything that was typed is there again', async () => {
    const id = await newMeeting({ description: 'Một\r\nhai' })
    const meeting = await office.meetings.get(secretary, id)
    expect(meeting).toMatchObject({
      title: 'Họp giao ban tháng 11',
      description: 'Một\nhai',
      status: 'scheduled',
      hostUnitName: 'Văn phòng UBND Thành phố',
      version: 1,
      participantCount: 5,
      agenda: [{ title: 'Báo cáo', durationMin: 20 }, { title: 'Thảo luận' }],
      sites: [{ id: siteId, role: 'central', unitName: 'Phường Hoàn Kiếm' }],
      units: [{ id: otherUnit, fullName: 'Phường Hoàn Kiếm' }],
    })
    expect(meeting.participants.map((one) => one.role)).toEqual([
      'chair',
      'secretary',
      'delegate',
      'delegate',
      'guest',
    ])
  })

  test('two who edit at once: the second is told, nothing of the first is lost', async () => {
    const id = await newMeeting()
    const { version, plan } = await editable(id)
    const both = await Promise.allSettled([
      office.meetings.update(secretary, id, version, { ...plan, title: 'Bản một' }, 'scheduled'),
      office.meetings.update(scribe, id, version, { ...plan, title: 'Bản hai' }, 'scheduled'),
    ])
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((result) => result.status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    })
    expect((await office.meetings.get(secretary, id)).version).toBe(2)
  })

  test('who stored a version is told to whoever may store the next, and to nobody else', async () => {
    const id = await newMeeting()
    expect(await office.meetings.editOf(scribe, id, 1)).toEqual({ name: 'Trần Văn Thư', atMs: nowMs })
    const { version, plan } = await editable(id)
    await office.meetings.update(scribe, id, version, { ...plan, title: 'Bản hai' }, 'scheduled')
    expect(await office.meetings.editOf(secretary, id, 2)).toMatchObject({ name: 'Phạm Thị Ký' })
    expect(await office.meetings.editOf(secretary, id, 3)).toBeNull()
    await expect(office.meetings.editOf(delegate, id, 2)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(office.meetings.editOf(stranger, id, 2)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('whoever stays keeps answer, id and link; whoever goes loses access', async () => {
    const id = await newMeeting()
    await office.meetings.respond(delegate, id, { response: 'accepted', reason: '' })
    const before = await office.meetings.get(secretary, id)
    const guest = before.participants.find((one) => one.role === 'guest')
    await office.meetings.newJoinLink(secretary, id, guest?.id ?? '')
    revoked = []
    const { plan } = await editable(id)
    const [first] = plan.guests
    const guests = first ? [{ ...first, name: 'Ông Khách Đổi Tên' }] : []
    const agenda = plan.agenda.toReversed()
    await office.meetings.update(secretary, id, 1, { ...plan, guests, agenda, sites: [] }, 'scheduled')
    const after = await office.meetings.get(secretary, id)
    expect(after.participants.find((one) => one.userId === userIdOf(delegate))?.response).toBe('accepted')
    expect(after.participants.find((one) => one.role === 'guest')).toMatchObject({
      id: guest?.id,
      name: 'Ông Khách Đổi Tên',
      hasLink: true,
    })
    expect(after.agenda.map((item) => item.id)).toEqual(before.agenda.map((item) => item.id).toReversed())
    expect(after.sites).toEqual([])
    expect(revoked).toEqual([
      {
        kind: 'participant',
        meetingId: id,
        participantId: before.participants.find((one) => one.kind === 'site')?.id,
      },
    ])
  })

  test('a guest or an agenda item of another meeting cannot be taken over', async () => {
    const [mine, theirs] = [await newMeeting(), await newMeeting()]
    const foreign = await editable(theirs)
    const { plan } = await editable(mine)
    for (const change of [{ guests: foreign.plan.guests }, { agenda: foreign.plan.agenda }]) {
      const field = Object.keys(change)[0]
      await expect(
        office.meetings.update(secretary, mine, 1, { ...plan, ...change }, 'scheduled'),
      ).rejects.toMatchObject({ code: 'bad_request', detail: { field } })
    }
    expect((await office.meetings.get(secretary, mine)).version).toBe(1)
  })

  test('script in names and titles is stored as the text that it is', async () => {
    const evil = '<img src=x onerror=alert(1)> "; DROP TABLE meeting; --'
    const guests = [{ name: evil, position: 'A\u0000B\u2028C', unitName: '王小明' }]
    const id = await newMeeting({ title: evil, guests })
    const meeting = await office.meetings.get(secretary, id)
    expect(meeting.title).toBe(evil)
    expect(meeting.participants.at(-1)).toMatchObject({ name: evil, position: 'A B C', unitName: '王小明' })
    expect((await office.meetings.list(secretary, { query: 'drop table' })).map((item) => item.id)).toEqual([
      id,
    ])
    expect(await office.meetings.list(secretary, { query: '%' })).not.toEqual([])
  })

  test('a plan cannot bring keys of its own or a prototype', async () => {
    const evil: unknown = JSON.parse(
      JSON.stringify(planOf()).replace('{', '{"__proto__":{"isSystemAdmin":true},"isSample":true,'),
    )
    await expect(office.meetings.create(secretary, evil as MeetingPlan, 'scheduled')).rejects.toMatchObject({
      code: 'bad_request',
    })
    const nested: unknown = JSON.parse(
      JSON.stringify(planOf()).replace('"guests":[{', '"guests":[{"__proto__":{"polluted":1},"userId":"x",'),
    )
    await expect(office.meetings.create(secretary, nested as MeetingPlan, 'scheduled')).rejects.toMatchObject(
      {
        code: 'bad_request',
      },
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
  })

  test('every wrong field is named', async () => {
    const wrong: [Partial<MeetingPlan>, string][] = [
      [{ title: '  ' }, 'title'],
      [{ endsAtMs: monday }, 'endsAtMs'],
      [{ secretaryUserId: userIdOf(chair) }, 'secretaryUserId'],
      [{ chairUserId: 'absent' }, 'chairUserId'],
      [{ people: [{ userId: 'absent', role: 'delegate' }] }, 'people'],
      [{ people: [{ userId: userIdOf(scribe), role: 'guest' }] }, 'people'],
      [{ unitIds: ['absent'] }, 'unitIds'],
      [{ sites: [{ siteId: 'absent', role: 'member' }] }, 'sites'],
      [{ isDeclaredUnclassified: false }, 'isDeclaredUnclassified'],
      [{ startsAtMs: Number.NaN }, 'startsAtMs'],
    ]
    for (const [change, field] of wrong) {
      await expect(office.meetings.create(secretary, planOf(change), 'scheduled')).rejects.toMatchObject({
        code: 'bad_request',
        detail: { field },
      })
    }
    await expect(newMeeting({ isDeclaredUnclassified: false }, 'draft')).resolves.toBeDefined()
  })

  test('a unit that was abolished before the meeting neither holds it, nor is invited, nor lends its hall', async () => {
    const district = await db.database.prisma.unit.findFirstOrThrow({ where: { level: 'district' } })
    const hall = await db.database.prisma.site.create({
      data: { unitId: district.id, name: 'Hội trường quận' },
    })
    const wrong: [Partial<MeetingPlan>, string, string][] = [
      [{ unitIds: [district.id] }, 'unitIds', district.id],
      [{ sites: [{ siteId: hall.id, role: 'member' }] }, 'sites', hall.id],
    ]
    for (const [change, field, id] of wrong) {
      await expect(newMeeting(change)).rejects.toMatchObject({ code: 'bad_request', detail: { field, id } })
    }
  })

  test('what a plan breaks is said beforehand', async () => {
    const clean = { startsAtMs: monday + 90 * 24 * hourMs, endsAtMs: monday + 90 * 24 * hourMs + hourMs }
    expect(await office.meetings.check(secretary, planOf(clean))).toEqual([])
    const id = await newMeeting(clean)
    const clashes = await office.meetings.check(secretary, planOf({ ...clean, kind: 'committee_sitting' }))
    expect(clashes).toEqual([
      { code: 'clash', detail: { what: 'person', name: 'Nguyễn Văn Chủ' } },
      { code: 'clash', detail: { what: 'site', name: 'Hội trường tầng 2 (Phường Hoàn Kiếm)' } },
    ])
    const userIds = [userIdOf(delegate), userIdOf(scribe), userIdOf(stranger)]
    const invited = await office.meetings.check(secretary, { ...planOf(clean), sites: [], userIds })
    expect(invited.map(({ detail }) => detail['name'])).toEqual(['Nguyễn Văn Chủ', 'Đỗ Hoà', 'Phạm Thị Ký'])
    await office.meetings.respond(delegate, id, { response: 'declined', reason: 'Đi công tác' })
    const free = await office.meetings.check(secretary, { ...planOf(clean), sites: [], userIds })
    expect(free.map(({ detail }) => detail['name'])).toEqual(['Nguyễn Văn Chủ', 'Phạm Thị Ký'])
    expect(await office.meetings.check(secretary, planOf(clean), id)).toEqual([])
    const source = 'Quyết định 45/2018/QĐ-TTg'
    const rash = { startsAtMs: monday + 24 * hourMs, endsAtMs: monday + 30 * hourMs, sites: [] }
    expect(await office.meetings.check(secretary, planOf(rash))).toEqual([
      { code: 'short_notice', detail: { days: 0, neededDays: 3, source } },
      { code: 'too_long', detail: { hours: 6, longestHours: 4, kind: 'briefing', source } },
    ])
  })

  test('whose time is taken is told of one’s own units, in the log, and not time by time', async () => {
    const day = monday + 120 * 24 * hourMs
    const slot = { startsAtMs: day, endsAtMs: day + hourMs }
    await newMeeting(slot)
    const asked = { ...planOf(slot), sites: [] }
    expect(await office.meetings.check(secretary, asked)).toEqual([
      { code: 'clash', detail: { what: 'person', name: 'Nguyễn Văn Chủ' } },
    ])
    // A commune's secretary learns nothing of a chair of the city, however the question is put.
    const foreign = { ...asked, unitId: otherUnit, userIds: [userIdOf(chair), userIdOf(scribe)] }
    const fortnight = { ...foreign, startsAtMs: day - 7 * 24 * hourMs, endsAtMs: day + 7 * 24 * hourMs }
    for (const plan of [foreign, fortnight]) {
      const found = await office.meetings.check(foreignSecretary, plan)
      expect(found.filter((warning) => warning.code === 'clash')).toEqual([])
    }
    const log = await db.database.prisma.auditEntry.findMany({ where: { action: 'schedule.asked' } })
    expect(log.map(({ actorId }) => actorId)).not.toContain(userIdOf(foreignSecretary))
    // Nor of a hall of the city; and is told how much of the plan that leaves unchecked.
    const hall = await db.database.prisma.site.create({ data: { unitId: hostUnit, name: 'Hội trường lớn' } })
    const sites = [hall.id, siteId].map((id) => ({ siteId: id, role: 'member' as const }))
    await newMeeting({ ...slot, sites })
    const site = { code: 'clash', detail: { what: 'site', name: 'Hội trường tầng 2 (Phường Hoàn Kiếm)' } }
    const unchecked = { code: 'unchecked', detail: { people: 2, sites: 1 } }
    expect(await office.meetings.check(foreignSecretary, { ...foreign, sites })).toEqual([site, unchecked])
    const askedSites = await db.database.prisma.auditEntry.findFirst({
      where: { action: 'schedule.asked', actorId: userIdOf(foreignSecretary) },
    })
    expect(askedSites?.detail).toMatchObject({ ...slot, userIds: [], siteIds: [siteId] })
    expect(log.findLast(({ actorId }) => actorId === userIdOf(secretary))?.detail).toMatchObject({
      ...slot,
      userIds: [userIdOf(chair)],
      count: 1,
    })
    let asks = 0
    const feelOut = async () => {
      for (;;) {
        await office.meetings.check(secretary, asked)
        asks += 1
      }
    }
    await expect(feelOut()).rejects.toMatchObject({ code: 'rate_limited' })
    expect(asks).toBeLessThanOrEqual(60)
  })

  test('says that there are more clashes than it names', async () => {
    const day = monday + 150 * 24 * hourMs
    const slot = { startsAtMs: day, endsAtMs: day + hourMs, sites: [] }
    const ids = Array.from({ length: 51 }, (_, index) => `crowd-${index}`)
    const { prisma } = db.database
    const email = (id: string): string => `${id}@mau.example`
    await prisma.user.createMany({ data: ids.map((id) => ({ id, name: `Người ${id}`, email: email(id) })) })
    const place = { unitId: hostUnit, role: 'official', position: '' }
    await prisma.unitMember.createMany({ data: ids.map((userId) => ({ userId, ...place })) })
    await newMeeting({ ...slot, people: ids.map((userId) => ({ userId, role: 'delegate' })) })
    const outline = { ...planOf(slot), chairUserId: null }
    const found = await office.meetings.check(secretary, { ...outline, userIds: ids })
    expect(found.filter(({ code }) => code === 'clash')).toHaveLength(50)
    expect(found.at(-1)).toEqual({ code: 'more_clashes', detail: { shown: 50 } })
    const fewer = await office.meetings.check(secretary, { ...outline, userIds: ids.slice(1) })
    expect(fewer).toHaveLength(50)
  })

  test('whoever is invited late is told why; a draft and a later correction need no reason', async () => {
    const soon = { startsAtMs: monday + 48 * hourMs, endsAtMs: monday + 50 * hourMs, sites: [] }
    const withoutReason = office.meetings.create(secretary, planOf(soon), 'scheduled')
    await expect(withoutReason).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field: 'overrideReason' },
    })
    const draft = await newMeeting(soon, 'draft')
    const { version, plan: read } = await editable(draft)
    const plan = { ...read, ...soon }
    await expect(office.meetings.update(secretary, draft, version, plan, 'scheduled')).rejects.toMatchObject({
      detail: { field: 'overrideReason' },
    })

    const id = await newMeeting()
    nowMs = monday + 6 * 24 * hourMs // the day before
    const known = await editable(id)
    const broken = await office.meetings.check(secretary, known.plan, id)
    expect(broken.map((warning) => warning.code)).not.toContain('short_notice')
    const corrected = { ...known.plan, title: 'Họp giao ban tháng Mười một' }
    await office.meetings.update(secretary, id, known.version, corrected, 'scheduled')
    expect((await office.meetings.get(secretary, id)).title).toBe('Họp giao ban tháng Mười một')
  })

  test('a meeting is called off with its reason, once', async () => {
    const id = await newMeeting()
    await office.meetings.cancel(secretary, id, 'Chủ trì bận')
    expect(await office.meetings.get(delegate, id)).toMatchObject({
      status: 'cancelled',
      cancelReason: 'Chủ trì bận',
    })
    await expect(office.meetings.cancel(secretary, id, 'nữa')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(
      office.meetings.respond(delegate, id, { response: 'accepted', reason: '' }),
    ).rejects.toMatchObject({ code: 'invalid_state' })
  })

  test('a draft is deleted for good, and the log keeps what it was; who saw it is told', async () => {
    const id = await newMeeting({}, 'draft')
    const link = await office.meetings.get(secretary, id)
    changed = []
    await office.meetings.delete(scribe, id, { isConfirmed: false })
    await expect(office.meetings.get(secretary, id)).rejects.toMatchObject({ code: 'not_found' })
    const { prisma } = db.database
    for (const { id: participantId } of link.participants)
      expect(await prisma.participant.findUnique({ where: { id: participantId } })).toBeNull()
    expect(changed).toEqual([
      {
        meetingId: id,
        part: 'plan',
        formerUserIds: expect.arrayContaining([chair, scribe, delegate, secretary].map(userIdOf)),
      },
    ])
    const entry = await prisma.auditEntry.findFirstOrThrow({
      where: { subject: id, action: 'meeting.deleted' },
    })
    expect(entry).toMatchObject({
      actorId: userIdOf(scribe),
      detail: {
        version: 1,
        was: {
          ...{ status: 'draft', title: planOf().title, chair: userIdOf(chair) },
          guests: ['Ông Khách · Chuyên gia · Viện Thử'],
        },
      },
    })
  })

  test('what was announced is deleted only where that was confirmed, links and answers with it', async () => {
    const id = await newMeeting()
    const { participants } = await office.meetings.get(secretary, id)
    const guest = participants.find(({ role }) => role === 'guest')
    await office.meetings.newJoinLink(secretary, id, guest?.id ?? '')
    await office.meetings.respond(delegate, id, { response: 'accepted', reason: '' })
    await expect(office.meetings.delete(secretary, id, { isConfirmed: false })).rejects.toMatchObject({
      code: 'invalid_state',
    })
    expect((await office.meetings.get(delegate, id)).status).toBe('scheduled')
    await office.meetings.delete(secretary, id, { isConfirmed: true })
    await expect(office.meetings.get(delegate, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await db.database.prisma.joinLink.count({ where: { meetingId: id } })).toBe(0)
  })

  test('a meeting that was ever opened, or was called off, is never deleted', async () => {
    const { prisma } = db.database
    const del = (id: string) => office.meetings.delete(secretary, id, { isConfirmed: true })
    for (const status of ['open', 'ended', 'cancelled']) {
      const id = await newMeeting()
      await prisma.meeting.update({ where: { id }, data: { status } })
      await expect(del(id)).rejects.toMatchObject({ code: 'forbidden' })
    }
    // Whatever its status says.
    const opened = await newMeeting()
    await prisma.meeting.update({ where: { id: opened }, data: { openedAt: new Date(nowMs) } })
    await expect(del(opened)).rejects.toMatchObject({ code: 'invalid_state' })
    const minuted = await newMeeting()
    await prisma.minutes.create({ data: { meetingId: minuted, content: {} } })
    await expect(del(minuted)).rejects.toMatchObject({ code: 'invalid_state' })
    for (const id of [opened, minuted])
      expect((await office.meetings.get(secretary, id)).status).toBe('scheduled')
    expect(await prisma.auditEntry.count({ where: { subject: opened, action: 'meeting.deleted' } })).toBe(0)
  })

  test('people may be added to an open call but not taken out, and it stays open', async () => {
    const id = await newMeeting()
    await db.database.prisma.meeting.update({ where: { id }, data: { status: 'open' } })
    const { version, plan } = await editable(id)
    await expect(
      office.meetings.update(secretary, id, version, { ...plan, people: [] }, 'scheduled'),
    ).rejects.toMatchObject({ code: 'invalid_state' })
    const people = [...plan.people, { userId: userIdOf(stranger), role: 'guest' as const }]
    await office.meetings.update(secretary, id, version, { ...plan, people }, 'scheduled')
    expect(await office.meetings.get(stranger, id)).toMatchObject({ status: 'open', myRole: 'guest' })
    await expect(office.meetings.cancel(secretary, id, 'vì')).rejects.toMatchObject({ code: 'invalid_state' })
  })
})

test('the audit log has what of a plan was changed: what it was and what it is, and why a rule was overridden', async () => {
  const id = await newMeeting({ isDeclaredUnclassified: false }, 'draft')
  const { version, plan } = await editable(id)
  const [first] = plan.agenda
  await office.meetings.update(
    secretary,
    id,
    version,
    {
      ...plan,
      title: 'Tên mới',
      guests: plan.guests.map((guest) => ({ ...guest, name: 'Bà Khách' })),
      chairUserId: plan.secretaryUserId,
      secretaryUserId: plan.chairUserId,
      agenda: first ? [{ ...first, title: 'Nội dung khác' }] : [],
      overrideReason: 'Phòng chống bão',
    },
    'scheduled',
  )
  const row = await db.database.prisma.auditEntry.findFirstOrThrow({
    where: { subject: id, action: 'meeting.updated' },
  })
  const { changes, overrideReason } = z
    .object({ overrideReason: z.string(), changes: z.array(z.looseObject({ field: z.string() })) })
    .parse(row.detail)
  expect(overrideReason).toBe('Phòng chống bão')
  expect(changes).toEqual(
    expect.arrayContaining([
      { field: 'title', from: plan.title, to: 'Tên mới' },
      { field: 'isDeclaredUnclassified', from: false, to: true },
      {
        field: 'guests',
        removed: ['Ông Khách · Chuyên gia · Viện Thử'],
        added: ['Bà Khách · Chuyên gia · Viện Thử'],
      },
      { field: 'chair', from: plan.chairUserId, to: plan.secretaryUserId },
      { field: 'secretary', from: plan.secretaryUserId, to: plan.chairUserId },
      { field: 'overrideReason', from: plan.overrideReason, to: 'Phòng chống bão' },
    ]),
  )
  expect(changes.find(({ field }) => field === 'agenda')).toMatchObject({
    added: [expect.stringContaining('Nội dung khác')],
  })
  expect(changes.map(({ field }) => field)).not.toContain('place')
})

describe('join links', () => {
  test('a new link voids the one before, and is not for accounts or for another meeting', async () => {
    const [id, other] = [await newMeeting(), await newMeeting()]
    const { participants } = await office.meetings.get(secretary, id)
    const of = (role: string) => participants.find((one) => one.role === role)?.id ?? ''
    const first = await office.meetings.newJoinLink(secretary, id, of('guest'))
    expect(first.path).toMatch(/^\/join#[\w-]{43}$/)
    const second = await office.meetings.newJoinLink(scribe, id, of('guest'))
    expect(second.path).not.toBe(first.path)
    const { prisma } = db.database
    expect(await prisma.joinLink.count({ where: { meetingId: id, revokedAt: null } })).toBe(1)
    expect(
      await prisma.joinLink.findFirst({ where: { tokenHash: { contains: second.path.slice(6) } } }),
    ).toBeNull()
    expect(revoked.at(-1)).toEqual({ kind: 'link', meetingId: id, participantId: of('guest') })
    const refused: [string, string, string][] = [
      [id, of('chair'), 'invalid_state'],
      [other, of('guest'), 'not_found'],
      [id, 'absent', 'not_found'],
    ]
    for (const [meeting, participant, code] of refused) {
      await expect(office.meetings.newJoinLink(secretary, meeting, participant)).rejects.toMatchObject({
        code,
      })
    }
    await office.meetings.revokeJoinLink(secretary, id, of('guest'))
    expect(await prisma.joinLink.count({ where: { meetingId: id, revokedAt: null } })).toBe(0)
  })

  /** A link of the guest of a meeting in a week. */
  async function invited() {
    const id = await newMeeting()
    const guestId = (await office.meetings.get(secretary, id)).participants.find(
      ({ role }) => role === 'guest',
    )?.id
    const { path } = await office.meetings.newJoinLink(secretary, id, guestId ?? '')
    return { id, guestId: guestId ?? '', token: path.slice('/join#'.length) }
  }

  /** Moves it by so much from when it was to be at first. */
  async function move(id: string, byMs: number, title = 'Họp giao ban'): Promise<number> {
    const { version, plan } = await editable(id)
    const { startsAtMs, endsAtMs } = planOf()
    const times = { startsAtMs: startsAtMs + byMs, endsAtMs: endsAtMs + byMs, overrideReason: 'Đổi lịch' }
    await office.meetings.update(secretary, id, version, { ...plan, ...times, title }, 'scheduled')
    return times.endsAtMs
  }
  const runsOutAtMs = async (token: string) => (await readJoinLink(db.database, token, nowMs)).expiresAtMs

  test('a link runs out a day after the end to which its meeting was moved, later or earlier', async () => {
    const { id, token } = await invited()
    expect(await runsOutAtMs(token)).toBe(planOf().endsAtMs + dayMs)
    for (const days of [10, -3]) expect((await move(id, days * dayMs)) + dayMs).toBe(await runsOutAtMs(token))
  })

  test('a link that ran out is good again when its meeting is moved, and by nothing else', async () => {
    const { id, token } = await invited()
    nowMs = planOf().endsAtMs + 2 * dayMs
    await expect(runsOutAtMs(token)).rejects.toMatchObject({ code: 'link_expired' })
    await move(id, 0, 'Tên khác')
    await expect(runsOutAtMs(token)).rejects.toMatchObject({ code: 'link_expired' })
    expect((await move(id, 5 * dayMs)) + dayMs).toBe(await runsOutAtMs(token))
  })

  test('a link that was taken back stays so wherever its meeting moves, and one of a cancelled meeting says so', async () => {
    const [back, off] = [await invited(), await invited()]
    await office.meetings.revokeJoinLink(secretary, back.id, back.guestId)
    await move(back.id, dayMs)
    await expect(runsOutAtMs(back.token)).rejects.toMatchObject({ code: 'link_expired' })
    await office.meetings.cancel(secretary, off.id, 'Hoãn')
    await expect(runsOutAtMs(off.token)).rejects.toMatchObject({ code: 'meeting_cancelled' })
  })
})

describe('home', () => {
  test('shows what is next, today, this week, and what waits', async () => {
    const me = await newPerson('Mai Chủ Trì', [hostUnit, 'official'])
    const my = { chairUserId: userIdOf(me), sites: [], guests: [], overrideReason: 'Họp gấp' }
    const at = (hours: number) => ({
      startsAtMs: monday + hours * hourMs,
      endsAtMs: monday + (hours + 1) * hourMs,
    })
    const thursday = await newMeeting({ ...my, ...at(75), title: 'Thứ Năm' })
    const afternoon = await newMeeting({ ...my, ...at(6), title: 'Chiều nay' })
    await newMeeting({ ...my, ...at(24 * 9), title: 'Tuần sau' })
    const over = await newMeeting({ ...my, ...at(-100), title: 'Đã họp' })
    await db.database.prisma.meeting.update({
      where: { id: over },
      data: { status: 'ended', endedAt: new Date(monday) },
    })
    await office.meetings.respond(me, afternoon, { response: 'accepted', reason: '' })
    const home = await office.meetings.home(me)
    expect(home.next?.id).toBe(afternoon)
    expect(home.today.map((item) => item.title)).toEqual(['Chiều nay'])
    expect(home.thisWeek.map((item) => item.title)).toEqual(['Thứ Năm'])
    expect(home.waiting.map((item) => [item.kind, item.meeting.title])).toEqual([
      ['answer', 'Thứ Năm'],
      ['answer', 'Tuần sau'],
    ])
    const due = (await office.meetings.home(scribe)).waiting.find((item) => item.meeting.id === over)
    expect(due).toMatchObject({ kind: 'minutes_due', dueAtMs: Date.parse('2026-12-02T00:00+07:00') - 1 })
    await db.database.prisma.minutes.create({
      data: { id: `minutes-${over}`, meetingId: over, state: 'submitted', content: {} },
    })
    expect((await office.meetings.home(me)).waiting.at(-1)).toMatchObject({ meeting: { title: 'Tuần sau' } })
    expect((await office.meetings.home(me)).waiting.some((item) => item.kind === 'approval')).toBe(true)
    await db.database.prisma.meeting.update({ where: { id: thursday }, data: { status: 'open' } })
    expect((await office.meetings.home(me)).next?.id).toBe(thursday)
  })
})

describe('finding a meeting', () => {
  test('goes by its title, who chairs, who holds it, its place, units invited and of its sites, without diacritics', async () => {
    const id = await newMeeting({ title: 'Họp kiểm thử tìm kiếm', place: 'Hội trường Đống Đa, tầng 2' })
    const found = async (query: string, viewer = secretary) =>
      (await office.meetings.list(viewer, { query })).some((item) => item.id === id)
    for (const query of [
      'kiem thu',
      'nguyen van chu kiem',
      'hoi truong dong da kiem',
      'van phong kiem thu',
      'hoan kiem thu',
      'Đống Đa tìm',
    ])
      expect([query, await found(query)]).toEqual([query, true])
    const bare = await newMeeting({ title: 'Họp kiểm thử mời đơn vị', sites: [], place: '' })
    const byUnit = await office.meetings.list(secretary, { query: 'hoan kiem thu don vi' })
    expect(byUnit.map(({ id: one }) => one)).toEqual([bare])
    // Who is invited is no way to find it, and nobody finds what is not to be seen.
    expect(await found('pham kiem thu')).toBe(false)
    expect(await found('kiem thu', stranger)).toBe(false)
    // How many there are is told of the same ones.
    expect(await office.meetings.list(secretary, { query: 'hop kiem thu', limit: 1 })).toHaveLength(1)
    expect(await office.meetings.count(secretary, { query: 'hop kiem thu' })).toBe(2)
    expect(await office.meetings.count(stranger, { query: 'hop kiem thu' })).toBe(0)
  })
})

describe('units and people', () => {
  test('units are found without diacritics, in the era that is asked for', async () => {
    const names = async (input: Parameters<typeof office.units.search>[1]) =>
      (await office.units.search(stranger, input)).map((unit) => unit.fullName)
    expect(await names({ query: 'o cho dua' })).toEqual(['Phường Ô Chợ Dừa'])
    expect(await names({ query: 'ba dinh', level: 'district' })).toEqual([])
    expect(await names({ query: 'BA ĐÌNH', level: 'district', atMs: Date.parse('2024-05-01') })).toEqual([
      'Quận Ba Đình',
    ])
    expect(await names({ limit: 1 })).toEqual(['Ủy ban nhân dân Thành phố Hà Nội'])
    expect((await office.units.search(stranger, { level: 'commune' })).length).toBe(126)
    const all = await office.units.all(stranger, { atMs: nowMs })
    expect(all.filter((unit) => unit.level === 'commune').length).toBe(126)
    const unit = await office.units.get(stranger, otherUnit)
    expect(unit).toMatchObject({ parent: { kind: 'ủy ban nhân dân' }, sites: [{ id: siteId }] })
    await expect(office.units.get(stranger, 'absent')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a unit’s secretary adds its sites, and nobody else’s', async () => {
    const site = { unitId: otherUnit, name: 'Phòng họp số 3', location: 'Tầng 3' }
    expect(await office.units.createSite(foreignSecretary, site)).toMatchObject({
      unitName: 'Phường Hoàn Kiếm',
    })
    await expect(office.units.createSite(secretary, site)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(office.units.createSite(delegate, site)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await office.units.sites(secretary, { query: 'phong hop hoan kiem' })).total).toBe(1)
  })

  test('every act of the office stands in one unbroken audit chain', async () => {
    await Promise.all(Array.from({ length: 8 }, () => newMeeting()))
    expect((await proveAudit(db.database)).broken).toBeNull()
    const rows = await db.database.prisma.auditEntry.findMany({
      where: { action: 'meeting.created' },
      take: 1,
    })
    expect(rows).toMatchObject([{ actorId: userIdOf(secretary), detail: { unitId: hostUnit } }])
  })
})

describe('an act and its entry in the audit log', () => {
  const logged = async (subject: string): Promise<string[]> => {
    const rows = await db.database.prisma.auditEntry.findMany({ where: { subject }, orderBy: { id: 'asc' } })
    return rows.map(({ action }) => action).filter((action) => !action.startsWith('meeting.'))
  }
  /** The same meetings, on a database that takes nothing into the log when it is opened without keys. */
  const meetingsWith = async (home: Partial<CallHome>, isLogging: boolean) => {
    const auditKeys = isLogging ? { auditKeys: testAuditKeys } : {}
    const database = await openDatabase(db.url, { poolSize: 2, ...auditKeys })
    const callHome = { ...createCallHome({ database, bus: new MemoryBus() }), ...home }
    return {
      database,
      meetings: createMeetings({ database, callHome, settings: standardSettings, now: () => nowMs }),
    }
  }

  test('an answer to an invitation is kept with its entry or not at all', async () => {
    const id = await newMeeting()
    const { database, meetings } = await meetingsWith({}, false)
    await expect(meetings.respond(delegate, id, { response: 'accepted', reason: '' })).rejects.toThrow(/keys/)
    await database.close()
    const detail = await office.meetings.get(delegate, id)
    expect(detail.participants.find((one) => one.userId === userIdOf(delegate))?.response).toBe('pending')
    await office.meetings.respond(delegate, id, { response: 'accepted', reason: '' })
    expect(await logged(id)).toEqual(['invitation.answered'])
  })

  test('a call is ended from the office only when the log has that it was asked, and said to be when it was', async () => {
    const id = await newMeeting()
    await db.database.prisma.meeting.update({ where: { id }, data: { status: 'open' } })
    const asked: string[] = []
    const endCall = (meetingId: string): Promise<void> => {
      asked.push(meetingId)
      return asked.length === 1 ? Promise.reject(new AppError('timeout')) : Promise.resolve()
    }
    const silent = await meetingsWith({ endCall }, false)
    await expect(silent.meetings.endCall(secretary, id)).rejects.toThrow(/keys/)
    await silent.database.close()
    expect(asked).toEqual([])
    const { database, meetings } = await meetingsWith({ endCall }, true)
    await expect(meetings.endCall(secretary, id)).rejects.toMatchObject({ code: 'timeout' })
    expect(await logged(id)).toEqual(['call.endAsked'])
    await meetings.endCall(secretary, id)
    expect(await logged(id)).toEqual(['call.endAsked', 'call.endAsked', 'call.endedFromOffice'])
    await database.close()
  })
})
