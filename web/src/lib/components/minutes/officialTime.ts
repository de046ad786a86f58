import { toDateInput, toTimeInput } from '#web/format.ts'

/** "ngày 05 tháng 02 năm 2026", as official documents write it (NĐ 30/2020/NĐ-CP Phụ lục I). */
export function officialDate(atMs: number): string {
  const [year = '', month = '', day = ''] = toDateInput(atMs).split('-')
  return `ngày ${day} tháng ${Number(month) <= 2 ? month : String(Number(month))} năm ${year}`
}

/** "08 giờ 05" */
export function officialTime(atMs: number): string {
  return toTimeInput(atMs).replace(':', ' giờ ')
}

/** "03 phút 20 giây" */
export function officialDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  if (hours > 0) return `${two(hours)} giờ ${two(minutes)} phút`
  if (minutes === 0) return `${two(seconds)} giây`
  return seconds % 60 > 0 ? `${two(minutes)} phút ${two(seconds % 60)} giây` : `${two(minutes)} phút`
}
