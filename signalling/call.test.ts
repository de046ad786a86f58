import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { AgendaItemId, SiteId, TrackId, type MeetingId } from '#contract/ids.ts'
import { callEvents } from '#db/calls.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
let pages: TestPage[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database, settings: { seatGraceMs: 400 } })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(() => {
  for (const page of pages) page.close()
  pages = []
})

function page(name: string, clientId?: string): TestPage {
  const made = new TestPage(node.url, meetingId, name, clientId)
  pages.push(made)
  return made
}

async function joined(name: string, clientId?: string): Promise<TestPage> {
  const made = page(name, clientId)
  await made.join()
  return made
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof AppError ? error.code : String(error)
}
/** From now on nothing is stored of any call, until it is released. */
async function holdStore(): Promise<{ release: () => Promise<void> }> {
  const client = await test.database.pool.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE call_event IN EXCLUSIVE MODE')
  const release = async (): Promise<void> => {
    await client.query('COMMIT')
    client.release()
  }
  return { release }
}

const storedTypes = async () => (await callEvents(test.database, meetingId)).map(({ event }) => event.type)
const status = async () =>
  (await test.database.prisma.meeting.findUniqueOrThrow({ where: { id: meetingId } })).status

describe('a machine whose clock is set while a call is open', () => {
  afterEach(() => vi.restoreAllMocks())

  it('adds nothing to what lasted', async () => {
    await joined('chair')
    const realMs = Date.now.bind(Date)
    const startedAtMs = realMs()
    vi.spyOn(Date, 'now').mockImplementation(() => realMs() + 3_600_000)
    // A page that comes in now: of one that was there the client itself minds the clock.
    const delegate = await joined('an')
    await delegate.signal.request('hand:raise', {})
    const types = async (): Promise<string[]> =>
      (await callEvents(test.database, meetingId, 0)).map(({ event }) => event.type)
    await eventually(async () => expect(await types()).toContain('handRaised'))
    const times = (await callEvents(test.database, meetingId, 0)).map(({ event }) => event.atMs)
    expect(Math.max(...times)).toBeLessThan(startedAtMs + 3_000_000)
  })
})

