import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { protocolVersion } from '#contract/protocol.ts'
import { UserId, type MeetingId } from '#contract/ids.ts'
import { testDatabase, type TestDatabase } from '#db/testDatabase.ts'
import { requestSchemas } from '#contract/requests.ts'
import type { Standing } from '#contract/standing.ts'
import type { Principals } from './identity.ts'
import {
  linkPrincipals,
  memberId,
  newMeeting,
  startNode,
  TestPage,
  type TestNode,
} from './testing/callWorld.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
/** Set to change what the look-up of rights says. */
let changed: ((found: Standing) => Standing) | null = null
const open: { close(): unknown }[] = []

beforeAll(async () => {
  test = await testDatabase()
  const real = linkPrincipals(test.database)
  const principals: Principals = {
    ...real,
    standingIn: async (principal, id) => {
      const found = await real.standingIn(principal, id)
      return found && changed ? changed(found) : found
    },
  }
  node = await startNode({
    database: test.database,
    principals,
    settings: { recheckMs: 200, rate: { burst: 60, perSecond: 1 }, maxPagesPerParticipant: 3 },
  })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(() => {
  changed = null
  for (const one of open.splice(0)) one.close()
})

/** A socket as an attacker has it: nothing of our client in between. */
async function rawSocket(
  change: { auth?: unknown; query?: unknown; headers?: Record<string, string> } = {},
): Promise<{
  socket: Socket
  refusal: unknown
  closed: Promise<unknown>
}> {
  const socket = io(node.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    query: (change.query ?? { meeting: meetingId }) as Record<string, string>,
    auth: (change.auth ?? { protocol: protocolVersion, meetingId, clientId: 'raw' }) as Record<
      string,
      unknown
    >,
    extraHeaders: { cookie: `who=${memberId(meetingId, 'chair')}`, ...change.headers },
  })
  open.push(socket)
  const closed = new Promise<unknown>((resolve) => socket.on('call:closed', resolve))
  const refusal = await new Promise<unknown>((resolve) => {
    socket.on('connect', () => resolve(null))
    socket.on('connect_error', (error: Error & { data?: unknown }) => resolve(error.data ?? error.message))
  })
  return { socket, refusal, closed }
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
  it('is refused without a good form, for another meeting than the address says, and of another version', async () => {
    for (const auth of [{}, { protocol: protocolVersion }, { protocol: 99, meetingId, clientId: 'x' }]) {
      expect((await rawSocket({ auth })).refusal).toMatchObject({ code: 'bad_request' })
    }
    expect((await rawSocket({ query: { meeting: 'other' } })).refusal).toMatchObject({ code: 'bad_request' })
    const id = '../../etc/passwd'
    const auth = { protocol: protocolVersion, meetingId: id, clientId: 'x' }
    expect((await rawSocket({ auth, query: { meeting: id } })).refusal).toMatchObject({ code: 'bad_request' })
  })

  it('is refused from another site’s page, and accepted from our own', async () => {
    expect((await rawSocket({ headers: { origin: 'https://evil.example' } })).refusal).not.toBeNull()
    expect((await rawSocket({ headers: { origin: 'null' } })).refusal).not.toBeNull()
    expect((await rawSocket({ headers: { origin: node.url } })).refusal).toBeNull()
  })

  it('believes the cookie, not what the page says of itself', async () => {
    const auth = {
      protocol: protocolVersion,
      meetingId,
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
    expect((await rawSocket({ headers })).refusal).toMatchObject({ code: 'not_found' })
  })

  it('is refused to more pages of one person than a person has', async () => {
    for (let i = 0; i < 3; i++) await rawSocket()
    expect(await (await rawSocket()).closed).toEqual({ error: { code: 'rate_limited' } })
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
    expect(await ask(socket, 'view:sync', {})).toMatchObject({ ok: true })
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
    const byAccount = (sessionId: string) => (found: Standing) => {
      const userId = UserId.parse('user-1')
      return {
        ...found,
        by: { kind: 'account' as const, userId, sessionId, isSystemAdmin: false, unitRoles: [] },
      }
    }
    changed = byAccount('session-1')
    const first = await chair()
    changed = byAccount('session-2')
    const second = new TestPage(node.url, meetingId, 'chair')
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
