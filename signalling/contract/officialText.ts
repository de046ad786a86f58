import { toDateInput, toTimeInput } from './cityTime.ts'

// How official documents write days, times and turns to speak (NĐ 30/2020/NĐ-CP Phụ lục I): Vietnamese in every language.

/** "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 take a leading zero. */
export function officialDate(atMs: number): string {
  const [year = '', month = '', day = ''] = toDateInput(atMs).split('-')
  return `ngày ${day} tháng ${Number(month) <= 2 ? month : String(Number(month))} năm ${year}`
}

/** "08 giờ 05". */
export function officialTime(atMs: number): string {
  return toTimeInput(atMs).replace(':', ' giờ ')
}

/** "03 phút 20 giây", "01 giờ 05 phút"; never less than one second. */
function officialDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (h > 0) return `${two(h)} giờ ${two(m)} phút`
  if (m > 0) return s > 0 ? `${two(m)} phút ${two(s)} giây` : `${two(m)} phút`
  return `${two(s)} giây`
}

/** One turn of somebody to speak; of the same person when the id, or all of the names, are the same. */
interface Turn {
  participantId: string | null
  name: string
  unitName: string
  position: string
  atMs: number
  durationMs: number
}

/** "Phát biểu: A (08 giờ 05, 03 phút; 08 giờ 40, 01 phút); B (…).": one entry a person, in the order of first speaking; null when nobody spoke. */
export function officialTurns(turns: readonly Turn[]): string | null {
  const people = new Map<string, { name: string; times: string[] }>()
  for (const turn of turns) {
    const key = turn.participantId ?? `${turn.name}\n${turn.unitName}\n${turn.position}`
    const found = people.get(key) ?? { name: turn.name, times: [] }
    found.times.push(`${officialTime(turn.atMs)}, ${officialDuration(turn.durationMs)}`)
    people.set(key, found)
  }
  if (people.size === 0) return null
  return `Phát biểu: ${[...people.values()].map(({ name, times }) => `${name} (${times.join('; ')})`).join('; ')}.`
}