describe('coming in', () => {
  it('tells the pre-join page what it needs', async () => {
    const chair = page('chair')
    const hello = await chair.signal.request('call:hello', {})
    expect(hello).toMatchObject({
      meeting: {
        id: meetingId,
        title: 'Họp giao ban',
        status: 'scheduled',
        place: 'Phòng họp 1',
        hostUnitName: 'Phường Hoàn Kiếm',
      },
      me: { participantId: memberId(meetingId, 'chair'), role: 'chair', isElsewhere: false },
      phase: 'waiting',
      isRecording: false,
      sites: [{ name: 'Phòng họp tầng 2', unitName: 'Phường Hoàn Kiếm' }],
      present: { names: [], count: 0 },
      media: { engine: 'fake' },
    })
    expect(hello.me.may).toContain('recording:approve')
    expect(hello.expected).toHaveLength(6)
    const guest = await page('guest').signal.request('call:hello', {})
    expect(guest.expected).toEqual([])
    expect(guest.me.may).not.toContain('call:shareScreen')
  })

  it('waits in the lobby until somebody who may opens the call, and is told', async () => {
    const an = page('an')
    await an.signal.request('call:hello', {})
    expect(await codeOf(an.join())).toBe('meeting_not_open')
    await joined('technician')
    await eventually(() =>
      expect(an.told).toContainEqual({
        event: 'lobby:changed',
        payload: { phase: 'open', isRecording: false, present: { names: ['Tên technician'], count: 1 } },
      }),
    )
    const { views, ticket } = await an.join()
    expect(Object.keys(views.all.participants)).toHaveLength(2)
    expect(ticket?.engine).toBe('fake')
    expect(await status()).toBe('open')
    expect(await storedTypes()).toEqual(['callOpened', 'participantJoined', 'participantJoined'])
  })

  it('shows everyone the same call, and sits who says so in the site’s room', async () => {
    const chair = await joined('chair')
    const an = page('an')
    const siteId = SiteId.parse(`site-${meetingId}`)
    await an.join({ siteId })
    await eventually(() =>
      expect(chair.sees(meetingId, 'an')?.siteName).toBe('Phòng họp tầng 2 (Phường Hoàn Kiếm)'),
    )
    await an.signal.request('hand:raise', {})
    await eventually(() => expect(chair.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0))
    await eventually(() => expect(an.view).toEqual(chair.view))
    expect(await codeOf(an.join({ siteId: SiteId.parse('elsewhere') }))).toBe('not_found')
  })

  it('from a second page is refused until it asks to take over; then the first is told', async () => {
    await joined('chair')
    const first = await joined('an')
    const second = page('an')
    expect((await second.signal.request('call:hello', {})).me.isElsewhere).toBe(true)
    expect(await codeOf(second.join())).toBe('already_joined')
    await second.join({ takeOver: true })
    await eventually(() => expect(first.signal.state).toBe('closed'))
    expect(first.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'taken_over' } } })
    await second.signal.request('hand:raise', {})
  })

  describe('that dies on the way into a seat', () => {
    const publish = { type: 'publish', source: 'microphone', trackId: 'voice-of-an' } as const
    /** The delegate's first page, with hand and voice, while a second one is being let into the media. */
    async function inMidJoin(): Promise<{ first: TestPage; second: TestPage; letIn: () => void }> {
      await joined('chair')
      const first = await joined('an')
      await first.signal.request('hand:raise', {})
      await first.signal.request('media:negotiate', { message: publish })
      const held = Promise.withResolvers<void>()
      const asked = Promise.withResolvers<void>()
      const admit = node.engine.admit.bind(node.engine)
      vi.spyOn(node.engine, 'admit').mockImplementationOnce(async (...how) => {
        const ticket = await admit(...how)
        asked.resolve()
        await held.promise
        return ticket
      })
      const second = page('an')
      second.join({ takeOver: true }).catch(() => undefined) // it dies
      await asked.promise
      return { first, second, letIn: held.resolve }
    }
    const id = () => memberId(meetingId, 'an')

    afterEach(() => vi.restoreAllMocks())

    it('leaves the page that sits there its seat, its media and its place in the queue', async () => {
      const { first, second, letIn } = await inMidJoin()
      expect(node.engine.isFlowing(meetingId, id(), 'microphone')).toBe(true)
      const observer = page('an')
      await observer.signal.request('call:hello', {})
      const sockets = promisify(node.http.getConnections.bind(node.http))
      const before = await sockets()
      second.close()
      await eventually(async () => expect(await sockets()).toBe(before - 1))
      await observer.signal.request('call:hello', {})
      letIn()
      // One after the other for each participant: this is answered after the dead one was given up.
      expect(await codeOf(observer.join())).toBe('already_joined')
      expect(node.engine.isFlowing(meetingId, id(), 'microphone')).toBe(true)
      expect(first.signal.state).toBe('connected')
      expect(first.sees(meetingId, 'an')).toMatchObject({ tracks: [{ id: publish.trackId }] })
      expect(first.sees(meetingId, 'an')?.handRaisedAtMs).toBeGreaterThan(0)
      expect((await first.resume()).ticket).toBeNull()
      await first.signal.request('source:set', { source: 'microphone', level: 'muted' })
      expect(node.engine.isFlowing(meetingId, id(), 'microphone')).toBe(false)
    })

    it('gives the second page seat and media when it lives, and the hand stays up where it was', async () => {
      const { first, second, letIn } = await inMidJoin()
      const raisedAtMs = first.sees(meetingId, 'an')?.handRaisedAtMs
      letIn()
      await eventually(() => expect(first.signal.state).toBe('closed'))
      await eventually(() => expect(second.view).not.toBeNull())
      expect(second.sees(meetingId, 'an')).toMatchObject({ tracks: [], handRaisedAtMs: raisedAtMs })
      await second.signal.request('media:negotiate', { message: { ...publish, trackId: 'voice-2' } })
      await eventually(() => expect(second.sees(meetingId, 'an')?.tracks).toMatchObject([{ id: 'voice-2' }]))
      await second.signal.request('source:set', { source: 'microphone', level: 'open' })
      expect(node.engine.isFlowing(meetingId, id(), 'microphone')).toBe(true)
    })

    it('takes over while nothing can be stored, since the participant is in the call already', async () => {
      await joined('chair')
      const first = await joined('an')
      const held = await holdStore()
      const second = page('an')
      const { ticket } = await second.join({ takeOver: true })
      expect(ticket).not.toBeNull()
      await eventually(() => expect(first.signal.state).toBe('closed'))
      await held.release()
    })
  })

  it('gives media their ticket before the join is stored, to a page that takes it ahead', async () => {
    await joined('chair')
    const held = await holdStore()
    const an = page('an')
    const joining = an.join({ takesTicketAhead: true })
    await eventually(() => expect(an.told.map((t) => t.event)).toContain('media:ticket'))
    expect(await storedTypes()).toHaveLength(2)
    expect(an.view).toBeNull()
    await held.release()
    expect((await joining).ticket).toBeNull()
    expect(await storedTypes()).toEqual(['callOpened', 'participantJoined', 'participantJoined'])
  })

  it('that cannot be stored takes back the ticket that went ahead', async () => {
    await joined('chair')
    const held = await holdStore()
    const an = page('an')
    expect(await codeOf(an.join({ takesTicketAhead: true }))).toBe('storage_unavailable')
    expect(an.told.map((t) => t.event)).toContain('media:ticket')
    expect(node.engine.participantsOf(meetingId)).toEqual([memberId(meetingId, 'chair')])
    await held.release()
  })

  it('at the same moment with two pages gives exactly one the seat', async () => {
    await joined('chair')
    const codes = await Promise.all([codeOf(page('an').join()), codeOf(page('an').join())])
    expect(codes.toSorted()).toEqual(['already_joined', 'null'])
  })

  it('of somebody unknown, into an unknown or a cancelled meeting, is refused at the door', async () => {
    const stranger = page('nobody')
    await eventually(() => expect(stranger.signal.state).toBe('closed'))
    expect(stranger.told).toContainEqual({ event: 'state:closed', payload: 'unauthenticated' })
    await test.database.prisma.meeting.update({ where: { id: meetingId }, data: { status: 'cancelled' } })
    const late = page('chair')
    await eventually(() => expect(late.signal.state).toBe('closed'))
    expect(late.told).toContainEqual({ event: 'state:closed', payload: 'meeting_cancelled' })
  })
})

