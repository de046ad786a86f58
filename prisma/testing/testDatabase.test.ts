import { expect, test } from 'vitest'
import { startTestDatabase } from './testDatabase.ts'

test('every test file gets a migrated database of its own', async () => {
  const [a, b] = await Promise.all([startTestDatabase(), startTestDatabase()])
  await a.database.prisma.lease.create({ data: { key: 'k', nodeId: 'n', epoch: 1, expiresAt: new Date() } })
  expect(await a.database.prisma.lease.count()).toBe(1)
  expect(await b.database.prisma.lease.count()).toBe(0)
  await Promise.all([a.drop(), b.drop()])
  await expect(a.database.ping()).rejects.toMatchObject({ code: 'storage_unavailable' })
})
