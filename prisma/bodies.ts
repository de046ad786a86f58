import {
  type BodyKind,
  bodyKinds,
  type BodyOffice,
  bodyOffices,
  holdsOn,
  rankOf,
  type Span,
} from '#contract/bodies.ts'
import { toDateInput } from '#contract/cityTime.ts'
import { AppError } from '#contract/errors.ts'
import { compareByGivenName, compareVietnamese, searchText } from '#contract/vietnamese.ts'
import type { Database, PrismaTx } from './client.ts'
import type { Prisma } from './generated/client.ts'
import { brokenExclusion } from './storage.ts'
import { allWords, fullUnitName } from './units.ts'

/** A body as lists show it. */
export interface BodyRow extends Span {
  id: string
  unitId: string
  unitName: string
  kind: BodyKind
  name: string
  /** As it is written: 2021–2026. */
  term: string
  /** Members of the day that was asked for. */
  memberCount: number
}

/** An office that a member holds or held in the body. */
export interface OfficeRow extends Span {
  id: string
  office: BodyOffice
}

/** A membership, with all its offices of whatever day, the highest first. */
export interface MandateRow extends Span {
  id: string
  userId: string | null
  name: string
  position: string
  mayVote: boolean
  endReason: string
  offices: OfficeRow[]
}

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

/** A body whole. */
export interface BodyWhole extends BodyRow {
  mandates: MandateRow[]
  sessions: { id: string; name: string; sittings: { meetingId: string; number: number }[] }[]
}

/** What a body is, as it is written down. */
export interface BodyFields extends Span {
  kind: BodyKind
  name: string
  term: string
}

/** What a mandate is, as it is written down. */
export interface MandateFields extends Span {
  userId: string | null
  name: string
  position: string
  mayVote: boolean
}

const unitSelect = { select: { kind: true, name: true } } as const
const dayOf = (day: string): Date => new Date(day)
const untilOf = (day: string | null): Date | null => (day === null ? null : new Date(day))
const spanOf = (row: { validFrom: Date; validUntil: Date | null }): Span => ({
  from: row.validFrom.toISOString().slice(0, 10),
  until: row.validUntil?.toISOString().slice(0, 10) ?? null,
})
const spanColumns = ({ from, until }: Span) => ({ validFrom: dayOf(from), validUntil: untilOf(until) })

/** What holds on a day. */
function onDay(day: string) {
  return {
    validFrom: { lte: dayOf(day) },
    OR: [{ validUntil: null }, { validUntil: { gt: dayOf(day) } }],
  }
}

/**
 * Bodies whose name, term or unit matches, in the order of their units; `which` of a day: those that are, those that
 * were, or all.
 */
export async function searchBodies(
  database: Database,
  input: { query?: string; unitId?: string; day: string; which: 'now' | 'past' | 'all'; limit: number },
): Promise<BodyRow[]> {
  const words = allWords(input.query).map((word) => ({ OR: [word, { unit: word }] }))
  const which =
    input.which === 'now'
      ? [onDay(input.day)]
      : input.which === 'past'
        ? [{ validUntil: { lte: dayOf(input.day) } }]
        : []
  const rows = await database.prisma.body.findMany({
    where: { AND: [...words, ...which], ...(input.unitId === undefined ? {} : { unitId: input.unitId }) },
    include: { unit: unitSelect, _count: { select: { mandates: { where: onDay(input.day) } } } },
    take: 2000,
  })
  return rows
    .map(bodyOf)
    .sort(
      (a, b) =>
        compareVietnamese(a.unitName, b.unitName) ||
        bodyKinds.indexOf(a.kind) - bodyKinds.indexOf(b.kind) ||
        b.from.localeCompare(a.from) ||
        compareVietnamese(a.name, b.name),
    )
    .slice(0, input.limit)
}

