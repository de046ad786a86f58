import type { MeetingPlan, PlanOutline, PlanStatus } from '#contract/plan.ts'
import { fromDateAndTime } from '#contract/cityTime.ts'
import { personIn } from '#web/pastedRows.ts'
import type { ListedUnit } from '#web/unitGroups.ts'
import { requestJson } from '#web/requestJson.ts'
import type { PlanWarning } from '#office/meetings/meetingPlan.ts'
import type { SiteRow } from '#office/units/units.ts'
import { type ChosenPerson, emptyFields, newKey, type PlanFields } from './planFields.ts'
import { isSamePlan, keeping, mergePlans, type MergedPlans, type PlanPlace, taking } from './planMerge.ts'

/** The plan as it is stored: what a form begins with, or somebody else's version that it meets. */
export interface StoredPlan {
  fields: PlanFields
  /** 0 for a plan that is not stored yet. */
  version: number
}

/** A field that stops the plan from being saved. */
export type PlanProblem =
  | 'unitId'
  | 'title'
  | 'startsAtMs'
  | 'endsAtMs'
  | 'chairUserId'
  | 'secretaryUserId'
  | 'sameChair'
  | 'guests'
  | 'agenda'
  | 'isDeclaredUnclassified'
  | 'overrideReason'

/** Something chosen or written in one of the form's lists. */
type Entry = PlanFields['people' | 'guests' | 'agenda'][number]

function keyOf(entry: Entry): string {
  if ('userId' in entry) return entry.userId
  return entry.key
}

/** The plan in the form: what is typed, what is still missing, and what the rules say of it. */
export class PlanForm {
  readonly #meetingId: string | undefined
  readonly fields = $state<PlanFields>(emptyFields('', 0))
  #tried = $state<PlanStatus | null>(null)
  #sent = $state<PlanStatus | null>(null)
  #warnings = $state.raw<PlanWarning[]>([])
  #isChecking = $state(false)
  /** What this form and the stored version have in common: what it began with, or of that what is settled. */
  #base = $state.raw<PlanFields>(emptyFields('', 0))
  /** What is stored, as far as this form knows. */
  #stored = $state.raw<StoredPlan>({ fields: emptyFields('', 0), version: 0 })
  #taken = $state.raw<MergedPlans['taken'] | null>(null)
  readonly #disputes = $derived.by(() =>
    this.#base === this.#stored.fields
      ? []
      : mergePlans(this.#base, $state.snapshot(this.fields), this.#stored.fields).disputes,
  )
  #checkTimer: ReturnType<typeof setTimeout> | undefined
  #checking: AbortController | undefined

  constructor(fields: PlanFields, meeting?: { id: string; version: number }) {
    this.#meetingId = meeting?.id
    this.#startWith({ fields, version: meeting?.version ?? 0 })
  }

