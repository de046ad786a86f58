import { z } from 'zod'
import { idText, line, momentMs, paragraphs } from './input.ts'
import { limits } from './limits.ts'
import { meetingKinds } from './meeting.ts'

const longestMs = 14 * 24 * 3600_000

const fields = z.strictObject({
  unitId: idText,
  kind: z.enum(meetingKinds),
  title: line(limits.meetingTitle, 1),
  description: paragraphs(limits.description),
  place: line(limits.place),
  startsAtMs: momentMs,
  endsAtMs: momentMs,
  isRecordingPlanned: z.boolean(),
  /** That nothing in it is a state secret (Luật Bảo vệ bí mật nhà nước): the platform carries none. */
  isDeclaredUnclassified: z.boolean(),
  /** Why the notice is short. */
  overrideReason: line(limits.reason),
  chairUserId: idText,
  secretaryUserId: idText,
  /** Others; the chair and the secretary are not repeated here. */
  people: z
    .array(z.strictObject({ userId: idText, role: z.enum(['delegate', 'guest', 'technician']) }))
    .max(2000),
  /** Guests without an account; each gets a join link. `id` when they are there already. */
  guests: z
    .array(
      z.strictObject({
        id: idText.optional(),
        name: line(limits.personName, 1),
        position: line(limits.position),
        unitName: line(limits.unitName),
        /** Of a member of the body that sits, who has no account. */
        mandateId: idText.optional(),
      }),
    )
    .max(500),
  unitIds: z.array(idText).max(500),
  sites: z.array(z.strictObject({ siteId: idText, role: z.enum(['central', 'member']) })).max(500),
  /** The body whose sitting it is; null for no body's, absent where nothing is said of it. */
  sitting: z
    .strictObject({
      bodyId: idText,
      /** "Kỳ họp thứ 20"; empty for a body that sits without sessions. A new name makes a new session. */
      sessionName: line(limits.sessionName),
      /** Within its session: after a break or an adjournment the next one. */
      number: z.number().int().min(1).max(999).nullable(),
    })
    .nullable()
    .optional(),
  agenda: z
    .array(
      z.strictObject({
        id: idText.optional(),
        title: line(limits.itemTitle, 1),
        presenter: line(limits.presenter),
        durationMin: z
          .number()
          .int()
          .min(1)
          .max(24 * 60)
          .nullable(),
      }),
    )
    .max(200),
})

/**
 * The whole plan of a meeting, saved as one: what the form makes, the page hands on, the office checks and the database
 * stores. Every other shape of it is derived from here.
 */
export const MeetingPlan = fields.superRefine((plan, context) => {
  const wrong = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message })
  const hasTwice = (ids: readonly string[]): boolean => new Set(ids).size !== ids.length
  if (plan.endsAtMs <= plan.startsAtMs) wrong('endsAtMs', 'ends before it starts')
  if (plan.endsAtMs - plan.startsAtMs > longestMs) wrong('endsAtMs', 'longer than two weeks')
  if (plan.chairUserId === plan.secretaryUserId)
    wrong('secretaryUserId', 'chair and secretary are two people')
  if (hasTwice([plan.chairUserId, plan.secretaryUserId, ...plan.people.map((one) => one.userId)]))
    wrong('people', 'somebody is named twice')
  if (plan.sitting && plan.sitting.sessionName !== '' && plan.sitting.number === null)
    wrong('sitting', 'a sitting of a session has a number')
  if (hasTwice(plan.guests.flatMap(({ mandateId }) => mandateId ?? [])))
    wrong('guests', 'a member is named twice')
  if (hasTwice(plan.unitIds)) wrong('unitIds', 'a unit is named twice')
  if (hasTwice(plan.sites.map((one) => one.siteId))) wrong('sites', 'a site is named twice')
  if (plan.sites.filter((one) => one.role === 'central').length > 1) wrong('sites', 'two central sites')
})
export type MeetingPlan = z.infer<typeof MeetingPlan>

/** A plan that may be announced: somebody has declared that it is for this platform. */
export const AnnouncedPlan = MeetingPlan.refine((plan) => plan.isDeclaredUnclassified, {
  path: ['isDeclaredUnclassified'],
  error: 'not declared',
})

/** As much of a plan as the rules look at while it is being written; what else there is of it is left out. */
export const PlanOutline = z.object({
  ...fields.pick({ unitId: true, kind: true, startsAtMs: true, endsAtMs: true, sites: true }).shape,
  chairUserId: idText.nullable(),
  /** All who are invited, the chair too, as far as they are chosen. */
  userIds: z.array(idText).max(2002).optional(),
})
export type PlanOutline = z.infer<typeof PlanOutline>

/** What a plan is saved as: kept by who makes it, or announced. */
export const PlanStatus = z.enum(['draft', 'scheduled'])
export type PlanStatus = z.infer<typeof PlanStatus>
