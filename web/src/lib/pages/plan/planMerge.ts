import { fromDateAndTime } from '#contract/cityTime.ts'
import type { PlanFields } from './planFields.ts'

/** A list of the plan; its rows are known by whom or what they are of. */
export type PlanList = 'people' | 'guests' | 'units' | 'sites' | 'agenda'
/** A part of the plan that is no list; the form says nothing of a sitting. */
export type PlanField = Exclude<keyof PlanFields, PlanList | 'sitting'>

/** Something of the plan that two people have each changed otherwise. */
export type PlanPlace =
  /** Fields that hold or give way together. */
  | { kind: 'fields'; fields: readonly PlanField[] }
  /** Which site is the centre: there is one at most. */
  | { kind: 'centre' }
  /** One thing that a row says. */
  | { kind: 'cell'; list: PlanList; id: string; cell: string }
  /** A row that one took out and the other changed. */
  | { kind: 'row'; list: PlanList; id: string }
  /** How the agenda's items follow each other. */
  | { kind: 'order' }

/** Two versions of a plan, brought together. */
export interface MergedPlans {
  /** Both people's changes; where they contradict each other, one's own. */
  fields: PlanFields
  /** The other version, with what both began with wherever something is left to choose. */
  base: PlanFields
  disputes: PlanPlace[]
  /** What of the other version is new in `fields`. */
  taken: (PlanField | PlanList)[]
}

type Row = PlanFields[PlanList][number]

const lists = ['people', 'guests', 'units', 'sites', 'agenda'] as const
const cells: Readonly<Record<PlanList, readonly string[]>> = {
  people: ['role'],
  guests: ['name', 'position', 'unitName'],
  units: [],
  sites: [], // one of them is the centre: that is one choice and not one a row
  agenda: ['title', 'presenter', 'durationMin'],
}
const alone = [
  ...(['unitId', 'kind', 'title', 'description', 'place'] as const),
  ...(['isRecordingPlanned', 'isDeclaredUnclassified', 'overrideReason'] as const),
]
const day = ['date', 'endDate'] as const
const parts: readonly (PlanField | PlanList)[] = [
  ...alone,
  ...day,
  ...(['from', 'to', 'chair', 'secretary'] as const),
  ...lists,
]
/** What holds only together: where the choices could contradict each other, there is one choice. */
const bound: readonly { parts: readonly (readonly PlanField[])[]; isFine: (plan: PlanFields) => boolean }[] =
  [
    {
      parts: [['chair'], ['secretary']],
      isFine: ({ chair, secretary }) => chair === null || chair.userId !== secretary?.userId,
    },
    {
      parts: [day, ['from'], ['to']],
      isFine({ date, from, endDate, to }) {
        const [startsAtMs, endsAtMs] = [fromDateAndTime(date, from), fromDateAndTime(endDate, to)]
        return startsAtMs !== null && endsAtMs !== null && endsAtMs > startsAtMs
      },
    },
  ]

/**
 * Brings together what two people made of one plan. What one alone changed is taken, rows that either put in or took
 * out as well; what both changed is a dispute, and no choice of it makes a plan that cannot be saved.
 */
export function mergePlans(base: PlanFields, mine: PlanFields, theirs: PlanFields): MergedPlans {
  const own = withTheirIds(base, mine, theirs)
  let fields = { ...own }
  const disputes: PlanPlace[] = []
  for (const part of alone.map((field) => [field])) {
    const kept = decide(base, own, theirs, part)
    if (kept === null) disputes.push({ kind: 'fields', fields: part })
    else if (kept === theirs) fields = copied(fields, theirs, part)
  }
  for (const group of bound) {
    const [together, open] = mergedGroup(group, base, own, theirs, fields)
    fields = together
    disputes.push(...open.map((part) => ({ kind: 'fields' as const, fields: part })))
  }
  for (const list of lists) {
    const [rows, open] = mergedRows(list, base, own, theirs)
    fields = withRows(fields, list, rows)
    disputes.push(...open)
  }
  const [was, here, there] = [base, own, theirs].map(({ sites }) => centreOf(sites))
  // Who has none leaves it to the other.
  const isTheirs = here === was || (here === null && there !== was)
  fields.sites = withCentre(fields.sites, (isTheirs ? there : here) ?? null)
  const isMoved = (id: string | null | undefined): boolean => id !== was && id !== null
  if (isMoved(here) && isMoved(there) && here !== there) disputes.push({ kind: 'centre' })
  return {
    fields,
    base: disputes.reduce((rest, place) => taking(rest, base, place), theirs),
    disputes,
    taken: parts.filter((part) => said(part, own) !== said(part, fields)),
  }
}