  #startWith(stored: StoredPlan): void {
    this.#stored = stored
    this.#base = stored.fields
    this.#taken = null
    Object.assign(this.fields, stored.fields)
  }

  /** The version that a save replaces. */
  get version(): number {
    return this.#stored.version
  }

  /** What is stored, and what of it this form was made from: beside what is typed, all that a draft needs. */
  get base(): PlanFields {
    return this.#base
  }

  /** What is stored: the other side of every dispute. */
  get theirs(): PlanFields {
    return this.#stored.fields
  }

  /** Whether it says anything else than what is stored. */
  get isChanged(): boolean {
    return !isSamePlan(this.fields, this.#stored.fields)
  }

  /** What both changed, each otherwise: nothing is sent before it is chosen. */
  get disputes(): readonly PlanPlace[] {
    return this.#disputes
  }

  /** What somebody else changed and this form has now; null while it has met no other version. */
  get taken(): MergedPlans['taken'] | null {
    return this.#taken
  }

  /** Somebody else stored another version: what is typed stays, and what only they changed comes in. */
  meet(stored: StoredPlan): void {
    this.#bring(this.#base, $state.snapshot(this.fields), stored)
  }

  /** What was typed before, over the version of that time, goes on over the one that is stored now. */
  restore(typed: PlanFields, base: PlanFields): void {
    if (isSamePlan(base, this.#stored.fields)) Object.assign(this.fields, typed)
    else this.#bring(base, typed, this.#stored)
  }

  #bring(base: PlanFields, mine: PlanFields, stored: StoredPlan): void {
    const merged = mergePlans(base, mine, stored.fields)
    this.#taken = merged.taken
    this.#stored = stored
    this.#base = merged.disputes.length === 0 ? stored.fields : merged.base
    Object.assign(this.fields, merged.fields)
  }

  /** Settles a dispute. */
  choose(place: PlanPlace, choice: 'mine' | 'theirs'): void {
    const [fields, theirs] = [$state.snapshot(this.fields), this.#stored.fields]
    Object.assign(
      this.fields,
      choice === 'mine' ? keeping(fields, theirs, place) : taking(fields, theirs, place),
    )
    const base = taking(this.#base, theirs, place)
    this.#base = isSamePlan(base, theirs) ? theirs : base
  }

  /** Leaves what was typed, for what is stored. */
  startAfresh(): void {
    this.#startWith(this.#stored)
  }

  get warnings(): readonly PlanWarning[] {
    return this.#warnings
  }

  get isChecking(): boolean {
    return this.#isChecking
  }

  /** What was last asked for: what stands in its way is shown, and goes as soon as it is put right. */
  get tried(): PlanStatus | null {
    return this.#tried
  }

  /** What is on its way to the platform. */
  get sent(): PlanStatus | null {
    return this.#sent
  }

  /** What keeps the plan from becoming what was last asked for. */
  get obstacles(): PlanProblem[] {
    return this.#tried === null ? [] : this.problems(this.#tried)
  }

  /** Asks for the plan to become a draft, or scheduled: what to send, until `answered`; null while something is wrong. */
  send(status: PlanStatus): MeetingPlan | null {
    this.#tried = status
    const plan = this.plan()
    if (!plan || this.problems(status).length > 0 || this.disputes.length > 0) return null
    this.#sent = status
    return plan
  }

  /** The platform took it or refused it: it may be sent again. */
  answered(): void {
    this.#sent = null
  }

  /** The reason is asked for when the notice is short, and stays while there is one. */
  get needsReason(): boolean {
    return this.#warnings.some((warning) => warning.code === 'short_notice')
  }

  get startsAtMs(): number | null {
    return fromDateAndTime(this.fields.date, this.fields.from)
  }

  get endsAtMs(): number | null {
    return fromDateAndTime(this.fields.endDate || this.fields.date, this.fields.to)
  }

  get agendaMs(): number {
    return this.fields.agenda.reduce((sum, item) => sum + (item.durationMin ?? 0) * 60_000, 0)
  }

  /** By how much the agenda is longer than the time that is booked; 0 when it fits. */
  get agendaOverMs(): number {
    const { startsAtMs, endsAtMs, agendaMs } = this
    if (startsAtMs === null || endsAtMs === null || endsAtMs <= startsAtMs) return 0
    return Math.max(0, agendaMs - (endsAtMs - startsAtMs))
  }

  /** What keeps the plan from being saved as a draft, or from being scheduled. */
  problems(status: PlanStatus): PlanProblem[] {
    const f = this.fields
    const { startsAtMs, endsAtMs } = this
    const isScheduled = status === 'scheduled'
    const checks: [PlanProblem, boolean][] = [
      ['unitId', f.unitId === ''],
      ['title', f.title.trim() === ''],
      ['startsAtMs', startsAtMs === null],
      ['endsAtMs', endsAtMs === null || (startsAtMs !== null && endsAtMs <= startsAtMs)],
      ['chairUserId', f.chair === null],
      ['secretaryUserId', f.secretary === null],
      ['sameChair', f.chair !== null && f.chair.userId === f.secretary?.userId],
      ['guests', f.guests.some((guest) => guest.name.trim() === '')],
      ['agenda', f.agenda.some((item) => item.title.trim() === '')],
      ['isDeclaredUnclassified', isScheduled && !f.isDeclaredUnclassified],
      ['overrideReason', isScheduled && this.needsReason && f.overrideReason.trim() === ''],
    ]
    return checks.filter(([, isMissing]) => isMissing).map(([problem]) => problem)
  }

  /** As much of the plan as the rules look at; null while it has no unit or no time. */
  outline(): PlanOutline | null {
    const { unitId, kind, chair, secretary, people, sites } = this.fields
    const { startsAtMs, endsAtMs } = this
    if (startsAtMs === null || endsAtMs === null || unitId === '') return null
    return {
      ...{ unitId, kind, startsAtMs, endsAtMs },
      chairUserId: chair?.userId ?? null,
      userIds: [chair, secretary, ...people].flatMap((person) => (person ? [person.userId] : [])),
      sites: sites.map(({ siteId, role }) => ({ siteId, role })),
    }
  }

  /** The plan for the platform; null while what it cannot do without is missing. */
  plan(): MeetingPlan | null {
    const outline = this.outline()
    const { chair, secretary, date: _d, from: _f, endDate: _e, to: _t, units, ...kept } = this.fields
    if (!outline || !chair || !secretary) return null
    const { userIds: _ids, ...told } = outline
    return {
      ...kept,
      ...told,
      chairUserId: chair.userId,
      secretaryUserId: secretary.userId,
      people: kept.people
        .filter(({ userId }) => userId !== chair.userId && userId !== secretary.userId)
        .map(({ userId, role }) => ({ userId, role })),
      guests: kept.guests.map(({ key: _key, ...guest }) => guest),
      unitIds: units.map((unit) => unit.id),
      agenda: kept.agenda.map(({ key: _key, ...item }) => item),
    }
  }

  addPerson(person: ChosenPerson): void {
    if (!this.fields.people.some((p) => p.userId === person.userId)) {
      this.fields.people.push({ ...person, role: 'delegate' })
    }
  }

  /** Guests to be filled in, at a place in the list; the end by default. */
  addGuests(guests = [personIn('')], at = this.fields.guests.length): void {
    this.fields.guests.splice(at, 0, ...guests.map((guest) => ({ key: newKey(), ...guest })))
  }

  addUnit(unit: ListedUnit): void {
    this.addUnits([unit])
  }

  addUnits(units: readonly ListedUnit[]): void {
    const ids = new Set(this.fields.units.map((unit) => unit.id))
    this.fields.units.push(...units.filter((unit) => !ids.has(unit.id)))
  }

  /** Takes several out at once; returns how to put them back. */
  removeUnits(units: readonly ListedUnit[]): () => void {
    const before = [...this.fields.units]
    const ids = new Set(units.map((unit) => unit.id))
    this.fields.units = before.filter((unit) => !ids.has(unit.id))
    return () => {
      const since = this.fields.units
      this.fields.units = before
      this.addUnits(since)
    }
  }

  /** The first site is the centre, the others are members. */
  addSite(site: Pick<SiteRow, 'id' | 'name' | 'unitName'>): void {
    const { sites } = this.fields
    const isFirst = !sites.some(({ siteId, role }) => siteId === site.id || role === 'central')
    this.addSites([site])
    if (isFirst) this.setCentre(site.id)
  }

  /** Several at once are members: the centre is of who calls them. */
  addSites(sites: readonly Pick<SiteRow, 'id' | 'name' | 'unitName'>[]): void {
    const ids = new Set(this.fields.sites.map(({ siteId }) => siteId))
    const added = sites.filter(({ id }) => !ids.has(id))
    this.fields.sites.push(
      ...added.map(({ id, name, unitName }) => ({
        ...{ siteId: id, name, detail: unitName },
        role: 'member' as const,
      })),
    )
  }

  /** Takes several out at once; returns how to put them back, with their roles unless there is another centre now. */
  removeSites(siteIds: readonly string[]): () => void {
    const before = [...this.fields.sites]
    const ids = new Set(siteIds)
    this.fields.sites = before.filter(({ siteId }) => !ids.has(siteId))
    return () => {
      const since = this.fields.sites
      const hasCentre = since.some(({ role }) => role === 'central')
      const kept = new Map(since.map((site) => [site.siteId, site]))
      const back = before.map((site) => {
        const one = kept.get(site.siteId)
        kept.delete(site.siteId)
        return one ?? (hasCentre ? { ...site, role: 'member' as const } : site)
      })
      this.fields.sites = [...back, ...kept.values()]
    }
  }

  /** The one central site; null for none. */
  setCentre(siteId: string | null): void {
    for (const site of this.fields.sites) site.role = site.siteId === siteId ? 'central' : 'member'
  }

  /** Agenda items of these titles, at a place in the list; an empty one at the end by default. */
  addItems(titles = [''], at = this.fields.agenda.length): void {
    const items = titles.map((title) => ({ key: newKey(), title, presenter: '', durationMin: null }))
    this.fields.agenda.splice(at, 0, ...items)
  }

  /** Takes an entry out of a list; returns how to put it back where it stood, unless it was added anew. */
  remove(list: 'people' | 'guests' | 'agenda', index: number): () => void {
    const taken: Entry | undefined = this.fields[list].splice(index, 1)[0]
    return () => {
      const entries: Entry[] = this.fields[list]
      if (taken && !entries.some((entry) => keyOf(entry) === keyOf(taken))) entries.splice(index, 0, taken)
    }
  }

  /** Moves an agenda item up (−1) or down (+1); false at the end. */
  moveItem(index: number, step: -1 | 1): boolean {
    const { agenda } = this.fields
    const item = agenda[index]
    const other = agenda[index + step]
    if (!item || !other) return false
    agenda[index] = other
    agenda[index + step] = item
    return true
  }

  /** Asks the rules about the plan, a moment after the last change. */
  checkSoon(): void {
    this.close()
    const plan = this.outline()
    if (!plan || plan.endsAtMs <= plan.startsAtMs) {
      this.#warnings = []
      this.#isChecking = false
      return
    }
    this.#isChecking = true
    this.#checkTimer = setTimeout(() => void this.#check(plan), 400)
  }

  close(): void {
    clearTimeout(this.#checkTimer)
    this.#checking?.abort()
  }

  async #check(plan: PlanOutline): Promise<void> {
    const checking = new AbortController()
    this.#checking = checking
    try {
      this.#warnings = await requestJson<PlanWarning[]>('/api/meetings/check', {
        body: { plan, id: this.#meetingId },
        signal: checking.signal,
      })
    } catch (thrown) {
      if (checking.signal.aborted) return
      // Saving checks again and says what is wrong; here the rules are only shown early.
      console.warn('planCheckFailed', thrown)
    }
    this.#isChecking = false
  }
}
