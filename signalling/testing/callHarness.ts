import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { Registry } from 'prom-client'
import { MemoryBus } from '#deploy/bus/memoryBus.ts'
import type { Bus } from '#contract/bus.ts'
import { ClientId, MeetingId, NodeId, ParticipantId } from '#contract/ids.ts'
import { silentLog, type Log } from '#contract/log.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { applyRoomBatch, withScopes } from '#contract/room/room.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import type { Database } from '#db/client.ts'
import { startHeartbeat } from '#db/nodes.ts'
import { concernedBy, standingIn } from '#db/standing.ts'
import { FakeEngine } from '#sfu/fakeEngine.ts'
import { connectCall, type CallSignal } from '../client.ts'
import type { Principals } from '../identity.ts'
import { startSignalling, type SignallingServer } from '../server.ts'
import type { SignallingSettings } from '../settings.ts'

/** Everyone of a test's meeting: the id is the role's or person's name after the meeting's. */
export const cast = [
  ['chair', 'chair'],
  ['secretary', 'secretary'],
  ['an', 'delegate'],
  ['binh', 'delegate'],
  ['guest', 'guest'],
  ['technician', 'technician'],
] as const satisfies readonly (readonly [string, MeetingRole])[]

/** A meeting in the database, scheduled for now, with the cast, two agenda items and one site. */
export async function newMeeting(database: Database): Promise<MeetingId> {
  const id = MeetingId.parse(`m-${randomUUID()}`)
  const unit = {
    id: `u-${id}`,
    code: id,
    name: 'Hoàn Kiếm',
    nameSearch: 'hoan kiem',
    level: 'commune',
    kind: 'phường',
  }
  await database.prisma.unit.create({ data: { ...unit, validFrom: new Date('2025-07-01') } })
  await database.prisma.site.create({ data: { id: `site-${id}`, unitId: unit.id, name: 'Phòng họp tầng 2' } })
  await database.prisma.meeting.create({
    data: {
      id,
      unitId: unit.id,
      kind: 'work',
      title: 'Họp giao ban',
      titleSearch: 'hop giao ban',
      place: 'Phòng họp 1',
      startsAt: new Date(),
      endsAt: new Date(Date.now() + 3_600_000),
      status: 'scheduled',
      participants: {
        create: cast.map(([name, role]) => ({ id: `${name}-${id}`, name: `Tên ${name}`, role })),
      },
      agenda: {
        create: [
          { id: `item1-${id}`, position: 1, title: 'Một' },
          { id: `item2-${id}`, position: 2, title: 'Hai' },
        ],
      },
      sites: { create: [{ siteId: `site-${id}` }] },
    },
  })
  return id
}

/** Somebody of the cast in a meeting. */
export function memberId(meetingId: MeetingId, name: string): ParticipantId {
  return ParticipantId.parse(`${name}-${meetingId}`)
}

/** The cookie `who=<participant id>` stands for a join link; everything else is the real look-up. */
export function newLinkPrincipals(database: Database): Principals {
  return {
    resolve: async (headers) => {
      const id = /who=([\w-]+)/.exec(headers.get('cookie') ?? '')?.[1]
      if (id === undefined) return null
      const row = await database.prisma.participant.findUnique({ where: { id } })
      if (!row) return null
      const ids = { meetingId: MeetingId.parse(row.meetingId), participantId: ParticipantId.parse(row.id) }
      return { account: null, links: [{ kind: 'link', linkId: `link-${id}`, ...ids }] }
    },
    standingIn: (principal, meetingId) => standingIn(database, principal, meetingId),
    concernedBy: (meetingId, accounts) => concernedBy(database, meetingId, accounts),
  }
}

/** Settings under which tests need not wait. */
const quickSettings: Partial<SignallingSettings> = {
  leaseTtlMs: 900,
  seatGraceMs: 60_000,
  storeTimeoutMs: 3000,
  lobbyMs: 50,
  idleMs: 60_000,
  tickMs: 50,
  recorderTimeoutMs: 2000,
}

/** A signalling node with its HTTP server, in this process. */
export interface TestNode {
  id: NodeId
  url: string
  server: SignallingServer
  http: Server
  engine: FakeEngine
  bus: Bus
  close(): Promise<void>
}

