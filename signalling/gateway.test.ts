import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { protocolVersion } from '#contract/protocol.ts'
import { UserId, type MeetingId } from '#contract/ids.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { requestSchemas } from '#contract/requests.ts'
import type { Standing } from '#contract/standing.ts'
import type { Principals } from './identity.ts'
import {
  newLinkPrincipals,
  memberId,
  newMeeting,
  startNode,
  TestPage,
  type TestNode,
} from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
/** Set to change what the look-up of rights says. */
let changed: ((found: Standing) => Standing) | null = null
/** What look-ups said of being in a call, by cookie. */
const uses = new Map<string, boolean[]>()
const open: { close(): unknown }[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  const real = newLinkPrincipals(test.database)
  const principals: Principals = {
    ...real,
    resolve: async (headers, isInCall) => {
      const cookie = headers.get('cookie') ?? ''
      uses.set(cookie, [...(uses.get(cookie) ?? []), isInCall ?? false])
      return real.resolve(headers)
    },
    standingIn: async (principal, id) => {
      const found = await real.standingIn(principal, id)
      return found && changed ? changed(found) : found
    },
  }
  node = await startNode({
    database: test.database,
    principals,
    settings: { recheckMs: 200, rate: { burst: 65, perSecond: 1 }, maxPagesPerParticipant: 3 },
  })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(async () => {
  changed = null
  for (const one of open.splice(0).toReversed()) await one.close()
})

/** A socket as an attacker has it: nothing of our client in between. */
async function rawSocket(
  change: { url?: string; auth?: unknown; entered?: unknown; headers?: Record<string, string> } = {},
): Promise<{
  socket: Socket
  refusal: unknown
  /** What entering the call answered. */
  entry: unknown
  closed: Promise<unknown>
}> {
  const socket = io(change.url ?? node.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: (change.auth ?? { protocol: protocolVersion, clientId: 'raw' }) as Record<string, unknown>,
    extraHeaders: { cookie: `who=${memberId(meetingId, 'chair')}`, ...change.headers },
  })
  open.push(socket)
  const closed = new Promise<unknown>((resolve) => {
    socket.on('call:closed', resolve)
    socket.on('connection:closed', resolve)
  })
  const refusal = await new Promise<unknown>((resolve) => {
    socket.on('connect', () => resolve(null))
    socket.on('connect_error', (error: Error & { data?: unknown }) => resolve(error.data ?? error.message))
  })
  const entry =
    refusal === null ? await ask(socket, 'call:enter', { meetingId: change.entered ?? meetingId }) : null
  return { socket, refusal, entry, closed }
}

const ask = (socket: Socket, name: string, payload: unknown): Promise<unknown> =>
  socket.timeout(3000).emitWithAck(name, payload)
const refused = (code: string) => ({ ok: false, error: { code } })
const join = { media: {}, microphone: 'open', camera: 'open', siteId: null, sawRecordingNotice: true }

async function chair(): Promise<TestPage> {
  const page = new TestPage(node.url, meetingId, 'chair')
  open.push(page)
  await page.join()
  return page
}

describe('the handshake', () => {
  it('is refused without a good form, and of another version', async () => {
    const clientId = '../../etc/passwd'
    const auths = [{}, { protocol: protocolVersion }, { protocol: 99, clientId: 'x' }]
    for (const auth of [...auths, { protocol: protocolVersion, clientId }]) {
      expect((await rawSocket({ auth })).refusal).toMatchObject({ code: 'bad_request' })
    }
    expect((await rawSocket({ entered: '../../etc/passwd' })).entry).toEqual(refused('bad_request'))
    expect((await rawSocket({ entered: 'no-such-meeting' })).entry).toEqual(refused('not_found'))
  })

  it('is refused to nobody, with a code', async () => {
    expect((await rawSocket({ headers: { cookie: 'who=nobody' } })).refusal).toEqual({
      code: 'unauthenticated',
    })
  })

  it('is refused from another site’s page, and accepted from our own', async () => {
    expect((await rawSocket({ headers: { origin: 'https://evil.example' } })).refusal).not.toBeNull()
    expect((await rawSocket({ headers: { origin: 'null' } })).refusal).not.toBeNull()
    expect((await rawSocket({ headers: { origin: node.url } })).refusal).toBeNull()
  })

  it('believes the cookie, not what the page says of itself', async () => {
    const auth = {
      protocol: protocolVersion,
      clientId: 'x',
      role: 'chair',
      participantId: memberId(meetingId, 'chair'),
    }
    const { socket } = await rawSocket({ auth, headers: { cookie: `who=${memberId(meetingId, 'guest')}` } })
    expect(await ask(socket, 'call:hello', {})).toMatchObject({ ok: true, value: { me: { role: 'guest' } } })
  })

  it('is refused to the holder of another meeting’s link', async () => {
    const other = await newMeeting(test.database)
    const headers = { cookie: `who=${memberId(other, 'chair')}` }
    expect((await rawSocket({ headers })).entry).toEqual(refused('not_found'))
  })

  it('is refused to more pages of one person than a person has', async () => {
    for (let i = 0; i < 3; i++) await rawSocket()
    expect((await rawSocket()).entry).toEqual(refused('rate_limited'))
  })
})

