import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkKeys, noteKey } from './keyChecks.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await startTestDatabase()
})
afterAll(() => test.drop())

const check = (...keys: string[]) => checkKeys(test.database, 'factors', keys)

it('takes the keys of whoever comes first, and refuses others', async () => {
  const first = await Promise.all([check('old'), check('foreign')])
  expect(first.filter(Boolean)).toHaveLength(1)
  await noteKey(test.database, 'factors', ['old'])
  expect([await check('old'), await check('foreign')]).toEqual([true, false])
})

it('lets a key take the place of another: added everywhere first, and the former goes at last', async () => {
  await noteKey(test.database, 'factors', ['old'])
  expect(await check('new', 'old')).toBe(true)
  // A node that was left out would not read what the others write.
  expect(await check('old')).toBe(false)
  expect([await check('new', 'old'), await check('new')]).toEqual([true, true])
})

it('tells nothing of a key', async () => {
  const rows = await test.database.prisma.keyCheck.findMany()
  expect(JSON.stringify(rows)).not.toMatch(/old|new/)
})
