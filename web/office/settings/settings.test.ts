import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { toDateInput } from '#contract/cityTime.ts'
import { silentLog } from '#contract/log.ts'
import { proveAudit } from '#db/auditProof.ts'
import { Settings } from '#db/settings.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { createAttendance } from '#office/attendance/attendance.ts'
import { plannedMs } from '#office/minutes/testing/minutesTestCall.ts'
import { account, storeBriefing } from '#office/minutes/testing/minutesTestMeeting.ts'
import { accountViewer, linkViewer } from '#office/testing/testViewer.ts'
import { createSettings, type SettingsService } from './settings.ts'

const march = Date.parse('2026-03-10T09:00:00+07:00')
const administrator = accountViewer('admin', { isSystemAdmin: true })
const secretary = accountViewer('secretary', { unitRoles: [{ unitId: 'u', role: 'secretary' }] })

let db: TestDatabase
let bus: MemoryBus
let live: Settings
let nowMs: number
let service: SettingsService
beforeAll(async () => {
  db = await startTestDatabase()
  bus = new MemoryBus()
  live = await Settings.open({ database: db.database, bus, log: silentLog })
})
afterAll(async () => {
  await live.close()
  await bus.close()
  await db.drop()
})
beforeEach(() => {
  nowMs = march
  service = createSettings({ database: db.database, settings: live, now: () => nowMs })
})

const change = async (key: string, value: unknown, validFrom: string, more: object = {}) =>
  service.change(administrator, {
    ...{ key, value, validFrom, source: 'Quyết định 12/2026/QĐ-TTg', reason: '' },
    seenId: (await service.get(administrator, key)).lastId,
    ...more,
  })

it('shows each with its source, what is in force and what will be, and every decision', async () => {
  await change('noticeWorkingDays', 5, '2026-04-01')
  const all = await service.list(administrator)
  expect(all.map((one) => one.key)).toContain('workingCalendar')
  const notice = await service.get(administrator, 'noticeWorkingDays')
  expect(notice).toMatchObject({
    value: 3,
    source: 'Quyết định 45/2018/QĐ-TTg',
    sinceMs: null,
    upcoming: [{ value: 5, validFromMs: Date.parse('2026-04-01T00:00:00+07:00') }],
  })
  nowMs = Date.parse('2026-04-01T00:00:00+07:00')
  expect(await service.get(administrator, 'noticeWorkingDays')).toMatchObject({
    value: 5,
    source: 'Quyết định 12/2026/QĐ-TTg',
    sinceMs: nowMs,
    upcoming: [],
    changes: [{ value: 5, changedAtMs: march }],
  })
})

it('is for administrators; to others the settings are not there', async () => {
  const input = {
    key: 'noticeWorkingDays',
    value: 1,
    validFrom: '2026-03-11',
    source: '',
    reason: '',
    seenId: 0,
  }
  await expect(service.list(secretary)).rejects.toMatchObject({ code: 'not_found' })
  await expect(service.change(secretary, input)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(service.list(linkViewer('m', 'p'))).rejects.toMatchObject({ code: 'not_found' })
})

it('refuses what is no value, no day to decide for, or nothing to decide', async () => {
  const refused = (field: string) => ({ code: 'bad_request', detail: { field } })
  await expect(change('noticeWorkingDays', 'nhiều', '2026-04-02')).rejects.toMatchObject(refused('value'))
  await expect(change('noticeWorkingDays', 2.5, '2026-04-02')).rejects.toMatchObject(refused('value'))
  await expect(change('noticeWorkingDays', 4, '2026-03-09')).rejects.toMatchObject(refused('validFrom'))
  await expect(change('noticeWorkingDays', 4, '2126-03-09')).rejects.toMatchObject(refused('validFrom'))
  await expect(change('noticeWorkingDays', 4, '09/04/2026')).rejects.toMatchObject(refused('validFrom'))
  const calendar = { daysOff: [{ date: '2026-13-01', name: '' }], workedWeekends: [] }
  await expect(change('workingCalendar', calendar, '2026-04-02')).rejects.toMatchObject({
    code: 'bad_request',
  })
  await expect(service.get(administrator, 'toString')).rejects.toMatchObject({ code: 'not_found' })
})

it('what is decided for today holds from now on, and not for this morning', async () => {
  await change('conclusionWorkingDays', 4, '2026-03-10')
  const history = await live.history()
  expect(history.at(march).conclusionWorkingDays).toBe(4)
  expect(history.at(march - 1).conclusionWorkingDays).toBe(5)
})

it('what is decided ahead can be taken back, and what was before goes on', async () => {
  nowMs = Date.parse('2026-06-01T08:00:00+07:00')
  const { value } = await service.get(administrator, 'forgottenCallMinutes')
  const { id } = await change('forgottenCallMinutes', 60, '2026-07-01')
  const { lastId } = await service.get(administrator, 'forgottenCallMinutes')
  await service.withdraw(administrator, { key: 'forgottenCallMinutes', changeId: id, seenId: lastId })
  const after = await service.get(administrator, 'forgottenCallMinutes')
  expect(after).toMatchObject({ value, upcoming: [], changes: [{ value }, { value: 60 }] })
  const again = { key: 'forgottenCallMinutes', changeId: id, seenId: after.lastId }
  await expect(service.withdraw(administrator, again)).rejects.toMatchObject({ code: 'conflict' })
})

it('nobody decides over what they did not see', async () => {
  const { lastId } = await service.get(administrator, 'longestHours')
  const value = (await live.history()).at(march).longestHours
  await change('longestHours', { ...value, briefing: 3 }, '2026-04-01')
  await expect(
    change('longestHours', { ...value, briefing: 2 }, '2026-04-01', { seenId: lastId }),
  ).rejects.toMatchObject({ code: 'conflict' })
  expect((await proveAudit(db.database)).broken).toBeNull()
})

it('a past meeting keeps the tolerance of its day, whatever is decided afterwards', async () => {
  await storeBriefing(db.database, 'past')
  const attendance = createAttendance({ database: db.database, settings: live, log: silentLog })
  const late = async () => {
    const { rows } = await attendance.list(account('secretary'), 'past')
    return rows.filter((row) => row.state === 'late').length
  }
  const before = await late()
  expect(before).toBeGreaterThan(0)
  nowMs = plannedMs + 24 * 3600_000
  await change('lateToleranceMinutes', 120, toDateInput(nowMs))
  expect(await late()).toBe(before)
  nowMs = plannedMs - 24 * 3600_000
  await change('lateToleranceMinutes', 120, toDateInput(nowMs))
  expect(await late()).toBe(0)
})
