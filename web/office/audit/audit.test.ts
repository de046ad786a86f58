import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { auditEntries, type AuditFilter } from '#db/auditReading.ts'
import { addAccount } from '#db/accounts.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accountViewer, linkViewer } from '../testing/testViewer.ts'
import { createAudit, type Audit } from './audit.ts'
import { auditWordsIn } from '#web/server/auditWordsIn.ts'
import type { AuditEntryShown } from './auditShown.ts'
import type { AuditWords } from './auditTold.ts'

let test: TestDatabase
let audit: Audit
let words: AuditWords
const admin = accountViewer('admin', { isSystemAdmin: true })
const hanoi = (day: string, time: string) => Date.parse(`${day}T${time}+07:00`)

beforeAll(async () => {
  test = await startTestDatabase()
  words = await auditWordsIn('vi')
  const { database } = test
  audit = createAudit({ database, log: silentLog })
  await addAccount(database.prisma, { id: 'user-dung', name: 'Nguyễn Thị Dũng', email: 'dung@mau.example' })
  await addAccount(database.prisma, { id: 'user-hoa', name: 'Lê Văn Hòa', email: 'hoa@mau.example' })
  await database.prisma.unit.create({
    data: {
      ...{ id: 'ward-tay-ho', code: 'th', name: 'Tây Hồ', nameSearch: 'tay ho', level: 'commune' },
      ...{ kind: 'phường', validFrom: new Date('2025-07-01') },
    },
  })
  const record = (actorId: string, action: string, subject: string, at: number, detail = {}) =>
    database.audit.record({ actorId, action, subject, detail }, at)
  await record('user-dung', 'session.started', 'user-dung', hanoi('2026-11-20', '08:00:00'))
  await record('user-hoa', 'role.given', 'user-dung', hanoi('2026-11-21', '09:00:00'), {
    unitId: 'ward-tay-ho',
    changes: [{ field: 'role', from: 'none', to: 'clerk' }],
  })
  await record('user-hoa', 'session.started', 'user-hoa', hanoi('2026-11-22', '23:59:59'))
})
afterAll(() => test.drop())

const acts = ({ entries }: { entries: AuditEntryShown[] }) =>
  entries.map(({ action, actor }) => `${action} ${actor.id}`)

