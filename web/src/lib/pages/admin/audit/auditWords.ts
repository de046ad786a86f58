import { isSettingKey, settingDefinitions, type SettingKey, type SettingValue } from '#contract/settings.ts'
import { decisionKindOf, type DecisionKey, type WorkingCalendar } from '#contract/settings.ts'
import { meetingKinds } from '#contract/meeting.ts'
import type { AuditEntryShown, AuditNamed } from '#office/audit/auditShown.ts'
import type { AuditWords } from '#office/audit/auditTold.ts'
import type { Texts } from '#web/text/texts.ts'
import { shownDay } from '../settings/settingForm.ts'
import type { SettingsMessages } from '../settings/settings.vi.ts'
import { briefOf, decisionRows } from '../settings/settingText.ts'
import type { AuditMessages } from './audit.vi.ts'

type Words = Readonly<Record<string, string>>
type Change = AuditEntryShown['changes'][number]

/** The catalogues that a telling takes its words from. */
export interface AuditCatalogues {
  t: Texts
  audit: AuditMessages
  settings: SettingsMessages
}

/** How the log is told with these catalogues. What is of another release, or another person's words, stays as it stands. */
export function auditWords({ t, audit: a, settings: s }: AuditCatalogues): AuditWords {
  const { values: v } = a
  const roles: Words = { ...v.roles, ...t.meetingRoles }
  const closed: Readonly<Record<string, Words>> = {
    status: t.statuses,
    kind: { ...t.kinds, ...v.bodyKinds },
    level: v.levels,
    role: { ...t.meetingRoles, ...v.roles },
    unitId: { all: v.wholeSystem },
    factor: v.factors,
    format: v.formats,
    response: v.responses,
    office: v.bodyOffices,
    action: { ...a.actions, ...a.groups },
    why: v.breaks,
    'secondFactor.refused reason': v.refusals,
  }
  /** Lists of `role whose`. */
  const held: Readonly<Record<string, Words>> = { people: roles, sites: v.siteRoles }

  const valueIn = (action: string, field: string, value: string): string => {
    const [first = '', ...whose] = value.split(' ')
    const role = wordIn(held[field], first)
    if (role !== undefined && whose.length > 0) return `${whose.join(' ')} (${role})`
    if (field === 'agenda')
      return value
        .split(' · ')
        .filter((part) => part !== '')
        .join(' · ')
    const word = wordIn(closed[`${action} ${field}`] ?? closed[field], value)
    if (word !== undefined) return word
    if (/^(is|may)[A-Z]/.test(field) && (value === 'true' || value === 'false'))
      return value === 'true' ? a.yes : a.no
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return t.format.moment(Date.parse(value))
    if (field.endsWith('Ms') && /^\d{12,13}$/.test(value)) return t.format.moment(Number(value))
    if (/^\d{4}-\d\d-\d\d$/.test(value)) return shownDay(value)
    return value
  }

  const fieldOf = (field: string): string => {
    if (isSettingKey(field)) return settingName(field)
    return wordIn(a.fields, field) ?? field
  }
  const settingName = (key: SettingKey): string => {
    const kind = decisionKindOf(key)
    return kind ? a.decisionsOf(t.kinds[kind]) : s.names[key]
  }

  const changeOf = (action: string, change: Change) => {
    const { field, from, to } = change
    if (!isSettingKey(field)) {
      const listed = (lines: readonly string[]) =>
        lines.map((line) => valueIn(action, field, line)).join('; ')
      return { field: fieldOf(field), from: listed(from), to: listed(to) }
    }
    const [was, is] = [from, to].map((lines) => settingLines(field, lines.join('\n'), { t, settings: s }))
    const without = (lines: string[] = [], others: string[] = []) =>
      lines.filter((line) => !others.includes(line)).join('; ')
    return { field: fieldOf(field), from: without(was, is), to: without(is, was) }
  }

  const nameOf = ({ id, name }: AuditNamed): string => {
    if (id === 'system') return a.system
    if (id === 'nobody') return a.nobody
    const key = id.replace(/^setting:/, '')
    return name ?? (isSettingKey(key) ? a.ruleOf(settingName(key)) : id)
  }

  return {
    title: a.title,
    heads: a.heads,
    tell: ({ action, actor, subject, changes, facts }) => ({
      ...{ actor: nameOf(actor), subject: nameOf(subject), action: wordIn(a.actions, action) ?? action },
      changes: changes.map((change) => changeOf(action, change)),
      facts: facts.map(({ field, value }) => ({
        field: fieldOf(field),
        value: valueIn(action, field, value),
      })),
    }),
  }
}

function wordIn(words: Words | undefined, code: string): string | undefined {
  return words && Object.hasOwn(words, code) ? words[code] : undefined
}

/** A stored value of a setting, point by point. */
function settingLines(
  key: SettingKey,
  stored: string,
  { t, settings: s }: Pick<AuditCatalogues, 't' | 'settings'>,
): string[] {
  if (stored === '') return []
  const { schema, unit } = settingDefinitions[key]
  const parsed = schema.safeParse(jsonOf(stored))
  if (!parsed.success) return [stored] // of another release
  const value: unknown = parsed.data
  if (key === 'longestHours') {
    const hours = value as SettingValue<'longestHours'>
    const limit = (one: number | null) => (one === null ? s.noLimit : s.amount(t.format.number(one), 'hours'))
    return meetingKinds.map((kind) => `${t.kinds[kind]}: ${limit(hours[kind])}`)
  }
  if (key === 'workingCalendar') {
    const { daysOff, workedWeekends } = value as WorkingCalendar
    const listed = (label: string, days: WorkingCalendar['daysOff']) =>
      days.map(({ date, name }) => `${label} ${shownDay(date)} ${name}`.trim())
    return [...listed(s.daysOff, daysOff), ...listed(s.workedWeekends, workedWeekends)]
  }
  if (decisionKindOf(key)) {
    const rule = value as SettingValue<DecisionKey>
    return decisionRows(rule, s).map(([label, text]) => `${label}: ${text}`)
  }
  return [briefOf({ key, unit }, value, s, t.format, 0)]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // a word, as enumerations are stored
  }
}
