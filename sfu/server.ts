import type { Registry } from 'prom-client'
import type { Bus } from '#contract/bus.ts'
import { AppError, assertNever } from '#contract/errors.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { OpenedRoom } from '#contract/media.ts'
import type { SfuConfig } from './config.ts'
import type { MediaEngine } from './engine.ts'
import { FakeEngine } from './fakeEngine.ts'
import { MediasoupEngine } from './mediasoup/mediasoupEngine.ts'
import { exposeEngine } from './metrics.ts'
import type { SecondWayServer } from './secondWay.ts'
import { sfuAddress, sfuRequests, sfuTopic, type SfuEvent, type SfuMethod } from './wire.ts'

/** A running media node. */
export interface SfuServer {
  /** For the node's heartbeat: rooms go where it is least. */
  load(): number
  /** Whether a participant could be let in now. */
  isReady(): boolean
  /** The same as on the bus, for the way beside it. */
  secondWay: SecondWayServer
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
  const stopServing = await bus.serve(sfuAddress(nodeId), (method, payload) =>
    house.answerBus(method, payload),
  )
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await stopServing()
    await house.close()
  }
  return { ...state, secondWay: house, close: () => (closing ??= close()) }
}

/** A room of somebody's. */
interface OwnedRoom {
  owner: string
  /** The step at which it was opened last. */
  openedStep: number
  /** The last step of who was let in, changed or put out. */
  steps: Map<ParticipantId, number>
}

/**
 * The engine with its rooms' owners: only the last who opened a room may act on it, and hears of it. Whichever way a
 * request comes, what a newer one has overtaken changes nothing.
 */
class EngineHouse implements SecondWayServer {
  readonly #engine: MediaEngine
  readonly #bus: Bus
  readonly #log: Log
  readonly #rooms = new Map<MeetingId, OwnedRoom>()
  readonly #heardAtMs = new Map<string, number>()
  readonly #listeners = new Set<(event: SfuEvent) => void>()
  readonly #cleanup: (() => void)[]
  /** Begins with the time: a node that begins anew goes on rising. */
  #lastNumber = Date.now() * 1_000

