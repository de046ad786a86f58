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
  edit: 'Edit',
  editOf: (name) => `Edit ${name}`,
  correctOf: (name) => `Edit ${name}`,
  correctText:
    'Only to mend what was written wrongly. A unit that a resolution renames or merges is a new one from the day on which the resolution holds.',
  corrected: 'The unit is saved.',
  kind: 'Kind (phường, xã, sở…)',
  parent: 'Belongs to',
  invalid: {
    name: 'Please enter the name.',
    code: 'The code is not of the right form, or another unit of that time has it.',
    parentId: 'Please choose a unit of the same time that is not below this one.',
  },
  empty: 'No unit found',
  searchHint: 'By name (without diacritics) or code',
  limited: (shown, total) => `${shown} of ${total} units are shown. Please search by name or code.`,
  found: (count) => (count === 1 ? '1 unit fits' : `${count} units fit`),
  children: (count) => `${count} units below`,
}
