import type { Span } from '#contract/bodies.ts'

const dayMs = 86_400_000

function moved(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)
}

/** The last day on which something still is, as people write it; empty while no end is known. */
export function lastDayOf({ until }: Pick<Span, 'until'>): string {
  return until === null ? '' : moved(until, -1)
}

/** The first day on which something is no more, of the last day that was typed; null for none. */
export function untilAfter(lastDay: string): string | null {
  return lastDay === '' ? null : moved(lastDay, 1)
}

/** "01/07/2025 – 30/06/2030"; with an open end as long as none is known. */
export function spanText(span: Span, from: (day: string) => string): string {
  const last = lastDayOf(span)
  return last === '' ? from(shownDay(span.from)) : `${shownDay(span.from)} – ${shownDay(last)}`
}

/** 16/02/2026 */
export function shownDay(day: string): string {
  return day.split('-').toReversed().join('/')
}
