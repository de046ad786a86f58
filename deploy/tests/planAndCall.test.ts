import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ClientId, type MeetingId } from '#contract/ids.ts'
import { presenceOf } from '#contract/attendance.ts'
import type { TopicChange } from '#contract/live.ts'
import { seedUnits } from '#db/seedUnits.ts'
import { callEvents } from '#db/calls.ts'
import { concernedBy, standingIn } from '#db/standing.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { MeetingPlan } from '#contract/plan.ts'
import { standardSettings } from '#db/testing/standardSettings.ts'
import { createCallHome } from '#office/meetings/callHome.ts'
import { createMeetings } from '#office/meetings/meetings.ts'
import { connectSignal, type Signal } from '#signalling/client.ts'
import { startNode, type TestNode } from '#signalling/testing/callHarness.ts'
import { eventually } from '#signalling/testing/eventually.ts'
import { MemoryBus } from '../bus/memoryBus.ts'
import { CallMember, refusal } from '../testing/callMember.ts'
import { newCity, guestCookie, startOfficeOn, planMeeting, type City, type Office } from '../testing/city.ts'

const folder = mkdtempSync(join(tmpdir(), 'diem-cau-plan-'))
const bus = new MemoryBus()
let test: TestDatabase
let office: Office
let city: City
let node: TestNode
let meetingId: MeetingId
const cleanup: (() => unknown)[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  const { database } = test
  await seedUnits(database)
  office = await startOfficeOn(database, folder, bus)
  city = await newCity(office)
  const principals = {
    resolve: (headers: Headers, isInCall?: boolean) =>
      office.accounts.viewerOf(headers, undefined, isInCall ? 'call' : 'none'),
    standingIn: standingIn.bind(null, database),
    concernedBy: concernedBy.bind(null, database),
  }
  // Comparing is so slow that what is seen soon was told.
  node = await startNode({ database, bus, principals, settings: { planCheckMs: 600_000 } })
})
afterAll(async () => {
  await node.close()
  await test.drop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  meetingId = (await planMeeting(office, city)).id
})
afterEach(() => {
  for (const end of cleanup.splice(0).toReversed()) end()
})

function member(cookie: string, of = meetingId): CallMember {
  const made = new CallMember(node.url, of, cookie)
  cleanup.push(() => made.close())
  return made
}

async function joined(cookie: string, of = meetingId): Promise<CallMember> {
  const made = member(cookie, of)
  await made.join()
  return made
}

/** The secretary changes the plan as the form does: read, changed, saved whole. */
async function editPlan(
  change: (plan: MeetingPlan) => Partial<MeetingPlan>,
  by = office.meetings,
): Promise<void> {
  const { plan, version } = await readPlan()
  await by.update(city.secretary.viewer, meetingId, version, { ...plan, ...change(plan) }, 'scheduled')
}

async function readPlan(): Promise<{ plan: MeetingPlan; version: number }> {
  const detail = await office.meetings.get(city.secretary.viewer, meetingId)
  const people = detail.participants.flatMap(({ userId, role }) =>
    userId !== null && role !== 'chair' && role !== 'secretary' ? [{ userId, role }] : [],
  )
  const plan: MeetingPlan = {
    unitId: city.unitId,
    kind: detail.kind,
    title: detail.title,
    description: detail.description,
    place: detail.place,
    startsAtMs: detail.startsAtMs,
    endsAtMs: detail.endsAtMs,
    isRecordingPlanned: detail.isRecordingPlanned,
    isDeclaredUnclassified: true,
    overrideReason: detail.overrideReason,
    chairUserId: city.chair.userId,
    secretaryUserId: city.secretary.userId,
    people,
    guests: [],
    unitIds: [city.communeId],
    sites: [],
    agenda: detail.agenda,
  }
  return { plan, version: detail.version }
}

