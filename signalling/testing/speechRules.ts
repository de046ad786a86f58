import { meetingKinds } from '#contract/meeting.ts'
import { SettingHistory, type SettingsReader } from '#contract/settings.ts'

/** A city in which everybody has a minute, or that many, for a contribution in meetings of every kind. */
export function aMinuteForEach(minutes = 1): SettingsReader {
  const value = Object.fromEntries(meetingKinds.map((kind) => [kind, minutes]))
  const change = { id: 1, key: 'contributionMinutes' as const, value, source: '', validFromMs: 0 }
  return { history: () => Promise.resolve(new SettingHistory([change])) }
}