describe('the audit log', () => {
  it('is read by who administers the system or audits it, and is not there for anybody else', async () => {
    const secretary = accountViewer('secretary', {
      unitRoles: [{ unitId: 'ward-tay-ho', role: 'unit_admin' }],
    })
    for (const viewer of [secretary, linkViewer('m', 'p')]) {
      await expect(audit.list(viewer, {})).rejects.toMatchObject({ code: 'not_found' })
      await expect(audit.export(viewer, {}, 'csv', words)).rejects.toMatchObject({ code: 'not_found' })
      await expect(audit.verify(viewer)).rejects.toMatchObject({ code: 'not_found' })
    }
    expect((await audit.list(admin, {})).entries).toHaveLength(3)
  })

  it('names people, units and what changed', async () => {
    const { entries } = await audit.list(admin, { action: 'role.given' })
    expect(entries).toMatchObject([
      {
        actor: { name: 'Lê Văn Hòa' },
        subject: { name: 'Nguyễn Thị Dũng', kind: 'person' },
        changes: [{ field: 'role', from: ['none'], to: ['clerk'] }],
        facts: [{ field: 'unitId', value: 'Phường Tây Hồ' }],
      },
    ])
  })

  it.each([
    ['a person by words without diacritics, acting or acted upon', { q: 'dung' }, 2],
    ['a person by the address', { q: 'HOA@mau.example' }, 2],
    ['a group of acts', { action: 'session' }, 2],
    ['an act of a person', { q: 'hoa', action: 'session.started' }, 1],
    ['days of Hanoi, the last one whole', { from: '2026-11-21', to: '2026-11-22' }, 2],
    ['an object', { about: 'user-dung' }, 2],
    ['nobody', { q: 'khong ai' }, 0],
  ])('is filtered by %s', async (_, query, count) => {
    expect((await audit.list(admin, query)).entries).toHaveLength(count)
  })

  it('is read page by page from the newest, each entry once', async () => {
    const many = Array.from({ length: 120 }, (_, index) => ({
      ...{
        actorId: 'user-many',
        action: 'recording.opened',
        subject: `recording-${index}`,
        address: '10.0.0.7',
      },
      ...{
        at: new Date(hanoi('2026-11-10', '08:00:00') + Math.floor(index / 7)),
        prevHash: '',
        hash: `${index}`,
      },
    }))
    await test.database.prisma.auditEntry.createMany({ data: many })
    const seen: string[] = []
    let next: string | null = null
    do {
      const page = await audit.list(admin, { q: 'user-many', address: '10.0.0.7' }, next)
      seen.push(...page.entries.map(({ id }) => id))
      ;({ next } = page)
    } while (next !== null)
    expect(new Set(seen).size).toBe(120)
    expect(seen).toEqual(seen.toSorted((x, y) => Number(y) - Number(x)))
    await expect(audit.list(admin, {}, 'nonsense')).rejects.toMatchObject({ code: 'bad_request' })
    await test.database.prisma.$executeRaw`ALTER TABLE audit_entry DISABLE TRIGGER USER`
    await test.database.prisma.auditEntry.deleteMany({ where: { actorId: 'user-many' } })
    await test.database.prisma.$executeRaw`ALTER TABLE audit_entry ENABLE TRIGGER USER`
  })

  it('is exported as it is filtered, which is in the log itself', async () => {
    const { body, fileName } = await audit.export(admin, { q: 'dung' }, 'csv', words)
    if (!(body instanceof ReadableStream)) throw new Error('not streamed')
    const lines = (await text(body)).trim().split('\r\n')
    expect(fileName).toMatch(/^nhat-ky-kiem-tra-\d{8}\.csv$/)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain('"Giao vai trò","role.given","Nguyễn Thị Dũng"')
    expect(lines[1]).toContain('"Vai trò: Không có","Vai trò: Văn thư","Đơn vị: Phường Tây Hồ"')
    const book = await audit.export(admin, {}, 'xlsx', words)
    expect(Buffer.isBuffer(book.body) && book.body.subarray(0, 2).toString()).toBe('PK')
    const logged = await audit.list(admin, { action: 'audit.exported' })
    expect(acts(logged)).toEqual(['audit.exported admin', 'audit.exported admin'])
  })

  it('is taken along by who was confirmed lately, while reading it asks for nothing', async () => {
    const unconfirmed = { ...admin, isConfirmed: false }
    expect((await audit.list(unconfirmed, {})).entries.length).toBeGreaterThan(0)
    for (const format of ['csv', 'xlsx'] as const)
      await expect(audit.export(unconfirmed, {}, format, words)).rejects.toMatchObject({
        code: 'confirmation_needed',
      })
  })

  it('is taken along once at a time by each, and three times in all; whoever breaks off makes room', async () => {
    const { database } = test
    const own = createAudit({ database, log: silentLog })
    const readers = ['r1', 'r2', 'r3', 'r4'].map((id) => accountViewer(id, { isSystemAdmin: true }))
    const open = [] as ReadableStream[]
    const begin = async (viewer = admin) => {
      const { body } = await own.export(viewer, {}, 'csv', words)
      if (body instanceof ReadableStream) open.push(body)
    }
    await begin(readers[0])
    for (const format of ['csv', 'xlsx'] as const)
      await expect(own.export(readers[0] ?? admin, {}, format, words)).rejects.toMatchObject({ code: 'busy' })
    await begin(readers[1])
    await begin(readers[2])
    await expect(begin(readers[3])).rejects.toMatchObject({ code: 'busy' })
    await open[0]?.cancel()
    await begin(readers[3])
    for (const body of open.slice(1)) await body.cancel()
  })

  it('has its chain read whole, and says when and with what result', async () => {
    expect((await audit.list(admin, {})).chain).toBeNull()
    const [first, second] = await Promise.all([audit.verify(admin), audit.verify(admin)])
    expect(first).toEqual(second)
    expect(first).toMatchObject({ isWhole: true, count: 9 })
    expect((await audit.list(admin, {})).chain).toEqual(first)
  })

  it('is not whole without an entry that was kept outside the database', async () => {
    const keptHeads = () => Promise.resolve([{ id: 1n, hash: 'f'.repeat(64) }])
    const held = createAudit({ database: test.database, log: silentLog, keptHeads })
    expect(await held.verify(admin)).toMatchObject({ isWhole: false })
  })

  it('is asked of an index, whatever is asked', async () => {
    const { database } = test
    await database.pool
      .query(`INSERT INTO audit_entry (at, actor_id, action, subject, address, prev_hash, hash)
      SELECT to_timestamp(1700000000 + n), 'a' || n % 400, (ARRAY['session.started','call.joined','meeting.updated'])[1 + n % 3],
        'm' || n % 1000, '10.0.' || n % 200 || '.1', '', 'x' || n FROM generate_series(1, ${process.env['AUDIT_ROWS'] ?? 20000}) AS n`)
    await database.pool.query('ANALYZE audit_entry')
    const none: AuditFilter = {
      personIds: null,
      subjectIds: null,
      actions: null,
      address: null,
      fromMs: null,
      toMs: null,
    }
    const before = { atMs: 1_700_009_000_000, id: 9000n }
    const asked: Partial<AuditFilter>[] = [
      {},
      { personIds: ['a7', 'm3'] },
      { subjectIds: ['m3', 'm900'] },
      { address: '10.0.7.1' },
      { actions: ['call.joined', 'meeting.updated'] },
      { fromMs: 1_700_001_000_000, toMs: 1_700_001_100_000 },
      { personIds: ['a7'], actions: ['call.joined'] },
    ]
    const plans: string[] = []
    const spy = {
      ...database,
      pool: new Proxy(database.pool, {
        get: (pool, key) =>
          key === 'query'
            ? async (query: string, values: unknown[]) => {
                const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
                  `EXPLAIN ANALYZE ${query}`,
                  values,
                )
                plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
                return { rows: [] }
              }
            : Reflect.get(pool, key),
      }),
    }
    for (const filter of asked) await auditEntries(spy, { ...none, ...filter }, { before, limit: 51 })
    if (process.env['AUDIT_ROWS'])
      for (const [i, plan] of plans.entries())
        console.log(JSON.stringify(asked[i]), /Execution Time.*/.exec(plan)?.[0])
    expect(plans).toHaveLength(asked.length)
    for (const plan of plans) expect(plan).not.toContain('Seq Scan')
  })
})
