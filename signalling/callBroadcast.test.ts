import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { MeetingRole } from '#contract/meeting.ts'
import { scopesOf } from '#contract/permissions.ts'
import { applyRoomBatch, withSnapshot, type RoomEventBatch } from '#contract/room/room.ts'
import type { PageViews } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import { CallBroadcast } from './callBroadcast.ts'
import { signallingMetrics } from './metrics.ts'
import type { Room } from './room/room.ts'
import { castOfLives, generator, nextAct } from './room/testing/testLives.ts'
import { codeOf, entry, newRoom, person } from './room/testing/testRoom.ts'
import { defaultSettings } from './settings.ts'

/** A page that follows a room through batches as they travel, some of which are lost on the way. */
class Follower {
  readonly id: string
  readonly scopes: readonly Scope[]
  readonly synced: Scope[] = []
  readonly lost: Scope[] = []
  readonly #room: Room
  views: PageViews

  constructor(room: Room, id: string, role: MeetingRole) {
    this.#room = room
    this.id = id
    this.scopes = scopesOf({ isSystemAdmin: false, unitRoles: [], meetingRole: role })
    this.views = room.viewsFor(person(id), this.scopes)
  }

  receive(batch: RoomEventBatch, isLost: boolean): void {
    if (isLost) {
      this.lost.push(batch.scope)
      return
    }
    const next = applyRoomBatch(this.views, batch)
    if (next === 'gap') this.sync(batch.scope)
    else this.views = next
  }

  sync(scope: Scope): void {
    this.synced.push(scope)
    this.views = withSnapshot(this.views, copied(this.#room.snapshot(scope, person(this.id))))
  }
}

/** As it arrives: through the wire's codec. */
function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

/** A room, who follows it, and what stands between. */
function hall(isLost: (batch: RoomEventBatch) => boolean) {
  const room = newRoom()
  const followers = castOfLives.map(([id, role]) => new Follower(room, id, role))
  const broadcast = new CallBroadcast({
    audience: {
      send: (to, event, payload) => {
        if (to === 'lobby' || event !== 'room:events') return
        const batch = copied(payload) as RoomEventBatch // by the event's name
        for (const one of followers) if (one.scopes.includes(to)) one.receive(batch, isLost(batch))
      },
    },
    settings: { ...defaultSettings, smallCall: 0 },
    metrics: signallingMetrics(new Registry(), { meetings: () => 1, sockets: () => 0 }),
    view: () => room.view,
    snapshot: (scope, id) => room.snapshot(scope, id),
    sendOwn: (id, batch) => {
      const own = copied(batch)
      for (const one of followers) if (one.id === id) one.receive(own, isLost(own))
    },
    size: () => followers.length,
  })
  return { room, followers, broadcast }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('pages that follow a call by its scopes', () => {
  for (let seed = 1; seed <= 40; seed++) {
    it(`see what the server sees, after thousands of commands and lost batches (seed ${seed})`, () => {
      const random = generator(seed)
      const { room, followers, broadcast } = hall(() => random() < 0.05)
      let nowMs = 1000
      for (let step = 0; step < 200; step++) {
        nowMs += Math.floor(random() * 5000)
        const { act } = nextAct(room, random, step, nowMs)
        codeOf(() => broadcast.push(act()))
        if (random() < 0.5) vi.advanceTimersByTime(defaultSettings.batchMs)
      }
      broadcast.flush()
      for (const one of followers) {
        // Only a scope of which something was lost is ever asked for again.
        for (const scope of one.synced) expect(one.lost).toContain(scope)
        // What was lost last shows with the next batch; here it is asked for.
        for (const scope of one.scopes) {
          const there = room.snapshot(scope, person(one.id)).view
          if (one.lost.includes(scope) && one.views[scope]?.version !== there.version) one.sync(scope)
          expect(one.views[scope]).toEqual(copied(there))
        }
      }
    })
  }

  it('ask for nothing again when another scope has a gap', () => {
    const { room, followers, broadcast } = hall((batch) => batch.scope === 'moderators')
    const by = person('secretary')
    const happens = (act: () => Parameters<CallBroadcast['push']>[0]): void => {
      broadcast.push(act())
      broadcast.flush()
    }
    const mark = { participantId: person('an'), siteId: null }
    happens(() => room.seats.join(entry('chair', 'chair'), 1000).events)
    happens(() => room.presence.mark({ ...mark, isPresent: true }, by, 2000))
    happens(() => room.presence.mark({ ...mark, isPresent: false }, by, 3000))
    happens(() => room.floor.raise(person('chair'), 4000))
    const chair = followers.find((one) => one.id === 'chair')
    const technician = followers.find((one) => one.id === 'technician')
    expect(chair?.lost).toEqual(['moderators', 'moderators'])
    expect(chair?.synced).toEqual([])
    expect(chair?.views.all).toEqual(room.view)
    expect(technician?.views.technicians).toEqual(room.snapshot('technicians', null).view)
  })
})