describe('the end of a call, from the office', () => {
  const statusNow = async () => (await office.meetings.get(city.secretary.viewer, meetingId)).status
  const entries = async () =>
    (
      await test.database.prisma.auditEntry.findMany({
        where: { subject: meetingId },
        orderBy: { id: 'asc' },
      })
    )
      .map(({ action }) => action)
      .filter((action) => action === 'call.endedFromOffice' || action === 'call.reopened')

  it('comes to a call that nobody ends, whoever is in it; then its minutes can be drafted', async () => {
    const delegate = await joinedAfterChair()
    expect(await refusal(office.meetings.endCall(city.delegate.viewer, meetingId))).toBe('forbidden')
    await office.meetings.endCall(city.secretary.viewer, meetingId)
    expect(await statusNow()).toBe('ended')
    await eventually(() => expect(delegate.closedWith).toContain('meeting_ended'))
    expect(await office.minutes.createDraft(city.secretary.viewer, meetingId)).toMatchObject({
      state: 'draft',
    })
    expect(await refusal(office.meetings.endCall(city.secretary.viewer, meetingId))).toBe('forbidden')
    expect(await entries()).toEqual(['call.endedFromOffice'])
  })

  it('is taken back when it was a mistake: people come in again, and both parts are their attendance', async () => {
    const chair = await joined(city.chair.cookie)
    await chair.ask('call:end', {})
    await eventually(async () => expect(await statusNow()).toBe('ended'))
    expect(await refusal(office.meetings.reopenCall(city.delegate.viewer, meetingId))).toBe('forbidden')
    await office.meetings.reopenCall(city.secretary.viewer, meetingId)
    expect(await statusNow()).toBe('open')
    const again = await joined(city.chair.cookie)
    expect(again.view).toMatchObject({ phase: 'open', endedAtMs: null })
    expect(Object.keys(again.view?.participants ?? {})).toEqual([again.participantId])
    await again.ask('hand:raise', {})
    await again.ask('call:end', {})
    await eventually(async () => expect(await statusNow()).toBe('ended'))
    const stays = presenceOf(
      (await callEvents(test.database, meetingId)).map(({ event }) => event),
      Date.now(),
    )
    expect(stays.get(again.participantId ?? expect.fail())?.stays).toHaveLength(2)
    expect(await entries()).toEqual(['call.reopened'])
  })

  it('stands once the minutes were submitted, and after a day', async () => {
    await joined(city.chair.cookie)
    await office.meetings.endCall(city.secretary.viewer, meetingId)
    const { version } = await office.minutes.createDraft(city.secretary.viewer, meetingId)
    await office.minutes.submit(city.secretary.viewer, meetingId, version)
    const reopened = () => refusal(office.meetings.reopenCall(city.secretary.viewer, meetingId))
    expect(await reopened()).toBe('invalid_state')
    await office.minutes.recall(city.secretary.viewer, meetingId, version)
    const endedAt = new Date(Date.now() - 25 * 3600_000)
    await test.database.prisma.meeting.update({ where: { id: meetingId }, data: { endedAt } })
    expect(await reopened()).toBe('invalid_state')
    expect(await statusNow()).toBe('ended')
  })

  async function joinedAfterChair(): Promise<CallMember> {
    await joined(city.chair.cookie)
    return joined(city.delegate.cookie)
  }
})

