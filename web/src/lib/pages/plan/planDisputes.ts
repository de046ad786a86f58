import { createContext } from 'svelte'
import type { Texts } from '#web/text/texts.ts'
import type { PlanMessages } from './plan.vi.ts'
import type { PlanFields } from './planFields.ts'
import type { PlanForm } from './planForm.svelte.ts'
import { centreOf, type PlanField, type PlanList, type PlanPlace, rowId } from './planMerge.ts'

/** What parts of the form show where two people changed the same. */
export interface PlanDisputes {
  form: PlanForm
  unitNameOf: (id: string) => string
}

const [get, set] = createContext<PlanDisputes>()
export const usePlanDisputes = get
export const providePlanDisputes = set

/** Where a dispute is shown: a field, a list, or `agenda a1` for a row that is there to be typed in. */
export function shownAt(place: PlanPlace, fields: PlanFields): string {
  if (place.kind === 'fields') return place.fields[0] ?? ''
  if (place.kind === 'centre') return 'sites'
  if (place.kind === 'order') return 'agenda'
  const { list, id } = place
  const isTyped = list === 'agenda' || list === 'guests'
  return isTyped && fields[list].some((row) => rowId(row) === id) ? `${list} ${id}` : list
}

/** Goes to the first place where something is to be chosen; false when there is none. */
export function showPlanDispute(): boolean {
  const group = document.querySelector('[data-dispute]')
  group?.scrollIntoView({ block: 'center' })
  group?.querySelector('button')?.focus({ preventScroll: true })
  return group !== null
}

/** The parts of a plan in words, as the form names them. */
export class PlanWords {
  readonly #t: Texts
  readonly #p: PlanMessages
  readonly #unitNameOf: (id: string) => string

  constructor(t: Texts, p: PlanMessages, unitNameOf: (id: string) => string) {
    this.#t = t
    this.#p = p
    this.#unitNameOf = unitNameOf
  }

  /** What a field or a list is called; the last day goes with the first. */
  labelOf(part: PlanField | PlanList): string {
    const p = this.#p
    if (part === 'unitId') return p.unit
    if (part === 'agenda') return p.sections.agenda
    if (part === 'isRecordingPlanned') return p.recording
    if (part === 'isDeclaredUnclassified') return p.unclassified
    return part === 'endDate' ? p.date : p[part]
  }

  /** What a dispute is about. */
  aboutOf(place: PlanPlace, mine: PlanFields, theirs: PlanFields): string {
    const p = this.#p
    switch (place.kind) {
      case 'fields':
        return p.conflict.both([...new Set(place.fields.map((field) => this.labelOf(field)))].join(', '))
      case 'centre':
        return p.conflict.both(p.conflict.centre)
      case 'order':
        return p.conflict.both(p.conflict.order)
      case 'row':
      case 'cell': {
        const [own, other] = [rowOf(mine, place), rowOf(theirs, place)]
        const row = own ?? other
        const name = row && 'title' in row ? row.title : (row?.name ?? '')
        if (!own) return p.conflict.outHere(name)
        if (!other) return p.conflict.outThere(name)
        return p.conflict.both(this.#cell(place, name))
      }
    }
  }

  /** What one version says there. */
  say(place: PlanPlace, plan: PlanFields): string {
    const c = this.#p.conflict
    switch (place.kind) {
      case 'fields':
        return place.fields.length > 2
          ? this.#times(plan)
          : [...new Set(place.fields.map((field) => this.#field(field, plan)))].join(' · ')
      case 'centre':
        return plan.sites.find((site) => site.siteId === centreOf(plan.sites))?.name ?? c.none
      case 'order':
        return plan.agenda.map((item, index) => `${index + 1}. ${item.title}`).join('\n')
      case 'row':
      case 'cell': {
        const row = rowOf(plan, place)
        if (!row) return c.takenOut
        const cells = place.kind === 'cell' ? [place.cell] : Object.keys(row)
        return (
          cells
            .map((cell) => this.#said(cell, Reflect.get(row, cell)))
            .filter(Boolean)
            .join(' · ') || c.none
        )
      }
    }
  }

  #field(field: PlanField, plan: PlanFields): string {
    const value = plan[field]
    const none = this.#p.conflict.none
    if (field === 'kind') return this.#t.kinds[plan.kind]
    if (field === 'unitId') return this.#unitNameOf(plan.unitId)
    if (field === 'date' || field === 'endDate') return this.#days(plan)
    if (typeof value === 'object') return value?.name ?? none
    return String(value) || none
  }

  #days({ date, endDate }: PlanFields): string {
    return [...new Set([date, endDate])].map((day) => day.split('-').toReversed().join('/')).join(' – ')
  }

  #times(plan: PlanFields): string {
    return `${plan.from} – ${plan.to}, ${this.#days(plan)}`
  }

  /** Within a row that is typed, its own name is before one's eyes. */
  #cell(place: PlanPlace, name: string): string {
    const p = this.#p
    switch (place.kind === 'cell' ? place.cell : '') {
      case 'role':
        return p.role(name)
      case 'title':
        return p.itemTitle
      case 'presenter':
        return p.presenter
      case 'durationMin':
        return p.minutes
      case 'name':
        return p.guestName
      case 'position':
        return p.guestPosition
      default:
        return p.guestUnit
    }
  }

  #said(cell: string, value: unknown): string {
    if (cell === 'role')
      return value === 'delegate' || value === 'guest' || value === 'technician'
        ? this.#t.meetingRoles[value]
        : ''
    if (cell === 'durationMin')
      return typeof value === 'number' ? this.#t.format.duration(value * 60_000) : ''
    return ['title', 'presenter', 'name', 'position', 'unitName'].includes(cell) ? String(value ?? '') : ''
  }
}

function rowOf(plan: PlanFields, { list, id }: { list: PlanList; id: string }) {
  const rows: readonly PlanFields[PlanList][number][] = plan[list]
  return rows.find((row) => rowId(row) === id)
}
