import type { Span } from '#contract/bodies.ts'
import { AppError } from '#contract/errors.ts'

/** A day of the city as a column has it. */
export const dayOf = (day: string): Date => new Date(day)
const untilOf = (day: string | null): Date | null => (day === null ? null : new Date(day))
/** The days of a row. */
export const spanOf = (row: { validFrom: Date; validUntil: Date | null }): Span => ({
  from: row.validFrom.toISOString().slice(0, 10),
  until: row.validUntil?.toISOString().slice(0, 10) ?? null,
})
/** Days as columns have them. */
export const spanColumns = ({ from, until }: Span) => ({ validFrom: dayOf(from), validUntil: untilOf(until) })

/** What holds on a day. */
export function onDay(day: string) {
  return {
    validFrom: { lte: dayOf(day) },
    OR: [{ validUntil: null }, { validUntil: { gt: dayOf(day) } }],
  }
}

/** Whether it ends after it begins. */
export const isOrdered = ({ from, until }: Span): boolean => until === null || until > from

/** Whether a span lies in another. */
export function isWithin(inner: Span, outer: Span): boolean {
  const endsInTime = outer.until === null || (inner.until ?? '9999') <= outer.until
  return inner.from >= outer.from && endsInTime
}

/** What is said of a field that cannot be so. */
export function wrongField(field: string): AppError {
  return new AppError('bad_request', `${field} is not possible`, { detail: { field } })
}
