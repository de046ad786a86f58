import type { BodyOffice, Span } from '#contract/bodies.ts'
import { toDateInput } from '#contract/cityTime.ts'
import { AppError } from '#contract/errors.ts'
import { searchText } from '#contract/vietnamese.ts'
import { lockBody } from './bodies.ts'
import { dayOf, isOrdered, isWithin, onDay, spanColumns, wrongField } from './bodySpans.ts'
import type { Database, PrismaTx } from './client.ts'
import type { Prisma } from './generated/client.ts'
import { inRank, mandateOf, type MandateRow, officeOf, type OfficeRow } from './mandateRows.ts'
import { brokenExclusion } from './storage.ts'

/** A member on one day: the right to vote is apart from the role in a meeting. */
export interface BodyMember {
  mandateId: string
  userId: string | null
  name: string
  position: string
  mayVote: boolean
  /** Of that day, the highest first. */
  offices: BodyOffice[]
}

/** What a mandate is, as it is written down. */
export interface MandateFields extends Span {
  userId: string | null
  name: string
  position: string
  mayVote: boolean
}

/** Who is a member of a body on the day of a moment, by rank and given name, and whether they may vote. */
export async function membersOn(
  database: Database | { prisma: PrismaTx },
  bodyId: string,
  atMs: number,
): Promise<BodyMember[]> {
  const day = toDateInput(atMs)
  const rows = await database.prisma.mandate.findMany({
    where: { bodyId, body: onDay(day), ...onDay(day) },
    include: { offices: { where: onDay(day) } },
  })
  return rows
    .map(mandateOf)
    .sort((a, b) => inRank(day, a, b))
    .map(({ id, userId, name, position, mayVote, offices }) => ({
      ...{ mandateId: id, userId, name, position, mayVote },
      offices: offices.map((one) => one.office),
    }))
}

/**
 * Adds a member with the offices held from the first day. The mandate lies within the body's term.
 * @throws AppError bad_request naming the field; conflict with `detail.name` when the person is a member on one of the
 * days, with `detail.field` offices when somebody else presides
 */
export async function addMandate(
  tx: PrismaTx,
  bodyId: string,
  mandate: MandateFields,
  offices: readonly BodyOffice[] = [],
): Promise<string> {
  const body = await lockBody(tx, bodyId)
  await demandMandate(tx, body, mandate)
  await demandOther(tx, bodyId, mandate)
  return refusingOverlap(mandate.name, async () => {
    const { id } = await tx.mandate.create({ data: { bodyId, ...mandateColumns(mandate) } })
    const span = spanColumns(mandate)
    await tx.mandateOffice.createMany({
      data: offices.map((office) => ({ bodyId, mandateId: id, office, ...span })),
    })
    return id
  })
}

/**
 * Corrects a mandate; its offices are cut to it. An end takes a reason with it.
 * @throws AppError not_found, and as `addMandate`
 */
export async function changeMandate(
  tx: PrismaTx,
  mandateId: string,
  change: MandateFields & { endReason: string },
): Promise<void> {
  const { bodyId } = await mandateIn(tx, mandateId)
  const endReason = change.until === null ? '' : change.endReason
  await rewrite(tx, { id: mandateId, bodyId }, change, { ...mandateColumns(change), endReason })
}

/** Ends a mandate, and its offices with it, as it is by now. @throws AppError as `changeMandate` */
export async function endMandate(
  tx: PrismaTx,
  mandateId: string,
  { until, endReason }: { until: string; endReason: string },
): Promise<MandateRow> {
  const mandate = await mandateIn(tx, mandateId)
  await rewrite(tx, mandate, { ...mandate, until }, { validUntil: dayOf(until), endReason })
  return mandate
}

/** Takes a mandate away that was written down by mistake. @throws AppError not_found */
export async function removeMandate(tx: PrismaTx, mandateId: string): Promise<void> {
  await mandateIn(tx, mandateId)
  await tx.mandate.delete({ where: { id: mandateId } })
}

/**
 * Gives a member an office for a time within the mandate.
 * @throws AppError not_found; bad_request with `detail.field`; conflict when held already, or somebody else presides
 */
export async function giveOffice(
  tx: PrismaTx,
  mandateId: string,
  office: Span & { office: BodyOffice },
): Promise<void> {
  const mandate = await mandateIn(tx, mandateId)
  if (!isOrdered(office)) throw wrongField('until')
  if (!isWithin(office, mandate)) throw wrongField('from')
  await refusingOverlap(mandate.name, async () => {
    const { bodyId } = mandate
    await tx.mandateOffice.create({
      data: { bodyId, mandateId, office: office.office, ...spanColumns(office) },
    })
  })
}

