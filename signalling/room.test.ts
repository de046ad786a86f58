import { describe, expect, it } from 'vitest'
import { AgendaItemId, ClientId, MeetingId, ParticipantId, RecordingId, TrackId } from '#contract/ids.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { presenceOf } from '#contract/attendance.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import {
  type RoomEvent,
  type RoomView,
  applyRoomBatch,
  applyRoomEvent,
  emptyRoomView,
  isDurable,
} from '#contract/room/room.ts'
import { Room, type Entry } from './room.ts'

const meetingId = MeetingId.parse('m1')
const agenda = ['item1', 'item2'].map((id) => ({
  id: AgendaItemId.parse(id),
  title: id,
  presenter: '',
  durationMin: null,
  startedAtMs: null,
}))
const person = (id: string): ParticipantId => ParticipantId.parse(id)
const recording = (id: string): RecordingId => RecordingId.parse(id)

function newRoom(): Room {
  return new Room(emptyRoomView(meetingId, agenda, 1))
}

function entry(id: string, role: MeetingRole = 'delegate', change: Partial<Entry> = {}): Entry {
  return {
    member: { id: person(id), name: `Name ${id}`, unitName: '', position: '', role, kind: 'person' },
    clientId: ClientId.parse(`page-${id}`),
    microphone: 'open',
    camera: 'open',
    site: null,
    takeOver: false,
    isResume: false,
    ...change,
  }
}

/** A call with chair, secretary, two delegates and a guest, everybody's microphone open. */
function openCall(): Room {
  const room = newRoom()
  for (const [id, role] of [
    ['chair', 'chair'],
    ['secretary', 'secretary'],
    ['an', 'delegate'],
    ['binh', 'delegate'],
    ['guest', 'guest'],
  ] as const) {
    room.join(entry(id, role), 1000)
  }
  return room
}

function codeOf(act: () => unknown): ErrorCode | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const microphoneOf = (room: Room, id: string) => room.participant(person(id))?.grant.microphone

describe('a call', () => {
  it('opens with the first who joins and ends once', () => {
    const room = newRoom()
    expect(room.view.phase).toBe('waiting')
    const { events } = room.join(entry('chair', 'chair'), 5)
    expect(events.map((e) => e.type)).toEqual(['callOpened', 'participantJoined'])
    expect(room.view).toMatchObject({ phase: 'open', openedAtMs: 5 })
    room.end(person('chair'), 9)
    expect(room.view).toMatchObject({ phase: 'ended', endedAtMs: 9 })
    expect(codeOf(() => room.end(person('chair'), 10))).toBe('meeting_ended')
    expect(room.disconnect(person('chair'), ClientId.parse('page-chair'), 11)).toEqual([])
    expect(codeOf(() => room.join(entry('an'), 11))).toBe('meeting_ended')
    expect(codeOf(() => room.raiseHand(person('chair'), 11))).toBe('meeting_ended')
  })

  it('never lets time run backwards', () => {
    const room = openCall()
    const [raised] = room.raiseHand(person('an'), 500)
    expect(raised?.atMs).toBeGreaterThanOrEqual(1000)
  })

  it('stops a running recording before it ends', () => {
    const room = openCall()
    room.record({ type: 'start', recordingId: recording('r1') }, person('chair'), 2000)
    const types = room.end(person('chair'), 3000).map((e) => e.type)
    expect(types).toEqual(['recordingChanged', 'callEnded'])
    expect(room.view.recording.state).toBe('stopping')
  })
})

