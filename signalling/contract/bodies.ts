/** Bodies of a unit that decide by vote (HĐND, Thường trực HĐND, ban của HĐND, UBND, tổ thẩm tra). */
export const bodyKinds = [
  'council', // HĐND
  'standing', // Thường trực HĐND
  'council_committee', // ban của HĐND
  'people_committee', // UBND
  'review_group', // tổ thẩm tra
  'other',
] as const
export type BodyKind = (typeof bodyKinds)[number]

/** Offices within a body, the first of rank first; `chair` and `head` preside, one at a time. */
export const bodyOffices = [
  'chair', // Chủ tịch
  'head', // Trưởng ban, tổ trưởng
  'deputy_chair', // Phó Chủ tịch
  'deputy_head', // Phó Trưởng ban, tổ phó
  'secretary', // Thư ký
  'member', // Ủy viên
] as const
export type BodyOffice = (typeof bodyOffices)[number]

/** The place of a member in the order of a body: by the highest office; who has none comes last. */
export function rankOf(offices: readonly BodyOffice[]): number {
  return Math.min(bodyOffices.length, ...offices.map((office) => bodyOffices.indexOf(office)))
}

/** Days of the city, `2026-11-23`; `until` is the first day on which it is no more, null while no end is known. */
export interface Span {
  from: string
  until: string | null
}

/** Whether something holds on a day of the city. */
export function holdsOn({ from, until }: Span, day: string): boolean {
  return from <= day && (until === null || day < until)
}