/** Ends an office on a day; one that had not begun by then was never held. @throws AppError not_found; bad_request */
export async function endOffice(tx: PrismaTx, officeId: string, until: string): Promise<OfficeRow> {
  const row = await tx.mandateOffice.findUnique({ where: { id: officeId } })
  if (!row) throw new AppError('not_found', 'no such office')
  const office = officeOf(row)
  if (office.until !== null && office.until < until) throw wrongField('until')
  if (until <= office.from) await tx.mandateOffice.delete({ where: { id: officeId } })
  else await tx.mandateOffice.update({ where: { id: officeId }, data: { validUntil: dayOf(until) } })
  return office
}

/** A mandate with the body that it is of, which is locked: it stays as it is read. @throws AppError not_found */
export async function mandateIn(
  tx: PrismaTx,
  mandateId: string,
): Promise<MandateRow & { bodyId: string; unitId: string }> {
  const where = { id: mandateId }
  const of = await tx.mandate.findUnique({ where, select: { bodyId: true } })
  if (!of) throw new AppError('not_found', 'no such mandate')
  const { unitId } = await lockBody(tx, of.bodyId)
  const row = await tx.mandate.findUnique({ where, include: { offices: true } })
  if (!row) throw new AppError('not_found', 'no such mandate')
  return { ...mandateOf(row), bodyId: row.bodyId, unitId }
}

/** The mandate that an office is of. @throws AppError not_found */
export async function mandateOfOffice(tx: PrismaTx, officeId: string): Promise<string> {
  const row = await tx.mandateOffice.findUnique({ where: { id: officeId }, select: { mandateId: true } })
  if (!row) throw new AppError('not_found', 'no such office')
  return row.mandateId
}

async function demandMandate(tx: PrismaTx, body: Span, mandate: MandateFields): Promise<void> {
  if (!isOrdered(mandate)) throw wrongField('until')
  if (!isWithin(mandate, body)) throw wrongField(mandate.from < body.from ? 'from' : 'until')
  const { userId } = mandate
  if (userId !== null && !(await tx.user.findUnique({ where: { id: userId }, select: { id: true } })))
    throw wrongField('userId')
}

/**
 * Of two of one name at once, one of whom has no account, nobody knows that they are two unless their positions say so.
 * Two with accounts, and two with the same position, are the database's to tell apart. @throws AppError conflict
 */
async function demandOther(
  tx: PrismaTx,
  bodyId: string,
  { userId, name, position, from, until }: MandateFields,
  mandateId?: string,
): Promise<void> {
  const namesakes = await tx.mandate.findMany({
    where: {
      bodyId,
      name: { equals: name, mode: 'insensitive' },
      ...(mandateId === undefined ? {} : { id: { not: mandateId } }),
      ...(until === null ? {} : { validFrom: { lt: dayOf(until) } }),
      AND: [{ OR: [{ validUntil: null }, { validUntil: { gt: dayOf(from) } }] }],
    },
    select: { userId: true, position: true },
  })
  const isSame = namesakes.some(
    (other) =>
      (userId === null || other.userId === null) &&
      (position === '' || other.position === '' || searchText(position) === searchText(other.position)),
  )
  if (isSame) throw new AppError('conflict', 'a namesake', { detail: { field: 'name', name } })
}

/** Writes a mandate of a locked body, which is `next` from then on, and cuts its offices to it. */
async function rewrite(
  tx: PrismaTx,
  { id, bodyId }: { id: string; bodyId: string },
  next: MandateFields,
  data: Prisma.MandateUncheckedUpdateInput,
): Promise<void> {
  await demandMandate(tx, await lockBody(tx, bodyId), next)
  await demandOther(tx, bodyId, next, id)
  await refusingOverlap(next.name, async () => {
    await tx.mandate.update({ where: { id }, data })
    await cutOffices(tx, id, next)
  })
}

/** Offices end with the mandate, and begin no earlier. */
async function cutOffices(tx: PrismaTx, mandateId: string, { from, until }: Span): Promise<void> {
  await tx.mandateOffice.deleteMany({
    where: {
      mandateId,
      OR: [
        { validUntil: { lte: dayOf(from) } },
        ...(until === null ? [] : [{ validFrom: { gte: dayOf(until) } }]),
      ],
    },
  })
  await tx.mandateOffice.updateMany({
    where: { mandateId, validFrom: { lt: dayOf(from) } },
    data: { validFrom: dayOf(from) },
  })
  if (until === null) return
  const end = dayOf(until)
  await tx.mandateOffice.updateMany({
    where: { mandateId, OR: [{ validUntil: null }, { validUntil: { gt: end } }] },
    data: { validUntil: end },
  })
}

async function refusingOverlap<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    const broken = brokenExclusion(cause)
    if (broken === null) throw cause
    const field = broken === 'mandate_once_at_a_time' ? 'name' : 'office'
    throw new AppError('conflict', broken, { cause, detail: { field, name } })
  }
}

function mandateColumns(mandate: MandateFields) {
  const { userId, name, position, mayVote } = mandate
  return { userId, name, position, mayVote, nameSearch: searchText(name), ...spanColumns(mandate) }
}
