import { type BodyOffice, bodyOffices, holdsOn, rankOf, type Span } from '#contract/bodies.ts'
import { compareByGivenName } from '#contract/vietnamese.ts'
import { spanOf } from './bodySpans.ts'

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

/** A mandate as it is stored. */
export function mandateOf(row: {
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

/** An office as it is stored. */
export function officeOf(row: {
  id: string
  office: string
  validFrom: Date
  validUntil: Date | null
}): OfficeRow {
  const office = bodyOffices.find((known) => known === row.office) ?? 'member'
  return { id: row.id, office, ...spanOf(row) }
}

/** The order of members on a day: by the highest office, then by given name. */
export function inRank(day: string, a: MandateRow, b: MandateRow): number {
  const rank = ({ offices }: MandateRow) =>
    rankOf(offices.filter((one) => holdsOn(one, day)).map((one) => one.office))
  return rank(a) - rank(b) || compareByGivenName(a.name, b.name)
}
