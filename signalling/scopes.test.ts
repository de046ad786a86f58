import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AgendaItemId, SiteId, type MeetingId } from '#contract/ids.ts'
import { protocolVersion } from '#contract/protocol.ts'
import { callEvents } from '#db/calls.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import type { Principals } from './identity.ts'
import {
  newLinkPrincipals,
  memberId,
  newMeeting,
  startNode,
  TestPage,
  type TestNode,
} from './testing/callHarness.ts'
import { eventually } from './testing/eventually.ts'

let test: TestDatabase
let node: TestNode
let meetingId: MeetingId
/** The standing of whom the look-up of rights is told otherwise. */
let promoted: string | null = null
const open: { close(): unknown }[] = []

beforeAll(async () => {
  test = await startTestDatabase()
  const real = newLinkPrincipals(test.database)
  const principals: Principals = {
    ...real,
    standingIn: async (principal, id) => {
      const found = await real.standingIn(principal, id)
      if (found?.participant?.id === promoted && found.participant) {
        return { ...found, participant: { ...found.participant, role: 'secretary' } }
      }
      return found
    },
  }
  node = await startNode({ database: test.database, principals, settings: { recheckMs: 200 } })
})
afterAll(async () => {
  await node.close()
  await test.drop()
})
beforeEach(async () => {
  meetingId = await newMeeting(test.database)
})
afterEach(() => {
  promoted = null
  for (const one of open.splice(0)) one.close()
})

const join = { media: {}, microphone: 'open', camera: 'open', siteId: null, sawRecordingNotice: true }

/** A socket of which every byte that arrives is kept. */
async function tapped(name: string): Promise<{ socket: Socket; bytes: () => string }> {
  const socket = io(node.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocol: protocolVersion, clientId: `tap-${name}` },
    extraHeaders: { cookie: `who=${memberId(meetingId, name)}` },
  })
  open.push(socket)
  const received: string[] = []
  socket.io.on('open', () => {
    socket.io.engine.on('data', (data: unknown) => received.push(String(data)))
  })
  await new Promise((resolve) => socket.on('connect', () => resolve(null)))
  await socket.timeout(3000).emitWithAck('call:enter', { meetingId })
  return { socket, bytes: () => received.join('\n') }
}

async function joined(name: string): Promise<TestPage> {
  const page = new TestPage(node.url, meetingId, name)
  open.push(page)
  await page.join()
  return page
}

/** Words of what moderators, technicians, one participant or the record alone may know. */
const secrets = [
  'presenceMarked',
  'markedPresent',
  'participantBanned',
  'banned',
  'recordingProposed',
  'isRecordingProposed',
  'unmuteAllowed',
  'allowedToUnmute',
  'expected":[{',
  'spoke',
]

describe('what a socket receives', () => {
  it('is of its principal’s scopes: no mark, ban, proposal or speech reaches a delegate, a guest or the lobby', async () => {
    const chair = await joined('chair')
    const [an, guest, waiting, moderator, technician] = await Promise.all([
      tapped('an'),
      tapped('guest'),
      tapped('binh'),
      tapped('secretary'),
      tapped('technician'),
    ])
    for (const { socket } of [an, guest, technician]) {
      await socket.timeout(3000).emitWithAck('call:hello', {})
      await socket.timeout(3000).emitWithAck('call:join', join)
    }
    await waiting.socket.timeout(3000).emitWithAck('call:hello', {})
    await moderator.socket.timeout(3000).emitWithAck('call:hello', {})
    await moderator.socket.timeout(3000).emitWithAck('call:join', join)

    const siteId = SiteId.parse(`site-${meetingId}`)
    const mark = { participantId: memberId(meetingId, 'binh'), siteId, isPresent: true }
    expect(await moderator.socket.timeout(3000).emitWithAck('presence:mark', mark)).toEqual({
      ok: true,
      value: {},
    })
    await moderator.socket.timeout(3000).emitWithAck('recording:propose', {})
    await chair.signal.request('participants:muteAll', { forbidUnmute: true })
    const source = 'microphone'
    await chair.signal.request('participant:mute', {
      participantId: memberId(meetingId, 'guest'),
      source,
      level: 'allowed',
    })
    const passedMs = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now')
    const pass = (ms: number) => clock.mockImplementation(() => passedMs() + ms)
    node.engine.speak(meetingId, [{ participantId: chair.participantId, level: -30 }])
    pass(5000) // long enough to be speech
    node.engine.speak(meetingId, [])
    pass(7000)
    await eventually(async () => {
      const types = (await callEvents(test.database, meetingId)).map(({ event }) => event.type)
      expect(types).toContain('spoke')
    })
    clock.mockRestore()
    await chair.signal.request('participant:remove', {
      participantId: memberId(meetingId, 'binh'),
      isBanned: true,
    })
    // The last that everybody hears: what was on its way before it has arrived.
    await chair.signal.request('agenda:start', { itemId: AgendaItemId.parse(`item1-${meetingId}`) })
    for (const one of [an, guest, technician, moderator]) {
      await eventually(() => expect(one.bytes()).toContain('agendaItemStarted'))
    }

    const found = (one: { bytes(): string }) => secrets.filter((word) => one.bytes().includes(word))
    expect(found(an)).toEqual([])
    expect(found(waiting)).toEqual([])
    expect(found(guest)).toEqual(['unmuteAllowed'])
    expect(found(technician)).toEqual(['presenceMarked', 'markedPresent'])
    expect(found(moderator)).toEqual(secrets.filter((word) => word !== 'spoke'))
    // The lobby hears what everybody in the call may know, and not even that of their events.
    expect(waiting.bytes()).toContain('lobby:changed')
    expect(waiting.bytes()).not.toContain('room:events')
  })

  it('changes with its rights, in the middle of the call, and back', async () => {
    const chair = await joined('chair')
    const an = await joined('an')
    const participantId = memberId(meetingId, 'binh')
    const mark = { participantId, siteId: null, isPresent: true }
    expect(an.views?.moderators).toBeUndefined()
    await expect(an.signal.request('view:sync', { scope: 'moderators' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const secretary = await joined('secretary')
    await secretary.signal.request('presence:mark', mark)

    promoted = memberId(meetingId, 'an')
    await eventually(() => expect(an.views?.moderators?.markedPresent).toHaveProperty(participantId))
    await secretary.signal.request('presence:mark', { ...mark, isPresent: false })
    await eventually(() => expect(an.views?.moderators?.markedPresent).toEqual({}))
    expect(await an.signal.request('view:sync', { scope: 'moderators' })).toEqual({
      scope: 'moderators',
      view: chair.views?.moderators,
    })

    promoted = null
    await eventually(() => expect(an.views?.moderators).toBeUndefined())
    await secretary.signal.request('presence:mark', mark)
    await eventually(() => expect(chair.views?.moderators?.markedPresent).toHaveProperty(participantId))
    expect(an.views?.moderators).toBeUndefined()
    expect(an.gaps).toBe(0)
  })
})
