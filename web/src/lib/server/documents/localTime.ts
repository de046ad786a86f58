/** The time zone of every official time: Vietnam has one, without summer time. */
export const officialTimeZone = 'Asia/Ho_Chi_Minh'

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: officialTimeZone,
  calendar: 'gregory',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

function partsOf(atMs: number): Record<Part, string> {
  const found = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of parts.formatToParts(atMs)) {
    if (type in found) found[type as Part] = value
  }
  return found
}

/** "23/11/2026 08:05:09", for tables that a spreadsheet reads. */
export function tableTime(atMs: number): string {
  const { year, month, day, hour, minute, second } = partsOf(atMs)
  return `${day}/${month}/${year} ${hour}:${minute}:${second}`
}

/** "20261123", for file names. */
export function fileDate(atMs: number): string {
  const { year, month, day } = partsOf(atMs)
  return `${year}${month}${day}`
}
