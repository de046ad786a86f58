import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Registry } from 'prom-client'
import { AppError } from '#contract/errors.ts'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { silentLog } from '#contract/log.ts'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import { standardSfuConfig } from './config.ts'
import { EngineEvent, type MediaEngine } from './engine.ts'
import { describeEngine, grantOf } from './engine.conformance.ts'
import { FakeEngine } from './fakeEngine.ts'
import { MediasoupEngine } from './mediasoup/mediasoupEngine.ts'
import { newMediasoupHarness, newSfuConfig, testLog } from './mediasoup/testing/mediasoupHarness.ts'
import { createRemoteEngine } from './remoteEngine.ts'
import { serveEngine, startSfu, type SfuServer } from './server.ts'
import { newFakeHarness } from './testing/fakeHarness.ts'
import { sfuAddress } from './wire.ts'
import { onEventOf } from './testing/events.ts'

/** A bus that can be away, and may know it. */
class BreakableBus extends MemoryBus {
  isAway = false
  saysSo = false

  override async request(...args: Parameters<MemoryBus['request']>): Promise<unknown> {
    if (!this.isAway) return super.request(...args)
    await new Promise((resolve) => setTimeout(resolve, args[3]?.timeoutMs ?? 5000))
    throw new AppError('timeout', args[0])
  }

  override isReady(): boolean {
    return !this.saysSo && super.isReady()
  }
}

async function overTheBus(inner: MediaEngine) {
  const bus = new MemoryBus()
  const server = await serveEngine(inner, { nodeId: 'sfu-1', bus, log: testLog })
  const engine = createRemoteEngine({
    bus,
    liveSfuNodes: async () => [{ id: 'sfu-1', load: 0 }],
    log: testLog,
  })
  const close = async (): Promise<void> => {
    await engine.close()
    await server.close()
    await bus.close()
  }
  return { engine, close }
}

describeEngine('the fake over the bus', async () => {
  const fake = new FakeEngine()
  const { engine, close } = await overTheBus(fake)
  return newFakeHarness(engine, fake, close)
})

describeEngine('mediasoup over the bus', async () => {
  const { engine, close } = await overTheBus(await MediasoupEngine.start(newSfuConfig(), testLog))
  return newMediasoupHarness(engine, close)
})