describe('coming back', () => {
  it('over a new connection keeps seat, hand and media, and misses nothing', async () => {
    const chair = await joined('chair')
    const an = await joined('an', 'page-of-an-1')
    await an.signal.request('hand:raise', {})
    an.close()
    await eventually(() => expect(chair.sees(meetingId, 'an')?.isConnected).toBe(false))
    await chair.signal.request('chat:post', { id: 'message-1', text: 'Xin chào' })
    const back = page('an', 'page-of-an-1')
    back.views = an.views
    const { ticket, views } = await back.resume()
    const view = views.all
    expect(ticket).toBeNull()
    expect(view.participants[memberId(meetingId, 'an')]).toMatchObject({ isConnected: true })
    expect(view.participants[memberId(meetingId, 'an')]?.handRaisedAtMs).toBeGreaterThan(0)
    expect(view.chat.map((message) => message.text)).toEqual(['Xin chào'])
    expect((await back.resume(false)).ticket).not.toBeNull()
  })

  it('too late finds the seat freed, and is a new coming in', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    await eventually(() => expect(chair.sees(meetingId, 'an')).toBeDefined())
    an.close()
    await eventually(() => expect(chair.sees(meetingId, 'an')).toBeUndefined())
    expect(node.engine.participantsOf(meetingId)).toEqual([memberId(meetingId, 'chair')])
    await joined('an')
    await eventually(() => expect(chair.sees(meetingId, 'an')?.isConnected).toBe(true))
  })

  it('is always open to the chair, who runs the meeting as before', async () => {
    const secretary = await joined('secretary')
    const chair = await joined('chair')
    await secretary.signal.request('participants:muteAll', { forbidUnmute: true })
    await eventually(() => expect(secretary.sees(meetingId, 'chair')).toBeDefined())
    chair.close()
    await eventually(() => expect(secretary.sees(meetingId, 'chair')).toBeUndefined())
    const back = await joined('chair')
    expect(back.sees(meetingId, 'chair')).toMatchObject({ role: 'chair', grant: { microphone: 'open' } })
    await back.signal.request('participants:allowUnmute', {})
  })

  it('after media were lost brings a new ticket by itself', async () => {
    const chair = await joined('chair')
    await joined('an')
    await chair.signal.request('media:negotiate', {
      message: { type: 'publish', source: 'camera', trackId: 'track-1' },
    })
    await eventually(() => expect(chair.sees(meetingId, 'chair')?.tracks).toHaveLength(1))
    node.engine.loseParticipant(meetingId, memberId(meetingId, 'chair'))
    await eventually(() => expect(chair.told.map((t) => t.event)).toContain('media:ticket'))
    expect(chair.sees(meetingId, 'chair')?.tracks).toEqual([])
    node.engine.loseRoom(meetingId)
    await eventually(() => expect(chair.told.filter((t) => t.event === 'media:ticket')).toHaveLength(2))
    expect(node.engine.participantsOf(meetingId)).toHaveLength(2)
  })
})

