import type { Texts } from '#web/text/texts.ts'
import type { AuditMessages } from './audit.vi.ts'

/** What a field of the log is called; itself when it is of another release. */
export function auditField(field: string, a: AuditMessages): string {
  const names: Record<string, string> = a.fields
  return Object.hasOwn(names, field) ? (names[field] ?? field) : field
}

/** A stored value as people read it: moments, yes and no, states; whatever else as it stands. */
export function auditValue(value: string, t: Texts, a: AuditMessages): string {
  if (value === 'true') return a.yes
  if (value === 'false') return a.no
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return t.format.moment(Date.parse(value))
  if (/^1[5-9]\d{11}$/.test(value)) return t.format.moment(Number(value))
  const words: Record<string, string> = { ...t.statuses, ...t.kinds, ...t.meetingRoles }
  if (Object.hasOwn(words, value)) return words[value] ?? value
  // A role with whom it is given to.
  const [role = '', ...whose] = value.split(' ')
  return whose.length > 0 && Object.hasOwn(t.meetingRoles, role)
    ? `${whose.join(' ')} (${words[role] ?? role})`
    : value
}
