import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { Registry } from 'prom-client'
import { Server } from 'socket.io'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { startOfficeProxy, type OfficeProxy, type SocketManners } from '#deploy/testing/officeProxy.ts'
import { startRelay } from '#deploy/testing/relay.ts'
import { ClientId, MeetingId, NodeId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { FakeEngine } from '#sfu/fakeEngine.ts'
import { connectCall, connectSignal, type CallSignal } from './client.ts'
import { cookieOf, newMemoryPrincipals, newMemoryMeeting } from './testing/memoryIdentities.ts'
import { MemoryStores } from './testing/memoryStores.ts'
import { startSignalling } from './server.ts'
import { eventually } from './testing/eventually.ts'

const meetingId = MeetingId.parse('m1')
const join = {
  media: {},
  microphone: 'open',
  camera: 'open',
  siteId: null,
  sawRecordingNotice: true,
} as const
const cleanup: (() => unknown)[] = []
let http: HttpServer
let url: string

beforeEach(async () => {
  http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url = `http://127.0.0.1:${address.port}`
})
afterEach(async () => {
  for (const end of cleanup.splice(0).toReversed()) await end()
  await new Promise((resolve) => http.close(resolve))
})

function signal(who: string, through = url): CallSignal {
  const made = connectCall({
    url: through,
    meetingId,
    clientId: ClientId.parse(`page-${who}`),
    headers: cookieOf(who),
    timeoutMs: 4000,
  })
  cleanup.push(() => made.close())
  return made
}

describe('a signal to signalling in memory', () => {
  const stores = new MemoryStores()
  const metrics = new Registry()

  beforeEach(async () => {
    metrics.clear()
    newMemoryMeeting(stores, meetingId, [
      { id: 'chair', role: 'chair' },
      { id: 'an', role: 'delegate' },
    ])
    const server = await startSignalling({
      nodeId: NodeId.parse('node'),
      bus: new MemoryBus(),
      engine: new FakeEngine(),
      principals: newMemoryPrincipals(stores),
      log: silentLog,
      metrics,
      stores: stores.ports(),
    })
    server.attach(http)
    cleanup.push(() => server.close())
  })

  it('asks, is answered, and is told', async () => {
    const chair = signal('chair')
    const { views } = await chair.request('call:join', join)
    expect(views.all.phase).toBe('open')
    const versions: number[] = []
    const stop = chair.on('room:events', (batch) => versions.push(batch.fromVersion + batch.events.length))
    const { all: later } = (await signal('an').request('call:join', join)).views
    await eventually(() => expect(versions.at(-1)).toBe(later.version))
    stop()
    const count = versions.length
    await chair.request('hand:raise', {})
    expect((await chair.request('view:sync', { scope: 'all' })).view.version).toBe(later.version + 1)
    expect(versions).toHaveLength(count)
  })

  it('counts what it was asked, by name and outcome', async () => {
    const an = signal('an')
    await expect(an.request('hand:raise', {})).rejects.toMatchObject({ code: 'not_in_call' })
    const text = await metrics.metrics()
    expect(text).toContain('diemcau_signalling_requests_total{name="hand:raise",code="not_in_call"} 1')
    expect(text).toContain('diemcau_signalling_sockets 1')
    expect(text).toContain('diemcau_signalling_meetings 1')
  })

  it('of somebody who is nobody ends with the server’s code', async () => {
    const nobody = signal('nobody')
    await expect(nobody.request('call:hello', {})).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(nobody.state).toBe('closed')
    await expect(nobody.request('call:hello', {})).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a signal whose connection breaks', () => {
  it('comes back by itself and holds requests until the page has joined again', async () => {
    const asked: string[] = []
    const io = new Server(http, { transports: ['websocket'] })
    cleanup.push(() => io.disconnectSockets(true))
    io.on('connection', (socket) => {
      socket.onAny((name: string, _payload: unknown, ack: (reply: unknown) => void) => {
        asked.push(name)
        if (name !== 'call:end') ack({ ok: true, value: {} })
      })
    })
    const page = signal('chair')
    const states: string[] = []
    page.on('state:changed', ({ state }) => states.push(state))
    await page.request('call:join', join)
    const lost = page.request('call:end', {})
    await eventually(() => expect(asked).toContain('call:end'))
    for (const socket of await io.fetchSockets()) socket.disconnect(true)
    await expect(lost).rejects.toMatchObject({ code: 'timeout' })
    const held = page.request('hand:raise', {})
    await eventually(() => expect(states).toEqual(['connected', 'reconnecting', 'connected']))
    expect(asked).not.toContain('hand:raise')
    await page.request('call:join', join)
    await held
    expect(asked).toEqual(['call:enter', 'call:join', 'call:end', 'call:enter', 'call:join', 'hand:raise'])
  })

  it('is made anew when the network changed and the old way leads nowhere; one that carries is kept', async () => {
    const io = new Server(http, { transports: ['websocket'] })
    cleanup.push(() => io.disconnectSockets(true))
    io.on('connection', (socket) => {
      socket.onAny((_name: string, _payload: unknown, ack: (reply: unknown) => void) => {
        ack({ ok: true, value: {} })
      })
    })
    const relay = await startRelay(Number(new URL(url).port))
    cleanup.push(() => relay.close())
    const page = signal('chair', relay.url)
    const states: string[] = []
    page.on('state:changed', ({ state }) => states.push(state))
    await page.request('call:join', join)
    page.verify()
    await page.request('hand:raise', {})
    relay.swallow()
    const lost = page.request('hand:lower', {})
    page.verify()
    await expect(lost).rejects.toMatchObject({ code: 'timeout' })
    await page.request('call:join', join)
    expect(states).toEqual(['connected', 'reconnecting', 'connected'])
  })

  it('says timeout when nobody answers, and ends what waits when it is closed', async () => {
    const page = signal('chair')
    await expect(page.request('call:hello', {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' })
    const waiting = page.request('call:hello', {})
    page.close()
    page.close()
    await expect(waiting).rejects.toMatchObject({ code: 'not_in_call' })
  })

  it('does not come back after the server said why for good, and does after it said to', async () => {
    const io = new Server(http, { transports: ['websocket'] })
    cleanup.push(() => io.disconnectSockets(true))
    const hints: unknown[] = []
    io.on('connection', (socket) => {
      hints.push(socket.handshake.query['at'])
      const code = ['node_closing', 'wrong_node', 'taken_over'][hints.length - 1]
      socket.on('call:enter', (_payload: unknown, ack: (reply: unknown) => void) => {
        if (code === 'wrong_node') return ack({ ok: false, error: { code } })
        ack({ ok: true, value: {} })
        socket.emit('call:closed', { error: { code } })
      })
    })
    const page = signal('chair')
    const closed = new Promise((resolve) => {
      page.on('state:changed', ({ state, error }) => state === 'closed' && resolve(error?.code))
    })
    expect(await closed).toBe('taken_over')
    // Each time where the call lives: whoever routes the upgrade finds it.
    expect(hints).toEqual(['call:m1', 'call:m1', 'call:m1'])
  })

  it('outlives a call that is over, for topics and for another call', async () => {
    const io = new Server(http, { transports: ['websocket'] })
    cleanup.push(() => io.disconnectSockets(true))
    const asked: unknown[] = []
    io.on('connection', (socket) => {
      asked.push(socket.handshake.query['at'] ?? null)
      socket.onAny((name: string, payload: unknown, ack: (reply: unknown) => void) => {
        asked.push([name, payload])
        ack({ ok: true, value: {} })
        const { meetingId } = payload as { meetingId?: string }
        if (meetingId === 'm1') socket.emit('call:closed', { error: { code: 'meeting_ended' } })
      })
    })
    const page = connectSignal({ url, clientId: ClientId.parse('page') })
    cleanup.push(() => page.close())
    const heard: unknown[] = []
    page.follow('meeting:m1', (change) => heard.push(change))
    const stop = page.follow('meetings', (change) => heard.push(change))
    await eventually(() => expect(asked).toHaveLength(2))
    const first = page.call(meetingId)
    await eventually(() => expect(first.state).toBe('closed'))
    expect(page.state).toBe('connected')
    const change = { topic: 'meeting:m1', meetingId: 'm1', part: 'plan', version: 7 }
    io.emit('topic:changed', change)
    stop()
    const second = page.call(MeetingId.parse('m2'))
    await eventually(() => expect(second.state).toBe('connected'))
    second.close()
    await eventually(() => expect(asked.at(-1)).toEqual(['call:exit', {}]))
    expect(heard).toEqual([change])
    // A connection that is back says that something may have been missed, and names its topics again.
    io.disconnectSockets(true)
    await eventually(() => expect(heard).toEqual([change, null]))
    expect(asked).toEqual([
      null,
      ['topics:follow', { topics: ['meeting:m1', 'meetings'] }],
      ['call:enter', { meetingId: 'm1' }],
      ['topics:drop', { topics: ['meetings'] }],
      ['call:enter', { meetingId: 'm2' }],
      ['call:exit', {}],
      null,
      ['topics:follow', { topics: ['meeting:m1'] }],
    ])
  })

  it('tells what follows a view only after it was taken', async () => {
    const io = new Server(http, { transports: ['websocket'] })
    cleanup.push(() => io.disconnectSockets(true))
    io.on('connection', (socket) => {
      socket.on('call:enter', (_payload: unknown, ack: (reply: unknown) => void) =>
        ack({ ok: true, value: {} }),
      )
      socket.on('call:join', (_payload: unknown, ack: (reply: unknown) => void) => {
        ack({ ok: true, value: { view: 1 } })
        for (let i = 1; i <= 3; i++) socket.emit('room:events', { fromVersion: i })
      })
    })
    const page = signal('chair')
    const order: unknown[] = []
    page.on('room:events', ({ fromVersion }) => order.push(fromVersion))
    await page.request('call:join', join)
    order.push('view')
    await eventually(() => expect(order).toHaveLength(4))
    expect(order).toEqual(['view', 1, 2, 3])
  })
})

describe('a signal through a proxy that lets no WebSocket through', () => {
  let carriers: string[]
  let isPlatformUp: boolean

  beforeEach(() => {
    carriers = []
    isPlatformUp = true
    // As the platform does: everything else is pages, and a word that it is well.
    http.on('request', (req, res) => {
      if (req.url === '/healthz') res.writeHead(isPlatformUp ? 200 : 503).end()
    })
    const io = new Server(http, { transports: ['websocket', 'polling'], allowUpgrades: false })
    cleanup.push(() => io.disconnectSockets(true))
    io.on('connection', (socket) => {
      carriers.push(socket.conn.transport.name)
      socket.onAny((_name: string, _payload: unknown, ack: (reply: unknown) => void) => {
        ack({ ok: true, value: {} })
      })
    })
  })

  async function behind(sockets: SocketManners): Promise<OfficeProxy> {
    const proxy = await startOfficeProxy(Number(new URL(url).port), sockets)
    cleanup.push(() => proxy.close())
    return proxy
  }

  it.each(['hangs', 'forbids', 'mutes'] as const)('which %s it, comes in by polling', async (manners) => {
    const page = signal('chair', (await behind(manners)).url)
    await page.request('call:join', join, { timeoutMs: 15_000 })
    expect(carriers).toEqual(['polling'])
    expect(page.way).toBe('open')
  })

  it('says that the way is blocked while pages are answered and it is not, and goes on trying', async () => {
    const proxy = await behind('forbids')
    proxy.passesPolls = false
    const page = signal('chair', proxy.url)
    const ways: string[] = []
    page.on('way:changed', ({ way }) => ways.push(way))
    await eventually(() => expect(page.way).toBe('blocked'))
    expect(page.state).toBe('connecting')
    proxy.passesPolls = true
    proxy.cut()
    await page.request('call:join', join, { timeoutMs: 30_000 })
    expect([ways[0], ways.at(-1)]).toEqual(['blocked', 'open'])
  })

  it('takes a WebSocket again when the network lets it through the next time', async () => {
    const proxy = await behind('forbids')
    const page = signal('chair', proxy.url)
    await page.request('call:join', join, { timeoutMs: 15_000 })
    proxy.sockets = 'passes'
    // Until it is cut: between two polls there is nothing to cut.
    await eventually(
      () => {
        if (carriers.length === 1) proxy.cut()
        expect(carriers).toContain('websocket')
      },
      { interval: 500 },
    )
  })

  it('does not take a platform that is away for a blocked way', async () => {
    isPlatformUp = false
    const proxy = await behind('forbids')
    const page = signal('chair', proxy.url)
    await eventually(() => expect(page.way).toBe('away'))
    expect(carriers).toEqual([])
    proxy.sockets = 'passes'
    await page.request('call:join', join, { timeoutMs: 15_000 })
    expect(carriers).toEqual(['websocket'])
  })
})
