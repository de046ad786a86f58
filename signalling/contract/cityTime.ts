/** All times are shown in the city's time, wherever the reader is. */
export const timeZone = 'Asia/Ho_Chi_Minh'

const dayMs = 86_400_000

/** Vietnam has had one offset, without summer time, since 1975. */
const offsetMs = 7 * 3_600_000

/** Midnight, in the city, of the day in which the moment lies. */
export function startOfDayMs(atMs: number): number {
  return Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs
}

/** The value of an `<input type="date">` in the city's time: 2026-11-23. */
export function toDateInput(atMs: number): string {
  return new Date(atMs + offsetMs).toISOString().slice(0, 10)
}

/** The value of an `<input type="time">` in the city's time: 14:30. */
export function toTimeInput(atMs: number): string {
  return new Date(atMs + offsetMs).toISOString().slice(11, 16)
}

/** The moment that a date and a time field name together; null when one is missing or wrong. */
export function fromDateAndTime(date: string, time: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return null
  const atMs = Date.parse(`${date}T${time}:00.000Z`)
  return Number.isNaN(atMs) ? null : atMs - offsetMs
}

/** "2026-11-23 08:05:09", for tables that a spreadsheet reads: every region of one takes ISO 8601 alike. */
export function tableTime(atMs: number): string {
  return new Date(atMs + offsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** A date whose UTC parts are the city's time, for workbooks, whose dates know no zone. */
export function tableDate(atMs: number): Date {
  return new Date(atMs + offsetMs)
}

/** "20261123", for file names. */
export function fileDate(atMs: number): string {
  return toDateInput(atMs).replaceAll('-', '')
}
