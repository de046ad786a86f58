import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Bus } from '#contract/bus.ts'
import { AppError, assertNever } from '#contract/errors.ts'
import type { Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaMessage, MediaTicket, OpenedRoom } from '#contract/media.ts'
import type { Admission, EngineEvent, EngineListener, MediaEngine } from './engine.ts'
import { EngineEmitter } from './engineEmitter.ts'
import type { SecondWay, SecondWayMethod } from './secondWay.ts'
import { SfuEvent, sfuAddress, sfuReplies, sfuTopic, type SfuMethod } from './wire.ts'

export interface RemoteEngineOptions {
  bus: Bus
  /** The media nodes whose heartbeat is fresh; `url` is where their HTTP server is reached, empty where it is not. */
  liveSfuNodes: () => Promise<{ id: string; load: number; url?: string }[]>
  /** What rights are changed by when the bus does not answer; null where the bus cannot be away. */
  secondWay?: SecondWay | null
  log: Log
}

/** How often nodes are looked at, in milliseconds. */
const pollMs = 1_000
const pingTimeoutMs = 2_000
/** Pings in a row that a node with a fresh heartbeat may miss, and one without. */
const allowedMisses = { fresh: 2, stale: 1 } as const
/** A list of nodes that takes longer is not waited for: media do not depend on the database. */
const listTimeoutMs = 1_000
/** After the bus was away nothing is held against a node for so long: its end may come back later than ours. */
const busGraceMs = 25_000
const requestTimeoutMs = 5_000
const admitTimeoutMs = 10_000
/** A change of rights that the bus has not answered for so long is asked for beside it, too. */
const busPatienceMs = 50

/** The engine of whatever media node has room, over the bus. */
export function createRemoteEngine(options: RemoteEngineOptions): MediaEngine {
  return new RemoteEngine(options)
}

interface UsedNode {
  /** Where it is asked without the bus; empty when nobody said. */
  url: string
  /** Of the newest event that came by the bus. */
  lastNumber: number
  /** Newer ones, by number, which came with an answer beside it: the bus may bring them once more. */
  heard: Map<number, EngineEvent>
  rooms: Set<MeetingId>
  /** Rooms of which it has not answered yet. */
  opening: Set<MeetingId>
  misses: number
  unsubscribe: Promise<() => Promise<void>>
}

/** What a node answered. */
type Outcome<T> = { value: T } | { refusal: AppError }

interface Placement {
  nodeId: string
  opened: OpenedRoom
}

class RemoteEngine implements MediaEngine {
  readonly #options: RemoteEngineOptions
  readonly #owner = randomUUID()
  readonly #events = new EngineEmitter()
  readonly #placements = new Map<MeetingId, Promise<Placement>>()
  readonly #nodes = new Map<string, UsedNode>()
  readonly #timer: NodeJS.Timeout
  #isPolling = false
  #step = 0
  /** The last read of the list, until it is answered. */
  #listing: Promise<ReadonlySet<string> | null> | null = null
  #busWasAwayAtMs = Number.NEGATIVE_INFINITY
  #closing: Promise<void> | undefined

  constructor(options: RemoteEngineOptions) {
    this.#options = options
    this.#timer = setInterval(() => detach(options.log, 'mediaPollFailed', this.#poll()), pollMs)
  }

  async openRoom(roomId: MeetingId): Promise<OpenedRoom> {
    if (this.#closing) throw new AppError('media_unavailable', 'The engine is closed')
    const known = this.#placements.get(roomId)
    const placing = known ?? this.#place(roomId)
    if (!known) {
      this.#placements.set(roomId, placing)
      placing.catch(() => this.#placements.delete(roomId)) // who asked is told
    }
    return (await placing).opened
  }

  async closeRoom(roomId: MeetingId): Promise<void> {
    const placement = await this.#placements.get(roomId)?.catch(() => null) // who opened was told
    if (!placement || !this.#forget(roomId)) return
    await this.#order(placement.nodeId, 'closeRoom', sfuReplies.closeRoom, { roomId })
  }

  async admit(roomId: MeetingId, participantId: ParticipantId, admission: Admission): Promise<MediaTicket> {
    const nodeId = await this.#nodeOf(roomId)
    return this.#request(
      nodeId,
      'admit',
      sfuReplies.admit,
      { roomId, participantId, admission },
      admitTimeoutMs,
    )
  }

  async settle(roomId: MeetingId, participantId: ParticipantId, isTaken: boolean): Promise<void> {
    await this.#request(await this.#nodeOf(roomId), 'settle', sfuReplies.settle, {
      roomId,
      participantId,
      isTaken,
    })
  }

