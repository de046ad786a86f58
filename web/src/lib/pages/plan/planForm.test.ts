import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeHost, stopTime } from '#web/testing/fakeHost.ts'
import { MeetingId } from '#contract/ids.ts'
import { AnnouncedPlan, PlanOutline } from '#contract/plan.ts'
import type { MeetingDetail } from '#office/meetings/meetings.ts'
import { emptyFields, fieldsOf, type PlanFields } from './planFields.ts'
import { PlanForm } from './planForm.svelte.ts'

const nowMs = Date.parse('2026-11-23T14:30:00+07:00')
const person = (userId: string) => ({ userId, name: `Người ${userId}`, detail: '' })
const site = (id: string) => ({ id, name: id, unitId: 'u', unitName: 'Phường', location: '' })

const rolesIn = (form: PlanForm) => form.fields.sites.map(({ siteId, role }) => `${siteId} ${role}`)

const copyOf = (fields: PlanFields): PlanFields => JSON.parse(JSON.stringify(fields)) as PlanFields

/** A plan that could be scheduled. */
function whole(change: Partial<PlanFields> = {}): PlanForm {
  return new PlanForm({
    ...emptyFields('unit', nowMs),
    title: 'Họp giao ban',
    chair: person('chair'),
    secretary: person('secretary'),
    isDeclaredUnclassified: true,
    ...change,
  })
}

describe('a plan that is sent', () => {
  test('is not on its way while something is wrong, and goes as soon as that is put right', () => {
    const form = whole({ title: '' })
    expect(form.obstacles).toEqual([])
    expect(form.send('scheduled')).toBeNull()
    expect([form.sent, form.obstacles]).toEqual([null, ['title']])
    form.fields.title = 'Họp giao ban'
    expect(form.obstacles).toEqual([])
    expect(form.send('scheduled')).toMatchObject({ title: 'Họp giao ban' })
    expect(form.sent).toBe('scheduled')
  })

  test('can be sent again after any answer', () => {
    const form = whole({ isDeclaredUnclassified: false })
    expect(form.send('draft')).not.toBeNull()
    form.answered()
    expect(form.sent).toBeNull()
    expect(form.send('scheduled')).toBeNull()
    form.fields.isDeclaredUnclassified = true
    expect(form.send('scheduled')).not.toBeNull()
  })
})

describe('what a plan lacks', () => {
  test('an empty one is set for a week from now, and says all that it lacks', () => {
    const form = new PlanForm(emptyFields('', nowMs))
    expect(form.startsAtMs).toBe(Date.parse('2026-11-30T09:00:00+07:00'))
    expect(form.problems('scheduled')).toEqual([
      'unitId',
      'title',
      'chairUserId',
      'secretaryUserId',
      'isDeclaredUnclassified',
    ])
    expect(form.plan()).toBeNull()
  })

  test('a draft needs no declaration', () => {
    const form = whole({ isDeclaredUnclassified: false })
    expect(form.problems('draft')).toEqual([])
    expect(form.problems('scheduled')).toEqual(['isDeclaredUnclassified'])
  })

  test('a title of spaces is none, and neither is a guest or an item without a name', () => {
    const form = whole({ title: '  ' })
    form.addGuests()
    form.addItems()
    expect(form.problems('draft')).toEqual(['title', 'guests', 'agenda'])
  })

  test('one cannot lead and write', () => {
    expect(whole({ secretary: person('chair') }).problems('draft')).toEqual(['sameChair'])
  })

  test('an end before the start is said, and on the next day it is none', () => {
    const form = whole({ from: '22:00', to: '01:00' })
    expect(form.problems('draft')).toEqual(['endsAtMs'])
    form.fields.endDate = '2026-12-01'
    expect(form.problems('draft')).toEqual([])
  })
})

