/**
 * A text as search sees it: without diacritics, small letters, letters and digits only, single spaces. Both places of
 * a tone mark (Hòa, Hoà) and both encodings (composed or not) give the same; đ counts as d. Any script stays.
 */
export function searchText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

const collator = new Intl.Collator('vi')

/** The order of a list of people: by given name (the last word), then by the whole name, as Vietnamese lists have it. */
export function compareByGivenName(a: string, b: string): number {
  return collator.compare(givenNameOf(a), givenNameOf(b)) || collator.compare(a, b)
}

/** The order of units, sites and titles. */
export function compareVietnamese(a: string, b: string): number {
  return collator.compare(a, b)
}

function givenNameOf(name: string): string {
  return name.trim().split(/\s+/u).at(-1) ?? ''
}
