import { toDateInput, toTimeInput } from './cityTime.ts'
import { expanded } from './siteName.ts'

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

/** "00 giờ 10", and with its day where that is not the meeting's: "00 giờ 10 ngày 24 tháng 11 năm 2026". */
export function officialTimeFrom(startMs: number, atMs: number): string {
  const isSameDay = toDateInput(startMs) === toDateInput(atMs)
  return isSameDay ? officialTime(atMs) : `${officialTime(atMs)} ${officialDate(atMs)}`
}

/** A unit's name in the middle of a sentence: "phường Hoàn Kiếm"; with a number, "Phường 2" (NĐ 30/2020 Phụ lục II). */
export function inSentence(unitName: string): string {
  return unitName.replace(/^(Phường|Xã|Thị trấn|Thị xã|Quận|Huyện)(?=\s+\p{L})/u, (kind) =>
    kind.toLocaleLowerCase('vi'),
  )
}

/** "Phó Giám đốc Sở Tài chính", "Chủ tịch UBND phường Hoàn Kiếm": what both say is said once; what is unknown is left out. */
export function officialOffice(position: string, unitName: string): string {
  const unit = inSentence(unitName)
  if (position === '' || unit === '') return position + unit
  const [held, body] = [expanded(position), expanded(unit)]
  if (held.endsWith(body)) return position
  const parts = position.split(' ')
  const unitParts = unit.split(' ')
  for (let count = Math.min(parts.length, unitParts.length); count > 0; count--) {
    // "Chánh Thanh tra" of "Thanh tra Thành phố"; one shared word may be chance.
    if (expanded(parts.slice(-count).join(' ')) !== expanded(unitParts.slice(0, count).join(' '))) continue
    if (count > 1 || expanded(parts.at(-1) ?? '').includes(' ')) {
      return [...parts, ...unitParts.slice(count)].join(' ')
    }
  }
  const general = /^(ủy ban nhân dân|hội đồng nhân dân) (.+)$/u.exec(body)
  if (general?.[1] && held.endsWith(general[1])) return `${position} ${unit.split(' ').slice(4).join(' ')}`
  return wholeOffice.test(position) ? `${position} ${unit}` : `${position}, ${unit}`
}

/** A position that is the whole unit's and wants its name; "Trưởng phòng Hành chính" is a part's. */
const wholeOffice = /(chủ tịch|giám đốc|chuyên viên|chánh thanh tra|bí thư|văn phòng|ubnd|hđnd|nhân dân)$/iu

/**
 * "điểm cầu phường A", whether or not the site's own name says that it is one; "điểm cầu Hội trường, phường A" of
 * `siteWithUnit`.
 */
export function officialSite(siteName: string): string {
  const [, name = siteName, unit = ''] = /^(.+) \(([^()]+)\)$/u.exec(siteName) ?? []
  return `điểm cầu ${name.replace(/^điểm cầu\s+/iu, '')}${unit === '' ? '' : `, ${inSentence(unit)}`}`
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

/**
 * "Phát biểu: A (08 giờ 05, 03 phút; 08 giờ 40, 01 phút); B (…).": one entry a person, in the order of first speaking;
 * null when nobody spoke. A time of another day than the start's has its day with it.
 */
export function officialTurns(turns: readonly Turn[], startMs: number): string | null {
  const people = new Map<string, { name: string; times: string[] }>()
  for (const turn of turns) {
    const key = turn.participantId ?? `${turn.name}\n${turn.unitName}\n${turn.position}`
    const found = people.get(key) ?? { name: turn.name, times: [] }
    found.times.push(`${officialTimeFrom(startMs, turn.atMs)}, ${officialDuration(turn.durationMs)}`)
    people.set(key, found)
  }
  if (people.size === 0) return null
  return `Phát biểu: ${[...people.values()].map(({ name, times }) => `${name} (${times.join('; ')})`).join('; ')}.`
}

/**
 * The numbers under which the items stand: item 1 of the agenda stays 1. What was said before it, under no item of the
 * agenda, has none; where nothing is of an agenda all are counted.
 */
export function itemNumbers(items: readonly { agendaItemId: string | null }[]): (number | null)[] {
  const first = Math.max(
    0,
    items.findIndex((item) => item.agendaItemId !== null),
  )
  return items.map((_item, index) => (index < first ? null : index - first + 1))
}

/** Councils have a chủ tọa, everybody else a chủ trì. */
export function isCouncil(body: string): boolean {
  return /hội đồng nhân dân|hđnd/iu.test(body)
}

/** What the minutes call it: "Hội nghị" or "Phiên họp" where the subject does, else "Cuộc họp". */
export function gathering(subject: string): string {
  const kind =
    /^(hội nghị|hội thảo|phiên họp|kỳ họp)/iu.exec(subject)?.[0].toLocaleLowerCase('vi') ?? 'cuộc họp'
  return kind.slice(0, 1).toLocaleUpperCase('vi') + kind.slice(1)
}
