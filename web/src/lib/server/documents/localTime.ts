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

/** "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 take a leading zero (NĐ 30/2020 Phụ lục I). */
export function officialDate(atMs: number): string {
  const { year, month, day } = partsOf(atMs)
  return `ngày ${day} tháng ${Number(month) <= 2 ? month : String(Number(month))} năm ${year}`
}

/** "08 giờ 05". */
export function officialTime(atMs: number): string {
  const { hour, minute } = partsOf(atMs)
  return `${hour} giờ ${minute}`
}

/** "03 phút 20 giây", "01 giờ 05 phút"; never less than one second. */
export function officialDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return `${two(h)} giờ ${two(m)} phút`
  if (m > 0) return s > 0 ? `${two(m)} phút ${two(s)} giây` : `${two(m)} phút`
  return `${two(s)} giây`
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