describe('the plan’s form, while the call is open', () => {
  it('changes the agenda in the call, and the office’s page shows the same', async () => {
    const chair = await joined(city.chair.cookie)
    await editPlan(({ agenda }) => ({
      agenda: [
        ...agenda.toReversed(),
        { title: 'Việc phát sinh', presenter: 'Sở Tài chính', durationMin: 5 },
      ],
    }))
    const titles = ['Thảo luận và kết luận', 'Báo cáo tình hình tháng 11', 'Việc phát sinh']
    await eventually(() => expect(chair.view?.agenda.map(({ title }) => title)).toEqual(titles))
    const { agenda } = await office.meetings.get(city.secretary.viewer, meetingId)
    expect(agenda.map(({ title }) => title)).toEqual(titles)
    expect(agenda.map(({ id }) => id)).toEqual(chair.view?.agenda.map(({ id }) => id))
    const stored = await test.database.prisma.callEvent.findMany({
      where: { meetingId, type: 'agendaChanged' },
    })
    expect(stored).toHaveLength(1)
  })

  it('that does not touch the agenda leaves it to the call, and cannot drop an item that was called', async () => {
    const chair = await joined(city.chair.cookie)
    const item = chair.view?.agenda[0] ?? expect.fail()
    await chair.ask('agenda:start', { itemId: item.id })
    await editPlan(() => ({ title: 'Tên mới' }))
    expect(await refusal(editPlan(({ agenda }) => ({ agenda: agenda.slice(1) })))).toBe('invalid_state')
    expect((await office.meetings.get(city.secretary.viewer, meetingId)).agenda).toHaveLength(2)
    await eventually(async () => {
      expect((await chair.ask('call:hello', {})).meeting.title).toBe('Tên mới')
    })
  })

  it('stores nothing of a plan whose agenda the call refuses, and takes it once it is put right', async () => {
    const chair = await joined(city.chair.cookie)
    await chair.ask('agenda:start', { itemId: chair.view?.agenda[0]?.id ?? expect.fail() })
    const { plan, version } = await readPlan()
    const save = (changed: MeetingPlan) =>
      office.meetings.update(city.secretary.viewer, meetingId, version, changed, 'scheduled')
    const renamed = { ...plan, title: 'Tên mới' }
    expect(await refusal(save({ ...renamed, agenda: plan.agenda.slice(1) }))).toBe('invalid_state')
    expect(await readPlan()).toEqual({ plan, version })
    const agenda = [...plan.agenda, { title: 'Việc phát sinh', presenter: '', durationMin: null }]
    await save({ ...renamed, agenda })
    const after = await readPlan()
    expect(after.plan).toMatchObject({ title: 'Tên mới', agenda })
    await eventually(() => expect(chair.view?.agenda).toMatchObject(agenda))
  })

  it('stores nothing either when the call’s home is away', async () => {
    await joined(city.chair.cookie)
    const before = await readPlan()
    const callHome = createCallHome({ database: test.database, bus: new MemoryBus() })
    const meetings = createMeetings({ database: test.database, settings: standardSettings, callHome })
    const change = ({ agenda }: MeetingPlan) => ({ title: 'Tên mới', agenda: agenda.toReversed() })
    expect(await refusal(editPlan(change, meetings))).toBe('timeout')
    expect(await readPlan()).toEqual(before)
    await editPlan(change)
    expect((await readPlan()).plan.title).toBe('Tên mới')
  })

  it('leaves the agenda as it was when something else of the plan is refused', async () => {
    const chair = await joined(city.chair.cookie)
    const before = await readPlan()
    const change = ({ agenda }: MeetingPlan) => ({ agenda: agenda.toReversed(), people: [] })
    expect(await refusal(editPlan(change))).toBe('invalid_state')
    expect(await readPlan()).toEqual(before)
    expect(chair.view?.agenda).toMatchObject(before.plan.agenda)
  })

  it('holds for one of two who saw the same plan; the other is told', async () => {
    await joined(city.chair.cookie)
    const changes = ['Việc thứ nhất', 'Việc thứ hai'].map((title) =>
      refusal(
        editPlan(({ agenda }) => ({ title, agenda: [...agenda, { title, presenter: '', durationMin: 5 }] })),
      ),
    )
    const told = await Promise.all(changes)
    expect(told.toSorted()).toEqual(['conflict', null].toSorted())
    const { plan } = await readPlan()
    expect(plan.agenda.map(({ title }) => title).slice(2)).toEqual([plan.title])
  })

  it('makes another the chair at once: powers go, and come', async () => {
    const chair = await joined(city.chair.cookie)
    const delegate = await joined(city.delegate.cookie)
    const mute = { forbidUnmute: false }
    expect(await delegate.refusalOf('participants:muteAll', mute)).toBe('forbidden')
    await editPlan(() => ({
      chairUserId: city.delegate.userId,
      people: [{ userId: city.chair.userId, role: 'delegate' }],
    }))
    await eventually(async () => expect(await delegate.refusalOf('participants:muteAll', mute)).toBeNull(), {
      timeout: 1000,
    })
    expect(await chair.refusalOf('participants:muteAll', mute)).toBe('forbidden')
    expect(await chair.refusalOf('call:end', {})).toBe('forbidden')
    await delegate.ask('call:end', {})
  })
})

