import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MeetingPlan } from '#contract/plan.ts'
import { emptyFields, type PlanFields } from './planFields.ts'
import { PlanForm } from './planForm.svelte.ts'
import { isSamePlan, keeping, mergePlans, type PlanPlace, rowId, taking } from './planMerge.ts'

const person = (userId: string) => ({ userId, name: `Người ${userId}`, detail: '' })
const invited = (userId: string) => ({ ...person(userId), role: 'delegate' as const })
const item = (id: string, title = id) => ({ key: `key-${id}`, id, title, presenter: '', durationMin: null })
const guest = (id: string) => ({ key: `key-${id}`, id, name: `Khách ${id}`, position: '', unitName: '' })
const site = (siteId: string, role: 'central' | 'member' = 'member') => ({
  ...{ siteId, name: siteId, detail: '', role },
})
const begun: PlanFields = {
  ...emptyFields('unit', Date.parse('2026-11-23T14:30:00+07:00')),
  title: 'Họp giao ban',
  chair: person('chair'),
  secretary: person('secretary'),
  people: [invited('p1'), invited('p2'), invited('p3')],
  guests: [guest('g1'), guest('g2')],
  units: [
    { id: 'u1', name: 'u1' },
    { id: 'u2', name: 'u2' },
  ],
  sites: [site('s1', 'central'), site('s2'), site('s3')],
  agenda: [item('a1'), item('a2'), item('a3')],
}
const merge = (mine: Partial<PlanFields>, theirs: Partial<PlanFields>) =>
  mergePlans(begun, { ...begun, ...mine }, { ...begun, ...theirs })
const titles = ({ agenda }: PlanFields) => agenda.map(({ title }) => title)

describe('two changes of one plan', () => {
  test('of different fields are both taken, and it is told which are theirs', () => {
    const { fields, disputes, taken } = merge({ title: 'Họp tháng' }, { place: 'Phòng 1', to: '11:30' })
    expect(disputes).toEqual([])
    expect(fields).toMatchObject({ title: 'Họp tháng', place: 'Phòng 1', to: '11:30' })
    expect(taken).toEqual(['place', 'to'])
  })

  test('of one field are a choice, in which one’s own stays until it is made', () => {
    const { fields, base, disputes } = merge({ title: 'Họp tháng' }, { title: 'Họp quý', place: 'Phòng 1' })
    expect(disputes).toEqual([{ kind: 'fields', fields: ['title'] }])
    expect([fields.title, fields.place, base.title, base.place]).toEqual([
      ...['Họp tháng', 'Phòng 1'],
      ...['Họp giao ban', 'Phòng 1'],
    ])
  })

  test('keep the rows that either puts in, and leave out those that either takes out', () => {
    const { fields, disputes } = merge(
      { agenda: [item('a1'), item('m'), item('a3')], people: [invited('p2'), invited('p3'), invited('m')] },
      {
        agenda: [item('a1'), item('a2'), item('a3'), item('t')],
        people: [invited('p1'), invited('p2'), invited('t')],
      },
    )
    expect(disputes).toEqual([])
    expect(titles(fields)).toEqual(['a1', 'm', 'a3', 't'])
    expect(fields.people.map(rowId).toSorted()).toEqual(['m', 'p2', 't'])
  })

  test('of one row are merged by what it says', () => {
    const { fields, disputes } = merge(
      { agenda: [{ ...item('a1'), title: 'Khai mạc' }, item('a2', 'mine'), item('a3')] },
      { agenda: [{ ...item('a1'), durationMin: 5 }, item('a2', 'theirs'), item('a3')] },
    )
    expect(fields.agenda[0]).toMatchObject({ title: 'Khai mạc', durationMin: 5, key: 'key-a1' })
    expect(disputes).toEqual([{ kind: 'cell', list: 'agenda', id: 'a2', cell: 'title' }])
  })

  test('where one takes a row out and the other changes it are a choice; what is kept is a new row', () => {
    const mine = { ...begun, agenda: [item('a1'), item('a2', 'mine'), item('a3')] }
    const theirs = { ...begun, agenda: [item('a1'), item('a3')] }
    const { fields, disputes } = mergePlans(begun, mine, theirs)
    expect(disputes).toEqual([{ kind: 'row', list: 'agenda', id: 'a2' }])
    expect(titles(fields)).toEqual(['a1', 'mine', 'a3'])
    const kept = disputes.reduce((plan, place) => keeping(plan, theirs, place), fields)
    expect([titles(kept), kept.agenda[1]?.id]).toEqual([['a1', 'mine', 'a3'], undefined])
  })

  test('that each make another site the centre leave one, which is chosen', () => {
    const mine = { sites: [site('s1'), site('s2', 'central'), site('s3')] }
    const theirs = { sites: [site('s1'), site('s2'), site('s3', 'central')] }
    const { fields, disputes } = merge(mine, theirs)
    expect(disputes).toEqual([{ kind: 'centre' }])
    expect(fields.sites.map(({ role }) => role)).toEqual(['member', 'central', 'member'])
  })

  test('that would only together make one person chair and secretary are one choice', () => {
    const { disputes } = merge({ chair: person('p1') }, { secretary: person('p1') })
    expect(disputes).toEqual([{ kind: 'fields', fields: ['chair', 'secretary'] }])
  })

  test('that would only together end the meeting before it starts are one choice', () => {
    const { disputes } = merge({ from: '10:30' }, { to: '10:00' })
    expect(disputes).toEqual([{ kind: 'fields', fields: ['date', 'endDate', 'from', 'to'] }])
  })

  test('of which one is the other’s, stored while its answer was lost, are one', () => {
    const mine = { agenda: [...begun.agenda, { ...item('new'), id: undefined, key: 'k' }] }
    const theirs = { agenda: [...begun.agenda, item('a4', 'new')] }
    const { fields, disputes, taken } = merge(mine, theirs)
    expect([disputes, titles(fields), fields.agenda[3]?.key, fields.agenda[3]?.id]).toEqual([
      ...[[], ['a1', 'a2', 'a3', 'new']],
      ...['k', 'a4'],
    ])
    expect(taken).toEqual([])
  })

  test('of the agenda’s order are a choice; of one alone it is taken, with the other’s rows in it', () => {
    const [a1, a2, a3] = [item('a1'), item('a2'), item('a3')]
    const one = merge({ agenda: [a3, a1, a2] }, { agenda: [a1, item('t'), a2, a3] })
    expect([titles(one.fields), one.disputes]).toEqual([['a3', 'a1', 't', 'a2'], []])
    const both = merge({ agenda: [a3, a1, a2] }, { agenda: [a2, a1, a3] })
    expect([titles(both.fields), both.disputes]).toEqual([['a3', 'a1', 'a2'], [{ kind: 'order' }]])
  })
})