describe('rights', () => {
  it('of each role are tested before anything happens', async () => {
    const chair = await joined('chair')
    const secretary = await joined('secretary')
    const an = await joined('an')
    const guest = await joined('guest')
    const versionNow = async () => (await chair.signal.request('view:sync', { scope: 'all' })).view.version
    const before = await versionNow()
    const binh = memberId(meetingId, 'binh')
    const itemId = AgendaItemId.parse(`item1-${meetingId}`)
    const forbidden: Promise<unknown>[] = [
      an.signal.request('participants:muteAll', { forbidUnmute: true }),
      an.signal.request('participant:remove', {
        participantId: memberId(meetingId, 'chair'),
        isBanned: true,
      }),
      an.signal.request('participant:mute', {
        participantId: memberId(meetingId, 'guest'),
        source: 'microphone',
        level: 'muted',
      }),
      an.signal.request('hand:lower', { participantId: memberId(meetingId, 'guest') }),
      an.signal.request('call:end', {}),
      an.signal.request('agenda:start', { itemId }),
      an.signal.request('recording:start', {}),
      an.signal.request('recording:propose', {}),
      an.signal.request('presence:mark', { participantId: binh, siteId: null, isPresent: true }),
      guest.signal.request('source:set', { source: 'screen', level: 'open' }),
      secretary.signal.request('call:end', {}),
      secretary.signal.request('recording:start', {}),
      chair.signal.request('recording:propose', {}),
    ]
    for (const refused of forbidden) expect(await codeOf(refused)).toBe('forbidden')
    expect(await versionNow()).toBe(before)
  })

  it('of a moderator are enforced in media before the answer', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const id = memberId(meetingId, 'an')
    await an.signal.request('media:negotiate', {
      message: { type: 'publish', source: 'microphone', trackId: 'track-an' },
    })
    expect(node.engine.isFlowing(meetingId, id, 'microphone')).toBe(true)
    await chair.signal.request('participant:mute', {
      participantId: id,
      source: 'microphone',
      level: 'muted',
    })
    expect(node.engine.isFlowing(meetingId, id, 'microphone')).toBe(false)
    await an.signal.request('source:set', { source: 'microphone', level: 'open' })
    expect(node.engine.isFlowing(meetingId, id, 'microphone')).toBe(true)
    await chair.signal.request('participants:muteAll', { forbidUnmute: true })
    expect(await codeOf(an.signal.request('source:set', { source: 'microphone', level: 'open' }))).toBe(
      'forbidden',
    )
    const again = { type: 'publish', source: 'microphone', trackId: 'track-an-2' }
    expect(await codeOf(an.signal.request('media:negotiate', { message: again }))).toBe('media_rejected')
  })

  it('that end close the page and its media at once', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const participantId = memberId(meetingId, 'an')
    node.bus.publish('identity:revoked', { kind: 'link', meetingId, participantId })
    await eventually(() => expect(an.signal.state).toBe('closed'))
    expect(an.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'unauthenticated' } } })
    await eventually(() => expect(chair.sees(meetingId, 'an')).toBeUndefined())
    expect(node.engine.participantsOf(meetingId)).toEqual([memberId(meetingId, 'chair')])
  })

  it('of the chair cannot be taken by a ban, though the chair has not come yet', async () => {
    await joined('technician')
    const secretary = await joined('secretary')
    const chair = memberId(meetingId, 'chair')
    const banned = secretary.signal.request('participant:remove', { participantId: chair, isBanned: true })
    expect(await codeOf(banned)).toBe('forbidden')
    await joined('chair')
  })

  it('do not survive a ban: not in this call, not by the door, not for the record', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    await chair.signal.request('participant:remove', {
      participantId: memberId(meetingId, 'an'),
      isBanned: true,
    })
    await eventually(() => expect(an.signal.state).toBe('closed'))
    const again = page('an')
    await eventually(() => expect(again.told).toContainEqual({ event: 'state:closed', payload: 'removed' }))
    const row = await test.database.prisma.participant.findUniqueOrThrow({
      where: { id: memberId(meetingId, 'an') },
    })
    expect(row.bannedAt).not.toBeNull()
  })

  it('need a seat: a page in the lobby moves nothing', async () => {
    await joined('chair')
    const an = page('an')
    expect(await codeOf(an.signal.request('hand:raise', {}))).toBe('not_in_call')
    expect(await codeOf(an.signal.request('chat:post', { id: 'message-1', text: 'x' }))).toBe('not_in_call')
    expect(await codeOf(an.signal.request('view:sync', { scope: 'all' }))).toBe('not_in_call')
    expect(await codeOf(an.signal.request('media:negotiate', { message: {} }))).toBe('not_in_call')
    await an.signal.request('call:leave', {})
  })
})