describe('a seat', () => {
  it('is not given to a second page of the same participant unless it asks to take over', () => {
    const room = openCall()
    const second = entry('an', 'delegate', { clientId: ClientId.parse('other') })
    expect(codeOf(() => room.join(second, 2000))).toBe('already_joined')
    const { replaced } = room.join({ ...second, takeOver: true }, 2001)
    expect(replaced).toBe('page-an')
    expect(room.isSeated(person('an'), ClientId.parse('other'))).toBe(true)
    expect(room.isSeated(person('an'), ClientId.parse('page-an'))).toBe(false)
  })

  it('goes on for the same page without an event, and with one after a loss', () => {
    const room = openCall()
    expect(room.join(entry('an'), 2000).events).toEqual([])
    room.raiseHand(person('an'), 2000)
    expect(room.disconnect(person('an'), ClientId.parse('page-an'), 2100)).toMatchObject([
      { type: 'participantDisconnected' },
    ])
    expect(room.join(entry('an'), 2200).events).toMatchObject([{ type: 'participantReconnected' }])
    expect(room.participant(person('an'))).toMatchObject({ isConnected: true, handRaisedAtMs: 2000 })
  })

  it('is not lost when a page that was taken over goes', () => {
    const room = openCall()
    room.join(entry('an', 'delegate', { clientId: ClientId.parse('other'), takeOver: true }), 2000)
    expect(room.disconnect(person('an'), ClientId.parse('page-an'), 2100)).toEqual([])
    expect(room.participant(person('an'))?.isConnected).toBe(true)
  })

  it('is kept for the grace, then freed; a reloaded page takes it meanwhile', () => {
    const room = openCall()
    room.disconnect(person('an'), ClientId.parse('page-an'), 2000)
    room.disconnect(person('binh'), ClientId.parse('page-binh'), 2000)
    expect(room.expireSeats(60_000, 61_999)).toEqual([])
    const reloaded = room.join(entry('an', 'delegate', { clientId: ClientId.parse('reloaded') }), 61_999)
    expect(reloaded.events).toMatchObject([{ type: 'participantJoined' }])
    expect(reloaded.replaced).toBeNull()
    expect(room.expireSeats(60_000, 62_000)).toMatchObject([
      { type: 'participantLeft', participantId: 'binh', reason: 'lost' },
    ])
  })

  it('never locks the chair out: not after the grace, not under a ban, not beside a ghost of the same page', () => {
    const room = openCall()
    room.muteAll(true, person('secretary'), 1500)
    room.disconnect(person('chair'), ClientId.parse('page-chair'), 2000)
    room.expireSeats(60_000, 100_000)
    expect(room.participant(person('chair'))).toBeUndefined()
    const elsewhere = entry('chair', 'chair', { clientId: ClientId.parse('phone') })
    room.join(elsewhere, 100_001)
    expect(room.participant(person('chair'))).toMatchObject({ role: 'chair', grant: { microphone: 'open' } })
    room.join(entry('chair', 'chair', { takeOver: true }), 100_002)
    expect(room.participant(person('chair'))?.role).toBe('chair')
    expect(codeOf(() => room.remove(person('chair'), true, 100_003))).toBe('forbidden')
  })

  it('is not given back to who was removed for good, and is to who was only removed', () => {
    const room = openCall()
    room.remove(person('an'), false, 2000)
    expect(codeOf(() => room.join(entry('an'), 2001))).toBeNull()
    room.remove(person('an'), true, 2002)
    room.remove(person('later'), true, 2002)
    expect(codeOf(() => room.join(entry('an'), 2003))).toBe('removed')
    expect(codeOf(() => room.join(entry('later'), 2003))).toBe('removed')
    expect(codeOf(() => room.remove(person('nobody'), false, 2004))).toBe('not_in_call')
  })

  it('is found only under a real id', () => {
    const room = openCall()
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect(codeOf(() => room.mute(person(id), 'microphone', 'muted', person('chair'), 2000))).toBe(
        'not_in_call',
      )
    }
  })
})

