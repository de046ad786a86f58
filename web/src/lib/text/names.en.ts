import type * as vietnamese from './names.vi.ts'

/** The same in English. */
export const unitRoles: typeof vietnamese.unitRoles = { secretary: 'Secretariat', official: 'Official' }

export const officeRoles: typeof vietnamese.officeRoles = {
  system_admin: 'System administrator',
  auditor: 'Auditor',
  unit_admin: 'Unit administrator',
  clerk: 'Records clerk',
  technician: 'Technician',
}

export const unitLevels: typeof vietnamese.unitLevels = {
  city: 'City level',
  district: 'District level',
  commune: 'Commune level',
}

export const siteRoles: typeof vietnamese.siteRoles = { central: 'Central', member: 'Member' }

export const responses: typeof vietnamese.responses = {
  pending: 'No answer',
  accepted: 'Attending',
  declined: 'Declined',
}

export const bodyKinds: typeof vietnamese.bodyKinds = {
  council: 'People’s Council',
  standing: 'Standing Committee of the Council',
  council_committee: 'Board of the Council',
  people_committee: 'People’s Committee',
  review_group: 'Review group',
  other: 'Other',
}

export const bodyOffices: typeof vietnamese.bodyOffices = {
  chair: 'Chair',
  head: 'Head',
  deputy_chair: 'Deputy chair',
  deputy_head: 'Deputy head',
  secretary: 'Secretary',
  member: 'Commissioner',
}
