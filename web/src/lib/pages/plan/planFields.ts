import type { MeetingPlan } from '#contract/plan.ts'
import { toDateInput, toTimeInput } from '#contract/cityTime.ts'
import type { ListedUnit } from '#web/unitGroups.ts'
import type { MeetingDetail } from '#office/meetings/meetings.ts'

/** Somebody chosen in the form: the name is for the eye, the id is what counts. */
export interface ChosenPerson {
  userId: string
  name: string
  detail: string
}

/** What the form holds: the plan, with times as typed, names beside ids, and keys for rows that have no id yet. */
export interface PlanFields extends Omit<
  MeetingPlan,
  | 'startsAtMs'
  | 'endsAtMs'
  | 'chairUserId'
  | 'secretaryUserId'
  | 'people'
  | 'guests'
  | 'unitIds'
  | 'sites'
  | 'agenda'
> {
  date: string
  from: string
  endDate: string
  to: string
  chair: ChosenPerson | null
  secretary: ChosenPerson | null
  people: (ChosenPerson & MeetingPlan['people'][number])[]
  guests: (MeetingPlan['guests'][number] & { key: string })[]
  units: ListedUnit[]
  sites: (MeetingPlan['sites'][number] & { name: string; detail: string })[]
  agenda: (MeetingPlan['agenda'][number] & { key: string })[]
}

/** Rows that were kept before the page was loaded anew have keys of that time: a count alone would come to them again. */
const load = Math.random().toString(36).slice(2)
let nextKey = 0
/** A key for a row that has no id yet. */
export const newKey = (): string => `${load}-${nextKey++}`

/** Who plans, as somebody whom the plan may name; null for who has no account. */
export function plannerOf(viewer: {
  userId: string | null
  name: string
  units: readonly { name: string; position: string }[]
}): ChosenPerson | null {
  if (viewer.userId === null) return null
  const detail = viewer.units
    .map(({ position, name }) => [position, name].filter(Boolean).join(', '))
    .join(' · ')
  return { userId: viewer.userId, name: viewer.name, detail }
}

/** An empty plan for a unit: tomorrow week, nine to eleven. */
export function emptyFields(unitId: string, nowMs: number): PlanFields {
  const date = toDateInput(nowMs + 7 * 86_400_000)
  return {
    unitId,
    kind: 'briefing',
    title: '',
    description: '',
    place: '',
    date,
    from: '09:00',
    endDate: date,
    to: '11:00',
    chair: null,
    secretary: null,
    people: [],
    guests: [],
    units: [],
    sites: [],
    agenda: [],
    isRecordingPlanned: false,
    isDeclaredUnclassified: false,
    overrideReason: '',
  }
}

/** A meeting's plan as the form holds it. As a copy it names nobody's rows and has to be declared anew. */
export function fieldsOf(meeting: MeetingDetail, isCopy: boolean): PlanFields {
  const chosen = (p: MeetingDetail['participants'][number]): ChosenPerson => ({
    userId: p.userId ?? '',
    name: p.name,
    detail: [p.position, p.unitName].filter(Boolean).join(', '),
  })
  const persons = meeting.participants.filter((p) => p.kind === 'person')
  const withAccount = persons.filter((p) => p.userId !== null)
  const one = (role: 'chair' | 'secretary'): ChosenPerson | null => {
    const found = withAccount.find((p) => p.role === role)
    return found ? chosen(found) : null
  }
  return {
    unitId: meeting.unitId,
    kind: meeting.kind,
    title: meeting.title,
    description: meeting.description,
    place: meeting.place,
    date: toDateInput(meeting.startsAtMs),
    from: toTimeInput(meeting.startsAtMs),
    endDate: toDateInput(meeting.endsAtMs),
    to: toTimeInput(meeting.endsAtMs),
    chair: one('chair'),
    secretary: one('secretary'),
    people: withAccount.flatMap((p) =>
      p.role === 'delegate' || p.role === 'guest' || p.role === 'technician'
        ? [{ ...chosen(p), role: p.role }]
        : [],
    ),
    guests: persons
      .filter((p) => p.userId === null)
      .map((p) => ({
        key: newKey(),
        ...(isCopy ? {} : { id: p.id }),
        name: p.name,
        position: p.position,
        unitName: p.unitName,
      })),
    units: meeting.units.map((unit) => ({ id: unit.id, name: unit.fullName })),
    sites: meeting.sites.map((site) => ({
      siteId: site.id,
      name: site.name,
      detail: site.unitName,
      role: site.role,
    })),
    agenda: meeting.agenda.map((item) => ({
      key: newKey(),
      ...(isCopy ? {} : { id: item.id }),
      title: item.title,
      presenter: item.presenter,
      durationMin: item.durationMin,
    })),
    isRecordingPlanned: meeting.isRecordingPlanned,
    isDeclaredUnclassified: isCopy ? false : meeting.isDeclaredUnclassified,
    overrideReason: isCopy ? '' : meeting.overrideReason,
  }
}
