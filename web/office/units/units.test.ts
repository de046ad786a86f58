import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAccount } from '#db/accounts.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { Viewer } from '#office/access.ts'
import { accountViewer, linkViewer } from '#office/testing/testViewer.ts'
import { createUnits, type Units } from './units.ts'

const in2026 = Date.parse('2026-11-23T08:00+07:00')
const in2024 = Date.parse('2024-05-06T08:00+07:00')

let db: TestDatabase
let units: Units
let viewer: Viewer

beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  await addAccount(db.database.prisma, { id: 'reader', name: 'Đọc', email: 'doc@mau.example' })
  viewer = accountViewer('reader')
  units = createUnits({ database: db.database, now: () => in2026 })
  const district = await db.database.prisma.unit.findFirstOrThrow({
    where: { level: 'district', name: 'Ba Đình' },
  })
  await db.database.prisma.site.createMany({
    data: [
      { unitId: district.id, name: 'Hội trường quận' },
      { unitId: 'unit-00070-20250701', name: 'Hội trường phường' },
    ],
  })
})
afterAll(() => db.drop())

const namesOf = (found: readonly { name: string }[]) => found.map(({ name }) => name)

const sitesOf = async (...asked: Parameters<Units['sites']>) => (await units.sites(...asked)).sites

test('a hall is offered only for a day on which its unit exists', async () => {
  expect(namesOf(await sitesOf(viewer, { atMs: in2026 }))).toEqual(['Hội trường phường'])
  expect(namesOf(await sitesOf(viewer, { atMs: in2024, query: 'ba dinh' }))).toEqual(['Hội trường quận'])
  expect(await sitesOf(viewer, { atMs: in2026, query: 'ba dinh' })).toEqual([])
  // Who looks after the halls sees them all.
  expect(namesOf(await sitesOf(viewer, {}))).toContain('Hội trường quận')
})

test('the last day of a unit counts whole, in the city’s time', async () => {
  const atMs = Date.parse('2025-06-30T23:30+07:00')
  expect(namesOf(await sitesOf(viewer, { atMs }))).toEqual(['Hội trường quận'])
  const nextMs = Date.parse('2025-07-01T00:00+07:00')
  expect(namesOf(await sitesOf(viewer, { atMs: nextMs }))).toEqual(['Hội trường phường'])
})

test('all halls of a day are told to accounts, and to nobody with a link only', async () => {
  expect(namesOf(await units.allSites(viewer, { atMs: in2026 }))).toEqual(['Hội trường phường'])
  expect(namesOf(await units.allSites(viewer, { atMs: in2024 }))).toEqual(['Hội trường quận'])
  await expect(units.allSites(linkViewer('m', 'p'), { atMs: in2026 })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a unit is found by its code, alone or beside a word', async () => {
  expect(namesOf(await units.search(viewer, { query: '00070' }))).toEqual(['Hoàn Kiếm'])
  expect(namesOf(await units.search(viewer, { query: 'hoan 00070' }))).toEqual(['Hoàn Kiếm'])
  expect(await units.search(viewer, { query: 'ba dinh 00070' })).toEqual([])
})

test('how many there are is told whatever the list shows of them', async () => {
  expect(await units.search(viewer, { level: 'commune', limit: 10 })).toHaveLength(10)
  expect(await units.count(viewer, { level: 'commune' })).toBe(126)
  expect(await units.count(viewer, { query: 'hoan kiem' })).toBe(1)
  expect(await units.sites(viewer, { limit: 1 })).toMatchObject({ sites: [{}], total: 2 })
  expect(await units.sites(viewer, { limit: 1, query: 'hoan kiem' })).toMatchObject({ sites: [{}], total: 1 })
})
