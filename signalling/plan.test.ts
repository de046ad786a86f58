import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AgendaItemId, type MeetingId } from '#contract/ids.ts'
import { meetingChangedTopic } from '#contract/meetingChanged.ts'
import { callHomeAddress } from '#contract/callHome.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
const cleanup: (() => unknown)[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database, settings: { planCheckMs: 300 } })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(async () => {
  for (const end of cleanup.splice(0).toReversed()) await end()
})

function page(name: string, url = node.url): TestPage {
  const made = new TestPage(url, meetingId, name)
  cleanup.push(() => made.close())
  return made
}

async function joined(name: string, url = node.url): Promise<TestPage> {
  const made = page(name, url)
  await made.join()
  return made
}

/** What the office does: the rows, a new version, and, unless it is lost, the hint. */
async function changePlan(
  work: () => Promise<unknown>,
  { isTold = true, status }: { isTold?: boolean; status?: string } = {},
): Promise<void> {
  await work()
  const { version } = await test.database.prisma.meeting.update({
    where: { id: meetingId },
    data: { version: { increment: 1 }, ...(status === undefined ? {} : { status }) },
  })
  if (isTold) node.bus.publish(meetingChangedTopic, { meetingId, part: 'plan', version })
}

const setRole = (name: string, role: string) =>
  test.database.prisma.participant.update({ where: { id: memberId(meetingId, name) }, data: { role } })
const muteAll = (by: TestPage) => by.signal.request('participants:muteAll', { forbidUnmute: false })
const agendaRows = async () =>
  (
    await test.database.prisma.agendaItem.findMany({ where: { meetingId }, orderBy: { position: 'asc' } })
  ).map(({ id, title, presenter, durationMin }) => ({ id, title, presenter, durationMin }))

describe('a plan that changes while the call runs', () => {
  it('takes the chair’s powers from one and gives them to another at once, seats and media staying', async () => {
    const [chair, an] = [await joined('chair'), await joined('an')]
    await expect(muteAll(an)).rejects.toMatchObject({ code: 'forbidden' })
    expect([chair.views?.moderators !== undefined, an.views?.moderators !== undefined]).toEqual([true, false])
    await changePlan(async () => {
      await setRole('chair', 'delegate')
      await setRole('an', 'chair')
    })
    await eventually(() => expect(an.sees(meetingId, 'an')?.role).toBe('chair'), { timeout: 1000 })
    expect(an.sees(meetingId, 'chair')?.role).toBe('delegate')
    // What only who moderates may see follows the role.
    await eventually(() => {
      expect([an.views?.moderators !== undefined, chair.views?.moderators !== undefined]).toEqual([
        true,
        false,
      ])
    })
    // What only moderators see goes with the role.
    expect([chair.views?.moderators !== undefined, an.views?.moderators !== undefined]).toEqual([false, true])
    await expect(muteAll(chair)).rejects.toMatchObject({ code: 'forbidden' })
    await muteAll(an)
    await eventually(() => expect(an.told).toContainEqual({ event: 'meeting:changed', payload: {} }))
    const { me } = await an.signal.request('call:hello', {})
    expect(me.may).toContain('call:end')
    await expect(chair.signal.request('call:end', {})).rejects.toMatchObject({ code: 'forbidden' })
    expect(chair.signal.state).toBe('connected')
  })

  it('regrants who becomes a guest or stops being one', async () => {
    await joined('chair')
    const guest = await joined('guest')
    expect(guest.sees(meetingId, 'guest')?.grant.screen).toBe('forbidden')
    await changePlan(() => setRole('guest', 'delegate'))
    await eventually(() => expect(guest.sees(meetingId, 'guest')?.grant.screen).toBe('open'), {
      timeout: 1000,
    })
    await guest.signal.request('source:set', { source: 'screen', level: 'open' })
  })

  it('is followed within the time of one comparison when the hint is lost', async () => {
    const an = await joined('chair').then(() => joined('an'))
    await changePlan(() => setRole('an', 'secretary'), { isTold: false })
    await eventually(() => expect(an.sees(meetingId, 'an')?.role).toBe('secretary'), { timeout: 3000 })
  })

  it('is followed again by the next home, from what was stored', async () => {
    const an = await joined('chair').then(() => joined('an'))
    await changePlan(() => setRole('an', 'secretary'))
    await eventually(() => expect(an.sees(meetingId, 'an')?.role).toBe('secretary'))
    const stored = await test.database.prisma.callEvent.findMany({ where: { meetingId } })
    expect(stored.map((row) => row.type)).toContain('participantChanged')
  })
})

