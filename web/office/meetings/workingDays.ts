/** Days by their date in Hanoi, `2026-11-23`. */
export interface WorkingCalendar {
  /** Days off that fall on a weekday: public holidays and the days off given for them. */
  daysOff: readonly string[]
  /** Weekend days that are worked in exchange. */
  workedWeekends: readonly string[]
}

/**
 * Public holidays (Bộ luật Lao động 2019, Điều 112) with the days off given around them. The government settles each
 * year's in advance; from the second half of 2026 on this is our reckoning: hand in another table where it differs.
 */
export const vietnameseCalendar: WorkingCalendar = {
  daysOff: [
    ...['2025-09-01', '2025-09-02'],
    ...['2026-01-01', '2026-01-02'],
    ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'], // Tết Bính Ngọ
    ...['2026-04-27', '2026-04-30', '2026-05-01'],
    ...['2026-08-31', '2026-09-01', '2026-09-02'],
    ...['2027-01-01'],
    ...['2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'], // Tết Đinh Mùi
    ...['2027-04-16', '2027-04-30', '2027-05-03', '2027-09-02', '2027-09-03'],
  ],
  workedWeekends: ['2026-01-10', '2026-08-22'],
}

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
  if (weekday === 0 || weekday === 6) return calendar.workedWeekends.includes(date)
  return !calendar.daysOff.includes(date)
}

function weekdayOf(atMs: number): number {
  return new Date(startOfDay(atMs) + offsetMs).getUTCDay()
}
