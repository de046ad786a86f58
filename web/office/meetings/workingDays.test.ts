import { expect, test } from 'vitest'
import { settingDefinitions } from '#contract/settings.ts'
import { afterWorkingDays, startOfDay, startOfWeek, workingDaysUntil } from './workingDays.ts'

const hanoi = (text: string): number => Date.parse(`${text}+07:00`)
const calendar = settingDefinitions.workingCalendar.standard
const between = (a: string, b: string): number => workingDaysUntil(hanoi(a), hanoi(b), calendar)

test('a day begins at midnight in Hanoi', () => {
  expect(startOfDay(hanoi('2026-11-23T00:00'))).toBe(hanoi('2026-11-23T00:00'))
  expect(startOfDay(hanoi('2026-11-23T23:59'))).toBe(hanoi('2026-11-23T00:00'))
})

test('a week begins on Monday', () => {
  expect(startOfWeek(hanoi('2026-11-29T12:00'))).toBe(hanoi('2026-11-23T00:00'))
  expect(startOfWeek(hanoi('2026-11-23T00:00'))).toBe(hanoi('2026-11-23T00:00'))
})

test('the day of the notice does not count, that of the meeting does', () => {
  expect(between('2026-11-16T08:00', '2026-11-19T08:00')).toBe(3)
  expect(between('2026-11-16T17:00', '2026-11-20T08:00')).toBe(4)
  expect(between('2026-11-16T08:00', '2026-11-16T14:00')).toBe(0)
})

test('weekends and holidays are not working days, worked Saturdays are', () => {
  expect(between('2026-11-27T08:00', '2026-11-30T08:00')).toBe(1)
  expect(between('2026-02-13T08:00', '2026-02-23T08:00')).toBe(1)
  expect(between('2026-08-21T08:00', '2026-08-24T08:00')).toBe(2)
})

test('24 November is a day off from 2026 on (Nghị quyết 80-NQ/TW)', () => {
  expect(between('2025-11-23T08:00', '2025-11-25T08:00')).toBe(2)
  expect(between('2026-11-23T08:00', '2026-11-25T08:00')).toBe(1)
  expect(between('2027-11-23T08:00', '2027-11-25T08:00')).toBe(1)
})

test('a term ends with the last minute of its working day', () => {
  expect(afterWorkingDays(hanoi('2026-11-16T16:00'), 5, calendar)).toBe(hanoi('2026-11-24T00:00') - 1)
})