/** Starts a node on the database; alone on its bus and engine unless they are given. */
export async function startNode(options: {
  database: Database
  id?: string
  bus?: Bus
  engine?: FakeEngine
  principals?: Principals
  addressOf?: (request: IncomingMessage) => string
  settings?: Partial<SignallingSettings>
  rules?: SettingsReader
  log?: Log
  /** More than others': then calls go there only when nobody else is. */
  load?: number
}): Promise<TestNode> {
  const { database } = options
  const log = options.log ?? silentLog
  const id = NodeId.parse(options.id ?? `node-${randomUUID()}`)
  const bus = options.bus ?? new MemoryBus()
  const engine = options.engine ?? new FakeEngine()
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const server = await startSignalling({
    nodeId: id,
    database,
    bus,
    engine,
    principals: options.principals ?? newLinkPrincipals(database),
    ...(options.addressOf ? { addressOf: options.addressOf } : {}),
    log,
    metrics: new Registry(),
    settings: { ...quickSettings, ...options.settings },
    ...(options.rules ? { rules: options.rules } : {}),
  })
  server.attach(http)
  const heartbeat = await startHeartbeat({
    database,
    nodeId: id,
    roles: ['signalling'],
    url,
    load: () => (options.load ?? 0) + server.load(),
    log,
    everyMs: 300,
  })
  const close = async (): Promise<void> => {
    await server.close()
    await heartbeat.stop()
    await new Promise((resolve) => http.close(resolve))
  }
  let closing: Promise<void> | undefined
  return { id, url, server, http, engine, bus, close: () => (closing ??= close()) }
}

const joinDefaults: RequestInput<'call:join'> = {
  media: {},
  microphone: 'open',
  camera: 'muted',
  siteId: null,
  sawRecordingNotice: true,
}

/** A page that follows a call as a browser would: its view, and everything that it was told. */
export class TestPage {
  readonly signal: CallSignal
  readonly participantId: ParticipantId
  readonly told: { event: string; payload: unknown }[] = []
  views: PageViews | null = null
  gaps = 0

  constructor(url: string, meetingId: MeetingId, name: string, clientId: string = randomUUID()) {
    this.participantId = memberId(meetingId, name)
    this.signal = connectCall({
      url,
      meetingId,
      clientId: ClientId.parse(clientId),
      headers: { cookie: `who=${this.participantId}` },
      timeoutMs: 8000,
    })
    for (const event of [
      'lobby:changed',
      'call:closed',
      'meeting:changed',
      'media:ticket',
      'media:message',
      'speakers:changed',
    ] as const) {
      this.signal.on(event, (payload: unknown) => this.told.push({ event, payload }))
    }
    this.signal.on('state:changed', ({ state, error }) => {
      this.told.push({ event: `state:${state}`, payload: error?.code ?? null })
    })
    this.signal.on('room:events', (batch) => {
      if (!this.views) return
      const next = applyRoomBatch(this.views, batch)
      if (next === 'gap') this.gaps++
      else this.views = next
    })
    this.signal.on('room:scopes', (change) => {
      if (this.views) this.views = withScopes(this.views, change)
    })
  }

  /** Joins, or goes on after an interruption. */
  async join(change: Partial<RequestInput<'call:join'>> = {}): Promise<RequestReply<'call:join'>> {
    const reply = await this.signal.request('call:join', { ...joinDefaults, ...change })
    this.views = reply.views
    return reply
  }

  /** Joins as a page does that was in the call a moment ago. */
  resume(hasMedia = true): Promise<RequestReply<'call:join'>> {
    const view = this.view
    if (!view) throw new Error('never joined')
    return this.join({ resume: { epoch: view.epoch, hasMedia } })
  }

  /** The call as everybody in it sees it. */
  get view(): RoomView | null {
    return this.views?.all ?? null
  }

  /** Somebody as this page sees them. */
  sees(meetingId: MeetingId, name: string) {
    return this.view?.participants[memberId(meetingId, name)]
  }

  close(): void {
    this.signal.close()
  }
}