describe('a meeting that is called off', () => {
  it('tells those who wait within a second, and nobody opens it', async () => {
    const chair = page('chair')
    await chair.signal.request('call:hello', {})
    await changePlan(async () => undefined, { status: 'cancelled' })
    await eventually(() => expect(chair.signal.state).toBe('closed'), { timeout: 1000 })
    expect(chair.told).toContainEqual({
      event: 'call:closed',
      payload: { error: { code: 'meeting_cancelled' } },
    })
  })

  it('is not opened by a chair who waits, even when the hint is lost', async () => {
    const slow = await startNode({ database: test.database, settings: { planCheckMs: 600_000 } })
    cleanup.push(() => slow.close())
    const chair = page('chair', slow.url)
    await chair.signal.request('call:hello', {})
    await changePlan(async () => undefined, { isTold: false, status: 'cancelled' })
    await expect(chair.join()).rejects.toMatchObject({ code: 'meeting_cancelled' })
    expect((await test.database.prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })).status).toBe(
      'cancelled',
    )
  })

  it('or deleted is not opened by a chair who waits, even when the hint is lost', async () => {
    const slow = await startNode({ database: test.database, settings: { planCheckMs: 600_000 } })
    cleanup.push(() => slow.close())
    const chair = page('chair', slow.url)
    await chair.signal.request('call:hello', {})
    await test.database.prisma.meeting.delete({ where: { id: meetingId } })
    await expect(chair.join()).rejects.toMatchObject({ code: 'not_found' })
    expect(chair.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'not_found' } } })
  })

  it('is not opened by who was the chair when the page came, and is no more', async () => {
    const slow = await startNode({ database: test.database, settings: { planCheckMs: 600_000 } })
    cleanup.push(() => slow.close())
    const chair = page('chair', slow.url)
    await chair.signal.request('call:hello', {})
    await changePlan(() => setRole('chair', 'delegate'), { isTold: false })
    await expect(chair.join()).rejects.toMatchObject({ code: 'meeting_not_open' })
  })

  it('ends, and lets everybody know, when it is called off as it opens', async () => {
    const an = await joined('chair').then(() => joined('an'))
    await changePlan(async () => undefined, { status: 'cancelled' })
    await eventually(() => expect(an.signal.state).toBe('closed'))
    expect(an.told).toContainEqual({
      event: 'call:closed',
      payload: { error: { code: 'meeting_cancelled' } },
    })
  })
})

describe('the agenda', () => {
  const item = (id: string, title: string) => ({
    id: AgendaItemId.parse(`${id}-${meetingId}`),
    title,
    presenter: 'Văn phòng',
    durationMin: 15,
  })
  const ask = (items: ReturnType<typeof item>[], version?: number) =>
    node.bus.request(callHomeAddress(node.id), 'changeAgenda', { meetingId, items, version, by: 'user-1' })

  it('that grew while nobody was there yet is the call’s, and can be called', async () => {
    const chair = page('chair')
    await chair.signal.request('call:hello', {})
    await changePlan(() =>
      test.database.prisma.agendaItem.create({ data: { ...item('item3', 'Ba'), meetingId, position: 3 } }),
    )
    await chair.join()
    expect(chair.view?.agenda.map(({ title }) => title)).toEqual(['Một', 'Hai', 'Ba'])
    await chair.signal.request('agenda:start', { itemId: item('item3', '').id })
  })

  it('is written by the call alone while it is open: everybody sees it, and the plan has the same', async () => {
    const chair = await joined('chair')
    await chair.signal.request('agenda:start', { itemId: item('item1', '').id })
    const wanted = [item('item3', 'Việc mới'), item('item1', 'Một, sửa lại')]
    await ask(wanted)
    expect(await agendaRows()).toEqual(wanted)
    await eventually(() =>
      expect(chair.view?.agenda.map(({ title }) => title)).toEqual(wanted.map((i) => i.title)),
    )
    const { version } = await test.database.prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })
    expect(version).toBe(2)
    await expect(ask([item('item3', 'Việc mới')])).rejects.toMatchObject({ code: 'invalid_state' })
    expect(await agendaRows()).toEqual(wanted)
  })

  it('is taken for the plan that it was made for alone; who asks again, not having heard, is answered the same', async () => {
    await joined('chair')
    const wanted = [item('item2', 'Hai'), item('item1', 'Một')]
    await Promise.all([ask(wanted, 1), ask(wanted, 1)])
    await ask(wanted, 1)
    await expect(ask([item('item2', 'Hai')], 1)).rejects.toMatchObject({ code: 'conflict' })
    expect(await agendaRows()).toEqual(wanted)
    await ask([item('item2', 'Hai')], 2)
    expect(await agendaRows()).toEqual([item('item2', 'Hai')])
  })

  it('is changed too where the call has no page and no home', async () => {
    await (await joined('chair')).signal.request('call:leave', {})
    const other = await startNode({ database: test.database, settings: { idleMs: 100 } })
    cleanup.push(() => other.close())
    await node.close()
    node = await startNode({ database: test.database, settings: { planCheckMs: 300 } })
    await ask([item('item2', 'Hai')])
    expect(await agendaRows()).toEqual([item('item2', 'Hai')])
    const chair = await joined('chair')
    expect(chair.view?.agenda).toMatchObject([{ title: 'Hai' }])
  })

  it('of a call that is not open is the plan’s', async () => {
    await page('chair').signal.request('call:hello', {})
    await expect(ask([item('item2', 'Hai')])).rejects.toMatchObject({ code: 'meeting_not_open' })
  })
})
