import { searchText } from '#contract/vietnamese.ts'

/** Those of which every word occurs in what is said of them, without regard to diacritics. */
export function havingWords<T>(query: string, all: readonly T[], said: (one: T) => string): T[] {
  const words = searchText(query).split(' ')
  return all.filter((one) => {
    const text = searchText(said(one))
    return words.every((word) => text.includes(word))
  })
}