describe('a mute', () => {
  it('of one leaves others alone and may be undone by its participant', () => {
    const room = openCall()
    room.mute(person('an'), 'microphone', 'muted', person('chair'), 2000)
    expect([microphoneOf(room, 'an'), microphoneOf(room, 'binh')]).toEqual(['mutedByModerator', 'open'])
    room.setSource(person('an'), 'microphone', 'open', 2001)
    expect(microphoneOf(room, 'an')).toBe('open')
  })

  it('that forbids holds until it is lifted, through leaving and coming back', () => {
    const room = openCall()
    room.mute(person('an'), 'microphone', 'forbidden', person('chair'), 2000)
    expect(codeOf(() => room.setSource(person('an'), 'microphone', 'open', 2001))).toBe('forbidden')
    room.mute(person('an'), 'microphone', 'muted', person('chair'), 2001)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
    room.leave(person('an'), 2002)
    room.join(entry('an', 'delegate', { clientId: ClientId.parse('again') }), 2003)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
    room.mute(person('an'), 'microphone', 'allowed', person('chair'), 2004)
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
  })

  it('of all spares who runs the meeting; with a ban, who joins later starts forbidden', () => {
    const room = openCall()
    room.muteAll(true, person('secretary'), 2000)
    const levels = ['chair', 'secretary', 'an', 'binh', 'guest'].map((id) => microphoneOf(room, id))
    expect(levels).toEqual(['open', 'open', 'forbidden', 'forbidden', 'forbidden'])
    room.join(entry('late'), 2001)
    expect(microphoneOf(room, 'late')).toBe('forbidden')
    expect(room.participant(person('late'))?.grant.camera).toBe('open')
    room.allowUnmute(person('chair'), 2002)
    expect(microphoneOf(room, 'late')).toBe('mutedByModerator')
    room.join(entry('later'), 2003)
    expect(microphoneOf(room, 'later')).toBe('open')
  })

  it('of all without a ban lets everyone unmute, and late joiners start as they like', () => {
    const room = openCall()
    room.muteAll(false, person('chair'), 2000)
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
    room.setSource(person('an'), 'microphone', 'open', 2001)
    room.join(entry('late'), 2002)
    expect([microphoneOf(room, 'an'), microphoneOf(room, 'late')]).toEqual(['open', 'open'])
  })

  it('of all remembers whom the chair let speak, also over a reload', () => {
    const room = openCall()
    room.muteAll(true, person('chair'), 2000)
    room.mute(person('an'), 'microphone', 'allowed', person('chair'), 2001)
    room.disconnect(person('an'), ClientId.parse('page-an'), 2002)
    room.join(entry('an', 'delegate', { clientId: ClientId.parse('reloaded') }), 2003)
    expect(microphoneOf(room, 'an')).toBe('open')
    room.muteAll(true, person('chair'), 2004)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
  })

  it('of a screen takes its sound along, and a guest never shares one', () => {
    const room = openCall()
    room.mute(person('an'), 'screen', 'muted', person('chair'), 2000)
    expect(room.participant(person('an'))?.grant).toMatchObject({
      screen: 'mutedByModerator',
      screenAudio: 'mutedByModerator',
    })
    expect(room.participant(person('guest'))?.grant.screen).toBe('forbidden')
    expect(codeOf(() => room.setSource(person('guest'), 'screen', 'open', 2001))).toBe('forbidden')
    expect(codeOf(() => room.mute(person('guest'), 'screen', 'allowed', person('chair'), 2002))).toBe(
      'forbidden',
    )
    expect(
      codeOf(() => room.mute(person('chair'), 'microphone', 'forbidden', person('secretary'), 2003)),
    ).toBe('forbidden')
  })
})

