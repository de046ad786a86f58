import { toDateInput } from '#contract/cityTime.ts'
import { meetingKinds } from '#contract/meeting.ts'
import type { Share, Threshold } from '#contract/decisionRules.ts'
import {
  choicesOf,
  decisionKindOf,
  isByKind,
  type ByKindKey,
  type DecisionKey,
  type SettingKey,
  type SettingValue,
  type WorkingCalendar,
} from '#contract/settings.ts'
import { parseDay } from '#web/text/format.ts'

/** A setting's value as the texts of its form's fields, by their names. */
export type SettingFields = Record<string, string>

/** What was typed: a value for the platform to judge, or the field (and its line) that says nothing. */
export type ReadSetting =
  { isRead: true; value: unknown } | { isRead: false; field: string; line: number | null }

/** Days that follow each other under one name; both ends belong to it. */
export interface NamedRange {
  from: string
  to: string
  name: string
}

const dayMs = 24 * 3600_000

/** The name of the field for a kind's number. */
export function kindField(kind: string): string {
  return `kind.${kind}`
}

/** A value as its form shows it. `readFields` is the way back. */
export function fieldsOf(key: SettingKey, value: unknown): SettingFields {
  if (isByKind(key)) {
    const numbers = value as SettingValue<ByKindKey> // the service parsed it
    return Object.fromEntries(meetingKinds.map((kind) => [kindField(kind), String(numbers[kind] ?? '')]))
  }
  if (key === 'workingCalendar') {
    const { daysOff, workedWeekends } = value as WorkingCalendar // the service parsed it
    return { daysOff: textOf(daysOff), workedWeekends: textOf(workedWeekends) }
  }
  if (decisionKindOf(key)) {
    const rule = value as SettingValue<DecisionKey> // the service parsed it
    return {
      quorum: shareText(rule.quorum),
      binding: yesNo(rule.isBinding),
      base: rule.base,
      than: rule.threshold.isMoreThan ? 'more' : 'least',
      share: shareText(rule.threshold),
      higherThan: rule.higherThreshold?.isMoreThan ? 'more' : 'least',
      higherShare: shareText(rule.higherThreshold),
      tie: rule.tie,
      ballot: rule.ballot,
      mayChange: yesNo(rule.mayChange),
      substitutes: yesNo(rule.substitutesVote),
    }
  }
  return { value: String(value) }
}

/** What the fields say. */
export function readFields(key: SettingKey, fields: SettingFields): ReadSetting {
  if (isByKind(key)) {
    const numbers: Record<string, number | null> = {}
    for (const kind of meetingKinds) {
      const text = (fields[kindField(kind)] ?? '').trim()
      const number = text === '' ? null : numberOf(text)
      if (number !== null && Number.isNaN(number)) return wrong(kindField(kind))
      numbers[kind] = number
    }
    return { isRead: true, value: numbers }
  }
  if (key === 'workingCalendar') {
    const value: Record<string, unknown> = {}
    for (const field of ['daysOff', 'workedWeekends']) {
      const days = daysOf(fields[field] ?? '')
      if (typeof days === 'number') return wrong(field, days)
      value[field] = days
    }
    return { isRead: true, value }
  }
  if (decisionKindOf(key)) return readRule(fields)
  const choices = choicesOf(key)
  if (choices) {
    const value = fields['value'] ?? ''
    return choices.includes(value) ? { isRead: true, value } : wrong('value')
  }
  const number = numberOf(fields['value'] ?? '')
  return Number.isNaN(number) ? wrong('value') : { isRead: true, value: number }
}

/** 2/3, or nothing. */
export function shareText(share: Share | null): string {
  return share === null ? '' : `${share.numerator}/${share.denominator}`
}

function readRule(fields: SettingFields): ReadSetting {
  const of = (name: string): string => (fields[name] ?? '').trim()
  const quorum = shareOf(of('quorum'))
  const share = shareOf(of('share'))
  const higher = shareOf(of('higherShare'))
  if (quorum === 'wrong') return wrong('quorum')
  if (share === 'wrong' || share === null) return wrong('share')
  if (higher === 'wrong') return wrong('higherShare')
  const threshold = (one: Share, than: string): Threshold => ({ ...one, isMoreThan: of(than) === 'more' })
  const value = {
    ...{ quorum, isBinding: of('binding') === 'yes', base: of('base') },
    threshold: threshold(share, 'than'),
    higherThreshold: higher === null ? null : threshold(higher, 'higherThan'),
    ...{ tie: of('tie'), ballot: of('ballot') },
    ...{ mayChange: of('mayChange') === 'yes', substitutesVote: of('substitutes') === 'yes' },
  }
  return { isRead: true, value }
}

/** A share as people write it, of the whole at most; null where nothing is written. */
function shareOf(text: string): Share | null | 'wrong' {
  if (text === '') return null
  const [, over = '', under = ''] = /^(\d{1,3})\s*\/\s*(\d{1,3})$/.exec(text) ?? []
  const [numerator, denominator] = [Number(over), Number(under)]
  return numerator >= 1 && numerator <= denominator && denominator <= 100
    ? { numerator, denominator }
    : 'wrong'
}

const yesNo = (is: boolean): string => (is ? 'yes' : 'no')

/** Days in order, those that follow each other under one name as one. */
export function rangesOf(days: WorkingCalendar['daysOff']): NamedRange[] {
  const ranges: NamedRange[] = []
  for (const { date, name } of days.toSorted((a, b) => (a.date < b.date ? -1 : 1))) {
    const last = ranges.at(-1)
    if (last?.name === name && Date.parse(date) - Date.parse(last.to) === dayMs) last.to = date
    else ranges.push({ from: date, to: date, name })
  }
  return ranges
}

/** 16/02/2026 */
export function shownDay(date: string): string {
  return date.split('-').toReversed().join('/')
}

function textOf(days: WorkingCalendar['daysOff']): string {
  return rangesOf(days)
    .map(({ from, to, name }) => {
      const span = from === to ? shownDay(from) : `${shownDay(from)} – ${shownDay(to)}`
      return `${span} ${name}`.trim()
    })
    .join('\n')
}

/** One day or range a line, its name after it; the number of the first line that is none. */
function daysOf(text: string): WorkingCalendar['daysOff'] | number {
  const days: WorkingCalendar['daysOff'] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const match = /^\s*(\d{1,2}\/\d{1,2}\/\d{4})(?:\s*[-–]\s*(\d{1,2}\/\d{1,2}\/\d{4}))?\s*(.*)$/.exec(line)
    const from = parseDay(match?.[1] ?? '')
    const to = match?.[2] === undefined ? from : parseDay(match[2])
    if (from === null || to === null || to < from) return index + 1
    const name = (match?.[3] ?? '').trim()
    for (let at = Date.parse(from); at <= Date.parse(to) && days.length < 5000; at += dayMs) {
      days.push({ date: toDateInput(at), name })
    }
  }
  return days
}

function numberOf(text: string): number {
  const trimmed = text.trim().replace(',', '.')
  return /^\d{1,6}(\.\d{1,3})?$/.test(trimmed) ? Number(trimmed) : Number.NaN
}

function wrong(field: string, line: number | null = null): ReadSetting {
  return { isRead: false, field, line }
}
