import type { UnitsMessages } from './units.vi.ts'

/** The tree of units in English. */
export const units: UnitsMessages = {
  title: 'Administrative units',
  lead: (count) => `${count} units`,
  era: 'Era',
  now: 'Today (two levels)',
  before: 'Before 1/7/2025 (three levels)',
  search: 'Find a unit',
  levels: { city: 'City level', district: 'District level', commune: 'Commune level' },
  columns: { name: 'Name', code: 'Code', level: 'Level' },
  empty: 'No unit found',
  searchHint: 'By name (without diacritics) or code',
  limited: (shown, total) => `${shown} of ${total} units are shown. Please search by name or code.`,
  found: (count) => (count === 1 ? '1 unit fits' : `${count} units fit`),
  children: (count) => `${count} units below`,
}