  async regrant(roomId: MeetingId, participantId: ParticipantId, grant: Grant): Promise<void> {
    await this.#order(await this.#nodeOf(roomId), 'regrant', sfuReplies.regrant, {
      roomId,
      participantId,
      grant,
    })
  }

  async negotiate(
    roomId: MeetingId,
    participantId: ParticipantId,
    message: MediaMessage,
  ): Promise<MediaMessage> {
    return this.#request(await this.#nodeOf(roomId), 'negotiate', sfuReplies.negotiate, {
      roomId,
      participantId,
      message,
    })
  }

  async evict(roomId: MeetingId, participantId: ParticipantId): Promise<void> {
    const placement = await this.#placements.get(roomId)?.catch(() => null) // who opened was told
    if (!placement) return
    await this.#order(placement.nodeId, 'evict', sfuReplies.evict, { roomId, participantId })
  }

  onEvent(listener: EngineListener): () => void {
    return this.#events.onEvent(listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer)
    this.#events.clear()
    this.#placements.clear()
    const nodes = [...this.#nodes.values()]
    this.#nodes.clear()
    await Promise.all(nodes.map(async ({ unsubscribe }) => (await unsubscribe)()))
  }

  /** Least load first; a node that does not answer is passed over. */
  async #place(roomId: MeetingId): Promise<Placement> {
    const nodes = await this.#options.liveSfuNodes()
    const byLoad = nodes.toSorted((a, b) => this.#loadOf(a) - this.#loadOf(b))
    for (const { id: nodeId, url = '' } of byLoad) {
      const node = this.#use(nodeId, url)
      await node.unsubscribe
      node.rooms.add(roomId)
      node.opening.add(roomId)
      try {
        const opened = await this.#request(nodeId, 'openRoom', sfuReplies.openRoom, { roomId })
        return { nodeId, opened }
      } catch (error) {
        node.rooms.delete(roomId)
        this.#options.log.warn('mediaPlacingFailed', { roomId, nodeId, error: String(error) })
      } finally {
        node.opening.delete(roomId)
      }
    }
    throw new AppError('media_unavailable', 'No media node answers')
  }

  /** Heartbeats lag: what was placed here meanwhile counts too. */
  #loadOf({ id, load }: { id: string; load: number }): number {
    return load + (this.#nodes.get(id)?.rooms.size ?? 0)
  }

  #use(nodeId: string, url: string): UsedNode {
    const known = this.#nodes.get(nodeId)
    if (known) return known
    const unsubscribe = this.#options.bus.subscribe(sfuTopic(nodeId), (message) =>
      this.#hear(nodeId, message),
    )
    const node: UsedNode = {
      ...{
        url,
        lastNumber: 0,
        heard: new Map(),
        rooms: new Set(),
        opening: new Set(),
        misses: 0,
        unsubscribe,
      },
    }
    this.#nodes.set(nodeId, node)
    unsubscribe.catch(() => this.#nodes.delete(nodeId)) // who placed is told
    detach(this.#options.log, 'mediaSecondWayFailed', this.#trySecondWay(nodeId, node))
    return node
  }

  /** Says beforehand when the way beside the bus is shut: a wrong address, or keys that are not shared. */
  async #trySecondWay(nodeId: string, { url }: UsedNode): Promise<void> {
    const { secondWay, log } = this.#options
    if (!secondWay) return
    try {
      await secondWay({ id: nodeId, url }, 'ping', { owner: this.#owner })
    } catch (error) {
      log.warn('mediaSecondWayShut', { nodeId, url, error: String(error) })
    }
  }

  async #nodeOf(roomId: MeetingId): Promise<string> {
    const placing = this.#placements.get(roomId)
    if (!placing) throw new AppError('not_found', 'No such room')
    return (await placing).nodeId
  }

  async #request<T>(
    nodeId: string,
    method: SfuMethod,
    reply: z.ZodType<T>,
    payload: Record<string, unknown>,
    timeoutMs = requestTimeoutMs,
  ): Promise<T> {
    const way = this.#byBus(nodeId, method, reply, this.#stamped(payload), timeoutMs)
    return this.#firstOf([way], nodeId, method)
  }

  /** A change of rights waits for the bus no longer than it must. */
  async #order<T>(
    nodeId: string,
    method: SecondWayMethod,
    reply: z.ZodType<T>,
    payload: Record<string, unknown>,
  ): Promise<T> {
    const order = this.#stamped(payload)
    const byBus = this.#byBus(nodeId, method, reply, order, requestTimeoutMs)
    const url = this.#nodes.get(nodeId)?.url
    const { secondWay } = this.#options
    const ways =
      !secondWay || !url || (await settlesWithin(byBus, this.#options.bus.isReady() ? busPatienceMs : 0))
        ? [byBus]
        : [byBus, this.#besideBus(secondWay, { id: nodeId, url }, method, reply, order)]
    return this.#firstOf(ways, nodeId, method)
  }

  #stamped(payload: Record<string, unknown>): Record<string, unknown> {
    return { owner: this.#owner, step: ++this.#step, ...payload }
  }

  /** The first answer counts, a refusal too: a way that is shut says nothing of the other. */
  async #firstOf<T>(ways: Promise<Outcome<T>>[], nodeId: string, method: SfuMethod): Promise<T> {
    const outcome = await Promise.any(ways).catch((cause: unknown) => {
      throw new AppError('media_unavailable', `${nodeId} did not answer ${method}`, { cause })
    })
    if ('refusal' in outcome) throw outcome.refusal
    return outcome.value
  }

  /** Rejects when the node does not answer. */
  async #byBus<T>(
    nodeId: string,
    method: SfuMethod,
    reply: z.ZodType<T>,
    payload: Record<string, unknown>,
    timeoutMs: number,
  ): Promise<Outcome<T>> {
    try {
      const answer = await this.#options.bus.request(sfuAddress(nodeId), method, payload, { timeoutMs })
      return { value: reply.parse(answer) }
    } catch (error) {
      if (error instanceof AppError && error.code !== 'timeout') return { refusal: error }
      throw error
    }
  }

  async #besideBus<T>(
    secondWay: SecondWay,
    node: { id: string; url: string },
    method: SecondWayMethod,
    reply: z.ZodType<T>,
    payload: Record<string, unknown>,
  ): Promise<Outcome<T>> {
    try {
      const { outcome, told } = await secondWay(node, method, payload)
      for (const message of told) this.#hear(node.id, message, true)
      return 'refusal' in outcome ? outcome : { value: reply.parse(outcome.value) }
    } catch (error) {
      this.#options.log.warn('mediaSecondWayShut', { nodeId: node.id, url: node.url, error: String(error) })
      throw error
    }
  }

  #hear(nodeId: string, message: unknown, isBesideBus = false): void {
    const parsed = SfuEvent.safeParse(message)
    if (!parsed.success) return this.#options.log.warn('mediaEventMalformed', { nodeId })
    const { owner, event, number } = parsed.data
    const node = this.#nodes.get(nodeId)
    if (owner !== this.#owner || !node) return
    if (number !== undefined && isOutdated(node, number, event, isBesideBus)) return
    if (!node.rooms.has(event.roomId)) return
    if (event.type === 'roomLost' && !this.#forget(event.roomId)) return
    this.#events.emit(event)
  }

  #forget(roomId: MeetingId): boolean {
    for (const node of this.#nodes.values()) node.rooms.delete(roomId)
    return this.#placements.delete(roomId)
  }

  async #poll(): Promise<void> {
    if (this.#isPolling || this.#nodes.size === 0) return
    this.#isPolling = true
    this.#noteBus()
    try {
      const live = this.#liveIds()
      await Promise.all([...this.#nodes].map(([nodeId, node]) => this.#check(nodeId, node, live)))
    } finally {
      this.#isPolling = false
    }
  }

  /** Null when nobody knows, or not in time: then only pings count. */
  async #liveIds(): Promise<ReadonlySet<string> | null> {
    this.#listing ??= this.#readList().finally(() => (this.#listing = null))
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), listTimeoutMs)
    try {
      return await Promise.race([this.#listing, late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async #readList(): Promise<ReadonlySet<string> | null> {
    try {
      const live = await this.#options.liveSfuNodes()
      for (const { id, url } of live) {
        const used = this.#nodes.get(id)
        if (used && url) used.url = url
      }
      return new Set(live.map((node) => node.id))
    } catch (error) {
      this.#options.log.warn('mediaNodesUnknown', { error: String(error) })
      return null
    }
  }

  /** A ping tells the node that we live, and us which rooms it still has. */
  async #check(nodeId: string, node: UsedNode, live: Promise<ReadonlySet<string> | null>): Promise<void> {
    const settled = [...node.rooms].filter((roomId) => !node.opening.has(roomId))
    try {
      const { rooms } = await this.#request(nodeId, 'ping', sfuReplies.ping, {}, pingTimeoutMs)
      node.misses = 0
      const there = new Set(rooms)
      for (const roomId of settled) if (!there.has(roomId)) this.#lose(node, roomId)
    } catch (error) {
      // Without a bus a silence says nothing of the node, and no other could be used either.
      if (this.#isBusInDoubt()) {
        node.misses = 0
        return
      }
      node.misses++
      const ids = await live
      const isStale = ids !== null && !ids.has(nodeId)
      if (node.misses <= allowedMisses[isStale ? 'stale' : 'fresh']) return
      this.#options.log.error('mediaNodeLost', { nodeId, error: String(error) })
      this.#nodes.delete(nodeId)
      for (const roomId of [...node.rooms]) this.#lose(node, roomId)
      await (
        await node.unsubscribe
      )()
    }
  }

  #noteBus(): void {
    if (!this.#options.bus.isReady()) this.#busWasAwayAtMs = performance.now()
  }

  #isBusInDoubt(): boolean {
    this.#noteBus()
    return performance.now() - this.#busWasAwayAtMs < busGraceMs
  }

  #lose(node: UsedNode, roomId: MeetingId): void {
    if (!node.rooms.delete(roomId)) return
    if (this.#placements.delete(roomId)) this.#events.emit({ type: 'roomLost', roomId })
  }
}