/** The plan with this place as the other one has it. */
export function taking(plan: PlanFields, from: PlanFields, place: PlanPlace): PlanFields {
  switch (place.kind) {
    case 'fields':
      return copied(plan, from, place.fields)
    case 'centre':
      return { ...plan, sites: withCentre(plan.sites, centreOf(from.sites)) }
    case 'order': {
      const order = ordered(idsOf(from.agenda), idsOf(plan.agenda))
      return withRows(plan, 'agenda', inOrder(order, plan.agenda))
    }
    case 'cell': {
      const there = from[place.list].find((row) => rowId(row) === place.id)
      const has = plan[place.list].some((row) => rowId(row) === place.id)
      if (!there || !has) return taking(plan, from, { kind: 'row', list: place.list, id: place.id })
      const rows = plan[place.list].map((row) =>
        rowId(row) === place.id ? { ...row, [place.cell]: cellOf(there, place.cell) } : row,
      )
      return withRows(plan, place.list, rows)
    }
    case 'row': {
      const others: Row[] = plan[place.list].filter((row) => rowId(row) !== place.id)
      const rows: Row[] = from[place.list]
      const found = rows.find((row) => rowId(row) === place.id)
      if (!found) return withRows(plan, place.list, others)
      const isSecondCentre = 'siteId' in found && others.some((row) => cellOf(row, 'role') === 'central')
      const order = ordered(idsOf(others), idsOf(rows))
      const row = isSecondCentre ? { ...found, role: 'member' as const } : found
      return withRows(plan, place.list, inOrder(order, [...others, row]))
    }
  }
}

/** One's own plan where this place is kept: a row that the other took out is a new one. */
export function keeping(plan: PlanFields, from: PlanFields, place: PlanPlace): PlanFields {
  if (place.kind !== 'row' || from[place.list].some((row) => rowId(row) === place.id)) return plan
  const rows: Row[] = plan[place.list]
  return withRows(
    plan,
    place.list,
    rows.map((row) => {
      if (rowId(row) !== place.id || !('key' in row)) return row
      const { id: _id, ...fresh } = row
      return fresh
    }),
  )
}

/** Whether two plans say the same, whatever the keys of their rows are. */
export function isSamePlan(one: PlanFields, other: PlanFields): boolean {
  return parts.every((part) => said(part, one) === said(part, other))
}

/** What a row is known by: whom or what it is of, or its key while nobody else knows it. */
export function rowId(row: Row): string {
  if ('userId' in row) return row.userId
  if ('siteId' in row) return row.siteId
  return row.id ?? ('key' in row ? row.key : '')
}

export const centreOf = (sites: PlanFields['sites']): string | null =>
  sites.find((site) => site.role === 'central')?.siteId ?? null

const cellOf = (row: Row | undefined, cell: string): unknown => row && Reflect.get(row, cell)
const idsOf = (rows: readonly Row[]): string[] => rows.map(rowId)

function said(part: PlanField | PlanList, plan: PlanFields): string {
  const value = plan[part]
  if (Array.isArray(value)) return JSON.stringify(value.map((row) => [rowId(row), saidBy(row)]))
  return typeof value === 'object' && value !== null ? value.userId : JSON.stringify(value)
}

function saidBy(row: Row | undefined): string {
  return JSON.stringify(['role', ...cells.guests, ...cells.agenda].map((cell) => cellOf(row, cell)))
}

/** Whether a row says something new; a site does by becoming the centre. */
function isChanged(row: Row, now: Row): boolean {
  if ('siteId' in row) return row.role === 'member' && cellOf(now, 'role') === 'central'
  return saidBy(row) !== saidBy(now)
}

/** Whose hold: of who changed them alone; null where both did. */
function decide(base: PlanFields, mine: PlanFields, theirs: PlanFields, fields: readonly PlanField[]) {
  const all = (plan: PlanFields): string => JSON.stringify(fields.map((field) => said(field, plan)))
  const [was, here, there] = [all(base), all(mine), all(theirs)]
  if (here === there || there === was) return mine
  return here === was ? theirs : null
}

function copied(plan: PlanFields, from: PlanFields, fields: readonly PlanField[]): PlanFields {
  return { ...plan, ...Object.fromEntries(fields.map((field) => [field, from[field]])) }
}

function mergedGroup(
  { parts, isFine }: (typeof bound)[number],
  base: PlanFields,
  mine: PlanFields,
  theirs: PlanFields,
  plan: PlanFields,
): [PlanFields, (readonly PlanField[])[]] {
  const whose = parts.map((part) => decide(base, mine, theirs, part))
  const together = parts.reduce(
    (fields, part, index) => (whose[index] === theirs ? copied(fields, theirs, part) : fields),
    plan,
  )
  const open = parts.filter((_, index) => whose[index] === null)
  const outcomes = open.reduce(
    (all, part) => [...all, ...all.map((fields) => copied(fields, theirs, part))],
    [together],
  )
  const whole = parts.flat()
  if (outcomes.every(isFine) || decide(base, mine, theirs, whole) !== null) return [together, open]
  return [plan, [whole]]
}