describe('a message', () => {
  it('of an unknown name, of a wrong shape, or with more in it than it should have is bad_request', async () => {
    await chair()
    const { socket } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    await ask(socket, 'call:join', join)
    for (const name of ['hand:rise', '__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(await ask(socket, name, {})).toEqual(refused('bad_request'))
    }
  })

  it('of a wrong shape is bad_request, whatever the name', async () => {
    const { socket } = await rawSocket()
    const wrong = [null, 7, 'text', [], { unknown: 1 }, JSON.parse('{"__proto__":{"isAdmin":true}}')]
    for (const payload of wrong)
      expect(await ask(socket, 'chat:post', payload)).toEqual(refused('bad_request'))
    const strict = JSON.parse('{"__proto__":{"isBanned":true},"participantId":"a","isBanned":false}')
    expect(requestSchemas['participant:remove'].safeParse(strict).success).toBe(false)
  })

  it('with the keys of a prototype pollutes nothing', async () => {
    const { socket } = await rawSocket()
    const media = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    await ask(socket, 'call:join', { ...join, media })
    await ask(socket, 'media:negotiate', { message: media })
    await ask(socket, 'participant:mute', {
      participantId: '__proto__',
      source: 'microphone',
      level: 'muted',
    })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    const removed = await ask(socket, 'participant:remove', { participantId: '__proto__', isBanned: false })
    expect(removed).toEqual(refused('not_found'))
  })

  it('without an ack, or with odd arguments, harms nobody', async () => {
    const page = await chair()
    const { socket } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    socket.emit('call:join', join)
    socket.emit('hand:raise')
    socket.emit('hand:raise', {}, {}, {})
    await eventually(() => expect(page.sees(meetingId, 'an')?.isConnected).toBe(true))
    expect(await ask(socket, 'view:sync', { scope: 'all' })).toMatchObject({ ok: true })
    await page.signal.request('hand:raise', {})
  })

  it('over the limit closes its own socket and nobody else’s', async () => {
    const page = await chair()
    const { socket } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    const gone = new Promise((resolve) => socket.on('disconnect', resolve))
    socket.emit('chat:post', { id: 'message-1', text: 'x'.repeat(200 * 1024) }, () => undefined)
    await gone
    await page.signal.request('hand:raise', {})
    const long = { id: 'message-1', text: 'x'.repeat(5000) }
    await expect(page.signal.request('chat:post', long)).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('beyond the rate is rate_limited, and a flood ends the connection; others go on', async () => {
    const page = await chair()
    const { socket, closed } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    await ask(socket, 'call:join', join)
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask(socket, 'hand:raise', {})))
    expect(replies).toContainEqual({ ok: true, value: {} })
    expect(replies).toContainEqual(refused('rate_limited'))
    for (let i = 0; i < 300; i++) socket.emit('hand:raise', {}, () => undefined)
    expect(await closed).toEqual({ error: { code: 'rate_limited' } })
    await page.signal.request('hand:raise', {})
  })
})

describe('rights', () => {
  it('are looked up as a use of the session, in the call and waiting for it', async () => {
    const [seated, waiting] = ['chair', 'guest'].map((who) => `who=${memberId(meetingId, who)}`)
    await rawSocket({ headers: { cookie: waiting ?? '' } })
    await chair()
    await eventually(() => expect(uses.get(seated ?? '')).toContain(true))
    await eventually(() => expect(uses.get(waiting ?? '')).toContain(true))
  })

  it('are no use of the session before a call that is over: nobody is in it, and the page stays for days', async () => {
    const waiting = `who=${memberId(meetingId, 'guest')}`
    await (await chair()).signal.request('call:end', {})
    const { socket } = await rawSocket({ headers: { cookie: waiting } })
    await ask(socket, 'call:enter', { meetingId })
    uses.delete(waiting)
    await eventually(() => expect(uses.get(waiting)).toContain(false))
  })

  it('are looked up again soon after the database was away, so that the use is noted as soon as it is back', async () => {
    const real = newLinkPrincipals(test.database)
    let isAway = false
    const askedAtMs: number[] = []
    const principals: Principals = {
      ...real,
      resolve: (headers) => {
        if (isAway) askedAtMs.push(performance.now())
        return isAway ? Promise.reject(new AppError('storage_unavailable')) : real.resolve(headers)
      },
    }
    const recheckMs = 3000
    const own = await startNode({
      database: test.database,
      principals,
      settings: { recheckMs, recheckAwayMs: 20 },
    })
    open.push(own)
    const page = new TestPage(own.url, meetingId, 'chair')
    open.push(page)
    await page.join()
    isAway = true
    await eventually(() => expect(askedAtMs.length).toBeGreaterThan(2))
    const [first = 0, second = 0] = askedAtMs
    expect(second - first).toBeLessThan(recheckMs - 500)
    isAway = false
    await page.signal.request('hand:raise', {})
  })

  it('are looked up again: a role that was taken holds no longer, without a new connection', async () => {
    const page = await chair()
    await page.signal.request('participants:muteAll', { forbidUnmute: false })
    changed = ({ participant, ...found }) => ({
      ...found,
      participant: participant && { ...participant, role: 'delegate' },
    })
    await eventually(
      async () => {
        const asked = page.signal.request('participants:muteAll', { forbidUnmute: false })
        await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
      },
      { interval: 300 },
    )
  })

  it('of one session that ended close its pages, and leave those of the user’s other sessions', async () => {
    // By whom is looked up: rights are looked up again and again, of both.
    changed = (found) => {
      const userId = UserId.parse('user-1')
      const sessionId = found.participant?.role === 'chair' ? 'session-1' : 'session-2'
      return { ...found, by: { kind: 'account', userId, sessionId, isSystemAdmin: false, unitRoles: [] } }
    }
    const first = await chair()
    const second = new TestPage(node.url, meetingId, 'an')
    open.push(second)
    await second.signal.request('call:hello', {})
    node.bus.publish('identity:revoked', { kind: 'user', userId: 'user-1' })
    node.bus.publish('identity:revoked', { kind: 'session', sessionId: 'session-1' })
    node.bus.publish('identity:revoked', { nonsense: true })
    await eventually(() => expect(first.signal.state).toBe('closed'))
    expect(first.told).toContainEqual({ event: 'state:closed', payload: 'unauthenticated' })
    await second.signal.request('call:hello', {})
  })
})

describe('a connection', () => {
  it('outlives the call that it was in, and enters another one', async () => {
    const page = await chair()
    const { socket, closed } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    await ask(socket, 'call:join', join)
    await page.signal.request('participant:remove', {
      participantId: memberId(meetingId, 'an'),
      isBanned: false,
    })
    expect(await closed).toEqual({ error: { code: 'removed' } })
    expect(await ask(socket, 'connection:check', {})).toEqual({ ok: true, value: {} })
    expect(await ask(socket, 'call:hello', {})).toEqual(refused('not_in_call'))
    expect(await ask(socket, 'call:enter', { meetingId })).toEqual({ ok: true, value: {} })
    expect(await ask(socket, 'call:hello', {})).toMatchObject({
      ok: true,
      value: { me: { role: 'delegate' } },
    })
  })

  it('that leaves its call gives the seat up and hears nothing of it any more', async () => {
    const page = await chair()
    const { socket } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, 'an')}` } })
    await ask(socket, 'call:join', join)
    await ask(socket, 'call:exit', {})
    await eventually(() => expect(page.sees(meetingId, 'an')).toBeUndefined())
    const heard: unknown[] = []
    socket.onAny((event) => heard.push(event))
    await page.signal.request('hand:raise', {})
    await page.signal.request('hand:lower', {})
    expect(await ask(socket, 'connection:check', {})).toMatchObject({ ok: true })
    expect(heard).toEqual([])
  })

  it('of one person is refused beyond what a person has open', async () => {
    const cookie = `who=${memberId(meetingId, 'an')}`
    const limited = await startNode({ database: test.database, settings: { maxPagesPerPrincipal: 2 } })
    open.push(limited)
    const outcomes = []
    for (let i = 0; i < 3; i++)
      outcomes.push((await rawSocket({ url: limited.url, headers: { cookie } })).refusal)
    expect(outcomes).toEqual([null, null, { code: 'rate_limited' }])
  })
})

/** A transport on which whatever is written goes out as it is, and what comes back. */
async function rawTransport(headers: Record<string, string> = {}, url = node.url) {
  const manager = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
    auth: { protocol: protocolVersion, clientId: 'raw' },
  }).io
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const heard: string[] = []
  manager.once('open', () => {
    manager.engine.on('data', (data: unknown) => heard.push(String(data)))
    opened.resolve()
  })
  manager.once('error', (error) => opened.reject(error))
  manager.once('close', () => closed.resolve())
  open.push({ close: () => manager.engine.close() })
  await opened.promise
  return { write: (text: string) => manager.engine.write(text), heard, closed: closed.promise }
}

describe('a transport', () => {
  const connect = `0${JSON.stringify({ protocol: protocolVersion, clientId: 'raw' })}`
  const member = (name = 'an') => ({ cookie: `who=${memberId(meetingId, name)}` })

  it('is one page’s: what asks again to be one ends it', async () => {
    const { write, heard, closed } = await rawTransport(member())
    // In one turn, and beside the one of the client itself: they are there before the first is answered.
    for (let i = 0; i < 100; i++) write(connect)
    await closed
    expect(heard.filter((data) => data.startsWith('0{"sid"')).length).toBeLessThanOrEqual(1)
  })

  it('ends at what no client says: another namespace, an answer, bytes', async () => {
    for (const packet of ['0/admin,', '3/,1[]', '51-["x",{"_placeholder":true,"num":0}]', '2/admin,["x"]']) {
      const { write, heard, closed } = await rawTransport(member())
      await eventually(() => expect(heard.some((data) => data.startsWith('0{"sid"'))).toBe(true))
      write(packet)
      await closed
    }
  })

  it('of nobody is told so once, asks nothing, and is closed', async () => {
    let asked = 0
    const real = newLinkPrincipals(test.database)
    const counting = await startNode({
      database: test.database,
      principals: { ...real, resolve: (headers) => (asked++, real.resolve(headers)) },
    })
    open.push(counting)
    const { write, heard, closed } = await rawTransport({ cookie: 'who=nobody' }, counting.url)
    for (let i = 0; i < 100; i++) write(connect)
    await closed
    expect(heard).toEqual(['4{"message":"refused","data":{"code":"unauthenticated"}}'])
    expect(asked).toBe(1)
  })
})

describe('strangers', () => {
  /** What becomes of a socket: its code, or the network's word for a refused upgrade. */
  const outcome = async (url: string, cookie: string, address: string): Promise<unknown> =>
    (await rawSocket({ url, headers: { cookie, 'x-test-address': address } })).refusal

  it('are told so up to a number of an address, an IPv6 /64 being one; who is known comes in from there', async () => {
    const behind = await startNode({
      database: test.database,
      addressOf: ({ headers }) => String(headers['x-test-address']),
    })
    open.push(behind)
    const told = { code: 'unauthenticated' }
    const outcomes: unknown[] = []
    for (let i = 0; i < 60; i++) outcomes.push(await outcome(behind.url, 'who=nobody', `2001:db8::${i}`))
    expect(outcomes[0]).toEqual(told)
    // Two more a second are: any one of the later may be among them.
    expect(outcomes.slice(30).every((found) => JSON.stringify(found) === JSON.stringify(told))).toBe(false)
    expect(await outcome(behind.url, `who=${memberId(meetingId, 'an')}`, '2001:db8::7')).toBeNull()
    expect(await outcome(behind.url, 'who=nobody', '2001:db8:0:1::7')).toEqual(told)
    expect(await outcome(behind.url, 'who=nobody', '192.0.2.7')).toEqual(told)
  })
})

describe('what one may ask', () => {
  it('is not more with another socket', async () => {
    const headers = { cookie: `who=${memberId(meetingId, 'an')}` }
    const answers: unknown[] = []
    for (let sockets = 0; sockets < 3; sockets++) {
      const { socket } = await rawSocket({ headers })
      for (let i = 0; i < 30; i++) answers.push(await ask(socket, 'connection:check', {}))
      socket.disconnect()
    }
    expect(answers.slice(0, 30)).not.toContainEqual(refused('rate_limited'))
    expect(answers.slice(-20)).toContainEqual(refused('rate_limited'))
  })

  it('of hands, sources and words is bounded for each participant by itself, and taking back is free', async () => {
    const generous = await startNode({
      database: test.database,
      settings: { rate: { burst: 1e6, perSecond: 1e6 } },
    })
    open.push(generous)
    const first = new TestPage(generous.url, meetingId, 'chair')
    open.push(first)
    await first.join()
    const enter = async () => {
      const { socket } = await rawSocket({
        url: generous.url,
        headers: { cookie: `who=${memberId(meetingId, 'an')}` },
        auth: { protocol: protocolVersion, clientId: 'same' },
      })
      expect(await ask(socket, 'call:join', join)).toMatchObject({ ok: true })
      return socket
    }
    const until = async (socket: Socket, work: (i: number) => Promise<unknown>[]): Promise<number> => {
      for (let done = 0; done < 400; done++) {
        const answers = await Promise.all(work(done))
        if (answers.some((answer) => JSON.stringify(answer) === JSON.stringify(refused('rate_limited'))))
          return done
      }
      return socket.connected ? Infinity : -1
    }
    const hands = (socket: Socket) =>
      until(socket, () => [ask(socket, 'hand:raise', {}), ask(socket, 'hand:lower', {})])
    const words = (socket: Socket, text: string) =>
      until(socket, (i) => [
        ask(socket, 'chat:post', { id: `${socket.id?.slice(0, 8)}-${text.length}-${i}`, text }),
      ])
    const camera = (level: string, socket: Socket) => ask(socket, 'source:set', { source: 'camera', level })
    const before = await enter()
    expect(await hands(before)).toBeLessThan(60)
    expect(await words(before, 'ồ'.repeat(4000))).toBeLessThan(20)
    before.disconnect()
    const after = await enter()
    expect(await hands(after)).toBeLessThan(3)
    expect(await words(after, 'ồ'.repeat(4000))).toBeLessThan(3)
    // Sources have their own: a microphone is opened though no hand can be raised.
    expect(await camera('open', after)).toMatchObject({ ok: true })
    expect(await until(after, () => [camera('open', after), camera('muted', after)])).toBeLessThan(100)
    expect(await camera('muted', after)).toMatchObject({ ok: true })
    await first.signal.request('hand:raise', {})
  })
})

describe('a right that ends while a page enters', () => {
  it('lets the page in no more than one that ended before', async () => {
    const other = await newMeeting(test.database)
    const real = newLinkPrincipals(test.database)
    const enters = Promise.withResolvers<void>()
    const goesOn = Promise.withResolvers<void>()
    let asked = 0
    const slow = await startNode({
      database: test.database,
      principals: {
        ...real,
        // Two links in one browser: what ends of the one leaves the socket open.
        resolve: async (headers) => {
          const found = await real.resolve(headers)
          const extra = await real.resolve(new Headers({ cookie: `who=${memberId(other, 'an')}` }))
          return found && { ...found, links: [...found.links, ...(extra?.links ?? [])] }
        },
        standingIn: async (principal, id) => {
          const found = await real.standingIn(principal, id)
          if (asked++ === 0) {
            enters.resolve()
            await goesOn.promise
          }
          return found
        },
      },
    })
    open.push(slow)
    const participantId = memberId(meetingId, 'binh')
    const headers = { cookie: `who=${participantId}` }
    const entering = rawSocket({ url: slow.url, headers })
    await enters.promise
    await test.database.prisma.participant.update({
      where: { id: participantId },
      data: { bannedAt: new Date() },
    })
    slow.bus.publish('identity:revoked', { kind: 'participant', meetingId, participantId })
    goesOn.resolve()
    const { socket } = await entering
    await eventually(async () => {
      expect(await ask(socket, 'call:hello', {})).toEqual(refused('not_in_call'))
    })
    expect(socket.connected).toBe(true)
    expect(await ask(socket, 'call:enter', { meetingId })).toEqual(refused('removed'))
    expect(await ask(socket, 'call:enter', { meetingId: other })).toMatchObject({ ok: true })
  })
})

describe('a topic', () => {
  const hint = (part = 'plan') => ({ meetingId, part, version: 7 })
  async function follower(name: string, topics: string[] = [`meeting:${meetingId}`]) {
    const { socket } = await rawSocket({ headers: { cookie: `who=${memberId(meetingId, name)}` } })
    const hints: unknown[] = []
    socket.on('topic:changed', (change) => hints.push(change))
    const reply = await ask(socket, 'topics:follow', { topics })
    return { socket, hints, reply }
  }

  it('is followed by who may see it, and brings a hint without content', async () => {
    const { socket, hints, reply } = await follower('an')
    expect(reply).toEqual({ ok: true, value: { refused: [] } })
    node.bus.publish('meeting:changed', { ...hint(), title: 'secret' })
    node.bus.publish('meeting:changed', { nonsense: true })
    const expected = { topic: `meeting:${meetingId}`, ...hint() }
    await eventually(() => expect(hints).toEqual([expected]))
    await ask(socket, 'topics:drop', { topics: [`meeting:${meetingId}`] })
    node.bus.publish('meeting:changed', hint())
    await ask(socket, 'connection:check', {})
    expect(hints).toEqual([expected])
  })

  it('of a meeting that is not one’s own, or of nothing, is refused', async () => {
    const other = await newMeeting(test.database)
    const topics = [`meeting:${other}`, 'meeting:no-such-meeting', 'meetings']
    const { socket, reply, hints } = await follower('an', topics)
    // The list of meetings is an account's: the holder of a link has one meeting.
    expect(reply).toEqual({ ok: true, value: { refused: topics } })
    node.bus.publish('meeting:changed', { ...hint(), meetingId: other })
    for (const topic of ['units', 'meeting:', 'meeting:../x', 7, '__proto__']) {
      expect(await ask(socket, 'topics:follow', { topics: [topic] })).toEqual(refused('bad_request'))
    }
    expect(hints).toEqual([])
  })

  it('is no longer followed once the right ended', async () => {
    const { socket, hints } = await follower('an')
    changed = (found) => ({ ...found, actor: { ...found.actor, meetingRole: null } })
    node.bus.publish('identity:revoked', {
      kind: 'participant',
      meetingId,
      participantId: memberId(meetingId, 'binh'),
    })
    await eventually(async () => {
      const before = hints.length
      node.bus.publish('meeting:changed', hint())
      await new Promise((resolve) => setTimeout(resolve, 50))
      await ask(socket, 'connection:check', {})
      expect(hints).toHaveLength(before)
    })
  })

  it('beyond what a page may follow is refused', async () => {
    const { socket } = await follower('an')
    const many = Array.from({ length: 51 }, (_none, index) => `meeting:m${index}`)
    expect(await ask(socket, 'topics:follow', { topics: many })).toEqual(refused('bad_request'))
    expect(await ask(socket, 'topics:follow', { topics: many.slice(1) })).toEqual(refused('rate_limited'))
  })

  it('costs as much of what a page may ask as looking it up does', async () => {
    const { socket } = await follower('an')
    const topics = Array.from({ length: 24 }, (_none, index) => `meeting:m${index}`)
    expect(await ask(socket, 'topics:follow', { topics })).toEqual({ ok: true, value: { refused: topics } })
    expect(await ask(socket, 'topics:follow', { topics })).toEqual(refused('rate_limited'))
    expect(await ask(socket, 'connection:check', {})).toMatchObject({ ok: true })
  })
})
