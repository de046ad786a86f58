import type { SitesMessages } from './sites.vi.ts'

/** The list of sites in English. */
export const sites: SitesMessages = {
  title: 'Sites',
  lead: 'Rooms with a terminal; each takes part as one member of a meeting.',
  search: 'Find a site or unit',
  create: 'Add a site',
  columns: { name: 'Site', unit: 'Unit', location: 'Location', acts: 'Actions' },
  edit: 'Edit',
  change: 'Edit the site',
  changeOf: (name) => `Edit the site ${name}`,
  changed: 'The site was saved.',
  name: 'Name of the site',
  nameHint: 'For example: meeting room, 2nd floor',
  unit: 'Unit',
  location: 'Location',
  empty: 'No sites yet',
  emptyText: 'Add the first room to invite it to a meeting.',
  emptyFound: 'No site found',
  created: 'The site was added.',
  invalid: { name: 'Please enter a name.', unitId: 'Please choose a unit.' },
}
