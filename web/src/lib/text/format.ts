import { timeZone, startOfDayMs, toDateInput, toTimeInput } from '#contract/cityTime.ts'
import type { Locale } from '#web/preferences.ts'

/** What somebody typed as a day (23/11/2026, 23-11-26, 23112026) as a date field's value; null when it is none. */
export function parseDay(text: string): string | null {
  const match =
    /^\s*(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4}|\d{2})\s*$/.exec(text) ??
    /^\s*(\d{2})(\d{2})(\d{4})\s*$/.exec(text)
  if (!match) return null
  const [, day = '', month = '', year = ''] = match
  const value = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  // 31/02 would roll over to March.
  return new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value ? value : null
}

/** What somebody typed as a time (14:30, 14h30, 1430, 9) as a time field's value; null when it is none. */
export function parseTime(text: string): string | null {
  const match =
    /^\s*(\d{1,2})(?:\s*(?:[:.hg]|giờ)\s*(\d{1,2})?)?\s*$/i.exec(text) ??
    /^\s*(\d{1,2})(\d{2})\s*$/.exec(text)
  if (!match) return null
  const [hour, minute] = [Number(match[1]), Number(match[2] ?? 0)]
  if (hour > 23 || minute > 59) return null
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** Texts for moments, durations and amounts, in one language. Create one a language and keep it. */
export class Formats {
  readonly locale: Locale
  readonly #tag: string
  readonly #weekday: Intl.DateTimeFormat
  readonly #number: Intl.NumberFormat
  readonly #relative: Intl.RelativeTimeFormat

  constructor(locale: Locale) {
    this.locale = locale
    this.#tag = locale === 'vi' ? 'vi-VN' : 'en-GB'
    this.#weekday = new Intl.DateTimeFormat(this.#tag, { timeZone, weekday: 'long' })
    this.#number = new Intl.NumberFormat(this.#tag, { maximumFractionDigits: 1 })
    this.#relative = new Intl.RelativeTimeFormat(this.#tag, { numeric: 'auto' })
  }

  /** 14:30 */
  time(atMs: number): string {
    return toTimeInput(atMs)
  }

  /** 23/11/2026 */
  day(atMs: number): string {
    const [year, month, day] = toDateInput(atMs).split('-')
    return `${day}/${month}/${year}`
  }

  /** 23/11 */
  dayAndMonth(atMs: number): string {
    return this.day(atMs).slice(0, 5)
  }

  /** Thứ Hai */
  weekday(atMs: number): string {
    const word = this.#weekday.format(atMs)
    return word.charAt(0).toLocaleUpperCase(this.#tag) + word.slice(1)
  }

  /** Thứ Hai, 23/11/2026 */
  date(atMs: number): string {
    return `${this.weekday(atMs)}, ${this.day(atMs)}`
  }

  /** 14:30, 23/11/2026 */
  moment(atMs: number): string {
    return `${this.time(atMs)}, ${this.day(atMs)}`
  }

  /** 14:30, and with its day where that is not the one that the reader takes for granted: 00:10, 24/11/2026. */
  timeFrom(dayMs: number, atMs: number): string {
    return startOfDayMs(dayMs) === startOfDayMs(atMs) ? this.time(atMs) : this.moment(atMs)
  }

  /** 14:30 – 16:00, and the second day too when it is another. */
  span(fromMs: number, toMs: number): string {
    return `${this.time(fromMs)} – ${this.timeFrom(fromMs, toMs)}`
  }

  /** 1 giờ 30 phút; under a minute in seconds. */
  duration(ms: number): string {
    const totalS = Math.max(0, Math.round(ms / 1000))
    const hours = Math.floor(totalS / 3600)
    const minutes = Math.floor((totalS % 3600) / 60)
    const vi = this.locale === 'vi'
    if (totalS < 60) return `${totalS} ${vi ? 'giây' : 's'}`
    const parts = [
      hours > 0 ? `${hours} ${vi ? 'giờ' : 'h'}` : '',
      minutes > 0 ? `${minutes} ${vi ? 'phút' : 'min'}` : '',
    ]
    return parts.filter((part) => part !== '').join(' ')
  }

  /** 1:02:45 or 12:05, for clocks and players. */
  clock(ms: number): string {
    const totalS = Math.max(0, Math.floor(ms / 1000))
    const hours = Math.floor(totalS / 3600)
    const minutes = Math.floor((totalS % 3600) / 60)
    const seconds = String(totalS % 60).padStart(2, '0')
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
  }

  /** "sau 2 giờ", "3 ngày trước", "ngày mai" */
  relative(atMs: number, nowMs: number): string {
    const diffMs = atMs - nowMs
    const days = (startOfDayMs(atMs) - startOfDayMs(nowMs)) / 86_400_000
    const say = (value: number, unit: Intl.RelativeTimeFormatUnit): string => {
      const text = this.#relative.format(value, unit)
      return text.charAt(0).toLocaleLowerCase(this.#tag) + text.slice(1)
    }
    if (Math.abs(diffMs) < 3_600_000) return say(Math.round(diffMs / 60_000), 'minute')
    if (days === 0) return say(Math.round(diffMs / 3_600_000), 'hour')
    if (Math.abs(days) < 31) return say(days, 'day')
    return say(Math.round(days / 30.4), 'month')
  }

  /** 1.234,5 */
  number(value: number): string {
    return this.#number.format(value)
  }

  /** 12,3 MB */
  bytes(sizeBytes: number): string {
    const units = ['B', 'kB', 'MB', 'GB', 'TB']
    let value = sizeBytes
    let index = 0
    while (value >= 1000 && index < units.length - 1) {
      value /= 1000
      index += 1
    }
    return `${this.number(value)}\u00A0${units[index]}` // a number never parts from its unit
  }
}

/** Letters for a picture of somebody without one: the given name's, which in Vietnamese comes last. */
export function initialsOf(name: string): string {
  // What stands in brackets, as in "(mẫu)", and punctuation are no part of a name.
  // By ranges: classes such as \p{L} take 3 ms to compile, which is when the first picture is on its way.
  const words = name
    .replace(/\(.*?\)/g, ' ')
    .split(/[\s!-/:-@[-`{-~\u2000-\u206f]+/)
    .filter(Boolean)
  const given = words.at(-1)?.charAt(0) ?? '?'
  const family = words.length > 1 ? (words[0]?.charAt(0) ?? '') : ''
  return (family + given).toLocaleUpperCase('vi-VN')
}

/**
 * A name in two parts for places that are too narrow: what comes first may be cut, the given name, which stands last
 * and tells people apart, stays whole; so does what follows it in brackets.
 */
export function cutName(name: string): [head: string, tail: string] {
  const words = name.trim().split(/ (?!\(|[^(]*\))/)
  const kept = words.length > 3 ? 2 : 1
  const head = words.slice(0, -kept).join(' ')
  return [head === '' ? '' : `${head} `, words.slice(-kept).join(' ')]
}

/** Letters without their marks, lower case, so that "hop giao ban" and "Hoà" find "Họp giao ban" and "Hòa". */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

const collator = new Intl.Collator('vi-VN')

/** Orders people as Vietnamese lists do: by given name (the last word), then by the whole name. */
export function compareNames(a: string, b: string): number {
  const given = (name: string): string => name.trim().split(/\s+/).at(-1) ?? ''
  return collator.compare(given(a), given(b)) || collator.compare(a, b)
}