describe('rooms on several media nodes', () => {
  const roomId = MeetingId.parse('meeting-1')
  const other = MeetingId.parse('meeting-2')
  const chair = ParticipantId.parse('chair')
  const admission = { kind: 'page', grant: grantOf('open'), media: {} } as const
  let bus: BreakableBus
  let nodes: { id: string; load: number }[]
  let fakes: Map<string, FakeEngine>
  let servers: Map<string, SfuServer>
  const engines: MediaEngine[] = []

  const startNode = async (id: string, load = 0): Promise<FakeEngine> => {
    const fake = new FakeEngine()
    fakes.set(id, fake)
    servers.set(id, await serveEngine(fake, { nodeId: id, bus, log: silentLog }))
    nodes.push({ id, load })
    return fake
  }
  const remote = (): MediaEngine => {
    const engine = createRemoteEngine({ bus, liveSfuNodes: async () => nodes, log: silentLog })
    engines.push(engine)
    return engine
  }
  const lostRooms = (engine: MediaEngine): string[] => {
    const lost: string[] = []
    onEventOf(engine, 'roomLost', (event) => lost.push(event.roomId))
    return lost
  }
  const hasRoom = (id: string, room: MeetingId): boolean => {
    try {
      fakes.get(id)?.loseParticipant(room, ParticipantId.parse('nobody'))
    } catch (error) {
      return error instanceof AppError && error.message === 'No such participant'
    }
    return false
  }

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    })
    bus = new BreakableBus()
    nodes = []
    fakes = new Map()
    servers = new Map()
  })
  afterEach(async () => {
    vi.useRealTimers()
    for (const engine of engines.splice(0)) await engine.close()
    for (const server of servers.values()) await server.close()
    await bus.close()
  })

  it('places a room on the least busy node and finds it there again', async () => {
    await startNode('busy', 10)
    await startNode('idle', 1)
    const engine = remote()
    await engine.openRoom(roomId)
    await engine.openRoom(roomId)
    expect([hasRoom('busy', roomId), hasRoom('idle', roomId)]).toEqual([false, true])
  })

  it('counts what it placed itself while heartbeats lag', async () => {
    await startNode('one')
    await startNode('two')
    const engine = remote()
    await engine.openRoom(roomId)
    await engine.openRoom(other)
    expect([hasRoom('one', roomId), hasRoom('two', other)]).toEqual([true, true])
  })

  it('passes over a node that does not answer', async () => {
    nodes.push({ id: 'ghost', load: -1 })
    await startNode('real')
    const engine = remote()
    const opening = engine.openRoom(roomId)
    await vi.advanceTimersByTimeAsync(10_000)
    await opening
    expect(hasRoom('real', roomId)).toBe(true)
  })

  it('says media_unavailable when there is no media node', async () => {
    await expect(remote().openRoom(roomId)).rejects.toMatchObject({ code: 'media_unavailable' })
  })

  it('loses the rooms of a node that ended, and places them anew', async () => {
    await startNode('one')
    const engine = remote()
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    await startNode('two', 5)
    await servers.get('one')?.close()
    nodes = nodes.filter((node) => node.id !== 'one')
    await vi.advanceTimersByTimeAsync(6_000)
    expect(lost).toEqual([roomId])
    await engine.openRoom(roomId)
    expect(hasRoom('two', roomId)).toBe(true)
  })

  it('loses the rooms of a node that stopped answering though its heartbeat goes on', async () => {
    await startNode('one')
    const engine = remote()
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    await servers.get('one')?.close()
    await vi.advanceTimersByTimeAsync(12_000)
    expect(lost).toEqual([roomId])
  })

  it('loses the rooms that a node which began anew does not know', async () => {
    await startNode('one')
    const engine = remote()
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    await servers.get('one')?.close()
    const fake = new FakeEngine()
    servers.set('one', await serveEngine(fake, { nodeId: 'one', bus, log: silentLog }))
    await vi.advanceTimersByTimeAsync(4_000)
    expect(lost).toEqual([roomId])
  })

  it('keeps its rooms when the list of nodes cannot be read', async () => {
    await startNode('one')
    let isBroken = false
    const engine = createRemoteEngine({
      bus,
      liveSfuNodes: async () => {
        if (isBroken) throw new Error('no database')
        return nodes
      },
      log: silentLog,
    })
    engines.push(engine)
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    isBroken = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(lost).toEqual([])
    await engine.admit(roomId, chair, admission)
  })

  it('ends no media when the database is slow: neither side waits for it', async () => {
    await startNode('one')
    let isSlow = false
    const never = new Promise<never>(() => undefined)
    const engine = createRemoteEngine({
      bus,
      liveSfuNodes: () => (isSlow ? never : Promise.resolve(nodes)),
      log: silentLog,
    })
    engines.push(engine)
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    await engine.admit(roomId, chair, admission)
    isSlow = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect([lost, fakes.get('one')?.participantsOf(roomId)]).toEqual([[], [chair]])
  })

  it('ends no media when heartbeats are late and one answer is', async () => {
    await startNode('one')
    const engine = remote()
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    nodes = []
    bus.isAway = true
    bus.saysSo = false
    await vi.advanceTimersByTimeAsync(2_500)
    bus.isAway = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(lost).toEqual([])
  })

  it('ends no media while the bus is away, however long, nor when one end is back before the other', async () => {
    await startNode('one')
    const engine = remote()
    const lost = lostRooms(engine)
    await engine.openRoom(roomId)
    await engine.admit(roomId, chair, admission)
    bus.isAway = true
    bus.saysSo = true
    await vi.advanceTimersByTimeAsync(60_000)
    bus.saysSo = false // our end is back, the node's is not
    await vi.advanceTimersByTimeAsync(10_000)
    bus.isAway = false
    await vi.advanceTimersByTimeAsync(20_000)
    expect([lost, fakes.get('one')?.participantsOf(roomId)]).toEqual([[], [chair]])
    await servers.get('one')?.close()
    await vi.advanceTimersByTimeAsync(12_000)
    expect(lost).toEqual([roomId])
  })

  it('tells everything that the node’s engine tells of its rooms, in order', async () => {
    const fake = await startNode('one')
    const engine = remote()
    const said: EngineEvent[] = []
    const heard: EngineEvent[] = []
    fake.onEvent((event) => said.push(event))
    engine.onEvent((event) => heard.push(event))
    await engine.openRoom(roomId)
    await engine.admit(roomId, chair, admission)
    await engine.negotiate(roomId, chair, { type: 'publish', source: 'camera', trackId: 'face' })
    fake.speak(roomId, [{ participantId: chair, level: -30 }])
    fake.tell(roomId, chair, { type: 'anything', of: { the: ['engine'] } })
    fake.loseParticipant(roomId, chair)
    fake.loseRoom(roomId)
    await vi.advanceTimersByTimeAsync(10)
    const types = EngineEvent.options.map((option) => option.shape.type.value)
    expect(new Set(said.map((event) => event.type))).toEqual(new Set(types))
    expect(heard).toEqual(said)
  })

  it('gives a room to the signalling node that opened it last, and no other may touch it', async () => {
    const fake = await startNode('one')
    const [former, present] = [remote(), remote()]
    const lost = lostRooms(former)
    await former.openRoom(roomId)
    await former.admit(roomId, chair, admission)
    await present.openRoom(roomId)
    expect(fake.participantsOf(roomId)).toEqual([])
    await present.admit(roomId, chair, admission)
    await former.evict(roomId, chair)
    await expect(former.regrant(roomId, chair, grantOf('muted'))).rejects.toMatchObject({ code: 'not_found' })
    await former.closeRoom(roomId)
    expect(fake.participantsOf(roomId)).toEqual([chair])
    expect(lost).toEqual([])
  })

  it('tells the former owner that the room is no longer its own', async () => {
    await startNode('one')
    const [former, present] = [remote(), remote()]
    const lost = [lostRooms(former), lostRooms(present)]
    await former.openRoom(roomId)
    await present.openRoom(roomId)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(lost).toEqual([[roomId], []])
  })

  it('closes the rooms of a signalling node that is gone, and keeps those of one that lives', async () => {
    await startNode('one')
    const [dying, living] = [remote(), remote()]
    await dying.openRoom(roomId)
    await living.openRoom(other)
    await dying.close()
    await vi.advanceTimersByTimeAsync(18_000)
    expect([hasRoom('one', roomId), hasRoom('one', other)]).toEqual([false, true])
  })

  it.each([
    ['a method that is none', 'constructor', {}],
    ['a payload that is none', 'openRoom', null],
    ['a room id that is a path', 'openRoom', { owner: 'x', roomId: '../x' }],
    ['a grant without sources', 'regrant', { owner: 'x', roomId: 'a', participantId: 'b', grant: {} }],
  ])('refuses %s', async (_, method, payload) => {
    await startNode('one')
    const asking = bus.request(sfuAddress('one'), method, payload)
    await expect(asking).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe('a media node', () => {
  it('says how it is in metrics, readiness and load', async () => {
    const bus = new MemoryBus()
    const metrics = new Registry()
    const config = newSfuConfig({ workers: 1 })
    const server = await startSfu({ nodeId: 'one', bus, config, log: silentLog, metrics })
    const engine = createRemoteEngine({
      bus,
      liveSfuNodes: async () => [{ id: 'one', load: 0 }],
      log: silentLog,
    })
    const roomId = MeetingId.parse('meeting-1')
    await engine.openRoom(roomId)
    const media = { rtpCapabilities: { codecs: [] } }
    await engine.admit(roomId, ParticipantId.parse('a'), {
      kind: 'page',
      grant: grantOf('open'),
      media,
    })
    const text = await metrics.metrics()
    expect(text).toContain('diemcau_sfu_rooms 1')
    expect(text).toContain('diemcau_sfu_participants 1')
    expect(text).toMatch(/diemcau_sfu_worker_cpu_seconds\{worker="0"\} 0?\.?\d+/)
    expect([server.load(), server.isReady()]).toEqual([1, true])
    await engine.close()
    await server.close()
    expect(server.isReady()).toBe(false)
    await bus.close()
  })

  it('serves the fake engine without a worker', async () => {
    const bus = new MemoryBus()
    const config = { ...standardSfuConfig, engine: 'fake' as const }
    const server = await startSfu({ nodeId: 'one', bus, config, log: silentLog, metrics: new Registry() })
    expect(server.isReady()).toBe(true)
    await server.close()
    await server.close()
    await bus.close()
  })
})
