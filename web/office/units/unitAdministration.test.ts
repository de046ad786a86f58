import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HeldRole } from '#contract/officeRole.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accountViewer } from '../testing/testViewer.ts'
import { createUnits, type Units } from './units.ts'

const city = 'unit-01-20080801'
const ward = 'unit-00070-20250701'
const other = 'unit-00004-20250701'

let db: TestDatabase
let units: Units
beforeAll(async () => {
  db = await startTestDatabase()
  await seedUnits(db.database)
  units = createUnits({ database: db.database, now: () => Date.parse('2026-11-23T08:00+07:00') })
})
afterAll(() => db.drop())

const admin = accountViewer('admin', { isSystemAdmin: true })
const holding = (role: HeldRole, unitId = ward) =>
  accountViewer(`${role}-${unitId}`, { unitRoles: [{ unitId, role }] })

test('halls are kept by who has them: administrators and technicians of the unit, and its secretary', async () => {
  const hall = { unitId: ward, name: 'Phòng họp tầng 2', location: '' }
  const { id: siteId } = await units.createSite(holding('technician'), hall)
  for (const role of ['unit_admin', 'technician', 'secretary'] as const)
    await units.changeSite(holding(role), { ...hall, siteId, name: `Phòng của ${role}` })
  await expect(units.changeSite(holding('official'), { ...hall, siteId })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(units.createSite(holding('clerk'), hall)).rejects.toMatchObject({ code: 'forbidden' })
  const [logged] = await db.database.prisma.auditEntry.findMany({
    where: { action: 'site.changed', subject: siteId },
    orderBy: { id: 'asc' },
  })
  expect(logged?.detail).toEqual({
    unitId: hall.unitId,
    changes: [{ field: 'name', from: hall.name, to: expect.stringMatching(/^Phòng của /) }],
  })
  // Neither taken from another unit nor pushed to one.
  const own = { ...hall, siteId, unitId: other }
  await expect(units.changeSite(holding('technician', other), own)).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(units.changeSite(holding('technician'), own)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await units.administeredSites(holding('unit_admin'), {})).toMatchObject({
    sites: [{ id: siteId }],
    total: 1,
  })
  expect(await units.administeredSites(holding('unit_admin', other), {})).toEqual({ sites: [], total: 0 })
  await expect(units.administeredSites(holding('secretary'), {})).rejects.toMatchObject({ code: 'not_found' })
})

test('a unit is corrected within its era, by administrators of the system, and stays in the tree', async () => {
  const { kind, name, code } = await units.get(admin, ward)
  const right = { unitId: ward, kind, name, code, parentId: city }
  await units.correctUnit(admin, { ...right, name: 'Hoàn Kiếm Mới' })
  const logged = await db.database.prisma.auditEntry.findFirst({
    where: { action: 'unit.corrected', subject: ward },
  })
  expect(logged?.detail).toEqual({ changes: [{ field: 'name', from: name, to: 'Hoàn Kiếm Mới' }] })
  expect(await units.search(admin, { query: 'hoan kiem moi' })).toMatchObject([{ id: ward, parentId: city }])
  await expect(units.correctUnit(holding('unit_admin'), right)).rejects.toMatchObject({ code: 'forbidden' })
  const wrong = (parentId: string, unitId: string) =>
    units.correctUnit(admin, { ...right, unitId, code: 'x1', parentId })
  for (const [parentId, unitId] of [
    [ward, ward],
    [ward, city],
    ['absent', ward],
  ] as const)
    await expect(wrong(parentId, unitId)).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field: 'parentId' },
    })
  const past = await db.database.prisma.unit.findFirstOrThrow({ where: { level: 'district' } })
  await expect(units.correctUnit(admin, { ...right, unitId: past.id })).rejects.toMatchObject({
    code: 'invalid_state',
  })
  await expect(wrong(past.id, ward)).rejects.toMatchObject({ detail: { field: 'parentId' } })
  const taken = await db.database.prisma.unit.findUniqueOrThrow({ where: { id: other } })
  await expect(units.correctUnit(admin, { ...right, code: taken.code })).rejects.toMatchObject({
    code: 'conflict',
    detail: { field: 'code' },
  })
})