function mergedRows(
  list: PlanList,
  base: PlanFields,
  mine: PlanFields,
  theirs: PlanFields,
): [Row[], PlanPlace[]] {
  const [was, here, there] = [base, mine, theirs].map((plan) => new Map<string, Row>(byId(plan[list])))
  const open: PlanPlace[] = []
  const rows: Row[] = []
  for (const id of new Set([...(here?.keys() ?? []), ...(there?.keys() ?? [])])) {
    const [b, m, t] = [was?.get(id), here?.get(id), there?.get(id)]
    if (m && t) {
      const [row, changed] = mergedRow(cells[list], b, m, t)
      rows.push(row)
      open.push(...changed.map((cell) => ({ kind: 'cell' as const, list, id, cell })))
    } else {
      const left = m ?? t
      const isOut = b !== undefined && left !== undefined && !isChanged(b, left)
      if (b && !isOut) open.push({ kind: 'row', list, id })
      if (left && (b ? m && !isOut : true)) rows.push(left)
    }
  }
  const [kept, added, isOpen] = mergedOrder(idsOf(base[list]), idsOf(mine[list]), idsOf(theirs[list]))
  if (isOpen && list === 'agenda') open.push({ kind: 'order' })
  return [inOrder(ordered(kept, added), rows), open]
}

function mergedRow(
  of: readonly string[],
  base: Row | undefined,
  mine: Row,
  theirs: Row,
): [row: Row, open: string[]] {
  const open: string[] = []
  const kept = of.map((cell) => {
    const [b, m, t] = [cellOf(base, cell), cellOf(mine, cell), cellOf(theirs, cell)]
    if (m !== t && m !== b && t !== b) open.push(cell)
    return [cell, m === b ? t : m] as const
  })
  const key = 'key' in mine ? { key: mine.key } : {}
  return [{ ...theirs, ...key, ...Object.fromEntries(kept) }, open]
}

/** Whose order rows keep, whose others are put between them, and whether both moved what both have. */
function mergedOrder(base: string[], mine: string[], theirs: string[]): [string[], string[], boolean] {
  const isCommon = (id: string): boolean => base.includes(id) && mine.includes(id) && theirs.includes(id)
  const [was, here, there] = [base, mine, theirs].map((ids) => ids.filter(isCommon).join('\n'))
  if (here === was) return [theirs, mine, false]
  return [mine, theirs, there !== was && there !== here]
}

/** The ids in order, with those that only the others have put behind whatever they follow there. */
function ordered(ids: readonly string[], others: readonly string[]): string[] {
  const all = [...ids]
  let last = -1
  for (const id of others) {
    const at = all.indexOf(id)
    if (at === -1) all.splice(++last, 0, id)
    else last = at
  }
  return all
}

function inOrder(order: readonly string[], rows: readonly Row[]): Row[] {
  const there = new Map(byId(rows))
  return order.flatMap((id) => there.get(id) ?? [])
}

const byId = (rows: readonly Row[]): [string, Row][] => rows.map((row) => [rowId(row), row])

function withRows(plan: PlanFields, list: PlanList, rows: Row[]): PlanFields {
  return { ...plan, [list]: rows }
}

function withCentre(sites: PlanFields['sites'], id: string | null): PlanFields['sites'] {
  return sites.map((site) => ({ ...site, role: site.siteId === id ? 'central' : 'member' }))
}

/** A row that both put in alike (one's own, perhaps, of which only the answer was lost) is one. */
function withTheirIds(base: PlanFields, mine: PlanFields, theirs: PlanFields): PlanFields {
  const known = new Set([...base.guests, ...base.agenda, ...mine.guests, ...mine.agenda].map(rowId))
  const merged = <R extends PlanFields['guests' | 'agenda'][number]>(rows: R[], others: R[]): R[] => {
    const fresh = others.filter((row) => !known.has(rowId(row)))
    return rows.map((row) => {
      const same = row.id === undefined ? fresh.findIndex((one) => saidBy(one) === saidBy(row)) : -1
      const [other] = same === -1 ? [] : fresh.splice(same, 1)
      return other ? { ...row, id: other.id } : row
    })
  }
  return { ...mine, guests: merged(mine.guests, theirs.guests), agenda: merged(mine.agenda, theirs.agenda) }
}
