import { AppError } from '#contract/errors.ts'
import { holdsOn } from '#contract/bodies.ts'
import { toDateInput } from '#contract/cityTime.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import { membersOn } from './mandates.ts'
import type { PrismaTx } from './client.ts'

/** A meeting as a sitting (phiên) of a body. */
export interface SittingRow {
  bodyId: string
  bodyName: string
  /** Empty for a body that sits without sessions. */
  sessionName: string
  number: number | null
}

/** What is read with a meeting for `sittingOf`. */
export const sittingInclude = {
  include: {
    body: { select: { name: true } },
    session: { select: { name: true } },
  },
} as const

/** A sitting as it was read. */
export function sittingOf(
  row: {
    bodyId: string
    number: number | null
    body: { name: string }
    session: { name: string } | null
  } | null,
): SittingRow | null {
  if (!row) return null
  const { bodyId, number, body, session } = row
  return { bodyId, bodyName: body.name, sessionName: session?.name ?? '', number }
}

/**
 * Makes a meeting the sitting that its plan says, or none; a session is there from its first sitting on. A plan that
 * says nothing of it changes nothing.
 * @throws AppError bad_request with `detail.field` sitting where the body is not of that day; conflict where the session
 * has a sitting of that number
 */
export async function saveSitting(
  tx: PrismaTx,
  meetingId: string,
  { sitting, startsAtMs }: Pick<MeetingPlan, 'sitting' | 'startsAtMs'>,
): Promise<void> {
  if (sitting === undefined) return
  // Whoever was a member of another body is none of this one.
  const ofOther = { mandate: { bodyId: { not: sitting?.bodyId ?? '' } } }
  await tx.participant.updateMany({ where: { meetingId, ...ofOther }, data: { mandateId: null } })
  if (sitting === null) {
    await tx.sitting.deleteMany({ where: { meetingId } })
    return
  }
  const { bodyId, sessionName, number } = sitting
  const detail = { field: 'sitting' }
  const body = await tx.body.findUnique({ where: { id: bodyId } })
  const isOfTheDay =
    body &&
    holdsOn(
      {
        from: body.validFrom.toISOString().slice(0, 10),
        until: body.validUntil?.toISOString().slice(0, 10) ?? null,
      },
      toDateInput(startsAtMs),
    )
  if (!isOfTheDay) throw new AppError('bad_request', 'no body of that day', { detail })
  let sessionId: string | null = null
  if (sessionName !== '') {
    const key = { bodyId, name: sessionName }
    const session = await tx.bodySession.upsert({ where: { bodyId_name: key }, create: key, update: {} })
    sessionId = session.id
    const other = await tx.sitting.findFirst({ where: { sessionId, number, meetingId: { not: meetingId } } })
    if (other) throw new AppError('conflict', 'the session has that sitting', { detail })
  }
  const data = { bodyId, sessionId, number }
  await tx.sitting.upsert({ where: { meetingId }, create: { meetingId, ...data }, update: data })
}

/** Those of some mandates that are held, by people without accounts, in the body that sits, on the meeting's day. */
export async function sittingMandates(
  tx: PrismaTx,
  meetingId: string,
  atMs: number,
  mandateIds: readonly string[],
): Promise<Set<string>> {
  if (mandateIds.length === 0) return new Set()
  const sitting = await tx.sitting.findUnique({ where: { meetingId } })
  if (!sitting) return new Set()
  const members = await membersOn({ prisma: tx }, sitting.bodyId, atMs)
  const held = members.filter(({ userId }) => userId === null).map(({ mandateId }) => mandateId)
  return new Set(held.filter((id) => mandateIds.includes(id)))
}
