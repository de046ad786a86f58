import { expect, it } from 'vitest'
import { settingDefinitions, SettingHistory, settingKeys, type SettingChange } from './settings.ts'

const march = Date.parse('2026-03-10T09:00:00+07:00')
const april = Date.parse('2026-04-01T00:00:00+07:00')
const may = Date.parse('2026-05-01T00:00:00+07:00')

const notice = (id: number, value: number, validFromMs: number, source = 'Quyết định A'): SettingChange => ({
  id,
  key: 'noticeWorkingDays',
  value,
  source,
  validFromMs,
})

it('every standard value is one that the schema takes as it is', () => {
  for (const key of settingKeys) {
    const { schema, standard } = settingDefinitions[key]
    expect(schema.parse(standard)).toEqual(standard)
  }
})

it('without a decision the standard and its source apply at every time', () => {
  const settings = new SettingHistory([])
  expect(settings.at(0).noticeWorkingDays).toBe(3)
  expect(settings.at(march).longestHours.briefing).toBe(4)
  expect(settings.sourceAt('noticeWorkingDays', march)).toBe('Quyết định 45/2018/QĐ-TTg')
  expect(settings.changeAt('noticeWorkingDays', march)).toBeNull()
  expect(settings.lastId('noticeWorkingDays')).toBe(0)
})

it('a meeting of March is judged by the rule of March', () => {
  const settings = new SettingHistory([notice(2, 7, may, 'Quyết định B'), notice(1, 5, april)])
  expect([march, april - 1, april, may].map((atMs) => settings.at(atMs).noticeWorkingDays)).toEqual([
    3, 3, 5, 7,
  ])
  expect(settings.sourceAt('noticeWorkingDays', may)).toBe('Quyết định B')
  expect(settings.at(may).lateToleranceMinutes).toBe(5)
})

it('of two decisions for one day the later made holds, whatever order they come in', () => {
  for (const changes of [
    [notice(1, 5, april), notice(2, 4, april)],
    [notice(2, 4, april), notice(1, 5, april)],
  ]) {
    const settings = new SettingHistory(changes)
    expect(settings.at(april).noticeWorkingDays).toBe(4)
    expect(settings.upcoming('noticeWorkingDays', march).map((change) => change.id)).toEqual([2])
    expect(settings.lastId('noticeWorkingDays')).toBe(2)
  }
})

it('tells what comes into force, in the order of time', () => {
  const settings = new SettingHistory([notice(1, 7, may), notice(2, 5, april), notice(3, 2, march)])
  const values = (atMs: number) => settings.upcoming('noticeWorkingDays', atMs).map((change) => change.value)
  expect(values(march)).toEqual([5, 7])
  expect(values(april)).toEqual([7])
  expect(values(may)).toEqual([])
})

it('a calendar names no day twice', () => {
  const day = { date: '2027-01-01', name: 'Tết Dương lịch' }
  const { schema } = settingDefinitions.workingCalendar
  expect(schema.safeParse({ daysOff: [day], workedWeekends: [] }).success).toBe(true)
  expect(schema.safeParse({ daysOff: [day, day], workedWeekends: [] }).success).toBe(false)
  expect(schema.safeParse({ daysOff: [{ ...day, date: '2027-02-30' }], workedWeekends: [] }).success).toBe(
    false,
  )
})
