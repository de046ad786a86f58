import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedUnits } from './seedUnits.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
beforeAll(async () => void (db = await startTestDatabase()))
afterAll(() => db.drop())

test('the city has 126 communes and 15 departments today, and had 30 districts', async () => {
  expect(await seedUnits(db.database)).toBe(1 + 15 + 30 + 126)
  const { unit } = db.database.prisma
  const on = (day: string) => {
    const at = new Date(day)
    return { validFrom: { lte: at }, OR: [{ validTo: null }, { validTo: { gt: at } }] }
  }
  const count = (level: string, day: string) => unit.count({ where: { level, ...on(day) } })
  expect(await count('commune', '2026-11-23')).toBe(126)
  expect(await count('district', '2026-11-23')).toBe(0)
  expect(await count('district', '2025-06-30')).toBe(30)
  expect(await count('district', '2025-07-01')).toBe(0)
  expect(await count('commune', '2025-06-30')).toBe(0)
  expect(await unit.count({ where: { level: 'city', parentId: { not: null } } })).toBe(15)
  expect(await unit.count({ where: { parentId: null } })).toBe(1)
  expect(await unit.count({ where: { kind: 'phường' } })).toBe(51)
})

test('a second start adds nothing and changes nothing', async () => {
  const { unit } = db.database.prisma
  await unit.update({ where: { id: 'unit-00070-20250701' }, data: { name: 'Đổi tên' } })
  expect(await seedUnits(db.database)).toBe(0)
  expect((await unit.findUniqueOrThrow({ where: { id: 'unit-00070-20250701' } })).name).toBe('Đổi tên')
})
