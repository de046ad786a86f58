import { toDateInput } from '#contract/cityTime.ts'
import {
  choicesOf,
  decisionKindOf,
  isByKind,
  type ByKindKey,
  type DecisionKey,
  type SettingValue,
  type WorkingCalendar,
} from '#contract/settings.ts'
import type { DecisionRule, Threshold, VoteBase } from '#contract/decisionRules.ts'
import { shareText } from './settingForm.ts'
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
  if (isByKind(key)) {
    const numbers = Object.values(value as SettingValue<ByKindKey>) // the service parsed it
    return s.kindsLimited(numbers.filter((one) => one !== null).length)
  }
  if (key === 'workingCalendar') {
    const year = toDateInput(nowMs).slice(0, 4)
    const { daysOff } = value as WorkingCalendar // the service parsed it
    return s.daysInYear(daysOff.filter((day) => day.date.startsWith(year)).length, year)
  }
  if (decisionKindOf(key)) {
    const rule = value as SettingValue<DecisionKey> // the service parsed it
    const { quorumBrief, noQuorum, bindings } = s.decisions
    const quorum = rule.quorum === null ? noQuorum : quorumBrief(shareText(rule.quorum))
    if (!rule.isBinding) return [bindings.no, quorum].join(' · ')
    return [quorum, passesText(rule.threshold, rule.base, s)].join(' · ')
  }
  if (choicesOf(key)) return s.choices[String(value)] ?? String(value)
  return unit === null ? String(value) : s.amount(format.number(Number(value)), unit)
}

/** "Quá 1/2 tổng số thành viên". */
export function passesText(threshold: Threshold, base: VoteBase, { decisions }: SettingsMessages): string {
  const than = decisions.thans[threshold.isMoreThan ? 'more' : 'least']
  return decisions.passes(than, shareText(threshold), decisions.bases[base].toLocaleLowerCase('vi'))
}

/** How meetings of a kind decide, point by point. */
export function decisionRows(rule: DecisionRule, s: SettingsMessages): [label: string, text: string][] {
  const d = s.decisions
  const yesNo = (is: boolean): string => d.yesNo[is ? 'yes' : 'no']
  return [
    [d.binding, d.bindings[rule.isBinding ? 'yes' : 'no']],
    [d.quorum, shareText(rule.quorum) || s.noLimit],
    [d.threshold, passesText(rule.threshold, rule.base, s)],
    ...(rule.higherThreshold
      ? [[d.higher, passesText(rule.higherThreshold, rule.base, s)] satisfies [string, string]]
      : []),
    [d.tie, d.ties[rule.tie]],
    [d.ballot, d.ballots[rule.ballot]],
    [d.mayChange, yesNo(rule.mayChange)],
    [d.substitutes, yesNo(rule.substitutesVote)],
  ]
}
