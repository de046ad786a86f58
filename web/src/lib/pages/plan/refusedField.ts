import type { PlanMessages } from './plan.vi.ts'
import type { PageError } from '#web/server/appErrors.ts'
import type { PlanFields } from './planFields.ts'

/** The words for a field that the platform refused; null when the failure is of another kind. */
export function refusedField(error: PageError, fields: PlanFields, texts: PlanMessages): string | null {
  const { field, id } = error.detail ?? {}
  if (error.code !== 'bad_request' || typeof field !== 'string') return null
  const label = labelOf(field.split('.')[0] ?? '', texts)
  if (label === null) return null
  const gone = fields.sites.find((site) => site.siteId === id) ?? fields.units.find((unit) => unit.id === id)
  if (gone) return texts.refusedUnit(label, gone.name)
  const chosen = [fields.chair, fields.secretary, ...fields.people].find((person) => person?.userId === id)
  return chosen ? texts.refusedPerson(label, chosen.name) : texts.refusedField(label)
}

function labelOf(field: string, texts: PlanMessages): string | null {
  switch (field) {
    case 'unitId':
      return texts.unit
    case 'title':
      return texts.title
    case 'description':
      return texts.description
    case 'place':
      return texts.place
    case 'startsAtMs':
      return texts.from
    case 'endsAtMs':
      return texts.to
    case 'overrideReason':
      return texts.overrideReason
    case 'chairUserId':
      return texts.chair
    case 'secretaryUserId':
      return texts.secretary
    case 'people':
      return texts.people
    case 'guests':
      return texts.guests
    case 'unitIds':
      return texts.units
    case 'sites':
      return texts.sites
    case 'agenda':
      return texts.sections.agenda
    default:
      return null
  }
}
