import type { WorkingCalendar } from '#contract/settings.ts'

const dayMs = 24 * 3600_000
/** Hanoi is seven hours before UTC all year. */
const offsetMs = 7 * 3600_000

/** The start of a moment's day in Hanoi. */
export function startOfDay(atMs: number): number {
  return Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs
}

/** The start of a moment's week in Hanoi, which begins on Monday. */
export function startOfWeek(atMs: number): number {
  const day = startOfDay(atMs)
  return day - ((weekdayOf(day) + 6) % 7) * dayMs
}

/** Working days after one moment's day up to the other's, this one included: from Monday to Thursday three. */
export function workingDaysUntil(fromMs: number, toMs: number, calendar: WorkingCalendar): number {
  let count = 0
  const end = startOfDay(toMs)
  for (let day = startOfDay(fromMs) + dayMs; day <= end && count < 1000; day += dayMs) {
    if (isWorkingDay(day, calendar)) count++
  }
  return count
}

/** The end of the n-th working day after a moment's day. */
export function afterWorkingDays(fromMs: number, days: number, calendar: WorkingCalendar): number {
  let day = startOfDay(fromMs)
  for (let left = days; left > 0;) {
    day += dayMs
    if (isWorkingDay(day, calendar)) left--
  }
  return day + dayMs - 1
}

function isWorkingDay(atMs: number, calendar: WorkingCalendar): boolean {
  const date = new Date(startOfDay(atMs) + offsetMs).toISOString().slice(0, 10)
  const weekday = weekdayOf(atMs)
  const isNamed = (days: WorkingCalendar['daysOff']) => days.some((day) => day.date === date)
  return weekday === 0 || weekday === 6 ? isNamed(calendar.workedWeekends) : !isNamed(calendar.daysOff)
}

function weekdayOf(atMs: number): number {
  return new Date(startOfDay(atMs) + offsetMs).getUTCDay()
}
