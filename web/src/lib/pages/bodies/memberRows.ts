import type { BodyOffice } from '#contract/bodies.ts'
import { limits } from '#contract/limits.ts'
import { searchText } from '#contract/vietnamese.ts'
import type { NewMember } from '#office/bodies/bodies.ts'
import { pastedRows } from '#web/pastedRows.ts'

const officeWords: Record<string, BodyOffice> = {
  'chu tich': 'chair',
  'pho chu tich': 'deputy_chair',
  'truong ban': 'head',
  'to truong': 'head',
  'pho truong ban': 'deputy_head',
  'pho ban': 'deputy_head',
  'to pho': 'deputy_head',
  'thu ky': 'secretary',
  'uy vien': 'member',
}

/**
 * The members that a list names, one a row: the name, then in any order the office in the body (its bare word) and what
 * they are elsewhere; in columns of a spreadsheet, or parted by commas, semicolons or dashes.
 */
export function membersIn(text: string, mayVote: boolean): NewMember[] {
  return pastedRows(text).map((row) => {
    const parts = row
      .split(row.includes('\t') ? /\t+/u : /[,;]|\s[-–]\s/u)
      .map((part) => part.trim())
      .filter((part) => part !== '' && !/^\d+$/u.test(part))
    const [name = '', ...rest] = parts
    const officeOf = (part: string): BodyOffice | undefined => officeWords[searchText(part)]
    return {
      userId: null,
      name: name.replace(/^(?:đồng chí|đ\/c|ông|bà)\s+/iu, '').slice(0, limits.personName),
      position: rest
        .filter((part) => !officeOf(part))
        .join(', ')
        .slice(0, limits.position),
      mayVote,
      offices: rest.flatMap((part) => officeOf(part) ?? []),
    }
  })
}
