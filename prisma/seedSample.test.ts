import { afterAll, beforeAll, expect, test } from 'vitest'
import { presenceOf } from '#contract/attendance.ts'
import { MeetingId } from '#contract/ids.ts'
import { meetingKinds, meetingStatuses } from '#contract/meeting.ts'
import { membersOn } from './mandates.ts'
import { callEvents } from './calls.ts'
import { seedSample, type SampleCredentials } from './seedSample.ts'
import { seedUnits } from './seedUnits.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

const nowMs = Date.parse('2026-11-23T10:20+07:00')
const seed = () =>
  seedSample(db.database, { hashPassword: (password) => Promise.resolve(`hash of ${password}`), nowMs })

let db: TestDatabase
let credentials: SampleCredentials[] | null
beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  credentials = await seed()
})
afterAll(() => db.drop())

test('a production start has no people and no meetings', async () => {
  const empty = await startTestDatabase()
  await seedUnits(empty.database)
  expect(await empty.database.prisma.user.count()).toBe(0)
  expect(await empty.database.prisma.meeting.count()).toBe(0)
  await empty.drop()
})

test('every person has a random password of its own', () => {
  const passwords = credentials?.map((one) => one.password) ?? []
  expect(passwords.length).toBeGreaterThan(10)
  expect(new Set(passwords).size).toBe(passwords.length)
  for (const one of credentials ?? []) expect(one.email).toMatch(/^[a-z.]+@mau\.example$/)
})

test('the meetings are of all kinds and states and of both eras, and everything is marked', async () => {
  const meetings = await db.database.prisma.meeting.findMany({
    include: { units: { include: { unit: true } } },
  })
  expect(meetings.length).toBeGreaterThanOrEqual(20)
  expect(meetings.length).toBeLessThanOrEqual(30)
  expect(new Set(meetings.map((one) => one.kind))).toEqual(new Set(meetingKinds))
  expect(new Set(meetings.map((one) => one.status))).toEqual(new Set(meetingStatuses))
  for (const meeting of meetings) {
    expect(meeting.isSample).toBe(true)
    expect(meeting.description).toMatch(/^Dữ liệu mẫu/)
    for (const { unit } of meeting.units) {
      const isOver = unit.validTo !== null && unit.validTo <= meeting.startsAt
      expect(unit.validFrom <= meeting.startsAt && !isOver ? '' : `${meeting.title}: ${unit.name}`).toBe('')
    }
  }
  const { user, site } = db.database.prisma
  expect(await user.count({ where: { isSample: false } })).toBe(0)
  expect(await site.count({ where: { isSample: false } })).toBe(0)
  expect(meetings.some((one) => one.units.some(({ unit }) => unit.level === 'district'))).toBe(true)
})

test('bodies are of both eras, with members of the day, and those with an account are known by it', async () => {
  const bodies = await db.database.prisma.body.findMany({ include: { mandates: true } })
  expect(bodies.every((one) => one.isSample)).toBe(true)
  expect(bodies.some((one) => one.validUntil !== null && one.validUntil.getTime() < nowMs)).toBe(true)
  const council = bodies.find((one) => one.kind === 'council' && one.mandates.length > 20)
  const members = await membersOn(db.database, council?.id ?? '', nowMs)
  expect(members).toHaveLength((council?.mandates.length ?? 0) - 1)
  expect(members[0]).toMatchObject({ offices: ['chair'], mayVote: true })
  expect(members[0]?.userId).not.toBeNull()
})

test('what was held left who came and when', async () => {
  const held = await db.database.prisma.meeting.findMany({
    where: { status: 'ended' },
    include: { participants: true },
  })
  for (const meeting of held) {
    const events = (await callEvents(db.database, MeetingId.parse(meeting.id))).map(({ event }) => event)
    expect(events.map((event) => event.atMs)).toEqual(
      events.map((event) => event.atMs).toSorted((a, b) => a - b),
    )
    const presence = presenceOf(events, nowMs)
    expect(presence.size).toBeGreaterThan(1)
    for (const one of presence.values()) {
      expect(one.totalMs).toBeGreaterThan(0)
      expect(meeting.participants.map((row) => row.id)).toContain(one.participantId)
    }
  }
})

test('a second start with the same wish changes nothing', async () => {
  expect(await seed()).toBeNull()
})
