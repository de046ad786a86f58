import { toDateInput } from '#contract/cityTime.ts'
import { choicesOf, type SettingValue, type WorkingCalendar } from '#contract/settings.ts'
import type { SettingSummary } from '#office/settings/settings.ts'
import type { Formats } from '#web/text/format.ts'
import type { SettingsMessages } from './settings.vi.ts'

/** A setting's value in a few words, for lists. */
export function briefOf(
  { key, unit }: Pick<SettingSummary, 'key' | 'unit'>,
  value: unknown,
  s: SettingsMessages,
  format: Formats,
  nowMs: number,
): string {
  if (key === 'longestHours') {
    const hours = Object.values(value as SettingValue<'longestHours'>) // the service parsed it
    return s.kindsLimited(hours.filter((one) => one !== null).length)
  }
  if (key === 'workingCalendar') {
    const year = toDateInput(nowMs).slice(0, 4)
    const { daysOff } = value as WorkingCalendar // the service parsed it
    return s.daysInYear(daysOff.filter((day) => day.date.startsWith(year)).length, year)
  }
  if (choicesOf(key)) return s.choices[String(value)] ?? String(value)
  return unit === null ? String(value) : s.amount(format.number(Number(value)), unit)
}
