import type { PlanOutline } from '#contract/plan.ts'
import type { SettingHistory } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import { findClashes } from '#db/meetings.ts'
import { workingDaysUntil } from './workingDays.ts'

const hourMs = 3600_000

/** What a plan breaks: `short_notice`, `too_long` for its kind, `clash` of chair or site. */
export interface PlanWarning {
  code: 'short_notice' | 'too_long' | 'clash'
  detail: Record<string, string | number>
}

/**
 * What a plan breaks of the rules of the meeting's day; none of it forbids the meeting. Days off count as soon as they
 * are decided.
 */
export async function warningsOf(
  database: Database,
  plan: PlanOutline,
  settings: SettingHistory,
  nowMs: number,
  id?: string,
): Promise<PlanWarning[]> {
  const warnings: PlanWarning[] = []
  const atMs = plan.startsAtMs
  const rules = settings.at(atMs)
  const { workingCalendar } = settings.at(Math.max(nowMs, atMs))
  const days = Math.max(0, workingDaysUntil(nowMs, atMs, workingCalendar))
  const neededDays = rules.noticeWorkingDays
  if (days < neededDays) {
    const source = settings.sourceAt('noticeWorkingDays', atMs)
    warnings.push({ code: 'short_notice', detail: { days, neededDays, source } })
  }
  const hours = (plan.endsAtMs - plan.startsAtMs) / hourMs
  const longest = rules.longestHours[plan.kind]
  if (longest !== null && hours > longest) {
    const source = settings.sourceAt('longestHours', atMs)
    warnings.push({ code: 'too_long', detail: { hours, longestHours: longest, kind: plan.kind, source } })
  }
  const clashes = await findClashes(database, { ...plan, id, siteIds: plan.sites.map((site) => site.siteId) })
  // Another unit's meeting is told by its time only.
  for (const clash of clashes) warnings.push({ code: 'clash', detail: { ...clash } })
  return warnings
}
