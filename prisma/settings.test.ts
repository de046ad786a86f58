import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { silentLog } from '#contract/log.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { proveAudit } from './auditProof.ts'
import { openDatabase } from './client.ts'
import { insertSettingChange, Settings, settingChangesOf, type NewSettingChange } from './settings.ts'
import { startTestDatabase, type TestDatabase } from './testing/testDatabase.ts'

let db: TestDatabase
let bus: MemoryBus
const nowMs = Date.parse('2026-03-10T09:00:00+07:00')
const april = Date.parse('2026-04-01T00:00:00+07:00')
const act = { userId: 'admin', atMs: nowMs }

beforeEach(async () => {
  db = await startTestDatabase()
  bus = new MemoryBus()
})
afterEach(async () => {
  await bus.close()
  await db.drop()
})

const notice = (value: number, validFromMs: number): NewSettingChange => ({
  key: 'noticeWorkingDays',
  value,
  source: 'Quyết định A',
  validFromMs,
  reason: '',
})

it('keeps every decision, who made it and when it holds, and says so in the audit log', async () => {
  await db.database.prisma.user.create({ data: { id: 'admin', name: 'Nguyễn Văn An', email: 'an@x.vn' } })
  const first = await insertSettingChange(db.database, notice(5, april), 0, act)
  const second = await insertSettingChange(db.database, notice(4, april), first, act)
  expect(await settingChangesOf(db.database, 'noticeWorkingDays')).toEqual([
    expect.objectContaining({ id: second, value: 4, validFromMs: april, changedByName: 'Nguyễn Văn An' }),
    expect.objectContaining({ id: first, value: 5, changedAtMs: nowMs }),
  ])
  expect(
    await db.database.prisma.auditEntry.findMany({ where: { subject: 'setting:noticeWorkingDays' } }),
  ).toHaveLength(2)
  expect((await proveAudit(db.database)).broken).toBeNull()
  await expect(db.database.pool.query("UPDATE setting_change SET value = '9'")).rejects.toThrow(/append-only/)
  await expect(db.database.pool.query('DELETE FROM setting_change')).rejects.toThrow(/append-only/)
})

it('of two who decide at once the second is told that he did not see the first', async () => {
  const results = await Promise.allSettled([
    insertSettingChange(db.database, notice(5, april), 0, act),
    insertSettingChange(db.database, notice(4, april), 0, act),
  ])
  expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = results.find((result) => result.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'conflict' })
})

it('a change made by one process is known to another at once, and without the hint after a minute', async () => {
  let atMs = nowMs
  const options = { database: db.database, bus, log: silentLog, now: () => atMs }
  const [here, there] = [await Settings.open(options), await Settings.open(options)]
  expect((await there.history()).at(april).noticeWorkingDays).toBe(3)

  const id = await insertSettingChange(db.database, notice(5, april), 0, act)
  expect((await there.history()).at(april).noticeWorkingDays).toBe(3) // nobody said so
  here.changed()
  await vi.waitFor(async () => expect((await there.history()).at(april).noticeWorkingDays).toBe(5))
  expect((await there.history()).at(april - 1).noticeWorkingDays).toBe(3)

  await insertSettingChange(db.database, notice(6, april), id, act) // and the hint is lost
  atMs += 60_001
  expect((await there.history()).at(april).noticeWorkingDays).toBe(6)
  await Promise.all([here.close(), there.close(), there.close()])
})

it('what is read while it changes is not kept', async () => {
  const settings = await Settings.open({ database: db.database, bus, log: silentLog })
  const before = settings.history()
  const id = await insertSettingChange(db.database, notice(5, april), 0, act)
  settings.changed()
  await before
  expect((await settings.history()).lastId('noticeWorkingDays')).toBe(id)
  await settings.close()
})

it('a database that is away changes no rule', async () => {
  await insertSettingChange(db.database, notice(5, april), 0, act)
  const other = await openDatabase(db.url)
  let atMs = nowMs
  const settings = await Settings.open({ database: other, bus, log: silentLog, now: () => atMs })
  expect((await settings.history()).at(april).noticeWorkingDays).toBe(5)
  await other.close()
  atMs += 60_001
  expect((await settings.history()).at(april).noticeWorkingDays).toBe(5)
  const never = await Settings.open({ database: other, bus, log: silentLog })
  await expect(never.history()).rejects.toBeInstanceOf(AppError)
})

it('a decision of another release is left out and told', async () => {
  const data = { source: '', validFrom: new Date(april) }
  await db.database.prisma.settingChange.create({ data: { ...data, key: 'unheardOf', value: 1 } })
  await db.database.prisma.settingChange.create({ data: { ...data, key: 'noticeWorkingDays', value: 'x' } })
  const warn = vi.fn()
  const log = { ...silentLog, warn }
  const settings = await Settings.open({ database: db.database, bus, log })
  expect((await settings.history()).at(april).noticeWorkingDays).toBe(3)
  expect(warn.mock.calls.map(([event]) => event)).toEqual(['settingUnreadable', 'settingUnreadable'])
  await settings.close()
})
