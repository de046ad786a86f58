import { unitLevels } from '#web/text/names.en.ts'
import type { UnitsMessages } from './units.vi.ts'

/** The tree of units in English. */
export const units: UnitsMessages = {
  title: 'Administrative units',
  lead: (count) => `${count} units`,
  era: 'Period',
  now: 'Today (two levels)',
  before: 'Before 1/7/2025 (three levels)',
  search: 'Find a unit',
  levels: unitLevels,
  columns: { name: 'Name', code: 'Code', level: 'Level' },
  change: 'Change',
  findUnit: 'Find a unit',
  edit: 'Edit',
  editOf: (name) => `Edit ${name}`,
  correctOf: (name) => `Edit ${name}`,
  correctText:
    'Only to correct mistakes. A unit that a resolution renames or merges is a new one from the day on which the resolution takes effect.',
  corrected: 'The unit was saved.',
  kind: 'Kind (phường, xã, sở…)',
  parent: 'Belongs to',
  invalid: {
    name: 'Please enter the name.',
    code: 'The code is malformed, or another unit of that period has it.',
    parentId: 'Please choose a unit of the same period that is not below this one.',
  },
  empty: 'No unit found',
  searchHint: 'By name (without diacritics) or code',
  found: (count) => (count === 1 ? '1 unit matches' : `${count} units match`),
  children: (count) => (count === 1 ? '1 unit below' : `${count} units below`),
}
