import { describe, expect, it } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { TrackId } from '#contract/ids.ts'
import { trackSources } from '#contract/grant.ts'
import { emptyRoomView, isDurable, type RoomEvent } from '#contract/room/room.ts'
import { Room } from './room.ts'
import { floorActs } from './testing/testLives.ts'
import { agenda, entry, meetingId, newRoom, person, recording } from './testing/testRoom.ts'

const people = ['chair', 'secretary', 'an', 'binh', 'guest', 'technician'] as const
const roleOf = (id: string) => (id === 'an' || id === 'binh' ? 'delegate' : id) as 'chair' // one of the roles
const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

/** Whatever people, engine and clock do, one after the other; refusals are part of it. */
function live(room: Room, next: () => number, steps: number): RoomEvent[] {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T // never of nothing
  const events: RoomEvent[] = [...room.seats.join(entry('chair', 'chair'), 1000).events]
  let nowMs = 1000
  for (let step = 0; step < steps; step++) {
    nowMs += Math.floor(next() * 3000)
    const [id, other] = [person(pick(people)), person(pick(people))]
    const source = pick(trackSources)
    const acts: (() => readonly RoomEvent[])[] = [
      () => room.seats.join(entry(id, roleOf(id), { takeOver: next() < 0.5 }), nowMs).events,
      () => room.seats.disconnect(id, entry(id).clientId, nowMs),
      () => room.seats.leave(id, nowMs),
      () => (next() < 0.2 ? room.seats.remove(id, next() < 0.3, other, nowMs) : []),
      () => room.floor.raise(id, nowMs),
      ...floorActs(room, next, id, other, nowMs),
      () => room.floor.lower(id, id, nowMs),
      () => room.floor.noteSpeech(id, nowMs - 10, nowMs, nowMs),
      () => room.chat.post(id, { id: `message${Math.floor(next() * 400)}`, text: `“${step}”` }, nowMs).events,
      () => room.sound.setSource(id, source, pick(['open', 'muted']), nowMs),
      () => room.sound.mute(id, source, pick(['muted', 'forbidden', 'allowed']), other, nowMs),
      () => room.sound.muteAll(next() < 0.5, other, nowMs),
      () => room.sound.allowUnmute(other, nowMs),
      () => room.sound.publishTrack(id, { id: TrackId.parse(`t${step}`), source }, nowMs),
      () => room.sound.dropTracks(id, nowMs),
      () => room.agenda.start(pick(agenda).id, other, nowMs),
      () => room.agenda.change([...agenda].toReversed(), 'somebody', nowMs),
      () => room.recording.propose(other, nowMs),
      () => room.recording.follow({ type: 'start', recordingId: recording(`r${step}`) }, other, nowMs),
      () => room.recording.follow({ type: 'stop' }, other, nowMs),
      () => room.recording.acknowledge(id, nowMs),
      () => room.presence.mark({ participantId: id, siteId: null, isPresent: next() < 0.5 }, other, nowMs),
      () => room.tick(nowMs),
    ]
    try {
      events.push(...pick(acts)())
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  return events
}

/** All that a room is, and what it would do next. */
function all(room: Room): unknown {
  const views = people.map((id) => room.viewsFor(person(id), ['all', 'moderators', 'technicians', 'own']))
  return { kept: room.keep(), views, next: live(room, random(7), 60), after: room.keep() }
}

const opened = (kept: string | null, past: RoomEvent[]): Room =>
  new Room(emptyRoomView(meetingId, agenda, 9), { seatGraceMs: 60_000, kept, past })

describe('a kept room', () => {
  it('with the events after it is exactly the room that all events make, wherever it was kept', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const next = random(seed)
      const room = newRoom()
      const [before, after] = [Math.floor(next() * 120), Math.floor(next() * 60)]
      const first = live(room, next, before)
      const kept = room.keep()
      const events = [...first, ...live(room, next, after)].filter(isDurable)
      const tail = events.slice(first.filter(isDurable).length)
      expect(all(opened(kept, tail))).toEqual(all(opened(null, events)))
    }
  })

  it('may be kept of a room that was opened from one', () => {
    const next = random(99)
    const room = newRoom()
    const first = live(room, next, 80).filter(isDurable)
    const second = opened(room.keep(), [])
    const more = live(second, next, 80).filter(isDurable)
    expect(all(opened(second.keep(), []))).toEqual(all(opened(null, [...first, ...more])))
  })

  it('is none before the call is open, while the plan has its agenda', () => {
    expect(newRoom().keep()).toBeNull()
  })
})
