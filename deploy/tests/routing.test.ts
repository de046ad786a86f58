import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ClientId, type MeetingId } from '#contract/ids.ts'
import type { TopicChange } from '#contract/live.ts'
import { silentLog } from '#contract/log.ts'
import { protocolVersion } from '#contract/protocol.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { connectSignal, type Signal } from '#signalling/client.ts'
import { memberId, newMeeting, startNode, TestPage, type TestNode } from '#signalling/testing/callHarness.ts'
import { eventually } from '#signalling/testing/eventually.ts'
import { connectRedisBus } from '../bus/redisBus.ts'
import { startTestRedis, type TestRedis } from '../bus/testing/testRedis.ts'
import { homeOf, ConnectionHomes } from '../homes.ts'
import { startHttp } from '../http.ts'

// Two signalling nodes on one database and one Redis, each behind the HTTP server that routes upgrades.

interface Front {
  node: TestNode
  url: string
}
let test: TestDatabase
let redis: TestRedis
let home: Front
let other: Front
let meetingId: MeetingId
const cleanup: (() => unknown)[] = []
const fronts: { close(): Promise<unknown> }[] = []

async function front(id: string): Promise<Front> {
  const { database } = test
  const bus = await connectRedisBus({ url: redis.url, log: silentLog })
  const node = await startNode({ database, bus, id })
  const connectionHomes = new ConnectionHomes(database)
  const http = await startHttp(
    {
      web: null,
      signalling: { server: node.http, nodeId: node.id },
      media: null,
      homeOf: (asked) => homeOf(database, asked),
      homeOfConnection: (asked) => connectionHomes.homeOf(asked),
      readiness: () => Promise.resolve({}),
      metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
      metricsToken: undefined,
      log: silentLog,
    },
    '127.0.0.1',
    0,
  )
  fronts.push({
    close: async () => {
      await node.close()
      await http.close()
      await bus.close()
    },
  })
  return { node, url: `http://127.0.0.1:${http.port}` }
}

beforeAll(async () => {
  test = await startTestDatabase()
  redis = await startTestRedis()
  home = await front('home')
  other = await front('other')
})
afterAll(async () => {
  for (const one of fronts) await one.close()
  await redis.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
  // The call lives on the first node, whichever is the less busy.
  const chair = new TestPage(home.node.url, meetingId, 'chair')
  cleanup.push(() => chair.close())
  await chair.join()
})
afterEach(() => {
  for (const end of cleanup.splice(0).toReversed()) end()
})

function connect(name: string): { signal: Signal; states: string[] } {
  const signal = connectSignal({
    url: other.url,
    clientId: ClientId.parse(randomUUID()),
    headers: { cookie: `who=${memberId(meetingId, name)}` },
  })
  cleanup.push(() => signal.close())
  const states: string[] = []
  signal.on('state:changed', ({ state }) => states.push(state))
  return { signal, states }
}

describe('a page that came to the wrong node', () => {
  it('for no call stays there; for a call that lives elsewhere it connects once more, and is there', async () => {
    const { signal, states } = connect('an')
    await eventually(() => expect(states).toEqual(['connected']))
    expect(other.node.server.load()).toBeGreaterThan(0)
    const call = signal.call(meetingId)
    const { me } = await call.request('call:hello', {})
    expect(me.role).toBe('delegate')
    expect(states).toEqual(['connected', 'reconnecting', 'connected'])
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(states).toHaveLength(3)
  })

  it('with the hint is led to the call’s home at once', async () => {
    const { signal, states } = connect('an')
    const { me } = await signal.call(meetingId).request('call:hello', {})
    expect([me.role, states]).toEqual(['delegate', ['connected']])
  })

  it('hears of a meeting whose call lives elsewhere', async () => {
    const { signal } = connect('an')
    const heard: (TopicChange | null)[] = []
    signal.follow(`meeting:${meetingId}`, (change) => heard.push(change))
    const said = { meetingId, part: 'plan', version: 2 }
    await eventually(() => {
      home.node.bus.publish('meeting:changed', said)
      expect(heard).toContainEqual({ topic: `meeting:${meetingId}`, ...said })
    })
    const binh = new TestPage(home.node.url, meetingId, 'binh')
    cleanup.push(() => binh.close())
    await binh.join()
    await eventually(() => expect(heard.map((change) => change?.part)).toContain('presence'))
  })
})

describe('a page that polls', () => {
  const nameOf = async (answer: Response): Promise<string> => {
    const { sid } = JSON.parse((await answer.text()).slice(1)) as { sid: string }
    return sid
  }
  const poll = (through: Front, query: string, body?: string): Promise<Response> =>
    fetch(`${through.url}/socket.io/?EIO=4&transport=polling${query}`, {
      ...(body === undefined ? {} : { method: 'POST', body }),
      headers: { cookie: `who=${memberId(meetingId, 'an')}` },
    })
  const connectPacket = `40${JSON.stringify({ protocol: protocolVersion, clientId: 'polling' })}`

  it('is led to the call’s home, whichever node each of its requests comes to', async () => {
    const sid = await nameOf(await poll(other, `&at=call:${meetingId}`))
    expect((await poll(home, `&sid=${sid}`, connectPacket)).status).toBe(200)
    expect(await (await poll(other, `&sid=${sid}`)).text()).toMatch(/^40/)
    const enter = `420${JSON.stringify(['call:enter', { meetingId }])}`
    expect((await poll(other, `&sid=${sid}`, enter)).status).toBe(200)
    expect(await (await poll(home, `&sid=${sid}`)).text()).toContain('430[{"ok":true')
  })

  it('for no call stays where it began', async () => {
    const sid = await nameOf(await poll(other, ''))
    expect((await poll(home, `&sid=${sid}`, connectPacket)).status).toBe(200)
    expect(await (await poll(home, `&sid=${sid}`)).text()).toMatch(/^40/)
  })

  it('of a node that is gone is told to connect anew', async () => {
    expect((await poll(other, `&sid=nobody.gone`)).status).toBe(503)
  })
})
