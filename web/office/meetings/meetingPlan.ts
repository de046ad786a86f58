import type { PlanOutline } from '#contract/plan.ts'
import type { SettingHistory } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import { announcedAtMs } from '#db/meetingPlans.ts'
import { findClashes } from '#db/meetings.ts'
import { workingDaysUntil } from './workingDays.ts'

const hourMs = 3600_000

/**
 * What a plan breaks: `short_notice`, `too_long` for its kind, `clash` of a person or a site. And what nobody knows of it:
 * `more_clashes` than are told, and how many people and sites are `unchecked` because the asker may not ask about them.
 */
export interface PlanWarning {
  code: 'short_notice' | 'too_long' | 'clash' | 'more_clashes' | 'unchecked'
  detail: Record<string, string | number>
}

/**
 * What a plan breaks of the rules of the meeting's day; none of it forbids the meeting. Days off count as soon as they
 * are decided.
 * @param asked whose and which sites' time the asker may ask about
 */
export async function warningsOf(
  database: Database,
  plan: PlanOutline,
  settings: SettingHistory,
  nowMs: number,
  asked: { userIds: readonly string[]; siteIds: readonly string[] },
  id?: string,
): Promise<PlanWarning[]> {
  const warnings: PlanWarning[] = []
  const atMs = plan.startsAtMs
  const rules = settings.at(atMs)
  const short = await shortNoticeOf(database, plan, settings, nowMs, id)
  if (short) warnings.push(short)
  const hours = (plan.endsAtMs - plan.startsAtMs) / hourMs
  const longest = rules.longestHours[plan.kind]
  if (longest !== null && hours > longest) {
    const source = settings.sourceAt('longestHours', atMs)
    warnings.push({ code: 'too_long', detail: { hours, longestHours: longest, kind: plan.kind, source } })
  }
  // Yes or no for this time: what another unit's meeting is, and how long it takes, is its own affair.
  const { startsAtMs, endsAtMs } = plan
  const { clashes, isCut } = await findClashes(database, { startsAtMs, endsAtMs, ...asked, id })
  for (const clash of clashes) warnings.push({ code: 'clash', detail: { ...clash } })
  if (isCut) warnings.push({ code: 'more_clashes', detail: { shown: clashes.length } })
  return warnings
}

/**
 * Whether too few working days lie between the first announcement (now, when there was none) and the meeting. What is
 * corrected later takes nothing from the notice that people had.
 */
export async function shortNoticeOf(
  database: Database,
  plan: Pick<PlanOutline, 'startsAtMs'>,
  settings: SettingHistory,
  nowMs: number,
  id?: string,
): Promise<PlanWarning | null> {
  const atMs = plan.startsAtMs
  const { workingCalendar } = settings.at(Math.max(nowMs, atMs))
  const fromMs = (id === undefined ? null : await announcedAtMs(database, id)) ?? nowMs
  const days = Math.max(0, workingDaysUntil(fromMs, atMs, workingCalendar))
  const neededDays = settings.at(atMs).noticeWorkingDays
  if (days >= neededDays) return null
  const source = settings.sourceAt('noticeWorkingDays', atMs)
  return { code: 'short_notice', detail: { days, neededDays, source } }
}
