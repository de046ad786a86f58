import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { appendAudit, asCaller, AuditJournal } from './audit.ts'
import { describeAudit, headOf, headText, holdsHead, keyAudit, proveAudit } from './auditProof.ts'
import { AuditKeys } from './auditKeys.ts'
import { type Database, openDatabase } from './client.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
let database: Database
beforeAll(async () => {
  db = await startTestDatabase()
  ;({ database } = db)
  await database.pool.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
})
afterAll(() => db.drop())
beforeEach(() => database.prisma.auditEntry.deleteMany())

const fact = (subject: string) => ({ actorId: 'somebody', action: 'thing.tested', subject })
const entries = () => database.prisma.auditEntry.findMany({ orderBy: { id: 'asc' } })
/** The same database, as somebody with other keys opens it. */
const opened = (secrets: string[]) => openDatabase(db.url, { poolSize: 2, auditKeys: new AuditKeys(secrets) })
const [oldest, older, newer] = ['a', 'b', 'c'].map((letter) => `${letter}-secret-of-some-thirty-odd-letters`)

describe('the chain', () => {
  it('is described as empty, whole, or broken at an entry', async () => {
    expect(await describeAudit(database)).toMatchObject({
      isWhole: false,
      line: expect.stringContaining('empty'),
    })
    for (const subject of ['a', 'b', 'c']) await database.transact((tx) => appendAudit(tx, fact(subject)))
    const rows = await entries()
    expect(await describeAudit(database)).toEqual({
      isWhole: true,
      line: `The audit log is whole: 3 entries. Its head: ${rows[2]?.id}:${rows[2]?.hash}`,
    })
    await database.prisma.auditEntry.updateMany({ where: { subject: 'b' }, data: { subject: 'x' } })
    expect(await describeAudit(database)).toMatchObject({
      isWhole: false,
      line: expect.stringContaining(`broken at entry ${rows[1]?.id}:`),
    })
  })

  it.each(['address', 'action', 'actorId', 'detail', 'at', 'keyId'] as const)(
    'breaks where the %s of an entry was changed',
    async (field) => {
      for (const subject of ['a', 'b'])
        await asCaller('10.1.2.3', () => database.audit.record({ ...fact(subject), detail: { n: 1 } }))
      const change = { detail: { n: 2 }, at: new Date(0) }
      const data = field === 'detail' || field === 'at' ? { [field]: change[field] } : { [field]: 'x' }
      await database.prisma.auditEntry.updateMany({ where: { subject: 'a' }, data })
      expect((await proveAudit(database)).broken).not.toBeNull()
    },
  )

  it('keeps what changed, in whatever order the database gives it back', async () => {
    const changes = [{ field: 'title', from: 'Họp cũ', to: 'Họp mới' }]
    await database.audit.record({ ...fact('a'), detail: { z: 1, changes, a: { y: null, b: [2, 1] } } })
    expect((await entries())[0]?.detail).toMatchObject({ changes })
    expect((await proveAudit(database)).broken).toBeNull()
  })

  it('cannot be gone on with, nor written anew, by who has the database and no key', async () => {
    for (const subject of ['a', 'b']) await database.audit.record(fact(subject))
    const forger = await opened(['another-secret-that-is-not-the-right-one'])
    await forger.audit.record(fact('forged'))
    expect(await proveAudit(database)).toMatchObject({ count: 2, broken: { why: 'keyUnknown' } })
    await database.prisma.auditEntry.deleteMany()
    // As releases without keys did, and anybody can.
    await database.pool.query(
      `INSERT INTO audit_entry (at, actor_id, action, subject, prev_hash, hash)
       SELECT t.at, 'x', 'y.done', 'z', repeat('0', 64), encode(sha256(convert_to(
         '["' || repeat('0', 64) || '","2026-01-01T00:00:00.000Z","x","y.done","z",[]]', 'UTF8')), 'hex')
       FROM (SELECT timestamptz '2026-01-01T00:00:00Z' AS at) t`,
    )
    expect((await proveAudit(database)).broken?.why).toBe('unkeyed')
    // An upgraded log is like that until the platform has started once.
    await keyAudit(database)
    expect(await proveAudit(database)).toMatchObject({ count: 2, broken: null })
    await forger.close()
  })

  it('that was cut off at its end is found by a head that was kept elsewhere', async () => {
    for (const subject of ['a', 'b', 'c']) await database.audit.record(fact(subject))
    const { head } = await proveAudit(database)
    const kept = headOf(head ? headText(head) : '')
    if (!kept) throw new Error('no head')
    expect(await holdsHead(database, kept)).toBe(true)
    await database.prisma.auditEntry.deleteMany({ where: { subject: 'c' } })
    expect((await proveAudit(database)).broken).toBeNull()
    expect(await holdsHead(database, kept)).toBe(false)
    for (const text of ['', '12', `12:${'g'.repeat(64)}`, `-1:${'a'.repeat(64)}`])
      expect(headOf(text)).toBeNull()
  })

  it('goes on with a new key, which is said; the old one still proves what it made', async () => {
    const before = await opened([oldest ?? '', older ?? ''])
    await before.audit.record(fact('a'))
    const after = await opened([oldest ?? '', older ?? '', newer ?? ''])
    await keyAudit(after)
    await keyAudit(after)
    await after.audit.record(fact('b'))
    expect(
      (await entries()).map(({ action, keyId }) => [action, keyId === after.auditKeys?.current.id]),
    ).toEqual([
      ['thing.tested', false],
      ['audit.keyed', true],
      ['thing.tested', true],
    ])
    expect((await proveAudit(after)).broken).toBeNull()
    expect((await proveAudit(before)).broken?.why).toBe('keyUnknown')
    await before.close()
    await after.close()
  })
})