/** A plan that somebody made of the one begun with; it could be saved. `who` tells their rows apart. */
function edited(who: string): fc.Arbitrary<PlanFields> {
  const some = <T>(value: T, ...others: T[]) => fc.oneof(fc.constant(value), fc.constantFrom(...others))
  const rows = <R>(of: readonly R[], change: (row: R) => fc.Arbitrary<R>, added: readonly R[]) =>
    fc
      .tuple(
        fc.tuple(
          ...of.map((row) => fc.option(fc.oneof(fc.constant(row), change(row)), { nil: null, freq: 6 })),
        ),
        fc.subarray([...added]),
      )
      .map(([kept, put]) => [...kept.flatMap((row) => (row === null ? [] : [row])), ...put])
  const texts = [`một ${who}`, `hai ${who}`, 'ba']
  const roles = fc.constantFrom('delegate' as const, 'guest' as const, 'technician' as const)
  return fc
    .record({
      title: some('Họp giao ban', ...texts),
      place: some('', ...texts),
      unitId: some('unit', 'u1', 'u2'),
      isRecordingPlanned: fc.boolean(),
      chair: some('chair', 'p1', 'p2', 'secretary').map(person),
      secretary: some('secretary', 'p1', 'p2', 'chair').map(person),
      day: some(begun.date, '2026-12-01', '2026-12-02'),
      lastDay: some(0, 0, 1),
      from: some('09:00', '08:00', '10:30'),
      to: some('11:00', '10:00', '09:30'),
      people: rows(begun.people, (row) => roles.map((role) => ({ ...row, role })), [
        invited('p4'),
        invited(who),
      ]),
      guests: rows(begun.guests, (row) => fc.constantFrom(...texts).map((name) => ({ ...row, name })), [
        { ...guest(who), id: undefined },
      ]),
      units: rows(begun.units, fc.constant, [{ id: who, name: who }]),
      sites: rows(begun.sites, fc.constant, [site('s4'), site(who)]),
      centre: fc.nat(5),
      agenda: rows(
        begun.agenda,
        (row) =>
          fc
            .tuple(some(row.title, ...texts), some(null, 5, 10))
            .map(([title, durationMin]) => ({ ...row, title, durationMin })),
        [
          { ...item(`1-${who}`), id: undefined },
          { ...item(`2-${who}`), id: undefined },
        ],
      ).chain((items) =>
        fc.oneof(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
      ),
    })
    .map(({ day, lastDay, centre, sites, ...plan }) => ({
      ...begun,
      ...plan,
      ...{ date: day, endDate: lastDay === 0 ? day : '2026-12-03' },
      sites: sites.map((one, index) => ({ ...one, role: index === centre ? 'central' : 'member' }) as const),
    }))
    .filter(
      ({ date, endDate, from, to, chair, secretary }) =>
        chair.userId !== secretary.userId && `${date} ${from}` < `${endDate} ${to}`,
    )
}

function canBeSaved(fields: PlanFields): boolean {
  const plan = new PlanForm(fields).plan()
  return plan !== null && MeetingPlan.safeParse(plan).success
}

/** As the platform gives a plan back: every row has an id. */
const stored = (plan: PlanFields): PlanFields => ({
  ...plan,
  guests: plan.guests.map((row) => ({ ...row, key: `new-${row.key}`, id: row.id ?? row.key })),
  agenda: plan.agenda.map((row) => ({ ...row, key: `new-${row.key}`, id: row.id ?? row.key })),
})
const mines = edited('mine')
const others = edited('theirs').map(stored)
const run = (property: (mine: PlanFields, theirs: PlanFields, choices: boolean[]) => void) =>
  fc.assert(fc.property(mines, others, fc.array(fc.boolean(), { minLength: 40 }), property), { numRuns: 120 })

describe('any two changes of one plan', () => {
  test('lose nothing that one alone changed, row by row', () => {
    run((mine, theirs) => {
      const { fields, disputes } = mergePlans(begun, mine, theirs)
      const open = new Set(disputes.map((place) => (place.kind === 'row' ? `${place.list} ${place.id}` : '')))
      for (const list of ['people', 'guests', 'units', 'sites', 'agenda'] as const) {
        const [was, here, there, now] = [begun, mine, theirs, fields].map(
          (plan) => new Set<string>(plan[list].map(rowId)),
        )
        for (const id of now ?? []) expect(here?.has(id) || there?.has(id)).toBe(true)
        for (const id of here ?? []) if (!was?.has(id)) expect(now).toContain(id)
        for (const id of there ?? []) if (!was?.has(id)) expect(now).toContain(id)
        for (const id of was ?? []) {
          const isKept = here?.has(id) && there?.has(id)
          if (isKept || !open.has(`${list} ${id}`)) expect(now?.has(id)).toBe(isKept)
        }
      }
    })
  })

  test('lose nothing that one alone changed, field by field and cell by cell', () => {
    run((mine, theirs) => {
      const { fields, disputes } = mergePlans(begun, mine, theirs)
      const inDispute = new Set(disputes.flatMap((place) => (place.kind === 'fields' ? place.fields : [])))
      for (const field of ['title', 'place', 'unitId', 'isRecordingPlanned', 'date', 'from', 'to'] as const) {
        const [was, here, there, now] = [begun, mine, theirs, fields].map((plan) => plan[field])
        expect([here, there]).toContain(now)
        if (inDispute.has(field)) expect(now).toBe(here)
        else expect(now).toBe(here === was ? there : here)
      }
      const [was, here, there, now] = [begun, mine, theirs, fields].map(
        (plan) => new Map(plan.agenda.map((row) => [rowId(row), row])),
      )
      for (const [id, row] of now ?? []) {
        const [b, m, t] = [was?.get(id), here?.get(id), there?.get(id)]
        if (b && m && t)
          for (const cell of ['title', 'durationMin'] as const)
            expect(row[cell]).toBe(m[cell] === b[cell] ? t[cell] : m[cell])
        else expect(row.title).toBe((m ?? t)?.title)
      }
    })
  })

  test('are brought together once: what is merged stays so, with the same choices', () => {
    run((mine, theirs) => {
      const first = mergePlans(begun, mine, theirs)
      const again = mergePlans(first.base, first.fields, theirs)
      expect(new Set(again.disputes)).toEqual(new Set(first.disputes))
      expect(again.fields).toEqual(first.fields)
      expect(again.taken).toEqual([])
    })
  })

  test('can be saved after all choices, which end, whatever they are', () => {
    run((mine, theirs, choices) => {
      let { fields, base, disputes } = mergePlans(begun, mine, theirs)
      for (const isMine of choices) {
        const [place] = disputes
        if (!place) break
        fields = isMine ? keeping(fields, theirs, place) : taking(fields, theirs, place)
        base = taking(base, theirs, place)
        ;({ fields, base, disputes } = mergePlans(base, fields, theirs))
      }
      expect(disputes).toEqual<PlanPlace[]>([])
      expect(isSamePlan(base, theirs)).toBe(true)
      expect(canBeSaved(fields)).toBe(true)
      // The platform has no row of another id.
      for (const list of ['guests', 'agenda'] as const) {
        const ids = new Set<string | undefined>([undefined, ...theirs[list].map((row) => row.id)])
        for (const row of fields[list]) expect(ids).toContain(row.id)
      }
    })
  })

  test('of which all choices are theirs, or mine, leave of each disputed place theirs, or mine', () => {
    run((mine, theirs, [isMine = false]) => {
      const first = mergePlans(begun, mine, theirs)
      let { fields, base, disputes } = first
      for (let place = disputes[0], left = 40; place && left > 0; place = disputes[0], left--) {
        fields = isMine ? keeping(fields, theirs, place) : taking(fields, theirs, place)
        base = taking(base, theirs, place)
        ;({ fields, base, disputes } = mergePlans(base, fields, theirs))
      }
      for (const place of first.disputes) {
        if (place.kind !== 'fields') continue
        for (const field of place.fields) expect(fields[field]).toEqual((isMine ? mine : theirs)[field])
      }
    })
  })

  test('of which one is none give the other', () => {
    run((mine, theirs) => {
      const [one, other] = [mergePlans(begun, mine, begun), mergePlans(begun, begun, theirs)]
      expect([one.disputes, other.disputes]).toEqual([[], []])
      expect(isSamePlan(one.fields, mine)).toBe(true)
      expect(isSamePlan(other.fields, theirs)).toBe(true)
    })
  })
})