describe('a meeting that the office calls off', () => {
  it('closes on the chair who waits, within a second', async () => {
    const chair = member(city.chair.cookie)
    await chair.ask('call:hello', {})
    await office.meetings.cancel(city.secretary.viewer, meetingId, 'Hoãn')
    await eventually(() => expect(chair.closedWith).toEqual(['meeting_cancelled']), { timeout: 1000 })
    expect(await refusal(member(city.chair.cookie).join())).toBe('meeting_cancelled')
  })
})

describe('a meeting that the office deletes', () => {
  it('closes on the chair and the guest who wait, within a second, and nobody opens it', async () => {
    const guests = [{ name: 'Khách Mẫu', position: '', unitName: '' }]
    const { id, detail } = await planMeeting(office, city, { guests })
    const guestId = detail.participants.find(({ role }) => role === 'guest')?.id ?? expect.fail()
    const guestsCookie = await guestCookie(office, city, id, guestId)
    const waiting = [member(city.chair.cookie, id), member(guestsCookie, id)]
    for (const one of waiting) await one.ask('call:hello', {})
    await office.meetings.delete(city.secretary.viewer, id, { isConfirmed: true })
    for (const one of waiting)
      await eventually(() => expect(one.closedWith).toEqual(['not_found']), { timeout: 1000 })
    expect(await refusal(member(city.chair.cookie, id).join())).toBe('not_found')
    expect(await refusal(member(guestsCookie, id).join())).not.toBeNull()
  })

  it.each(['opened', 'deleted', 'either'] as const)(
    'while the chair opens it is one or the other, and never both (%s first)',
    async (first) => {
      // Few: a chair who comes so often within seconds is told to wait.
      for (let round = 0; round < (first === 'either' ? 4 : 1); round++) await race(first)
    },
  )

  /** Both wait for the meeting's row; whoever comes first has it first. */
  async function race(first: 'opened' | 'deleted' | 'either'): Promise<void> {
    const { prisma, pool } = test.database
    const { id } = await planMeeting(office, city)
    const chair = member(city.chair.cookie, id)
    await chair.ask('call:hello', {})
    const acts = {
      opened: () => refusal(chair.join()),
      deleted: () => refusal(office.meetings.delete(city.secretary.viewer, id, { isConfirmed: true })),
    }
    const holder = await pool.connect()
    const waiting = async (atLeast: number) => {
      const { rows } = await pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
      )
      expect(rows.length).toBeGreaterThanOrEqual(atLeast)
    }
    await holder.query('BEGIN')
    await holder.query('SELECT FROM meeting WHERE id = $1 FOR UPDATE', [id])
    const order = first === 'deleted' ? (['deleted', 'opened'] as const) : (['opened', 'deleted'] as const)
    const asked: Promise<unknown>[] = []
    for (const [index, act] of order.entries()) {
      asked.push(acts[act]())
      if (first !== 'either') await eventually(() => waiting(index + 1))
    }
    if (first === 'either') await eventually(() => waiting(2))
    await holder.query('COMMIT')
    holder.release()
    await Promise.all(asked)
    const meeting = await prisma.meeting.findUnique({ where: { id }, include: { events: true } })
    const isDeleted =
      (await prisma.auditEntry.count({ where: { subject: id, action: 'meeting.deleted' } })) > 0
    expect(meeting === null).toBe(isDeleted)
    if (first !== 'either') expect(isDeleted).toBe(first === 'deleted')
    if (meeting === null) {
      expect(await prisma.callEvent.count({ where: { meetingId: id } })).toBe(0)
      await eventually(() => expect(chair.closedWith).not.toEqual([]))
      expect(await refusal(member(city.chair.cookie, id).join())).toBe('not_found')
      return
    }
    expect(meeting).toMatchObject({ status: 'open' })
    expect(meeting.events.map(({ type }) => type)).toContain('callOpened')
    await chair.ask('hand:raise', {})
  }
})