/** Whether an event came already, or what came says what became of it; over the bus a node's come in their order. */
function isOutdated(node: UsedNode, number: number, event: EngineEvent, isBesideBus: boolean): boolean {
  const { heard } = node
  const isKnown =
    number <= node.lastNumber ||
    heard.has(number) ||
    [...heard].some(([newer, said]) => newer > number && overtakes(said, event))
  if (isBesideBus) heard.set(number, event)
  else {
    node.lastNumber = Math.max(node.lastNumber, number)
    for (const one of heard.keys()) if (one <= number) heard.delete(one)
  }
  return isKnown
}

/** Whether after what is newer nothing is left to say of a track: it ended, or goes on, by that. */
function overtakes(newer: EngineEvent, older: EngineEvent): boolean {
  if (older.type !== 'trackPublished' && older.type !== 'trackUnpublished') return false
  if (newer.roomId !== older.roomId) return false
  switch (newer.type) {
    case 'trackPublished':
    case 'trackUnpublished':
      return newer.participantId === older.participantId && newer.trackId === older.trackId
    case 'participantLost':
      return newer.participantId === older.participantId
    case 'roomLost':
      return true
    case 'speakersChanged':
    case 'message':
      return false
    default:
      return assertNever(newer)
  }
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), ms)
  const settled = work.then(
    () => true,
    () => true, // who asked is told
  )
  try {
    return await Promise.race([settled, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