  constructor(engine: MediaEngine, bus: Bus, nodeId: string, log: Log) {
    this.#engine = engine
    this.#bus = bus
    this.#log = log
    const sweep = setInterval(() => this.#sweep(), sweepMs)
    this.#cleanup = [
      () => clearInterval(sweep),
      engine.onEvent((event) => {
        const owner = this.#rooms.get(event.roomId)?.owner
        if (owner !== undefined) {
          const told: SfuEvent = { owner, number: ++this.#lastNumber, event }
          bus.publish(sfuTopic(nodeId), told)
          for (const listener of this.#listeners) listener(told)
        }
        if (event.type === 'roomLost') this.#rooms.delete(event.roomId)
      }),
    ]
  }

  /** Whoever speaks over the bus, lives. What came beside it once may be sent again by anybody. */
  answerBus(method: string, payload: unknown): Promise<unknown> {
    const speaker = sfuRequests.ping.safeParse(payload)
    if (speaker.success) this.#heardAtMs.set(speaker.data.owner, performance.now())
    return this.answer(method, payload)
  }

  async answer(method: string, payload: unknown): Promise<unknown> {
    if (!isMethod(method)) throw new AppError('bad_request', `No method ${method}`)
    switch (method) {
      case 'openRoom': {
        const { owner, roomId, step } = parse(sfuRequests.openRoom, payload)
        return this.#open(owner, roomId, step)
      }
      case 'closeRoom': {
        const { owner, roomId, step } = parse(sfuRequests.closeRoom, payload)
        const room = this.#rooms.get(roomId)
        if (room?.owner === owner && isNext(step, room.openedStep)) await this.#close(roomId)
        return {}
      }
      case 'admit': {
        const { owner, roomId, participantId, admission, step } = parse(sfuRequests.admit, payload)
        const isNewest = this.#advance(this.#roomOf(owner, roomId), participantId, step)
        if (!isNewest) throw new AppError('not_found', 'The admission was overtaken')
        return this.#engine.admit(roomId, participantId, admission)
      }
      case 'settle': {
        const { owner, roomId, participantId, isTaken, step } = parse(sfuRequests.settle, payload)
        const isNewest = this.#advance(this.#roomOf(owner, roomId), participantId, step)
        if (isNewest) await this.#engine.settle(roomId, participantId, isTaken)
        // The rights of whoever would take the place are older than what was said since.
        else if (isTaken) throw new AppError('not_found', 'The admission was overtaken')
        return {}
      }
      case 'regrant': {
        const { owner, roomId, participantId, grant, step } = parse(sfuRequests.regrant, payload)
        const isNewest = this.#advance(this.#roomOf(owner, roomId), participantId, step)
        if (isNewest) await this.#engine.regrant(roomId, participantId, grant)
        return {}
      }
      case 'negotiate': {
        const { owner, roomId, participantId, message } = parse(sfuRequests.negotiate, payload)
        this.#roomOf(owner, roomId)
        return this.#engine.negotiate(roomId, participantId, message)
      }
      case 'evict': {
        const { owner, roomId, participantId, step } = parse(sfuRequests.evict, payload)
        const room = this.#rooms.get(roomId)
        if (room?.owner === owner && this.#advance(room, participantId, step)) {
          await this.#engine.evict(roomId, participantId)
        }
        return {}
      }
      case 'ping': {
        const { owner } = parse(sfuRequests.ping, payload)
        return {
          rooms: [...this.#rooms].filter(([, room]) => room.owner === owner).map(([roomId]) => roomId),
        }
      }
      default:
        return assertNever(method)
    }
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanup.splice(0)) cleanup()
    this.#rooms.clear()
    await this.#engine.close()
  }

  listen(owner: string): () => SfuEvent[] {
    const heard: SfuEvent[] = []
    const listener = (event: SfuEvent): void => {
      if (event.owner === owner) heard.push(event)
    }
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      return heard
    }
  }

  async #open(owner: string, roomId: MeetingId, step = 0): Promise<OpenedRoom> {
    const former = this.#rooms.get(roomId)
    if (former?.owner === owner) {
      former.openedStep = Math.max(former.openedStep, step)
    } else {
      this.#rooms.set(roomId, { owner, openedStep: step, steps: new Map() })
      if (former) {
        this.#log.info('mediaRoomTakenOver', { roomId })
        await this.#engine.closeRoom(roomId)
      }
    }
    return this.#engine.openRoom(roomId)
  }

  #close(roomId: MeetingId): Promise<void> {
    this.#rooms.delete(roomId)
    return this.#engine.closeRoom(roomId)
  }

  #roomOf(owner: string, roomId: MeetingId): OwnedRoom {
    const room = this.#rooms.get(roomId)
    if (room?.owner !== owner) throw new AppError('not_found', 'No such room of that owner')
    return room
  }

  /** Whether nothing newer was asked of the participant; the same once more is nothing newer. */
  #advance(room: OwnedRoom, participantId: ParticipantId, step: number | undefined): boolean {
    if (!isNext(step, Math.max(room.openedStep, room.steps.get(participantId) ?? 0))) return false
    if (step !== undefined) room.steps.set(participantId, step)
    return true
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
      for (const [roomId, room] of [...this.#rooms]) {
        if (room.owner !== owner) continue
        this.#log.warn('mediaRoomOrphaned', { roomId })
        detach(this.#log, 'mediaRoomCloseFailed', this.#close(roomId))
      }
    }
  }
}

function parse<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: unknown } },
  payload: unknown,
): T {
  const parsed = schema.safeParse(payload)
  if (!parsed.success) throw new AppError('bad_request', 'Malformed request', { cause: parsed.error })
  return parsed.data
}

function isNext(step: number | undefined, last: number): boolean {
  return step === undefined || step >= last
}

function isMethod(method: string): method is SfuMethod {
  return Object.hasOwn(sfuRequests, method)
}
