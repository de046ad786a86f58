import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { MeetingId, SiteId } from '#contract/ids.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { CallHello, RequestReply } from '#contract/replies.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import { errors } from '#web/text/errors.vi.ts'
import { call } from './call.vi.ts'
import { Comings } from './people/comings.svelte.ts'
import { Stay } from './stay.svelte.ts'
import { Machine } from './media/testing/machine.ts'
import { helloOf, id, person, viewOf, viewsOf } from './testing/testSeat.svelte.ts'
import { TestSignal } from './testing/testSignal.ts'
import { isLit } from './wakeLock.ts'

const meetingId = 'm' as MeetingId
const siteId = 's' as SiteId
const ticket = { engine: 'fake' as const, payload: {} }
const view: RoomView = {
  ...viewOf(person('me', 'Tôi'), person('1', 'Nguyễn An')),
  phase: 'open',
  version: 10,
}

let signal: TestSignal
let stay: Stay
/** What joins were asked for, in order. */
let joins: RequestInput<'call:join'>[]

// Loaded once: what is loaded later takes no time that the tests' clock knows of.
beforeAll(() => import('./media/silentClient.ts'))

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }))
  vi.stubGlobal('navigator', {})
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  joins = []
  open()
})

afterEach(() => {
  stay.close()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** The page of the call, opened now. */
function open(): void {
  signal = new TestSignal()
  signal.answers = {
    'call:hello': () => helloOf(),
    'call:join': (payload) => seatFor(payload),
    'call:leave': () => ({}),
  }
  stay = new Stay(meetingId, { call, errors, locale: 'vi' }, () => signal)
}

function seatFor(
  payload: RequestInput<'call:join'>,
  over: Partial<RoomView> = {},
): RequestReply<'call:join'> {
  joins.push(payload)
  const isKept = payload.resume?.hasMedia ?? false
  return {
    views: viewsOf({ ...view, ...over }),
    ticket: isKept ? null : ticket,
    participantId: id('me'),
    serverTimeMs: 2_000_000,
  }
}

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

/** What one page of the tab keeps, the next one has. */
function keepsInTab(): void {
  vi.stubGlobal('localStorage', storage())
  vi.stubGlobal('sessionStorage', storage())
}

const settled = () => vi.advanceTimersByTimeAsync(0)

async function inLobby(over: Partial<CallHello> = {}, me: Partial<CallHello['me']> = {}): Promise<void> {
  signal.answers['call:hello'] = () => helloOf(over, me)
  signal.become('connected')
  await settled()
}

async function inCall(): Promise<void> {
  await inLobby()
  stay.join()
  await settled()
}

const refuse = (code: ConstructorParameters<typeof AppError>[0]) => () => {
  throw new AppError(code)
}
const events = (fromVersion: number, ...list: RoomEvent[]) =>
  signal.tell('room:events', { epoch: 1, scope: 'all', fromVersion, events: list })
const handRaised = (key: string): RoomEvent => ({
  type: 'handRaised',
  atMs: 1,
  participantId: id(key),
  agendaItemId: null,
  kind: 'contribution',
  name: 'Nguyễn An',
  unitName: '',
})

describe('the notice of recording', () => {
  const told = () => joins.map(({ sawRecordingNotice }) => sawRecordingNotice)
  const planned = { meeting: { ...helloOf().meeting, isRecordingPlanned: true } }

  it('counts as read by whoever pressed the button that says so, and by nobody else', async () => {
    await inCall()
    await stay.leave()
    for (const over of [{ isRecording: true }, planned]) {
      open()
      await inLobby(over)
      stay.join()
      await settled()
    }
    expect(told()).toEqual([false, true, true])
  })

  it('counts as unread by a page that comes back to its call by itself', async () => {
    await inLobby(planned)
    stay.join(false)
    await settled()
    expect(told()).toEqual([false])
  })
})

describe('the screen', () => {
  /** On a desk, and as a hall's display. */
  const lit = () => [isLit(stay, false), isLit(stay, true)]

  it('stays lit in the call and while one waits for it, of a hall from its first page on', async () => {
    expect(lit()).toEqual([false, true])
    await inLobby({ phase: 'waiting' })
    expect(lit()).toEqual([false, true])
    stay.join()
    expect([stay.isWaiting, ...lit()]).toEqual([true, true, true])
    signal.tell('lobby:changed', { phase: 'open', isRecording: false, present: { names: [], count: 1 } })
    await settled()
    expect([stay.isInside, ...lit()]).toEqual([true, true, true])
    await stay.leave()
    expect(lit()).toEqual([false, false])
  })

  it.each([
    ['unauthenticated', [false, true]],
    ['link_expired', [false, true]],
    ['meeting_ended', [false, false]],
    ['removed', [false, false]],
    ['taken_over', [false, false]],
  ] as const)('is after %s lit where a hall looks for its way back', async (ending, is) => {
    await inCall()
    signal.become('closed', new AppError(ending))
    expect(lit()).toEqual(is)
  })
})

describe('on the way in', () => {
  it('is greeted, joins and is inside', async () => {
    expect(stay.state.at).toBe('connecting')
    await inLobby()
    expect([stay.state.at, stay.hello?.meeting.title]).toEqual(['lobby', 'Họp giao ban'])
    stay.join()
    expect([stay.state.at, stay.isJoining, stay.isInside]).toEqual(['joining', true, false])
    await settled()
    expect([stay.state.at, stay.isJoining, stay.isInside]).toEqual(['inCall', false, true])
    expect(stay.people.me?.name).toBe('Tôi')
    // There is no device here: nobody is told that one is open.
    expect(joins).toMatchObject([{ microphone: 'muted', camera: 'muted', takeOver: false }])
    expect(stay.clock.readMs()).toBeGreaterThanOrEqual(2_000_000)
  })

  it('sits in a room without the own microphone, which stays as it is on a device of one’s own', async () => {
    stay.close()
    const mediaDevices = new Machine()
    vi.stubGlobal('navigator', {
      mediaDevices,
      permissions: { query: () => Promise.resolve(new EventTarget()) },
    })
    open()
    await inLobby()
    stay.chooseSite(null)
    expect(stay.own.microphone.isOn).toBe(true)
    stay.chooseSite(siteId)
    expect(stay.own.microphone.isOn).toBe(false)
    stay.join()
    await settled()
    expect(joins).toMatchObject([{ siteId, microphone: 'muted', camera: 'open' }])
  })

  it('waits for the opening, and joins by itself', async () => {
    await inLobby({ phase: 'waiting' })
    stay.join()
    expect([stay.isWaiting, joins]).toEqual([true, []])
    stay.cancelWaiting()
    expect(stay.state.at).toBe('lobby')
    stay.join()
    signal.tell('lobby:changed', { phase: 'open', isRecording: false, present: { names: [], count: 1 } })
    await settled()
    expect(stay.isInside).toBe(true)
  })

  it('opens the call where that is one’s right', async () => {
    await inLobby({ phase: 'waiting' }, { may: ['call:open'] })
    stay.join()
    await settled()
    expect(stay.isInside).toBe(true)
  })

  it('takes over the seat of its other page, known before or not', async () => {
    await inLobby({}, { isElsewhere: true })
    expect(stay.isElsewhere).toBe(true)
    stay.join()
    await settled()
    expect(joins[0]?.takeOver).toBe(true)
  })

  it('asks before it takes over what it did not know of', async () => {
    await inLobby()
    signal.answers['call:join'] = refuse('already_joined')
    stay.join()
    await settled()
    expect([stay.state.at, stay.isElsewhere]).toEqual(['lobby', true])
  })

  it('says what failed, and tries the greeting again by itself', async () => {
    signal.answers['call:hello'] = refuse('storage_unavailable')
    signal.become('connected')
    await settled()
    expect([stay.state.at, stay.failure]).toEqual(['connecting', 'storage_unavailable'])
    signal.answers['call:hello'] = () => helloOf()
    await vi.advanceTimersByTimeAsync(1500)
    expect([stay.state.at, stay.failure]).toEqual(['lobby', null])
  })

  it('is back in the lobby when a join failed and may be tried again', async () => {
    await inLobby()
    signal.answers['call:join'] = refuse('media_unavailable')
    stay.join()
    await settled()
    expect([stay.state.at, stay.failure]).toEqual(['lobby', 'media_unavailable'])
    signal.answers['call:join'] = (payload) => seatFor(payload)
    stay.join()
    await settled()
    expect(stay.isInside).toBe(true)
  })

  it.each(['forbidden', 'not_found', 'meeting_cancelled'] as const)('is over with %s', async (code) => {
    signal.answers['call:hello'] = refuse(code)
    signal.become('connected')
    await settled()
    expect([stay.ending, signal.state]).toEqual([code, 'closed'])
  })

  it('is over when the meeting is, greeted or told', async () => {
    await inLobby({ phase: 'ended' })
    expect(stay.ending).toBe('meeting_ended')
  })

  it('learns of another role and title while it waits and inside, without a new connection', async () => {
    await inLobby({ phase: 'waiting' })
    expect(stay.may('call:open')).toBe(false)
    const change = { ...helloOf().meeting, title: 'Họp bất thường' }
    signal.answers['call:hello'] = () =>
      helloOf({ phase: 'waiting', meeting: change }, { may: ['call:join', 'call:open'] })
    signal.tell('meeting:changed', {})
    signal.tell('meeting:changed', {})
    await vi.advanceTimersByTimeAsync(1000)
    expect([stay.may('call:open'), stay.hello?.meeting.title]).toEqual([true, 'Họp bất thường'])
    expect([stay.state.at, signal.asked.filter((name) => name === 'call:hello')]).toEqual([
      'lobby',
      ['call:hello', 'call:hello'],
    ])
  })
})

describe('in the call', () => {
  beforeEach(inCall)

  it('follows events, and asks for the whole view after a gap', async () => {
    events(10, handRaised('1'))
    expect(stay.floor.hands.map((p) => p.name)).toEqual(['Nguyễn An'])
    signal.answers['view:sync'] = () => ({ scope: 'all', view: { ...view, version: 20 } })
    events(15, handRaised('me'))
    events(16, handRaised('1'))
    await settled()
    expect(stay.view?.version).toBe(20)
    expect(signal.asked.filter((name) => name === 'view:sync')).toHaveLength(1)
  })

  it('follows what moderators see while that is one’s right', () => {
    const { moderators } = viewsOf(view)
    if (!moderators) throw new Error('no moderators')
    expect(stay.recording.isProposed).toBe(false)
    const given = { scope: 'moderators' as const, view: { ...moderators, isRecordingProposed: true } }
    signal.tell('room:scopes', { scopes: ['all', 'own', 'moderators'], given: [given] })
    expect(stay.recording.isProposed).toBe(true)
    signal.tell('room:scopes', { scopes: ['all', 'own'], given: [] })
    expect(stay.recording.isProposed).toBe(false)
    expect(stay.view?.version).toBe(10)
  })

  it('tells what happened once, though events come twice', async () => {
    const message = {
      id: 'a',
      participantId: id('1'),
      name: 'Nguyễn An',
      unitName: '',
      text: 'Chào',
      atMs: 1,
    }
    const posted: RoomEvent = { type: 'chatPosted', atMs: 1, message }
    const comings = new Comings(stay)
    stay.toasts.follow(comings)
    events(10, posted)
    events(10, posted, handRaised('1'))
    expect(stay.toasts.items.map((toast) => toast.text)).toEqual([call.news.message('Nguyễn An', 'Chào')])
    expect(stay.chat.unreadCount).toBe(1)
    // Who follows hears it too: for readers, the hand is a sentence.
    await vi.advanceTimersByTimeAsync(1000)
    expect(comings.lines.length).toBe(1)
  })

  it('tells a refusal with its cure, once', async () => {
    signal.answers['hand:raise'] = refuse('rate_limited')
    expect(await stay.floor.raise()).toBe(false)
    expect(await stay.floor.raise()).toBe(false)
    const { what, cure } = errors.rate_limited
    expect(stay.toasts.items).toMatchObject([{ text: `${what} ${cure}`, tone: 'danger' }])
  })

  it('leaves with a word, and is over at once', async () => {
    const done = stay.leave()
    expect(stay.ending).toBe('left')
    await done
    expect([signal.asked.at(-1), signal.state]).toEqual(['call:leave', 'closed'])
  })

  it('leaves when its page goes away', async () => {
    window.dispatchEvent(new Event('pagehide'))
    await settled()
    expect([signal.asked.at(-1), signal.hasDeparted]).toEqual(['call:leave', true])
  })

  it('is back where it was, with what was on, when its page is loaded anew', async () => {
    keepsInTab()
    stay.chooseSite(siteId)
    stay.place.panel = 'chat'
    window.dispatchEvent(new Event('pagehide'))
    open()
    await inLobby()
    expect([stay.state.at, stay.siteId, stay.place.panel]).toEqual(['inCall', siteId, 'chat'])
    expect(stay.own.microphone.isOn).toBe(false)
    // The next in this tab is another: nobody is taken in with what was on before.
    window.dispatchEvent(new Event('pagehide'))
    open()
    await inLobby({}, { participantId: id('another') })
    expect(stay.state.at).toBe('lobby')
    open()
    await inLobby()
    stay.join()
    await settled()
    // Who leaves in good order, or comes later, is asked as ever.
    await stay.leave()
    open()
    await inLobby()
    expect(stay.state.at).toBe('lobby')
    stay.join()
    await settled()
    window.dispatchEvent(new Event('pagehide'))
    vi.advanceTimersByTime(61_000)
    open()
    await inLobby()
    expect(stay.state.at).toBe('lobby')
  })

  it('is gone on with after it was put out, by the stay that comes next, with nothing on after an end', async () => {
    keepsInTab()
    const cases = [
      ['unauthenticated', true],
      ['meeting_ended', false],
    ] as const
    for (const [code, isOn] of cases) {
      stay.close()
      vi.stubGlobal('navigator', {
        mediaDevices: new Machine(),
        permissions: { query: () => Promise.resolve(new EventTarget()) },
      })
      open()
      await inCall()
      expect([stay.own.microphone.isOn, stay.isBroken]).toEqual([true, false])
      signal.become('closed', new AppError(code))
      expect([stay.ending, stay.isBroken]).toEqual([code, true])
      stay.keepPlace()
      open()
      await inLobby()
      expect([stay.state.at, stay.own.microphone.isOn, stay.own.camera.isOn]).toEqual(['inCall', isOn, isOn])
    }
  })

  it('opens no call by coming back, and waits with those who may not', async () => {
    keepsInTab()
    const comesBack = async (may: CallHello['me']['may']) => {
      stay.close()
      open()
      await inCall()
      signal.become('closed', new AppError('unauthenticated'))
      stay.keepPlace()
      open()
      await inLobby({ phase: 'waiting' }, { may })
      return stay.state.at
    }
    expect(await comesBack(['call:open'])).toBe('lobby')
    expect(await comesBack([])).toBe('waiting')
  })

  it('is back by itself after its machine went without a word, once the server has missed it', async () => {
    keepsInTab()
    await inCall()
    stay.notePlace()
    vi.stubGlobal('sessionStorage', storage()) // another tab
    open()
    await inLobby({}, { isElsewhere: true })
    expect([stay.state.at, stay.isComing, joins.length]).toEqual(['lobby', true, 1])
    signal.answers['call:hello'] = () => helloOf()
    await vi.advanceTimersByTimeAsync(2000)
    expect([stay.state.at, joins.at(-1)?.takeOver]).toEqual(['inCall', false])
  })

  it('asks after a while where its seat is another page’s indeed', async () => {
    keepsInTab()
    await inCall()
    stay.notePlace()
    open()
    await inLobby({}, { isElsewhere: true })
    await vi.advanceTimersByTimeAsync(32_000)
    expect([stay.state.at, stay.isElsewhere, stay.isComing]).toEqual(['lobby', true, false])
  })

  it('tries again by itself when it came back by itself, and the join failed', async () => {
    keepsInTab()
    window.dispatchEvent(new Event('pagehide'))
    open()
    signal.answers['call:join'] = refuse('media_unavailable')
    await inLobby()
    expect([stay.state.at, stay.failure]).toEqual(['lobby', 'media_unavailable'])
    signal.answers['call:join'] = (payload) => seatFor(payload)
    await vi.advanceTimersByTimeAsync(3000)
    expect(stay.isInside).toBe(true)
  })

  it('is over when the server closes it, and says why', () => {
    signal.become('closed', new AppError('removed'))
    expect(stay.ending).toBe('removed')
  })

  it('is over when the meeting ends', () => {
    events(10, { type: 'callEnded', atMs: 1, by: id('1') })
    expect(stay.ending).toBe('meeting_ended')
  })

  it('asks what time it is when the machine’s clock was changed, or it slept', async () => {
    await settled()
    const startedAtMs = stay.clock.readMs()
    signal.answers['call:hello'] = () => helloOf({ serverTimeMs: 9_000_000 })
    vi.setSystemTime(Date.now() - 3_600_000)
    expect(stay.clock.readMs()).toBe(startedAtMs)
    await vi.advanceTimersByTimeAsync(1000)
    expect(stay.clock.readMs()).toBe(9_000_000)
  })

  it('asks whether the line still carries when the network changed', async () => {
    window.dispatchEvent(new Event('online'))
    await vi.advanceTimersByTimeAsync(300)
    expect(signal.verifiedCount).toBe(1)
  })
})

describe('away', () => {
  beforeEach(inCall)

  it('stays drawn, says so, and takes its seat again with the media that lived on', async () => {
    signal.become('reconnecting')
    expect([stay.state.at, stay.isInside, stay.outage.kind]).toEqual(['away', true, 'brief'])
    signal.become('connected')
    await settled()
    expect([stay.state.at, stay.outage.kind]).toEqual(['inCall', 'none'])
    expect(joins[1]?.resume).toEqual({ epoch: 1, hasMedia: true })
  })

  it('asks for new media when what it had cannot be taken again', async () => {
    signal.become('reconnecting')
    let refusals = 1
    signal.answers['call:join'] = (payload) => {
      if (refusals-- > 0) throw new AppError('media_unavailable')
      return seatFor(payload)
    }
    signal.become('connected')
    await settled()
    expect([stay.state.at, stay.outage.kind]).toEqual(['away', 'brief'])
    await vi.advanceTimersByTimeAsync(1500)
    expect([stay.state.at, stay.outage.kind]).toEqual(['inCall', 'none'])
    expect(joins.at(-1)?.resume?.hasMedia).toBe(false)
  })

  it('waits for the connection, and not for a timer, when that is lost once more', async () => {
    signal.become('reconnecting')
    signal.answers['call:join'] = () => {
      signal.become('reconnecting')
      throw new AppError('timeout')
    }
    signal.become('connected')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(signal.asked.filter((name) => name === 'call:join')).toHaveLength(2)
    signal.answers['call:join'] = (payload) => seatFor(payload)
    signal.become('connected')
    await settled()
    expect(stay.state.at).toBe('inCall')
  })

  it('sends again what the lost connection swallowed', async () => {
    signal.answers['chat:post'] = refuse('timeout')
    stay.chat.draft = 'Xin chào'
    stay.chat.post()
    signal.become('reconnecting')
    await settled()
    signal.become('connected')
    await settled()
    expect(signal.asked.filter((name) => name === 'chat:post')).toHaveLength(2)
  })

  it('is over where another page has taken the seat meanwhile', async () => {
    signal.become('reconnecting')
    signal.answers['call:join'] = refuse('already_joined')
    signal.become('connected')
    await settled()
    expect(stay.ending).toBe('taken_over')
  })
})

describe('closed', () => {
  it('leaves the call, once', async () => {
    await inCall()
    stay.close()
    stay.close()
    await settled()
    expect(signal.asked.filter((name) => name === 'call:leave')).toHaveLength(1)
    expect(signal.state).toBe('closed')
  })

  it('hangs up at once while the connection is away: there is nobody to tell', async () => {
    await inCall()
    signal.become('reconnecting')
    stay.close()
    expect(signal.state).toBe('closed')
    expect(signal.asked).not.toContain('call:leave')
  })

  it('hangs up in the lobby', async () => {
    await inLobby()
    stay.close()
    expect([signal.state, signal.asked]).toEqual(['closed', ['call:hello']])
  })
})