describe('what the platform gets', () => {
  test('is a plan that it takes', () => {
    const form = whole({ units: [{ id: 'u2', name: 'Sở' }] })
    form.addPerson(person('delegate'))
    form.addSite(site('a'))
    form.addGuests()
    form.addItems()
    const [guest] = form.fields.guests
    const [item] = form.fields.agenda
    if (guest) guest.name = 'Khách mời'
    if (item) Object.assign(item, { title: 'Khai mạc', durationMin: 10 })
    expect(AnnouncedPlan.parse(JSON.parse(JSON.stringify(form.plan())))).toMatchObject({
      people: [{ userId: 'delegate', role: 'delegate' }],
      guests: [{ name: 'Khách mời', position: '', unitName: '' }],
      unitIds: ['u2'],
      sites: [{ siteId: 'a', role: 'central' }],
      agenda: [{ title: 'Khai mạc', presenter: '', durationMin: 10 }],
    })
  })

  test('is only what the rules look at, before it is whole', () => {
    const form = whole({ title: '', chair: null, secretary: null })
    expect(form.plan()).toBeNull()
    expect(PlanOutline.parse(form.outline())).toMatchObject({ unitId: 'unit', chairUserId: null })
    form.fields.date = ''
    expect(form.outline()).toBeNull()
  })

  test('whoever leads or writes is not invited a second time', () => {
    const form = whole()
    for (const id of ['chair', 'delegate', 'delegate']) form.addPerson(person(id))
    expect(form.plan()?.people).toEqual([{ userId: 'delegate', role: 'delegate' }])
  })

  test('the first room is the centre, and again when the centre was taken out', () => {
    const form = whole()
    for (const id of ['a', 'b', 'a']) form.addSite(site(id))
    form.removeSites(['a'])
    form.addSite(site('c'))
    expect(form.plan()?.sites).toEqual([
      { siteId: 'b', role: 'member' },
      { siteId: 'c', role: 'central' },
    ])
  })

  test('words are sent without the spaces around them, times as moments in the city', () => {
    const plan = AnnouncedPlan.parse(whole({ title: ' Họp giao ban ', place: ' Phòng 3 ' }).plan())
    expect(plan).toMatchObject({ title: 'Họp giao ban', place: 'Phòng 3' })
    expect(plan.endsAtMs).toBe(Date.parse('2026-11-30T11:00:00+07:00'))
  })

  test('a copy names nobody’s rows and is declared and justified anew', () => {
    const agenda = [{ id: 'item', title: 'Khai mạc', presenter: '', durationMin: 5 }]
    const source = { ...detail(), agenda }
    const people = { chair: person('chair'), secretary: person('secretary') }
    expect(new PlanForm({ ...fieldsOf(source, false), ...people }).plan()?.agenda).toEqual(agenda)
    const copy = new PlanForm({ ...fieldsOf(source, true), ...people }).plan()
    expect(copy?.agenda).toEqual([{ title: 'Khai mạc', presenter: '', durationMin: 5 }])
    expect(copy).toMatchObject({ isDeclaredUnclassified: false, overrideReason: '' })
  })
})

