import { createContext } from 'svelte'
import type { Choice, Dispute } from './mergeMinutes.ts'

/** What two writers of the paper made otherwise, for the parts of the paper that it is about. */
export interface PaperDisputes {
  readonly all: readonly Dispute[]
  choose: (dispute: Dispute, choice: Choice) => void
}

const [get, set] = createContext<PaperDisputes>()

/** Those of the paper that this part stands on. */
export const useDisputes = get
export const provideDisputes = set

/** The dispute about a field, by its path in the content. */
export const aboutField = (disputes: PaperDisputes, place: string): Dispute | undefined =>
  disputes.all.find((one) => one.place === place && one.from === null)

/** The disputes about a list's rows that are shown below this one; above the first with −1. */
export const belowRow = (disputes: PaperDisputes, place: string, index: number): Dispute[] =>
  disputes.all.filter((one) => one.place === place && one.to === index + 1)

/** Goes to the first place where something is to be chosen; false when there is none left. */
export function showDispute(): boolean {
  const group = document.querySelector('[data-dispute]')
  group?.scrollIntoView({ block: 'center' })
  group?.querySelector('button')?.focus({ preventScroll: true })
  return group !== null
}

/** Where a field is after rows of the paper moved; null where it stayed. */
export function placeAfter(moved: ReadonlyMap<string, string>, place: string): string | null {
  const keys = place.split('.')
  for (let length = keys.length; length > 0; length -= 1) {
    const found = moved.get(keys.slice(0, length).join('.'))
    if (found !== undefined) return [found, ...keys.slice(length)].join('.')
  }
  return null
}
