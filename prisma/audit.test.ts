import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendAudit, describeAudit } from './audit.ts'
import { testDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

test('the log is described as empty, whole, or broken at an entry', async () => {
  expect(await describeAudit(db.database)).toMatchObject({
    isWhole: false,
    line: expect.stringContaining('empty'),
  })
  for (const subject of ['a', 'b', 'c']) {
    await db.database.transact((tx) => appendAudit(tx, { actorId: 'somebody', action: 'tested', subject }))
  }
  expect(await describeAudit(db.database)).toEqual({
    isWhole: true,
    line: 'The audit log is whole: 3 entries.',
  })
  await db.database.pool.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
  const { rows } = await db.database.pool.query(
    "UPDATE audit_entry SET subject = 'x' WHERE subject = 'b' RETURNING id",
  )
  expect(await describeAudit(db.database)).toEqual({
    isWhole: false,
    line: `The audit log is broken at entry ${rows[0].id}.`,
  })
})