describe('what is said', () => {
  it('stays text, is kept once, and is stored before it is acked', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const text = '<script>alert(1)</script> "; DROP TABLE meeting; --'
    const { message } = await an.signal.request('chat:post', { id: 'message-1', text })
    expect(message.text).toBe(text)
    expect(await storedTypes()).toContain('chatPosted')
    await an.signal.request('chat:post', { id: 'message-1', text })
    await eventually(() => expect(chair.view?.chat).toEqual([message]))
    const odd = await an.signal.request('chat:post', { id: 'message-2', text: 'a\u0000b\ud800' })
    expect(odd.message.text).toBe('ab')
  })

  it('by a voice becomes a stretch in the record', async () => {
    await joined('chair')
    const speaker = memberId(meetingId, 'chair')
    const passedMs = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now')
    const pass = (ms: number) => clock.mockImplementation(() => passedMs() + ms)
    node.engine.speak(meetingId, [{ participantId: speaker, level: -30 }])
    pass(5000)
    node.engine.speak(meetingId, [])
    pass(7000)
    await eventually(async () => expect(await storedTypes()).toContain('spoke'))
    clock.mockRestore()
    const stored = (await callEvents(test.database, meetingId)).map(({ event }) => event)
    const spoke = stored.find((event) => event.type === 'spoke')
    expect(spoke?.participantId).toBe(speaker)
    const lastedMs = (spoke?.toMs ?? 0) - (spoke?.fromMs ?? 0)
    expect(lastedMs).toBeGreaterThanOrEqual(5000)
    expect(lastedMs).toBeLessThan(7000)
  })

  it('in the agenda and the attendance is stored', async () => {
    const secretary = await joined('secretary')
    await secretary.signal.request('agenda:start', { itemId: AgendaItemId.parse(`item2-${meetingId}`) })
    const participantId = memberId(meetingId, 'binh')
    const siteId = SiteId.parse(`site-${meetingId}`)
    await secretary.signal.request('presence:mark', { participantId, siteId, isPresent: true })
    expect(await storedTypes()).toEqual(expect.arrayContaining(['agendaItemStarted', 'presenceMarked']))
    const nobody = memberId(meetingId, 'nobody')
    const mark = { participantId: nobody, siteId: null, isPresent: true }
    expect(await codeOf(secretary.signal.request('presence:mark', mark))).toBe('not_found')
  })
})

describe('the end', () => {
  it('is told to everyone, stored, and for good', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const waiting = page('binh')
    await waiting.signal.request('call:hello', {})
    await chair.signal.request('call:end', {})
    for (const one of [chair, an, waiting]) {
      await eventually(() => expect(one.signal.state).toBe('closed'))
      expect(one.told).toContainEqual({ event: 'call:closed', payload: { error: { code: 'meeting_ended' } } })
    }
    expect(an.view?.phase).toBe('ended')
    expect(await status()).toBe('ended')
    await eventually(() => expect(node.engine.participantsOf(meetingId)).toEqual([]))
    const late = page('binh')
    expect((await late.signal.request('call:hello', {})).phase).toBe('ended')
    expect(await codeOf(late.join())).toBe('meeting_ended')
  })
})

describe('tracks', () => {
  it('appear and go with the engine’s word', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const trackId = TrackId.parse('track-cam')
    await an.signal.request('media:negotiate', { message: { type: 'publish', source: 'camera', trackId } })
    await eventually(() =>
      expect(chair.sees(meetingId, 'an')?.tracks).toMatchObject([{ id: trackId, source: 'camera' }]),
    )
    await an.signal.request('media:negotiate', { message: { type: 'unpublish', trackId } })
    await eventually(() => expect(chair.sees(meetingId, 'an')?.tracks).toEqual([]))
    node.engine.tell(meetingId, memberId(meetingId, 'an'), { hello: 1 })
    await eventually(() =>
      expect(an.told).toContainEqual({ event: 'media:message', payload: { payload: { hello: 1 } } }),
    )
    expect(chair.told.some((t) => t.event === 'media:message')).toBe(false)
  })
})
