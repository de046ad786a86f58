import { type BodyKind, bodyKinds, type Span } from '#contract/bodies.ts'
import { AppError } from '#contract/errors.ts'
import { compareVietnamese, searchText } from '#contract/vietnamese.ts'
import { dayOf, isOrdered, isWithin, onDay, spanColumns, spanOf, wrongField } from './bodySpans.ts'
import type { Database, PrismaTx } from './client.ts'
import { inRank, mandateOf, type MandateRow } from './mandateRows.ts'
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

const unitSelect = { select: { kind: true, name: true } } as const
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

async function demandTimeOfUnit(tx: PrismaTx, unitId: string, body: Span): Promise<void> {
  const unit = await tx.unit.findUnique({ where: { id: unitId } })
  if (!unit) throw new AppError('not_found', 'no such unit')
  if (!isOrdered(body)) throw wrongField('until')
  const { from, until } = spanOf({ validFrom: unit.validFrom, validUntil: unit.validTo })
  // A term may have begun under a unit's former bounds; none goes on where the unit is no more.
  if (until !== null && (body.until === null || body.until > until)) throw wrongField('until')
  if (body.until !== null && body.until <= from) throw wrongField('until')
}

function bodyColumns(body: BodyFields) {
  const { kind, name, term } = body
  return { kind, name, term, nameSearch: searchText(`${name} ${term}`), ...spanColumns(body) }
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

function kindOf(text: string): BodyKind {
  return bodyKinds.find((known) => known === text) ?? 'other'
}