describe('hands, chat and agenda', () => {
  it('keeps hands in the order of raising, even within one millisecond', () => {
    const room = openCall()
    for (const id of ['guest', 'an', 'binh']) room.raiseHand(person(id), 2000)
    room.raiseHand(person('guest'), 2500)
    const order = Object.values(room.view.participants)
      .filter((p) => p.handRaisedAtMs !== null)
      .sort((a, b) => (a.handRaisedAtMs ?? 0) - (b.handRaisedAtMs ?? 0))
    expect(order.map((p) => p.id)).toEqual(['guest', 'an', 'binh'])
    expect(room.lowerHand(person('an'), 3000)).toHaveLength(1)
    expect(room.lowerHand(person('an'), 3000)).toEqual([])
  })

  it('takes a message once, however often it is sent', () => {
    const room = openCall()
    const first = room.postChat(person('an'), { id: 'message1', text: '<b>Chào</b>' }, 2000)
    const again = room.postChat(person('an'), { id: 'message1', text: 'changed' }, 2001)
    expect(again).toEqual({ events: [], message: first.message })
    expect(room.view.chat).toEqual([first.message])
    expect(codeOf(() => room.postChat(person('binh'), { id: 'message1', text: 'x' }, 2002))).toBe('conflict')
  })

  it('moves to an item of the agenda only', () => {
    const room = openCall()
    expect(room.startItem(AgendaItemId.parse('item2'), person('chair'), 2000)).toHaveLength(1)
    expect(room.startItem(AgendaItemId.parse('item2'), person('chair'), 2001)).toEqual([])
    expect(codeOf(() => room.startItem(AgendaItemId.parse('other'), person('chair'), 2002))).toBe('not_found')
    expect(room.view.currentItemId).toBe('item2')
  })

  it('marks and unmarks who sits in a room without a device', () => {
    const room = openCall()
    const mark = { participantId: person('absent'), siteId: null, isPresent: true }
    expect(room.markPresence(mark, person('secretary'), 2000)).toHaveLength(1)
    expect(room.markPresence(mark, person('secretary'), 2001)).toEqual([])
    expect(room.markPresence({ ...mark, isPresent: false }, person('secretary'), 2002)).toHaveLength(1)
    expect(room.view.markedPresent).toEqual({})
  })
})

describe('a recording', () => {
  it('goes from the proposal to its end', () => {
    const room = openCall()
    const state = () => room.view.recording.state
    room.record({ type: 'propose' }, person('secretary'), 2000)
    expect(state()).toBe('proposed')
    room.record({ type: 'start', recordingId: recording('r1') }, person('chair'), 2001)
    room.record({ type: 'started', recordingId: recording('r1') }, null, 2002)
    expect(room.view.recording).toMatchObject({ state: 'recording', startedAtMs: 2002 })
    expect(
      codeOf(() => room.record({ type: 'start', recordingId: recording('r2') }, person('chair'), 2003)),
    ).toBe('invalid_state')
    room.record({ type: 'stop' }, person('chair'), 2004)
    room.record({ type: 'stopped', recordingId: recording('r1') }, null, 2005)
    expect(state()).toBe('off')
  })

  it('that failed or hangs in stopping never blocks the next, and its late word changes nothing', () => {
    const room = openCall()
    room.record({ type: 'start', recordingId: recording('r1') }, person('chair'), 2000)
    room.record({ type: 'failed', recordingId: recording('r1'), code: 'disk_full' }, null, 2001)
    expect(room.view.recording).toMatchObject({ state: 'failed', failure: 'disk_full' })
    room.record({ type: 'start', recordingId: recording('r2') }, person('chair'), 2002)
    room.record({ type: 'stop' }, person('chair'), 2003)
    room.record({ type: 'start', recordingId: recording('r3') }, person('chair'), 2004)
    for (const type of ['started', 'stopped'] as const) {
      room.record({ type, recordingId: recording('r2') }, null, 2005)
    }
    room.record({ type: 'failed', recordingId: recording('r1'), code: 'internal' }, null, 2005)
    expect(room.view.recording).toMatchObject({ state: 'starting', recordingId: 'r3' })
  })
})

