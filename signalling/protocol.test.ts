import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AgendaItemId, type MeetingId } from '#contract/ids.ts'
import { meetingTopic } from '#contract/live.ts'
import { meetingChangedTopic } from '#contract/meetingChanged.ts'
import { protocolVersion } from '#contract/protocol.ts'
import { pushes } from '#contract/pushes.ts'
import { replySchemas } from '#contract/replies.ts'
import type { RequestInput, RequestName } from '#contract/requests.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { memberId, newMeeting, startNode, type TestNode } from './testing/callHarness.ts'
import { aMinuteForEach } from './testing/speechRules.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId

beforeAll(async () => {
  test = await startTestDatabase()
  node = await startNode({ database: test.database, rules: aMinuteForEach(), settings: { planCheckMs: 300 } })
  meetingId = await newMeeting(test.database)
})
afterAll(async () => {
  await node.close()
  await test.drop()
})

/** Acks that were ok and pushes as they came off the wire, by name. */
interface Heard {
  values: Map<string, unknown[]>
  told: Map<string, unknown[]>
}

const keep = (where: Map<string, unknown[]>, name: string, what: unknown) =>
  where.set(name, [...(where.get(name) ?? []), what])

/** A socket with nothing of our client in between. */
class Stranger {
  readonly socket: Socket
  readonly #heard: Heard

  constructor(name: string, heard: Heard) {
    this.#heard = heard
    this.socket = io(node.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { protocol: protocolVersion, clientId: `stranger-${name}` },
      extraHeaders: { cookie: `who=${memberId(meetingId, name)}` },
    })
    this.socket.onAny((event: string, payload: unknown) => keep(heard.told, event, payload))
  }

  /** Fails unless it is ok. */
  async ask<N extends RequestName>(name: N, payload: RequestInput<N>): Promise<void> {
    const ack: unknown = await this.socket.timeout(8000).emitWithAck(name, payload)
    expect(ack, name).toMatchObject({ ok: true })
    keep(this.#heard.values, name, (ack as { value: unknown }).value) // an ack that is ok
  }

  async join(takesTicketAhead = false): Promise<void> {
    await this.ask('call:enter', { meetingId })
    await this.ask('call:hello', {})
    await this.ask('call:join', {
      media: {},
      microphone: 'open',
      camera: 'muted',
      siteId: null,
      sawRecordingNotice: true,
      takesTicketAhead,
    })
  }
}

it('answers and tells what the schemas say, and not a field more', async () => {
  const heard: Heard = { values: new Map(), told: new Map() }
  const [chair, an, binh, technician] = ['chair', 'an', 'binh', 'technician'].map(
    (name) => new Stranger(name, heard),
  )
  if (!chair || !an || !binh || !technician) throw new Error('nobody')
  try {
    await chair.ask('connection:check', {})
    await chair.ask('topics:follow', { topics: [meetingTopic(meetingId), 'meetings'] })
    await binh.ask('call:enter', { meetingId })
    await binh.ask('call:hello', {})
    await chair.join()
    await an.join(true)
    await technician.join()
    for (const scope of ['all', 'moderators', 'own'] as const) await chair.ask('view:sync', { scope })
    await technician.ask('view:sync', { scope: 'technicians' })
    await an.ask('chat:post', { id: 'message-1', text: 'Xin chào' })
    await an.ask('hand:raise', {})
    await an.ask('hand:lower', {})
    await an.ask('floor:request', { kind: 'question' })
    await an.ask('floor:withdraw', { participantId: memberId(meetingId, 'an') })
    await an.ask('floor:request', {})
    await an.ask('source:set', { source: 'camera', level: 'open' })
    await an.ask('media:negotiate', {
      message: { type: 'publish', source: 'camera', trackId: 'track-1' },
    })
    const participantId = memberId(meetingId, 'an')
    await chair.ask('participant:mute', { participantId, source: 'camera', level: 'muted' })
    await chair.ask('participants:muteAll', { forbidUnmute: true })
    await chair.ask('participants:allowUnmute', {})
    await chair.ask('recording:acknowledge', {})
    const request = { participantId, agendaItemId: null }
    await chair.ask('floor:arrange', { isOpen: true, order: 'leastSpoken' })
    await chair.ask('floor:move', { ...request, before: null })
    await chair.ask('floor:give', { ...request, after: null })
    await chair.ask('floor:pause', { participantId, isPaused: true })
    await chair.ask('floor:pause', { participantId, isPaused: false })
    await chair.ask('floor:extend', { participantId, minutes: 1 })
    await chair.ask('floor:next', { after: participantId })
    await chair.ask('floor:end', { participantId })
    await chair.ask('agenda:start', { itemId: AgendaItemId.parse(`item1-${meetingId}`) })
    const marked = memberId(meetingId, 'guest')
    await technician.ask('presence:mark', { participantId: marked, siteId: null, isPresent: true })

    // The office changes a role: who has other scopes now, and who asks again, is told.
    await test.database.prisma.participant.update({
      where: { id: participantId },
      data: { role: 'secretary' },
    })
    const { version } = await test.database.prisma.meeting.update({
      where: { id: meetingId },
      data: { version: { increment: 1 } },
    })
    node.bus.publish(meetingChangedTopic, { meetingId, part: 'plan', version })
    await eventually(() =>
      expect([...heard.told.keys()]).toEqual(
        expect.arrayContaining(['room:scopes', 'meeting:changed', 'topic:changed', 'lobby:changed']),
      ),
    )
    await an.ask('view:sync', { scope: 'moderators' })

    await binh.ask('call:exit', {})
    await chair.ask('topics:drop', { topics: ['meetings'] })
    await technician.ask('call:leave', {})
    await chair.ask('participant:remove', { participantId, isBanned: true })
    await chair.ask('call:end', {})
    await eventually(() => expect([...heard.told.keys()]).toContain('call:closed'))
  } finally {
    for (const { socket } of [chair, an, binh, technician]) socket.disconnect()
  }

  expect([...heard.told.keys()]).toEqual(expect.arrayContaining(['room:events', 'media:ticket']))
  for (const [name, values] of heard.values)
    for (const value of values) expect(replySchemas[name as RequestName].parse(value), name).toEqual(value)
  for (const [name, payloads] of heard.told)
    for (const payload of payloads)
      expect(pushes[name as keyof typeof pushes].payload.parse(payload), name).toEqual(payload)
})