/** A body whole; null when there is none. */
export async function findBody(database: Database, id: string, day: string): Promise<BodyWhole | null> {
  const row = await database.prisma.body.findUnique({
    where: { id },
    include: {
      unit: unitSelect,
      _count: { select: { mandates: { where: onDay(day) } } },
      mandates: { include: { offices: true } },
      sessions: { include: { sittings: { orderBy: { number: 'asc' } } } },
    },
  })
  if (!row) return null
  return {
    ...bodyOf(row),
    mandates: row.mandates.map(mandateOf).sort((a, b) => inRank(day, a, b)),
    sessions: row.sessions
      .map(({ id: sessionId, name, sittings }) => ({
        id: sessionId,
        name,
        sittings: sittings.map(({ meetingId, number }) => ({ meetingId, number: number ?? 0 })),
      }))
      .sort((a, b) => compareVietnamese(b.name, a.name)),
  }
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

/** Adds a body. @throws AppError not_found for its unit; bad_request where the unit is not of its time */
export async function addBody(
  tx: PrismaTx,
  body: BodyFields & { unitId: string; isSample?: boolean },
): Promise<string> {
  const { unitId, isSample = false } = body
  await demandTimeOfUnit(tx, unitId, body)
  const row = await tx.body.create({ data: { unitId, isSample, ...bodyColumns(body) } })
  return row.id
}

/** Corrects a body. @throws AppError not_found; bad_request where the unit, or a mandate, is not of its time */
export async function changeBody(tx: PrismaTx, id: string, body: BodyFields): Promise<void> {
  const { unitId } = await lockBody(tx, id)
  await demandTimeOfUnit(tx, unitId, body)
  const mandates = await tx.mandate.findMany({ where: { bodyId: id } })
  if (!mandates.every((mandate) => isWithin(spanOf(mandate), body))) throw wrongField('until')
  await tx.body.update({ where: { id }, data: bodyColumns(body) })
}

/** A body as it is, held until the transaction ends: what is written about its members is written in turn. */
export async function lockBody(tx: PrismaTx, id: string): Promise<BodyFields & { unitId: string }> {
  await tx.$queryRaw`SELECT 1 FROM body WHERE id = ${id} FOR UPDATE`
  const row = await tx.body.findUnique({ where: { id } })
  if (!row) throw new AppError('not_found', 'no such body')
  return { unitId: row.unitId, kind: kindOf(row.kind), name: row.name, term: row.term, ...spanOf(row) }
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

async function demandTimeOfUnit(tx: PrismaTx, unitId: string, body: Span): Promise<void> {
  const unit = await tx.unit.findUnique({ where: { id: unitId } })
  if (!unit) throw new AppError('not_found', 'no such unit')
  if (!isOrdered(body)) throw wrongField('until')
  const { from, until } = spanOf({ validFrom: unit.validFrom, validUntil: unit.validTo })
  // A term may have begun under a unit's former bounds; none goes on where the unit is no more.
  if (until !== null && (body.until === null || body.until > until)) throw wrongField('until')
  if (body.until !== null && body.until <= from) throw wrongField('until')
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

const isOrdered = ({ from, until }: Span): boolean => until === null || until > from

function isWithin(inner: Span, outer: Span): boolean {
  const endsInTime = outer.until === null || (inner.until ?? '9999') <= outer.until
  return inner.from >= outer.from && endsInTime
}

function wrongField(field: string): AppError {
  return new AppError('bad_request', `${field} is not possible`, { detail: { field } })
}

function bodyColumns(body: BodyFields) {
  const { kind, name, term } = body
  return { kind, name, term, nameSearch: searchText(`${name} ${term}`), ...spanColumns(body) }
}

function mandateColumns(mandate: MandateFields) {
  const { userId, name, position, mayVote } = mandate
  return { userId, name, position, mayVote, nameSearch: searchText(name), ...spanColumns(mandate) }
}

function bodyOf(row: {
  id: string
  unitId: string
  unit: { kind: string; name: string }
  kind: string
  name: string
  term: string
  validFrom: Date
  validUntil: Date | null
  _count: { mandates: number }
}): BodyRow {
  const { id, unitId, name, term } = row
  const unitName = fullUnitName(row.unit)
  return {
    ...{ id, unitId, unitName, name, term, kind: kindOf(row.kind) },
    memberCount: row._count.mandates,
    ...spanOf(row),
  }
}

function mandateOf(row: {
  id: string
  userId: string | null
  name: string
  position: string
  mayVote: boolean
  endReason: string
  validFrom: Date
  validUntil: Date | null
  offices: Parameters<typeof officeOf>[0][]
}): MandateRow {
  const { id, userId, name, position, mayVote, endReason } = row
  const offices = row.offices
    .map(officeOf)
    .sort((a, b) => rankOf([a.office]) - rankOf([b.office]) || a.from.localeCompare(b.from))
  return { ...{ id, userId, name, position, mayVote, endReason, offices }, ...spanOf(row) }
}

function officeOf(row: { id: string; office: string; validFrom: Date; validUntil: Date | null }): OfficeRow {
  const office = bodyOffices.find((known) => known === row.office) ?? 'member'
  return { id: row.id, office, ...spanOf(row) }
}

function kindOf(text: string): BodyKind {
  return bodyKinds.find((known) => known === text) ?? 'other'
}

function inRank(day: string, a: MandateRow, b: MandateRow): number {
  const rank = ({ offices }: MandateRow) =>
    rankOf(offices.filter((one) => holdsOn(one, day)).map((one) => one.office))
  return rank(a) - rank(b) || compareByGivenName(a.name, b.name)
}