describe('lists', () => {
  test('a row that is added after a kept plan came back has a key of its own', async () => {
    // Each time the page is loaded, its module starts from the beginning.
    const load = async (fields: PlanFields) => {
      vi.resetModules()
      const { PlanForm: Fresh } = await import('./planForm.svelte.ts')
      const form = new Fresh(fields)
      form.addGuests()
      form.addItems()
      return form
    }
    const before = await load(whole().fields)
    const after = await load(JSON.parse(JSON.stringify(before.fields)))
    const keys = [...after.fields.guests, ...after.fields.agenda].map((row) => row.key)
    expect(new Set(keys).size).toBe(4)
  })

  test('an item moves up and down, and stops at the ends', () => {
    const form = whole()
    for (const title of ['a', 'b', 'c']) {
      form.addItems()
      const item = form.fields.agenda.at(-1)
      if (item) Object.assign(item, { title, durationMin: 10 })
    }
    expect([form.moveItem(2, -1), form.moveItem(0, -1), form.moveItem(2, 1)]).toEqual([true, false, false])
    expect(form.fields.agenda.map(({ title }) => title)).toEqual(['a', 'c', 'b'])
    expect(form.agendaMs).toBe(30 * 60_000)
  })

  test('an agenda that is longer than the time that is booked says by how much', () => {
    const form = whole({ from: '09:00', to: '10:00' })
    form.addItems(['Báo cáo', 'Thảo luận'])
    const [first, second] = form.fields.agenda
    if (first) first.durationMin = 45
    expect(form.agendaOverMs).toBe(0)
    if (second) second.durationMin = 30
    expect(form.agendaOverMs).toBe(15 * 60_000)
    form.fields.to = '08:00'
    expect(form.agendaOverMs).toBe(0)
  })

  test('what is put back stands where it stood, and what was added since stays', () => {
    const form = whole()
    for (const id of ['a', 'b', 'c']) form.addPerson(person(id))
    const putBack = form.remove('people', 1)
    form.addPerson(person('d'))
    putBack()
    expect(form.fields.people.map(({ userId }) => userId)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('a group of units goes in once each, and out and back at one go', () => {
    const units = ['a', 'b', 'c'].map((id) => ({ id, name: id }))
    const form = whole({ units: units.slice(0, 1) })
    form.addUnits(units)
    expect(form.plan()?.unitIds).toEqual(['a', 'b', 'c'])
    const putBack = form.removeUnits(units.slice(1))
    expect(form.plan()?.unitIds).toEqual(['a'])
    form.addUnit({ id: 'd', name: 'd' })
    putBack()
    expect(form.plan()?.unitIds).toEqual(['a', 'b', 'c', 'd'])
  })

  test('sites of many units come as members, beside the centre that is there, each once', () => {
    const form = whole()
    form.addSite(site('centre'))
    form.addSites(['a', 'b', 'centre'].map(site))
    form.addSites(['a', 'c'].map(site))
    expect(rolesIn(form)).toEqual(['centre central', 'a member', 'b member', 'c member'])
  })

  test('one site at most is the centre, and one of many may be it', () => {
    const form = whole()
    form.addSites(['a', 'b', 'c'].map(site))
    expect(rolesIn(form)).toEqual(['a member', 'b member', 'c member'])
    form.setCentre('b')
    form.setCentre('c')
    expect(rolesIn(form)).toEqual(['a member', 'b member', 'c central'])
    form.setCentre(null)
    form.addSite(site('a'))
    expect(rolesIn(form)).toEqual(['a member', 'b member', 'c member'])
    form.addSite(site('d'))
    expect(rolesIn(form).at(-1)).toBe('d central')
  })

  test('sites that are taken out together come back together with their roles', () => {
    const form = whole()
    form.addSite(site('a'))
    form.addSites(['b', 'c'].map(site))
    const putBack = form.removeSites(['a', 'b'])
    form.addSites([site('d')])
    putBack()
    expect(rolesIn(form)).toEqual(['a central', 'b member', 'c member', 'd member'])
    putBack()
    expect(form.fields.sites).toHaveLength(4)
  })

  test('a centre that comes back is a member when there is another by then', () => {
    const form = whole()
    form.addSite(site('a'))
    const putBack = form.removeSites(['a'])
    form.addSite(site('b'))
    putBack()
    expect(rolesIn(form)).toEqual(['a member', 'b central'])
    expect(AnnouncedPlan.safeParse(form.plan()).success).toBe(true)
  })

  test('what was added anew is not put back beside itself', () => {
    const form = whole()
    form.addPerson(person('a'))
    const putBack = form.remove('people', 0)
    form.addPerson(person('a'))
    putBack()
    putBack()
    expect(form.fields.people).toHaveLength(1)
  })
})

describe('the rules', () => {
  beforeEach(stopTime)
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  test('are asked a moment after the last change, of a plan that may still lack its people', async () => {
    const host = new FakeHost()
    const form = whole({ chair: null, title: '' })
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(300)
    form.fields.kind = 'training'
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    expect(host.asked).toHaveLength(1)
    expect(host.last).toMatchObject({
      path: '/api/meetings/check',
      body: { plan: { kind: 'training', chairUserId: null } },
    })
    expect(form.isChecking).toBe(true)
    await host.last.answer([{ code: 'short_notice' }])
    expect(form.isChecking).toBe(false)
    expect(form.needsReason).toBe(true)
    expect(form.problems('scheduled')).toContain('overrideReason')
    expect(form.problems('draft')).not.toContain('overrideReason')
  })

  test('are not asked about a time that is none, and say nothing of it', async () => {
    const host = new FakeHost()
    const form = whole()
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    await host.last.answer([{ code: 'too_long' }])
    form.fields.to = ''
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    expect(host.asked).toHaveLength(1)
    expect([form.warnings, form.isChecking]).toEqual([[], false])
  })

  test('that cannot be asked hold nobody up', async () => {
    vi.spyOn(console, 'warn').mockReturnValue()
    const host = new FakeHost()
    const form = whole()
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    await host.last.lose()
    expect([form.isChecking, form.problems('scheduled')]).toEqual([false, []])
  })

  test('an answer about an earlier plan is not taken', async () => {
    const host = new FakeHost()
    const form = whole()
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    form.checkSoon()
    expect(host.asked[0]?.isAborted).toBe(true)
    await vi.advanceTimersByTimeAsync(400)
    await host.last.answer([])
    expect(form.isChecking).toBe(false)
  })

  test('what is typed while their answer is on its way leaves the page what they said before', async () => {
    const host = new FakeHost()
    const form = whole()
    form.checkSoon()
    await vi.advanceTimersByTimeAsync(400)
    await host.last.begin('[')
    form.checkSoon()
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect([form.warnings, form.needsReason, form.isChecking]).toEqual([[], false, true])
  })
})

function detail(): MeetingDetail {
  return {
    id: MeetingId.parse('meeting'),
    title: 'Họp giao ban',
    kind: 'briefing',
    status: 'ended',
    startsAtMs: nowMs,
    endsAtMs: nowMs + 3_600_000,
    openedAtMs: nowMs,
    endedAtMs: nowMs + 3_600_000,
    hostUnitName: 'Sở',
    unitId: 'unit',
    description: '',
    place: '',
    isRecordingPlanned: false,
    isDeclaredUnclassified: true,
    overrideReason: 'Gấp',
    cancelReason: '',
    version: 3,
    participantCount: 0,
    participants: [],
    agenda: [],
    sites: [],
    units: [],
    sitting: null,
    minutesState: null,
    isSample: false,
    myRole: null,
    myResponse: null,
    me: null,
    may: [],
  }
}

describe('a plan that somebody else stored meanwhile', () => {
  const begun = whole({
    agenda: [{ key: 'k', id: 'a1', title: 'Khai mạc', presenter: '', durationMin: null }],
  })
  const stored = copyOf(begun.fields)
  const started = () => new PlanForm(stored, { id: 'm1', version: 1 })

  test('comes into the form where only they changed it, with its version', () => {
    const form = started()
    form.fields.title = 'Họp tháng'
    form.meet({ fields: { ...stored, place: 'Phòng 1' }, version: 2 })
    expect([form.version, form.taken, form.disputes]).toEqual([2, ['place'], []])
    expect(form.send('scheduled')).toMatchObject({ title: 'Họp tháng', place: 'Phòng 1' })
  })

  test('is not written over before what both changed is chosen', () => {
    const form = started()
    form.fields.title = 'Họp tháng'
    form.meet({ fields: { ...stored, title: 'Họp quý' }, version: 2 })
    expect([form.disputes.length, form.send('scheduled')]).toEqual([1, null])
    const [place] = form.disputes
    if (place) form.choose(place, 'theirs')
    expect([form.disputes, form.fields.title, form.isChanged]).toEqual([[], 'Họp quý', false])
    expect(form.send('scheduled')).toMatchObject({ title: 'Họp quý' })
  })

  test('is no dispute any more once the same is typed', () => {
    const form = started()
    form.fields.title = 'Họp tháng'
    form.meet({ fields: { ...stored, title: 'Họp quý' }, version: 2 })
    form.fields.title = 'Họp quý'
    expect(form.disputes).toEqual([])
  })

  test('leaves a kept draft of the older version its words, and its choices after another reload', () => {
    const older = started()
    older.fields.title = 'Họp tháng'
    const kept = { fields: copyOf(older.fields), base: older.base }
    const now = { ...stored, title: 'Họp quý', place: 'Phòng 1' }
    const form = new PlanForm(now, { id: 'm1', version: 2 })
    form.restore(kept.fields, kept.base)
    expect([form.fields.title, form.fields.place, form.disputes.length]).toEqual(['Họp tháng', 'Phòng 1', 1])
    const again = new PlanForm(now, { id: 'm1', version: 2 })
    again.restore(copyOf(form.fields), form.base)
    expect([again.fields.title, again.disputes]).toEqual(['Họp tháng', form.disputes])
  })
})
