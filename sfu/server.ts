import type { Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import { AppError, assertNever } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { OpenedRoom } from '#contract/media.ts'
import type { SfuConfig } from './config.ts'
import type { MediaEngine } from './engine.ts'
import { FakeEngine } from './fakeEngine.ts'
import { MediasoupEngine } from './mediasoup/mediasoupEngine.ts'
import { exposeEngine } from './metrics.ts'
import { sfuAddress, sfuRequests, sfuTopic, type SfuEvent, type SfuMethod } from './wire.ts'

/** A running media node. */
export interface SfuServer {
  /** For the node's heartbeat: rooms go where it is least. */
  load(): number
  /** Whether a participant could be let in now. */
  isReady(): boolean
  close(): Promise<void>
}

export interface SfuServerOptions {
  nodeId: string
  bus: Bus
  config: SfuConfig
  log: Log
  metrics: Registry
}

/** Rooms of an owner that said nothing for so long are closed: its node is gone, or they live elsewhere. */
const ownerTimeoutMs = 15_000
const sweepMs = 1_000

/** Starts the media engine and serves it on the bus. Throws AppError `media_unavailable` when it cannot start. */
export async function startSfu(options: SfuServerOptions): Promise<SfuServer> {
  const { config, log, metrics } = options
  if (config.engine === 'fake')
    return serveEngine(new FakeEngine(), options, { load: () => 0, isReady: () => true })
  const engine = await MediasoupEngine.start(config, log)
  exposeEngine(engine, metrics)
  return serveEngine(engine, options, {
    load: () => engine.stats().load,
    isReady: () => engine.workers.alive.length > 0,
  })
}

/** Serves any engine on the bus; for tests that keep the engine in hand. */
export async function serveEngine(
  engine: MediaEngine,
  { nodeId, bus, log }: Pick<SfuServerOptions, 'nodeId' | 'bus' | 'log'>,
  state: Pick<SfuServer, 'load' | 'isReady'> = { load: () => 0, isReady: () => true },
): Promise<SfuServer> {
  const house = new EngineHouse(engine, bus, nodeId, log)
  const stopServing = await bus.serve(sfuAddress(nodeId), (method, payload) => house.answer(method, payload))
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await stopServing()
    await house.close()
  }
  return { ...state, close: () => (closing ??= close()) }
}

/** The engine with its rooms' owners: only the last who opened a room may act on it, and hears of it. */
class EngineHouse {
  readonly #engine: MediaEngine
  readonly #bus: Bus
  readonly #log: Log
  readonly #owners = new Map<MeetingId, string>()
  readonly #heardAtMs = new Map<string, number>()
  readonly #cleanup: (() => void)[]

  constructor(engine: MediaEngine, bus: Bus, nodeId: string, log: Log) {
    this.#engine = engine
    this.#bus = bus
    this.#log = log
    const sweep = setInterval(() => this.#sweep(), sweepMs)
    this.#cleanup = [
      () => clearInterval(sweep),
      engine.onEvent((event) => {
        const owner = this.#owners.get(event.roomId)
        if (owner !== undefined) bus.publish(sfuTopic(nodeId), { owner, event } satisfies SfuEvent)
        if (event.type === 'roomLost') this.#owners.delete(event.roomId)
      }),
    ]
  }

  async answer(method: string, payload: unknown): Promise<unknown> {
    if (!isMethod(method)) throw new AppError('bad_request', `No method ${method}`)
    switch (method) {
      case 'openRoom': {
        const { owner, roomId } = this.#parse(sfuRequests.openRoom, payload)
        return this.#open(owner, roomId)
      }
      case 'closeRoom': {
        const { owner, roomId } = this.#parse(sfuRequests.closeRoom, payload)
        if (this.#owners.get(roomId) === owner) await this.#close(roomId)
        return {}
      }
      case 'admit': {
        const { owner, roomId, participantId, admission } = this.#parse(sfuRequests.admit, payload)
        this.#assertOwner(owner, roomId)
        return this.#engine.admit(roomId, participantId, admission)
      }
      case 'settle': {
        const { owner, roomId, participantId, isTaken } = this.#parse(sfuRequests.settle, payload)
        this.#assertOwner(owner, roomId)
        await this.#engine.settle(roomId, participantId, isTaken)
        return {}
      }
      case 'regrant': {
        const { owner, roomId, participantId, grant } = this.#parse(sfuRequests.regrant, payload)
        this.#assertOwner(owner, roomId)
        await this.#engine.regrant(roomId, participantId, grant)
        return {}
      }
      case 'negotiate': {
        const { owner, roomId, participantId, message } = this.#parse(sfuRequests.negotiate, payload)
        this.#assertOwner(owner, roomId)
        return this.#engine.negotiate(roomId, participantId, message)
      }
      case 'evict': {
        const { owner, roomId, participantId } = this.#parse(sfuRequests.evict, payload)
        if (this.#owners.get(roomId) === owner) await this.#engine.evict(roomId, participantId)
        return {}
      }
      case 'ping': {
        const { owner } = this.#parse(sfuRequests.ping, payload)
        return { rooms: [...this.#owners].filter(([, of]) => of === owner).map(([roomId]) => roomId) }
      }
      default:
        return assertNever(method)
    }
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanup.splice(0)) cleanup()
    this.#owners.clear()
    await this.#engine.close()
  }

  async #open(owner: string, roomId: MeetingId): Promise<OpenedRoom> {
    const former = this.#owners.get(roomId)
    this.#owners.set(roomId, owner)
    if (former !== undefined && former !== owner) {
      this.#log.info('mediaRoomTakenOver', { roomId })
      await this.#engine.closeRoom(roomId)
    }
    return this.#engine.openRoom(roomId)
  }

  #close(roomId: MeetingId): Promise<void> {
    this.#owners.delete(roomId)
    return this.#engine.closeRoom(roomId)
  }

  #assertOwner(owner: string, roomId: MeetingId): void {
    if (this.#owners.get(roomId) !== owner) throw new AppError('not_found', 'No such room of that owner')
  }

  /** Parses a request; whoever speaks, lives. */
  #parse<T extends { owner: string }>(
    schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown } },
    payload: unknown,
  ): T {
    const parsed = schema.safeParse(payload)
    if (!parsed.success) throw new AppError('bad_request', 'Malformed request', { cause: parsed.error })
    this.#heardAtMs.set(parsed.data.owner, performance.now())
    return parsed.data
  }

  #sweep(): void {
    const nowMs = performance.now()
    if (!this.#bus.isReady()) {
      // nobody could be heard: media go on, and whoever lives has the whole time once the bus is back
      for (const owner of this.#heardAtMs.keys()) this.#heardAtMs.set(owner, nowMs)
      return
    }
    for (const [owner, heardAtMs] of [...this.#heardAtMs]) {
      if (nowMs - heardAtMs < ownerTimeoutMs) continue
      this.#heardAtMs.delete(owner)
      for (const [roomId, of] of [...this.#owners]) {
        if (of !== owner) continue
        this.#log.warn('mediaRoomOrphaned', { roomId })
        detach(this.#log, 'mediaRoomCloseFailed', this.#close(roomId))
      }
    }
  }
}

function isMethod(method: string): method is SfuMethod {
  return Object.hasOwn(sfuRequests, method)
}