describe('another home', () => {
  it('rebuilds the call from the stored events: hands, chat, bans, nobody connected, no tracks', () => {
    const room = openCall()
    const stored: RoomEvent[] = []
    const fresh = newRoom()
    const keep = (events: RoomEvent[]): void => void stored.push(...events.filter(isDurable))
    for (const [id, role] of [
      ['chair', 'chair'],
      ['an', 'delegate'],
      ['binh', 'delegate'],
    ] as const) {
      keep(fresh.join(entry(id, role), 1000).events)
    }
    keep(fresh.muteAll(true, person('chair'), 1500))
    keep(fresh.raiseHand(person('an'), 2000))
    keep(fresh.postChat(person('an'), { id: 'message1', text: 'x' }, 2001).events)
    keep(fresh.publishTrack(person('an'), { id: TrackId.parse('t1'), source: 'camera' }, 2002))
    keep(fresh.leave(person('binh'), 2003))
    expect(room.view.phase).toBe('open')

    const restored = new Room(emptyRoomView(meetingId, agenda, 2), stored)
    const gone = restored.disconnectAll(5000, 9000)
    expect(gone.map((e) => [e.type, e.atMs])).toEqual([
      ['participantDisconnected', 5000],
      ['participantDisconnected', 5000],
    ])
    expect(restored.participant(person('an'))).toMatchObject({
      isConnected: false,
      handRaisedAtMs: 2000,
      tracks: [],
      grant: { microphone: 'forbidden' },
    })
    expect(restored.postChat(person('an'), { id: 'message1', text: 'x' }, 9001).events).toEqual([])
    expect(restored.expireSeats(60_000, 68_999)).toEqual([])
    const { events } = restored.join(entry('an', 'delegate', { isResume: true }), 9500)
    expect(events).toMatchObject([{ type: 'participantReconnected' }])
    restored.join(entry('binh', 'delegate', { isResume: true }), 9501)
    expect(microphoneOf(restored, 'binh')).toBe('forbidden')
    expect(restored.expireSeats(60_000, 69_000)).toMatchObject([{ participantId: 'chair', reason: 'lost' }])
  })
})