describe('a page of the office', () => {
  function follower(cookie: string): { signal: Signal; heard: (TopicChange | null)[] } {
    const signal = connectSignal({
      url: node.url,
      clientId: ClientId.parse(randomUUID()),
      headers: { cookie },
    })
    cleanup.push(() => signal.close())
    const heard: (TopicChange | null)[] = []
    for (const topic of ['meetings', `meeting:${meetingId}`] as const) {
      signal.follow(topic, (change) => heard.push(change))
    }
    return { signal, heard }
  }

  it('hears of plans, answers and calls that concern it, and of no others', async () => {
    const delegate = follower(city.delegate.cookie)
    const stranger = follower(city.stranger.cookie)
    await eventually(async () => {
      await office.meetings.respond(city.delegate.viewer, meetingId, { response: 'accepted', reason: '' })
      expect(delegate.heard.map((change) => change?.topic)).toEqual(
        expect.arrayContaining(['meetings', `meeting:${meetingId}`]),
      )
    })
    const chair = await joined(city.chair.cookie)
    const heardOf = (topic: string) =>
      new Set(delegate.heard.filter((change) => change?.topic === topic).map((change) => change?.part))
    await eventually(() => {
      expect(heardOf(`meeting:${meetingId}`)).toEqual(new Set(['plan', 'status', 'presence']))
      // A list shows that the call runs, not who is in it.
      expect(heardOf('meetings')).toEqual(new Set(['plan', 'status']))
    })
    await chair.ask('call:end', {})
    await office.minutes.createDraft(city.secretary.viewer, meetingId)
    await eventually(() => expect(delegate.heard.some((change) => change?.part === 'minutes')).toBe(true))
    expect(stranger.heard).toEqual([])
  })

  it('of somebody who is taken off the list hears that, and then nothing more', async () => {
    const delegate = follower(city.delegate.cookie)
    await eventually(async () => {
      await office.meetings.respond(city.delegate.viewer, meetingId, { response: 'accepted', reason: '' })
      expect(delegate.heard.length).toBeGreaterThan(1)
    })
    delegate.heard.length = 0
    await editPlan(() => ({ people: [] }))
    await eventually(() => expect(delegate.heard.map((change) => change?.topic)).toContain('meetings'))
    await eventually(async () => {
      delegate.heard.length = 0
      await editPlan(({ title }) => ({ title: `${title}.` }))
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(delegate.heard).toEqual([])
    })
  })
})

describe('two guests’ links in one browser', () => {
  it('let it into both calls side by side, and back after the connection was lost', async () => {
    const guests = [{ name: 'Khách Mẫu', position: '', unitName: '' }]
    const meetings = [
      await planMeeting(office, city, { guests }),
      await planMeeting(office, city, { guests }),
    ]
    const cookies = await Promise.all(
      meetings.map(({ id, detail }) => {
        const guest = detail.participants.find(({ role }) => role === 'guest') ?? expect.fail()
        return guestCookie(office, city, id, guest.id)
      }),
    )
    const jar = cookies.join('; ')
    for (const { id } of meetings) await joined(city.chair.cookie, id)
    const [first, second] = [await joined(jar, meetings[0]?.id), await joined(jar, meetings[1]?.id)]
    expect(first.participantId).not.toBe(second.participantId)
    expect(await refusal(member(jar).join())).toBe('not_found')
  })
})