describe('entries', () => {
  it('are kept with their transaction or not at all', async () => {
    const failing = database.transact(async (tx) => {
      appendAudit(tx, fact('a'))
      await tx.unit.count()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await entries()).toEqual([])
  })

  it('wait for nobody: a long transaction that has logged something keeps no other from it', async () => {
    let finish = () => {}
    const isFinished = new Promise<void>((resolve) => (finish = resolve))
    let begin = () => {}
    const hasBegun = new Promise<void>((resolve) => (begin = resolve))
    const long = database.transact(async (tx) => {
      appendAudit(tx, fact('import'))
      await tx.unit.count()
      begin()
      await isFinished
    })
    await hasBegun
    await database.transact((tx) => appendAudit(tx, fact('sign-in')))
    await database.audit.record(fact('read'))
    finish()
    await long
    expect((await entries()).map(({ subject }) => subject)).toEqual(['sign-in', 'read', 'import'])
    expect((await proveAudit(database)).broken).toBeNull()
  })

  it('that come at once are stored together, each with the address that it came from', async () => {
    const told: number[] = []
    const watched = await openDatabase(db.url, {
      poolSize: 2,
      auditKeys: new AuditKeys([oldest ?? '']),
      onAudited: (rows) => told.push(rows.length),
    })
    await Promise.all(
      Array.from({ length: 2_500 }, (_none, n) =>
        asCaller(`10.0.0.${n % 250}`, () => watched.audit.record(fact(`read ${n}`))),
      ),
    )
    expect(told).toEqual([1, 1000, 1000, 499])
    const rows = await entries()
    expect(rows.map(({ subject }) => subject)).toEqual(rows.map((_row, n) => `read ${n}`))
    expect(rows[249]?.address).toBe('10.0.0.249')
    expect((await proveAudit(watched)).broken).toBeNull()
    await watched.close()
  })
})

describe('what has happened already', () => {
  it('is stored once the database takes it, and once', async () => {
    const stored: unknown[] = []
    let isAway = true
    const journal = new AuditJournal({
      transact: (work) => {
        if (isAway) {
          isAway = false
          return Promise.reject(new AppError('storage_unavailable'))
        }
        stored.push(work)
        return Promise.resolve()
      },
    })
    await journal.keep(fact('joined'))
    expect(stored).toHaveLength(1)
    const broken = new AuditJournal({ transact: () => Promise.reject(new AppError('internal')) })
    await expect(broken.keep(fact('joined'))).rejects.toMatchObject({ code: 'internal' })
  })
})