/** Small, seeded, so that a failure can be run again. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

describe('random lives of a call', () => {
  const people = [
    ['chair', 'chair'],
    ['secretary', 'secretary'],
    ['an', 'delegate'],
    ['binh', 'delegate'],
    ['guest', 'guest'],
  ] as const
  const pages = ['page1', 'page2'].map((id) => ClientId.parse(id))

  for (let seed = 1; seed <= 150; seed++) {
    it(`keep their promises (seed ${seed})`, () => {
      const random = generator(seed)
      const pick = <T>(list: readonly T[]): T => {
        const found = list[Math.floor(random() * list.length)]
        if (found === undefined) throw new Error('empty list')
        return found
      }
      const room = newRoom()
      const all: RoomEvent[] = []
      let page: RoomView = room.view
      let nowMs = 1000
      /** What a moderator forbade, by a record of its own. */
      const forbidden = new Set<string>()
      for (let step = 0; step < 120; step++) {
        nowMs += Math.floor(random() * 30_000) - 1000
        const [id, role] = pick(people)
        const me = person(id)
        const [other] = pick(people)
        const source = pick(['microphone', 'camera', 'screen'] as const)
        const level = pick(['muted', 'forbidden', 'allowed'] as const)
        const wanted = pick(['open', 'muted'] as const)
        const before = room.view
        const acts: (() => RoomEvent[])[] = [
          () =>
            room.join(
              entry(id, role, {
                clientId: pick(pages),
                microphone: wanted,
                takeOver: random() < 0.5,
                isResume: random() < 0.3,
              }),
              nowMs,
            ).events,
          () => room.disconnect(me, pick(pages), nowMs),
          () => room.expireSeats(60_000, nowMs),
          () => room.leave(me, nowMs),
          () => room.raiseHand(me, nowMs),
          () => room.lowerHand(me, nowMs),
          () => room.postChat(me, { id: `message${Math.floor(random() * 20)}`, text: 'x' }, nowMs).events,
          () => room.setSource(me, source, wanted, nowMs),
          () => room.mute(person(other), source, level, me, nowMs),
          () => room.muteAll(random() < 0.5, me, nowMs),
          () => room.allowUnmute(me, nowMs),
          () => room.remove(person(other), false, nowMs),
          () => room.startItem(pick(agenda).id, me, nowMs),
          () => room.record({ type: 'propose' }, me, nowMs),
          () => room.record({ type: 'start', recordingId: recording(`r${step}`) }, me, nowMs),
          () => room.record({ type: 'stop' }, me, nowMs),
          () => room.record({ type: 'started', recordingId: recording(`r${step - 3}`) }, null, nowMs),
          () =>
            room.record(
              { type: 'failed', recordingId: recording(`r${step - 4}`), code: 'disk_full' },
              null,
              nowMs,
            ),
          () => room.publishTrack(me, { id: TrackId.parse(`t${step}`), source }, nowMs),
          () => room.dropTracks(me, nowMs),
          () => room.noteSpeech(me, nowMs - 3000, nowMs, nowMs),
        ]
        const act = pick(acts)
        let events: RoomEvent[] = []
        const code = codeOf(() => (events = act()))
        if (code !== null) expect(room.view).toBe(before)
        for (const event of events) {
          if (event.type === 'grantChanged') {
            // Only a moderator's word opens what is forbidden.
            const former = before.participants[event.participantId]?.grant
            if (former?.microphone === 'forbidden' && event.grant.microphone === 'open') {
              throw new Error('a forbidden microphone was opened')
            }
            if (
              event.by === event.participantId &&
              former?.microphone === 'forbidden' &&
              act !== acts[8] &&
              act !== acts[10]
            ) {
              expect(event.grant.microphone).toBe('forbidden')
            }
            if (event.grant.microphone === 'forbidden') forbidden.add(event.participantId)
            else forbidden.delete(event.participantId)
          }
          if (event.type === 'unmuteForbidden' && !event.isForbidden) forbidden.clear()
          if (event.type === 'participantJoined' && forbidden.has(event.participant.id)) {
            expect(event.participant.grant.microphone).toBe('forbidden')
          }
        }
        const batch = { epoch: 1, fromVersion: before.version, events }
        const next = applyRoomBatch(page, JSON.parse(JSON.stringify(batch)))
        if (next === 'gap') throw new Error('gap')
        page = next
        all.push(...events)
        for (const p of Object.values(room.view.participants)) {
          if (p.role === 'chair' || p.role === 'secretary') expect(p.grant.microphone).not.toBe('forbidden')
          if (p.role === 'guest') expect(p.grant.screen).toBe('forbidden')
        }
      }
      expect(page).toEqual(room.view)
      expect(all.reduce(applyRoomEvent, newRoom().view)).toEqual(room.view)
      expect(room.view.version).toBe(all.length)
      expect(all.every((event, i) => i === 0 || event.atMs >= (all[i - 1]?.atMs ?? 0) - 10)).toBe(true)
      for (const presence of presenceOf(all, nowMs + 1e9).values()) {
        for (const stay of presence.stays) expect(stay.toMs ?? Infinity).toBeGreaterThanOrEqual(stay.fromMs)
      }
      const restored = new Room(emptyRoomView(meetingId, agenda, 2), all.filter(isDurable))
      restored.disconnectAll(nowMs, nowMs)
      for (const [id, role] of people) {
        if (room.view.phase === 'open') {
          const back = entry(id, role, { isResume: true })
          expect(codeOf(() => restored.join(back, nowMs))).toBeNull()
          const was = room.participant(person(id))?.grant.microphone
          if (was === 'forbidden') expect(microphoneOf(restored, id)).toBe('forbidden')
        }
      }
    })
  }
})
