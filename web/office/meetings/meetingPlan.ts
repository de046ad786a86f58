import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { type MeetingKind, meetingKinds } from '#contract/meeting.ts'
import type { SettingHistory } from '#contract/settings.ts'
import type { Database } from '#db/client.ts'
import { findClashes } from '#db/meetings.ts'
import { limits } from '#contract/limits.ts'
import { idText, line, momentMs, paragraphs, parseInput } from '#office/parse.ts'
import { workingDaysUntil } from './workingDays.ts'

const hourMs = 3600_000

/** The whole plan of a meeting, as the form holds it; saved as one. */
export interface MeetingPlan {
  unitId: string
  kind: MeetingKind
  title: string
  description: string
  place: string
  startsAtMs: number
  endsAtMs: number
  isRecordingPlanned: boolean
  isDeclaredUnclassified: boolean
  overrideReason: string
  chairUserId: string
  secretaryUserId: string
  /** Others; the chair and the secretary are not repeated here. */
  people: { userId: string; role: 'delegate' | 'guest' | 'technician' }[]
  /** Guests without an account; each gets a join link. `id` when they are there already. */
  guests: { id?: string; name: string; position: string; unitName: string }[]
  unitIds: string[]
  sites: { siteId: string; role: 'central' | 'member' }[]
  agenda: { id?: string; title: string; presenter: string; durationMin: number | null }[]
}

/** What a plan breaks: `short_notice`, `too_long` for its kind, `clash` of chair or site. */
export interface PlanWarning {
  code: 'short_notice' | 'too_long' | 'clash'
  detail: Record<string, string | number>
}

const durationMin = z
  .number()
  .int()
  .min(1)
  .max(24 * 60)
  .nullable()

const Plan = z
  .strictObject({
    unitId: idText,
    kind: z.enum(meetingKinds),
    title: line(limits.meetingTitle, 1),
    description: paragraphs(limits.description),
    place: line(limits.place),
    startsAtMs: momentMs,
    endsAtMs: momentMs,
    isRecordingPlanned: z.boolean(),
    isDeclaredUnclassified: z.boolean(),
    overrideReason: line(limits.reason),
    chairUserId: idText,
    secretaryUserId: idText,
    people: z
      .array(z.strictObject({ userId: idText, role: z.enum(['delegate', 'guest', 'technician']) }))
      .max(2000),
    guests: z
      .array(
        z.strictObject({
          id: idText.optional(),
          name: line(limits.personName, 1),
          position: line(limits.position),
          unitName: line(limits.unitName),
        }),
      )
      .max(500),
    unitIds: z.array(idText).max(500),
    sites: z.array(z.strictObject({ siteId: idText, role: z.enum(['central', 'member']) })).max(500),
    agenda: z
      .array(
        z.strictObject({
          id: idText.optional(),
          title: line(limits.itemTitle, 1),
          presenter: line(limits.presenter),
          durationMin,
        }),
      )
      .max(200),
  })
  .superRefine((plan, context) => {
    const wrong = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message })
    if (plan.endsAtMs <= plan.startsAtMs) wrong('endsAtMs', 'ends before it starts')
    if (plan.endsAtMs - plan.startsAtMs > 14 * 24 * hourMs) wrong('endsAtMs', 'longer than two weeks')
    if (plan.chairUserId === plan.secretaryUserId)
      wrong('secretaryUserId', 'chair and secretary are two people')
    const people = [plan.chairUserId, plan.secretaryUserId, ...plan.people.map((one) => one.userId)]
    if (new Set(people).size !== people.length) wrong('people', 'somebody is named twice')
    if (new Set(plan.unitIds).size !== plan.unitIds.length) wrong('unitIds', 'a unit is named twice')
    if (new Set(plan.sites.map((one) => one.siteId)).size !== plan.sites.length)
      wrong('sites', 'a site is named twice')
    if (plan.sites.filter((one) => one.role === 'central').length > 1) wrong('sites', 'two central sites')
  })

/**
 * A plan as a page hands it in.
 * @param status a meeting is announced only when somebody declared that nothing in it is a state secret (Luật Bảo vệ
 * bí mật nhà nước): the platform carries none
 * @throws AppError bad_request with `detail.field`
 */
export function parsePlan(input: unknown, status: 'draft' | 'scheduled'): MeetingPlan {
  const plan = parseInput(Plan, input)
  if (status === 'scheduled' && !plan.isDeclaredUnclassified) {
    throw new AppError('bad_request', 'not declared', { detail: { field: 'isDeclaredUnclassified' } })
  }
  return plan
}

/**
 * What a plan breaks of the rules of the meeting's day; none of it forbids the meeting. Days off count as soon as they
 * are decided.
 */
export async function warningsOf(
  database: Database,
  plan: MeetingPlan,
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
