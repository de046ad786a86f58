import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ErrorCode } from '#contract/errors.ts'
import { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import type { EngineEvent, MediaEngine } from './engine.ts'
import { grantOf } from './engine.conformance.ts'
import { FakeEngine } from './fakeEngine.ts'
import { createRemoteEngine } from './remoteEngine.ts'
import {
  openSecondWay,
  secondWayHandler,
  secondWayKeys,
  secondWayPath,
  type SecondWayServer,
} from './secondWay.ts'
import { serveEngine, type SfuServer } from './server.ts'
import { type SfuEvent, sfuAddress, sfuTopic } from './wire.ts'

/** A bus that keeps requests and messages for later, as Redis does whose answers are held. */
class HeldBus extends MemoryBus {
  isHeld = false
  readonly #kept: (() => void)[] = []

  override async request(...args: Parameters<MemoryBus['request']>): Promise<unknown> {
    await this.#let()
    return super.request(...args)
  }

  override publish(topic: string, message: unknown): void {
    if (this.isHeld) this.#kept.push(() => super.publish(topic, message))
    else super.publish(topic, message)
  }

  release(): void {
    this.isHeld = false
    for (const go of this.#kept.splice(0)) go()
  }

  #let(): Promise<void> {
    return this.isHeld ? new Promise((resolve) => this.#kept.push(resolve)) : Promise.resolve()
  }
}

const roomId = MeetingId.parse('meeting-1')
const chair = ParticipantId.parse('chair')
const delegate = ParticipantId.parse('delegate')
const open = { kind: 'page', grant: grantOf('open'), media: {} } as const
const secret = 'a secret of thirty-two characters or more'
const keys = secondWayKeys([secret])

let bus: HeldBus
let fake: FakeEngine
let server: SfuServer
let url: string
const cleanup: (() => Promise<unknown>)[] = []

async function listen(
  handler: (req: IncomingMessage, res: ServerResponse) => Promise<void>,
): Promise<string> {
  const http = createServer((req, res) => void handler(req, res))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  cleanup.push(async () => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}` // a TCP server's address is never a string
}

function remote(nodeUrl = url): MediaEngine {
  const engine = createRemoteEngine({
    bus,
    liveSfuNodes: async () => [{ id: 'one', load: 0, url: nodeUrl }],
    secondWay: openSecondWay(keys),
    log: silentLog,
  })
  cleanup.push(() => engine.close())
  return engine
}

/** A page that speaks, in a room of that engine's. */
async function speaking(engine: MediaEngine): Promise<void> {
  await engine.openRoom(roomId)
  await engine.admit(roomId, chair, open)
  await engine.negotiate(roomId, chair, { type: 'publish', source: 'microphone', trackId: 'voice' })
}
const isHeard = (): boolean => fake.isFlowing(roomId, chair, 'microphone')
const soon = { timeout: 2_000, interval: 5 }

beforeEach(async () => {
  bus = new HeldBus()
  fake = new FakeEngine()
  server = await serveEngine(fake, { nodeId: 'one', bus, log: silentLog })
  const handler = secondWayHandler({ nodeId: 'one', keys, server: server.secondWay, log: silentLog })
  url = await listen(handler)
})
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end()
  await server.close()
  await bus.close()
})

describe('while the bus does not answer', () => {
  it('a mute, its end, a ban, a removal and a room’s end reach the media within 300 ms', async () => {
    const engine = remote()
    await speaking(engine)
    await engine.admit(roomId, delegate, open)
    bus.isHeld = true
    /** The fastest of several: what it costs, and not what else the machine does. */
    const fastestOf = async (rounds: (() => Promise<void>)[]): Promise<number> => {
      const tookMs: number[] = []
      for (const round of rounds) {
        const atMs = performance.now()
        await round()
        tookMs.push(performance.now() - atMs)
      }
      return Math.min(...tookMs)
    }
    const set = (state: 'muted' | 'open' | 'forbidden') => () => engine.regrant(roomId, chair, grantOf(state))
    await set('muted')()
    expect(isHeard()).toBe(false)
    await set('open')()
    expect(isHeard()).toBe(true)
    const changes = [set('muted'), set('open'), set('muted'), set('open'), set('forbidden')]
    expect(await fastestOf(changes)).toBeLessThan(300)
    await engine.evict(roomId, chair)
    expect(fake.participantsOf(roomId)).toEqual([delegate])
    await engine.closeRoom(roomId)
    expect(fake.participantsOf(roomId)).toEqual([])
  })

  it('what comes late over the bus undoes nothing newer', async () => {
    const engine = remote()
    await speaking(engine)
    bus.isHeld = true
    await engine.regrant(roomId, chair, grantOf('open', { camera: 'muted' }))
    bus.isHeld = false // what was held is still on its way
    await engine.regrant(roomId, chair, grantOf('muted'))
    bus.release()
    await engine.regrant(roomId, delegate, grantOf('open')).catch(() => undefined) // behind them on the bus
    expect(isHeard()).toBe(false)
  })

  it('who was put out and let in again stays, when the first comes late over the bus', async () => {
    const engine = remote()
    await speaking(engine)
    bus.isHeld = true
    await engine.evict(roomId, chair)
    bus.isHeld = false
    await engine.admit(roomId, chair, open)
    bus.release()
    await engine.regrant(roomId, delegate, grantOf('open')).catch(() => undefined) // behind it on the bus
    expect(fake.participantsOf(roomId)).toEqual([chair])
  })

  it('a room that was closed and opened again stays, when the first comes late over the bus', async () => {
    const engine = remote()
    await speaking(engine)
    bus.isHeld = true
    await engine.closeRoom(roomId)
    bus.isHeld = false
    await speaking(engine)
    bus.release()
    await engine.regrant(roomId, delegate, grantOf('open')).catch(() => undefined)
    expect(isHeard()).toBe(true)
  })

  it('what the engine says of it is heard at once, and once', async () => {
    const engine = remote()
    const heard: EngineEvent['type'][] = []
    engine.onEvent(({ type }) => heard.push(type))
    await speaking(engine)
    await expect.poll(() => heard, soon).toEqual(['trackPublished'])
    bus.isHeld = true
    await engine.regrant(roomId, chair, grantOf('forbidden'))
    expect(heard).toEqual(['trackPublished', 'trackUnpublished'])
    bus.release()
    fake.tell(roomId, chair, { type: 'anything' })
    await expect.poll(() => heard.at(-1), soon).toBe('message')
    expect(heard).toEqual(['trackPublished', 'trackUnpublished', 'message'])
  })

  const track = { roomId, participantId: chair, trackId: TrackId.parse('voice') }
  const begins: EngineEvent = { type: 'trackPublished', source: 'microphone', ...track }
  const ends: EngineEvent = { type: 'trackUnpublished', ...track }
  it.each<[string, EngineEvent[], number[], string[]]>([
    ['a track that ended', [begins, ends], [2], []],
    [
      'a track whose page is lost',
      [begins, { type: 'participantLost', roomId, participantId: chair }],
      [2],
      [],
    ],
    ['a track of a room that is lost', [begins, { type: 'roomLost', roomId }], [2], []],
    ['a track that ended and began again', [begins, ends, begins], [2, 3], ['voice']],
    ['a track of which the last is known', [begins, ends, begins], [3], ['voice']],
    ['a track of which the last is known, and it ended', [begins, ends, begins, ends], [4], []],
  ])(
    '%s is what it was last, though the bus tells of what was before later',
    async (_, events, told, left) => {
      const there = new Set<string>()
      let isOver = false
      let owner = ''
      const numbered = (number: number): SfuEvent[] => {
        const event = events[number - 1]
        return event ? [{ owner, number, event }] : []
      }
      const engine = createRemoteEngine({
        bus,
        liveSfuNodes: async () => [{ id: 'one', load: 0, url }],
        secondWay: async (_node, method, payload) => {
          owner = String(payload['owner'])
          return { outcome: { value: {} }, told: method === 'ping' ? [] : told.flatMap(numbered) }
        },
        log: silentLog,
      })
      cleanup.push(() => engine.close())
      engine.onEvent((event) => {
        if (event.type === 'trackPublished') there.add(event.trackId)
        else if (event.type === 'trackUnpublished') there.delete(event.trackId)
        else if (event.type === 'message') isOver = true
        else there.clear()
      })
      await engine.openRoom(roomId)
      bus.isHeld = true
      await engine.regrant(roomId, chair, grantOf('muted'))
      bus.release()
      await engine.openRoom(roomId)
      for (const number of events.keys())
        for (const one of numbered(number + 1)) bus.publish(sfuTopic('one'), one)
      fake.tell(roomId, chair, { type: 'anything' })
      await expect.poll(() => isOver, soon).toBe(true)
      expect([...there]).toEqual(left)
    },
  )

  it('what the node refuses is refused: it is an answer', async () => {
    const engine = remote()
    await speaking(engine)
    bus.isHeld = true
    const asking = engine.regrant(roomId, delegate, grantOf('muted'))
    await expect(asking).rejects.toMatchObject({ code: 'not_found' satisfies ErrorCode })
  })

  it('a shut second way leaves it to the bus, and is told as soon as the node is used', async () => {
    const said: string[] = []
    const engine = createRemoteEngine({
      bus,
      liveSfuNodes: async () => [{ id: 'one', load: 0, url }],
      secondWay: openSecondWay(secondWayKeys(['another secret of thirty-two characters'])),
      log: { ...silentLog, warn: (event) => said.push(event) },
    })
    cleanup.push(() => engine.close())
    await speaking(engine)
    await expect.poll(() => said, soon).toEqual(['mediaSecondWayShut'])
    bus.isHeld = true
    const muting = engine.regrant(roomId, chair, grantOf('muted'))
    await expect.poll(() => said.length, soon).toBe(2)
    expect(isHeard()).toBe(true)
    bus.release()
    await muting
    expect(isHeard()).toBe(false)
  })
})

describe('the second way', () => {
  const mute = () => ({ owner: 'x', step: 1, roomId, participantId: chair, grant: grantOf('muted') })

  it('is believed with each of the secrets, while one takes the place of another', async () => {
    const both = secondWayKeys(['the next secret of thirty-two characters', secret])
    const at = await listen(
      secondWayHandler({ nodeId: 'one', keys: both, server: server.secondWay, log: silentLog }),
    )
    const { outcome } = await openSecondWay(keys)({ id: 'one', url: at }, 'ping', { owner: 'x' })
    expect(outcome).toEqual({ value: { rooms: [] } })
  })

  it('finds nothing there with a foreign key, for another node, or through a proxy', async () => {
    await bus.request(sfuAddress('one'), 'openRoom', { owner: 'x', roomId })
    const foreign = openSecondWay(secondWayKeys(['another secret of thirty-two characters']))
    await expect(foreign({ id: 'one', url }, 'regrant', mute())).rejects.toThrow('HTTP 404')
    await expect(openSecondWay(keys)({ id: 'two', url }, 'regrant', mute())).rejects.toThrow('HTTP 404')
    const proxied = await listen(async (req, res) => {
      const chunks = await Array.fromAsync(req as AsyncIterable<Buffer>)
      const headers = { ...(req.headers as Record<string, string>), 'x-forwarded-for': '192.0.2.1' }
      const answer = await fetch(url + secondWayPath, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      })
      res.writeHead(answer.status).end()
    })
    const asking = openSecondWay(keys)({ id: 'one', url: proxied }, 'regrant', mute())
    await expect(asking).rejects.toThrow('HTTP 404')
  })

  it.each([
    ['nothing', undefined],
    ['what is no JSON', '{'],
    ['what is longer than any request', 'x'.repeat(20_000)],
  ])('answers %s as if it were not there', async (_, body) => {
    const answer = await fetch(url + secondWayPath, { method: 'POST', ...(body && { body }) })
    expect([answer.status, await answer.json()]).toEqual([404, { error: { code: 'not_found' } }])
    expect((await fetch(url + secondWayPath)).status).toBe(404)
  })

  it('keeps nobody alive: what was sent once may be sent again by anybody', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    try {
      server = await serveEngine(fake, { nodeId: 'three', bus, log: silentLog })
      await bus.request(sfuAddress('three'), 'openRoom', { owner: 'x', roomId })
      const at = await listen(
        secondWayHandler({ nodeId: 'three', keys, server: server.secondWay, log: silentLog }),
      )
      const ask = async () =>
        (await openSecondWay(keys)({ id: 'three', url: at }, 'ping', { owner: 'x' })).outcome
      await vi.advanceTimersByTimeAsync(14_000)
      expect(await ask()).toEqual({ value: { rooms: [roomId] } })
      await vi.advanceTimersByTimeAsync(3_000)
      expect(await ask()).toEqual({ value: { rooms: [] } })
    } finally {
      vi.useRealTimers()
    }
  })

  it('brings the first of what was told, and says in the log that it is not all', async () => {
    const said: [string, object | undefined][] = []
    const event: EngineEvent = {
      type: 'message',
      roomId,
      participantId: chair,
      payload: { text: 'x'.repeat(1_000) },
    }
    const talking: SecondWayServer = {
      answer: async () => ({ rooms: [] }),
      listen: (owner) => () => Array.from({ length: 2_000 }, (_, number) => ({ owner, number, event })),
    }
    const log = { ...silentLog, warn: (name: string, fields?: object) => said.push([name, fields]) }
    const at = await listen(secondWayHandler({ nodeId: 'one', keys, server: talking, log }))
    const { outcome, told } = await openSecondWay(keys)({ id: 'one', url: at }, 'ping', { owner: 'x' })
    expect(outcome).toEqual({ value: { rooms: [] } })
    expect(told.length).toBeGreaterThan(800)
    expect(told.length).toBeLessThan(1_000)
    expect(told.map(({ number }) => number)).toEqual([...told.keys()])
    expect(said).toEqual([['secondWayToldCut', { method: 'ping', told: 2_000, sent: told.length }]])
  })

  it('reads no more of an answer than a node says, before it knows whose it is', async () => {
    let sent = 0
    const ended = Promise.withResolvers<void>()
    const endless = await listen(async (_req, res) => {
      res.on('close', () => ended.resolve())
      res.writeHead(200)
      while (!res.destroyed && sent < 64) {
        sent++
        if (!res.write(Buffer.alloc(2 ** 20)))
          await Promise.race([new Promise((resolve) => res.once('drain', resolve)), ended.promise])
      }
      res.end()
    })
    const asking = openSecondWay(keys)({ id: 'one', url: endless }, 'regrant', mute())
    await expect(asking).rejects.toThrow('longer')
    await ended.promise
    expect(sent).toBeLessThan(64)
  })

  it('believes no answer that the node has not signed', async () => {
    const liar = await listen(async (_req, res) => {
      res.writeHead(200).end(JSON.stringify({ ok: true, value: {}, told: [] }))
    })
    await expect(openSecondWay(keys)({ id: 'one', url: liar }, 'regrant', mute())).rejects.toThrow('signed')
  })
})

describe('requests of a release before there were steps', () => {
  it('are taken as they come', async () => {
    const ask = (method: string, payload: object) =>
      bus.request(sfuAddress('one'), method, { owner: 'x', roomId, ...payload })
    await ask('openRoom', {})
    await ask('admit', { participantId: chair, admission: open })
    await ask('evict', { participantId: chair })
    await ask('admit', { participantId: chair, admission: open })
    await ask('regrant', { participantId: chair, grant: grantOf('muted') })
    expect(fake.participantsOf(roomId)).toEqual([chair])
    await ask('closeRoom', {})
    expect(fake.participantsOf(roomId)).toEqual([])
  })
})
