import { expect, it } from 'vitest'
import { settingDefinitions, settingKeys } from '#contract/settings.ts'
import { fieldsOf, rangesOf, readFields } from './settingForm.ts'

it('what the form shows of every standard value reads back as it was', () => {
  for (const key of settingKeys) {
    const { standard } = settingDefinitions[key]
    expect(readFields(key, fieldsOf(key, standard))).toEqual({ isRead: true, value: standard })
  }
})

it('shows days that follow each other under one name as one line', () => {
  const { daysOff } = settingDefinitions.workingCalendar.standard
  expect(rangesOf(daysOff)).toContainEqual({ from: '2026-02-16', to: '2026-02-20', name: 'Tết Nguyên đán' })
  expect(fieldsOf('workingCalendar', { daysOff, workedWeekends: [] })['daysOff']).toContain(
    '16/02/2026 – 20/02/2026 Tết Nguyên đán\n',
  )
})

it('reads days as people write them, and tells the line that is none', () => {
  const read = (daysOff: string) => readFields('workingCalendar', { daysOff, workedWeekends: '' })
  expect(read('1/1/2028\n\n 29/02/2028 - 2/3/2028 Nghỉ  ')).toEqual({
    isRead: true,
    value: {
      daysOff: [
        { date: '2028-01-01', name: '' },
        { date: '2028-02-29', name: 'Nghỉ' },
        { date: '2028-03-01', name: 'Nghỉ' },
        { date: '2028-03-02', name: 'Nghỉ' },
      ],
      workedWeekends: [],
    },
  })
  expect(read('01/01/2028 Tết\nngày lễ')).toEqual({ isRead: false, field: 'daysOff', line: 2 })
  expect(read('30/02/2028')).toEqual({ isRead: false, field: 'daysOff', line: 1 })
  expect(read('05/01/2028 – 01/01/2028')).toMatchObject({ isRead: false, line: 1 })
})

it('reads a share as people write it, and no more than the whole', () => {
  const key = 'decisions.council_session'
  const fields = fieldsOf(key, settingDefinitions[key].standard)
  expect(fields).toMatchObject({ quorum: '2/3', than: 'more', share: '1/2', higherShare: '2/3' })
  const read = (change: Record<string, string>) => readFields(key, { ...fields, ...change })
  expect(read({ quorum: '', higherShare: ' 3 / 4 ', higherThan: 'more' })).toMatchObject({
    value: { quorum: null, higherThreshold: { numerator: 3, denominator: 4, isMoreThan: true } },
  })
  expect(read({ quorum: '4/3' })).toMatchObject({ isRead: false, field: 'quorum' })
  expect(read({ share: '' })).toMatchObject({ isRead: false, field: 'share' })
  expect(read({ higherShare: 'nửa' })).toMatchObject({ isRead: false, field: 'higherShare' })
})

it('reads one of a few as it is, and no other', () => {
  const read = (value: string) => readFields('passwordStrength', { value })
  expect(read('moderate')).toEqual({ isRead: true, value: 'moderate' })
  expect(read('none at all')).toMatchObject({ isRead: false, field: 'value' })
})

it('reads numbers with a comma; an empty limit is none', () => {
  expect(readFields('noticeWorkingDays', { value: ' 5 ' })).toEqual({ isRead: true, value: 5 })
  for (const value of ['', 'năm', '-1', '1e9', '0x10']) {
    expect(readFields('noticeWorkingDays', { value })).toMatchObject({ isRead: false, field: 'value' })
  }
  const fields = fieldsOf('longestHours', settingDefinitions.longestHours.standard)
  const read = readFields('longestHours', { ...fields, 'kind.briefing': '3,5', 'kind.work': '' })
  expect(read).toMatchObject({ isRead: true, value: { briefing: 3.5, work: null } })
  expect(readFields('longestHours', { ...fields, 'kind.review': 'một ngày' })).toMatchObject({
    field: 'kind.review',
  })
})
