import { z } from 'zod'
import { meetingKinds } from '#contract/meeting.ts'
import { limits } from '#contract/limits.ts'
import type { MeetingPlan } from './meetingPlan.ts'

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)
const line = z.string().trim().max(1000)

/** A plan as the form sends it. The platform's own rules come after. */
export const PlanSchema = z.strictObject({
  unitId: id,
  kind: z.enum(meetingKinds),
  title: line.min(1),
  description: z
    .string()
    .trim()
    .max(2 * limits.description),
  place: line,
  startsAtMs: z.number().int(),
  endsAtMs: z.number().int(),
  isRecordingPlanned: z.boolean(),
  isDeclaredUnclassified: z.boolean(),
  overrideReason: line,
  chairUserId: id,
  secretaryUserId: id,
  people: z
    .array(z.strictObject({ userId: id, role: z.enum(['delegate', 'guest', 'technician']) }))
    .max(2000),
  guests: z
    .array(z.strictObject({ id: id.optional(), name: line.min(1), position: line, unitName: line }))
    .max(500),
  unitIds: z.array(id).max(500),
  sites: z.array(z.strictObject({ siteId: id, role: z.enum(['central', 'member']) })).max(500),
  agenda: z
    .array(
      z.strictObject({
        id: id.optional(),
        title: line.min(1),
        presenter: line,
        durationMin: z.number().int().min(1).max(1440).nullable(),
      }),
    )
    .max(200),
}) satisfies z.ZodType<MeetingPlan>

/** What the form posts: the plan, what shall become of it, and which version it was made from. */
export const PlanSubmission = z.object({
  plan: z
    .string()
    .max(1_000_000)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch (cause) {
        context.addIssue({ code: 'custom', message: cause instanceof Error ? cause.message : 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(PlanSchema),
  status: z.enum(['draft', 'scheduled']),
  version: z.coerce.number().int().min(0).default(0),
})
