import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { departureParam, protocolVersion } from '#contract/protocol.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import {
  newLinkPrincipals,
  memberId,
  newMeeting,
  startNode,
  TestPage,
  type TestNode,
} from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

// Long polling, for networks in which no WebSocket gets through: no more is to be had by it than by a WebSocket.

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
const open: { close(): unknown }[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const member = (name = 'an'): Record<string, string> => ({ cookie: `who=${memberId(meetingId, name)}` })
const connectPacket = `40${JSON.stringify({ protocol: protocolVersion, clientId: 'raw' })}`

/** One request of a connection, as anybody may write it. */
function poll(
  sid: string | null,
  options: { url?: string; headers?: Record<string, string>; body?: string; query?: string } = {},
): Promise<Response> {
  const named = sid === null ? '' : `&sid=${encodeURIComponent(sid)}`
  return fetch(
    `${options.url ?? node.url}/socket.io/?EIO=4&transport=polling${named}${options.query ?? ''}`,
    {
      method: options.body === undefined ? 'GET' : 'POST',
      headers: options.headers ?? member(),
      ...(options.body === undefined ? {} : { body: options.body }),
      signal: AbortSignal.timeout(20_000),
    },
  )
}

async function opened(headers = member(), url = node.url): Promise<string> {
  const answer = await poll(null, { headers, url })
  expect(answer.status).toBe(200)
  const { sid } = JSON.parse((await answer.text()).slice(1)) as { sid: string }
  return sid
}

/** A connection that is let in. */
async function admitted(headers = member(), url = node.url): Promise<string> {
  const sid = await opened(headers, url)
  await poll(sid, { headers, url, body: connectPacket })
  expect(await (await poll(sid, { headers, url })).text()).toMatch(/^40\{"sid"/)
  return sid
}

/** A poll that its page breaks off. */
async function broken(sid: string, headers: Record<string, string>): Promise<void> {
  // What there was to be told is taken first.
  const quiet = AbortSignal.timeout(1000)
  const url = `${node.url}/socket.io/?EIO=4&transport=polling&sid=${encodeURIComponent(sid)}`
  while (!quiet.aborted) await fetch(url, { headers, signal: quiet }).catch(() => undefined)
}

const isOver = async (sid: string, headers = member(), url = node.url): Promise<boolean> => {
  const answer = await poll(sid, { headers, url })
  return answer.status === 400 || (await answer.text()).split('\x1e').includes('1')
}

describe('a page over long polling', () => {
  it('asks, is answered and is told like any other', async () => {
    const socket = io(node.url, {
      transports: ['polling'],
      forceNew: true,
      reconnection: false,
      auth: { protocol: protocolVersion, clientId: 'polling' },
      extraHeaders: member('chair'),
    })
    open.push(socket)
    const ask = (name: string, payload: unknown): Promise<unknown> =>
      socket.timeout(8000).emitWithAck(name, payload)
    const heard: string[] = []
    socket.onAny((event: string) => heard.push(event))
    expect(await ask('call:enter', { meetingId })).toEqual({ ok: true, value: {} })
    expect(await ask('call:hello', {})).toMatchObject({ ok: true, value: { me: { role: 'chair' } } })
    const join = { media: {}, microphone: 'muted', camera: 'muted', siteId: null, sawRecordingNotice: true }
    expect(await ask('call:join', join)).toMatchObject({ ok: true })
    expect(await ask('hand:raise', {})).toEqual({ ok: true, value: {} })
    await eventually(() => expect(heard).toContain('room:events'))
    expect(socket.io.engine.transport.name).toBe('polling')
  })

  it('that is nobody is told so once, and nothing that it writes is read', async () => {
    const nobody = { cookie: 'who=nobody' }
    const sid = await opened(nobody)
    expect((await poll(sid, { headers: nobody, body: connectPacket })).status).toBe(403)
    expect(await (await poll(sid, { headers: nobody })).text()).toContain(
      '44{"message":"refused","data":{"code":"unauthenticated"}}',
    )
    expect(await isOver(sid, nobody)).toBe(true)
  })

  it('is refused with the strangers of its address, and comes in from there when it is known', async () => {
    const behind = await startNode({
      database: test.database,
      addressOf: ({ headers }) => String(headers['x-test-address']),
    })
    open.push(behind)
    const from = (cookie: string, address: string) => ({ cookie, 'x-test-address': address })
    const statuses: number[] = []
    for (let i = 0; i < 40; i++) {
      const answer = await poll(null, { url: behind.url, headers: from('who=nobody', `2001:db8::${i}`) })
      await answer.text()
      statuses.push(answer.status)
    }
    expect(statuses[0]).toBe(200)
    expect(statuses).toContain(403)
    await admitted(from(member().cookie ?? '', '2001:db8::7'), behind.url)
  })

  it('is one page’s: what asks again to be one, or says what no client says, ends it', async () => {
    for (const packet of [connectPacket, '40/admin,', '43/,1[]', '451-["x",{"_placeholder":true,"num":0}]']) {
      const sid = await admitted()
      await poll(sid, { body: packet })
      expect(await isOver(sid)).toBe(true)
    }
  })

  it('says so many packets and bytes and no more', async () => {
    const packets = await admitted()
    await poll(packets, { body: Array.from({ length: 3000 }, () => '3').join('\x1e') })
    expect(await isOver(packets)).toBe(true)
    const bytes = await admitted()
    const statuses: number[] = []
    for (let i = 0; i < 24 && statuses.at(-1) !== 403; i++) {
      const body = `42${JSON.stringify(['connection:check', { filler: 'x'.repeat(127 * 1024) }])}`
      statuses.push((await poll(bytes, { body })).status)
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 403])
  })

  it('cannot be one’s by its name alone', async () => {
    const sid = await admitted()
    expect((await poll(sid, { headers: member('binh'), body: '41' })).status).toBe(403)
    expect((await poll(sid, { headers: {} })).status).toBe(403)
    // Nor by naming another one before it.
    const named = { headers: {}, query: `&sid=${encodeURIComponent(sid)}` }
    expect((await poll('another', { ...named, body: '3' })).status).toBe(403)
    expect((await poll('another', named)).status).toBe(403)
    expect((await poll(sid, { headers: { ...member(), origin: 'https://evil.example' } })).status).toBe(403)
    // A cookie that was renewed meanwhile is the same person's.
    expect((await poll(sid, { headers: { cookie: `${member().cookie}; seen=1` }, body: '3' })).status).toBe(
      200,
    )
  })

  it('is gone at once when its page says so, even after its poll was broken off', async () => {
    const watching = new TestPage(node.url, meetingId, 'chair')
    open.push(watching)
    await watching.join()
    const sees = (name: string) => watching.view?.participants[memberId(meetingId, name)]
    const depart = (sid: string, options: Parameters<typeof poll>[1] = {}) =>
      poll(sid, { body: '', query: `&${departureParam}=1`, ...options })
    const seated = async (name: string): Promise<string> => {
      const headers = member(name)
      const sid = await admitted(headers)
      const ask = (request: string, payload: unknown) =>
        poll(sid, { headers, body: `42${JSON.stringify([request, payload])}` })
      await ask('call:enter', { meetingId })
      const join = { media: {}, microphone: 'muted', camera: 'muted', siteId: null, sawRecordingNotice: true }
      await ask('call:join', join)
      await eventually(() => expect(sees(name)?.isConnected).toBe(true))
      await ask('hand:raise', {})
      await eventually(() => expect(sees(name)?.handRaisedAtMs).toBeTruthy())
      return sid
    }
    const sid = await seated('an')
    // By nobody but itself.
    expect((await depart(sid, { headers: member('binh') })).status).toBe(403)
    expect((await depart(sid, { headers: { ...member(), origin: 'https://evil.example' } })).status).toBe(403)
    expect((await depart(sid, { body: 'x' })).status).toBe(403)
    expect((await poll(sid, { query: `&${departureParam}=1` })).status).toBe(403)
    expect((await depart('another')).status).toBe(403)
    expect(sees('an')?.isConnected).toBe(true)
    expect((await depart(sid)).status).toBe(204)
    await eventually(() => expect(sees('an')).toBeUndefined())

    const other = await seated('binh')
    const headers = member('binh')
    await broken(other, headers)
    await eventually(() => expect(sees('binh')?.isConnected).toBe(false))
    expect((await depart(other, { headers })).status).toBe(204)
    await eventually(() => expect(sees('binh')).toBeUndefined())
    // It may only have been loaded anew: the place in the queue is kept.
    await seated('binh')
    // What is said late is of the page that was, and not of the one that is there.
    expect((await depart(other, { headers })).status).toBe(204)
    expect(sees('binh')?.isConnected).toBe(true)
  })

  it('is read by no other site’s page, and turns into no WebSocket', async () => {
    expect((await poll(null, { headers: { ...member(), origin: 'https://evil.example' } })).status).toBe(403)
    expect((await poll(null, { query: '&j=0' })).status).toBe(403)
    const sid = await admitted()
    const headers = { ...member(), connection: 'upgrade', upgrade: 'websocket' }
    const socket = io(node.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      query: { sid },
      extraHeaders: headers,
    })
    open.push(socket)
    await new Promise((resolve) => socket.once('connect_error', resolve))
    expect((await poll(sid, { body: '3' })).status).toBe(200)
  })

  it('is one of the pages that a person may have', async () => {
    const limited = await startNode({ database: test.database, settings: { maxPagesPerPrincipal: 2 } })
    open.push(limited)
    await admitted(member(), limited.url)
    await admitted(member(), limited.url)
    const third = await opened(member(), limited.url)
    expect(await (await poll(third, { url: limited.url })).text()).toContain('rate_limited')
  })

  it('is looked up once, when it begins', async () => {
    let asked = 0
    const real = newLinkPrincipals(test.database)
    const counting = await startNode({
      database: test.database,
      principals: { ...real, resolve: (headers) => (asked++, real.resolve(headers)) },
    })
    open.push(counting)
    const sid = await admitted(member(), counting.url)
    for (let i = 0; i < 5; i++) await poll(sid, { url: counting.url, body: '3' })
    expect(asked).toBe(1)
  })
})
