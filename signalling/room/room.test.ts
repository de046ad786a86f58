import { describe, expect, it } from 'vitest'
import { presenceOf } from '#contract/attendance.ts'
import { ClientId, TrackId } from '#contract/ids.ts'
import { applyRoomEvent, isDurable, scopesReachedBy, type RoomEvent } from '#contract/room/room.ts'
import { castOfLives, generator, nextAct } from './testing/testLives.ts'
import { codeOf, entry, microphoneOf, newRoom, newOpenRoom, person, recording } from './testing/testRoom.ts'

describe('a call', () => {
  it('opens with the first who joins and ends once', () => {
    const room = newRoom()
    expect(room.view.phase).toBe('waiting')
    const { events } = room.seats.join(entry('chair', 'chair'), 5)
    expect(events.map((e) => e.type)).toEqual(['callOpened', 'participantJoined'])
    expect(room.view).toMatchObject({ phase: 'open', openedAtMs: 5 })
    room.end(person('chair'), 9)
    expect(room.view).toMatchObject({ phase: 'ended', endedAtMs: 9 })
    expect(codeOf(() => room.end(person('chair'), 10))).toBe('meeting_ended')
    expect(room.seats.disconnect(person('chair'), ClientId.parse('page-chair'), 11)).toEqual([])
    expect(codeOf(() => room.seats.join(entry('an'), 11))).toBe('meeting_ended')
    expect(codeOf(() => room.floor.raise(person('chair'), 11))).toBe('meeting_ended')
  })

  it('never lets time run backwards', () => {
    const room = newOpenRoom()
    const [raised] = room.floor.raise(person('an'), 500)
    expect(raised?.atMs).toBeGreaterThanOrEqual(1000)
  })

  it('stops a running recording before it ends', () => {
    const room = newOpenRoom()
    room.recording.follow({ type: 'start', recordingId: recording('r1') }, person('chair'), 2000)
    const types = room.end(person('chair'), 3000).map((e) => e.type)
    expect(types).toEqual(['recordingChanged', 'callEnded'])
    expect(room.view.recording.state).toBe('stopping')
  })

  it('puts a recording that failed away, which nobody approved for what is opened again', () => {
    const room = newOpenRoom()
    room.recording.follow({ type: 'start', recordingId: recording('r1') }, person('chair'), 2000)
    room.recording.follow({ type: 'failed', recordingId: recording('r1'), code: 'disk_full' }, null, 2001)
    room.end(person('chair'), 3000)
    room.seats.reopen('clerk', 4000)
    expect(room.view).toMatchObject({ phase: 'open', recording: { state: 'off', recordingId: null } })
  })
})

describe('another home', () => {
  it('rebuilds the call from the stored events: hands, chat, bans, nobody connected, no tracks', () => {
    const room = newOpenRoom()
    const stored: RoomEvent[] = []
    const fresh = newRoom()
    const keep = (events: RoomEvent[]): void => void stored.push(...events.filter(isDurable))
    for (const [id, role] of [
      ['chair', 'chair'],
      ['an', 'delegate'],
      ['binh', 'delegate'],
    ] as const) {
      keep(fresh.seats.join(entry(id, role), 1000).events)
    }
    keep(fresh.sound.muteAll(true, person('chair'), 1500))
    keep(fresh.floor.raise(person('an'), 2000))
    keep(fresh.chat.post(person('an'), { id: 'message1', text: 'x' }, 2001).events)
    keep(fresh.sound.publishTrack(person('an'), { id: TrackId.parse('t1'), source: 'camera' }, 2002))
    keep(fresh.seats.leave(person('binh'), 2003))
    expect(room.view.phase).toBe('open')

    const restored = newRoom(2, stored)
    const gone = restored.seats.disconnectAll(5000, 9000)
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
    expect(restored.chat.post(person('an'), { id: 'message1', text: 'x' }, 9001).events).toEqual([])
    expect(restored.tick(68_999)).toEqual([])
    const { events } = restored.seats.join(entry('an', 'delegate', { isResume: true }), 9500)
    expect(events).toMatchObject([{ type: 'participantReconnected' }])
    restored.seats.join(entry('binh', 'delegate', { isResume: true }), 9501)
    expect(microphoneOf(restored, 'binh')).toBe('forbidden')
    expect(restored.tick(69_000)).toMatchObject([{ participantId: 'chair', reason: 'lost' }])
  })
})

describe('random lives of a call', () => {
  for (let seed = 1; seed <= 150; seed++) {
    it(`keep their promises (seed ${seed})`, () => {
      const random = generator(seed)
      const room = newRoom()
      const all: RoomEvent[] = []
      let nowMs = 1000
      /** What a moderator forbade, by a record of its own. */
      const forbidden = new Set<string>()
      for (let step = 0; step < 120; step++) {
        nowMs += Math.floor(random() * 30_000) - 1000
        const before = room.view
        const { act, isModerators } = nextAct(room, random, step, nowMs)
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
            if (event.by === event.participantId && former?.microphone === 'forbidden' && !isModerators) {
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
        all.push(...events)
        for (const p of Object.values(room.view.participants)) {
          if (p.role === 'chair' || p.role === 'secretary') expect(p.grant.microphone).not.toBe('forbidden')
          if (p.role === 'guest') expect(p.grant.screen).toBe('forbidden')
        }
      }
      const reached = all.filter((event) => scopesReachedBy(event).includes('all'))
      const folded = reached.reduce((view, event) => applyRoomEvent('all', view, event), newRoom().view)
      expect(folded).toEqual(room.view)
      expect(room.view.version).toBe(reached.length)
      expect(all.every((event, i) => i === 0 || event.atMs >= (all[i - 1]?.atMs ?? 0) - 10)).toBe(true)
      for (const presence of presenceOf(all, nowMs + 1e9).values()) {
        for (const stay of presence.stays) expect(stay.toMs ?? Infinity).toBeGreaterThanOrEqual(stay.fromMs)
      }
      const restored = newRoom(2, all.filter(isDurable))
      expect(restored.moderators).toEqual({ ...room.moderators, epoch: 2 })
      restored.seats.disconnectAll(nowMs, nowMs)
      for (const [id, role] of castOfLives) {
        if (room.view.phase !== 'open') continue
        const isBanned = room.moderators.banned.includes(person(id))
        const back = entry(id, role, { isResume: true })
        expect(codeOf(() => restored.seats.join(back, nowMs))).toBe(isBanned ? 'removed' : null)
        const was = room.participant(person(id))?.grant.microphone
        if (was === 'forbidden') expect(microphoneOf(restored, id)).toBe('forbidden')
      }
    })
  }
})
