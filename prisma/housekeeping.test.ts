import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { appendAudit } from './audit.ts'
import { cleanUpRecords, reportAudit } from './housekeeping.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
beforeAll(async () => (db = await startTestDatabase()))
afterAll(async () => db.drop())

const dayMs = 24 * 3600_000
const nowMs = Date.parse('2026-11-26T03:17:00+07:00')
const ago = (days: number) => new Date(nowMs - days * dayMs)

it('takes away what ran out, and keeps what can still be used or still has something to say', async () => {
  const { prisma } = db.database
  await prisma.user.create({ data: { id: 'an', name: 'An', email: 'an@x.vn' } })
  const session = { userId: 'an', createdAt: ago(9) }
  for (const [id, expiresAt] of [
    ['over', ago(2)],
    ['justOver', ago(0.5)],
    ['good', ago(-1)],
  ] as const) {
    await prisma.session.create({ data: { ...session, id, token: id, expiresAt } })
    await prisma.verification.create({ data: { id, identifier: id, value: '', expiresAt } })
    await prisma.trustedDevice.create({ data: { tokenHash: id, userId: 'an', expiresAt } })
    await prisma.passkeyChallenge.create({ data: { challenge: id, expiresAt } })
  }
  await prisma.setupLink.createMany({
    data: [
      { tokenHash: 'old', expiresAt: ago(91) },
      { tokenHash: 'used', expiresAt: ago(-1), usedAt: ago(91) },
      { tokenHash: 'tellsThatItIsTooOld', expiresAt: ago(30) },
      { tokenHash: 'good', expiresAt: ago(-7) },
    ],
  })
  await prisma.node.createMany({
    data: [
      { id: 'silent', roles: 'web', seenAt: ago(2) },
      { id: 'alive', roles: 'web', seenAt: ago(0) },
    ],
  })
  await prisma.lease.create({ data: { key: 'call:m', nodeId: 'silent', epoch: 7, expiresAt: ago(400) } })

  expect(await cleanUpRecords(db.database, nowMs)).toEqual({
    sessions: 1,
    verifications: 1,
    setupLinks: 2,
    joinLinks: 0,
    trustedDevices: 1,
    passkeyChallenges: 1,
    nodes: 1,
  })
  const ids = async (rows: Promise<{ id: string }[]>) => (await rows).map((row) => row.id).toSorted()
  expect(await ids(prisma.session.findMany())).toEqual(['good', 'justOver'])
  expect(await ids(prisma.node.findMany())).toEqual(['alive'])
  expect(await prisma.setupLink.count()).toBe(2)
  expect(await prisma.lease.count()).toBe(1)
})

it('says which entry of the audit log was changed', async () => {
  await db.database.transact(async (tx) => {
    for (const subject of ['a', 'b', 'c']) appendAudit(tx, { actorId: 'an', action: 'x.done', subject })
  })
  const log = { ...silentLog, info: vi.fn(), error: vi.fn() }
  await reportAudit(db.database, log, '/nowhere')
  const last = await db.database.prisma.auditEntry.findFirstOrThrow({ orderBy: { id: 'desc' } })
  expect(log.info).toHaveBeenCalledWith('auditWhole', { count: 3, head: `${last.id}:${last.hash}` })
  const second = await db.database.prisma.auditEntry.findFirstOrThrow({ where: { subject: 'b' } })
  await db.database.pool.query('ALTER TABLE audit_entry DISABLE TRIGGER USER') // as whoever owns the database can
  await db.database.prisma.auditEntry.update({ where: { id: second.id }, data: { actorId: 'binh' } })
  await reportAudit(db.database, log, '/nowhere')
  expect(log.error).toHaveBeenCalledWith('auditBroken', { auditEntryId: String(second.id), why: 'changed' })
})
