import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RoomEvent } from '#contract/room/room.ts'
import { call } from '#web/call/call.vi.ts'
import { id, person, TestSeat, viewOf } from '#web/call/testing/testSeat.svelte.ts'
import { Comings } from './comings.svelte.ts'

let seat: TestSeat
let comings: Comings

beforeEach(() => {
  vi.useFakeTimers()
  seat = new TestSeat()
  comings = new Comings(seat)
})
afterEach(() => {
  comings.close()
  vi.useRealTimers()
})

const comes = (key: string, name = `Người ${key}`, unitName = 'Phường Thử'): void => {
  const participant = person(key, name, { unitName })
  expect(seat.happens(comings, { type: 'participantJoined', atMs: 1, participant })).toEqual([])
}
const goes = (key: string, reason: 'left' | 'removed' | 'ended' = 'left'): void => {
  seat.happens(comings, { type: 'participantLeft', atMs: 1, participantId: id(key), reason })
}
const asks = (key: string): void => {
  const event: RoomEvent = {
    type: 'handRaised',
    atMs: 1,
    participantId: id(key),
    agendaItemId: null,
    kind: 'contribution',
    name: '',
    unitName: '',
  }
  seat.happens(comings, event)
}
const said = (): string[] => comings.lines.map(({ say }) => say(call))
/** A call with that many others in it. */
const fill = (count: number): void => {
  seat.view = viewOf(
    person('me', 'Tôi'),
    ...Array.from({ length: count }, (_, i) => person(`p${i}`, `P ${i}`)),
  )
}

describe('who cannot see the call is told in words', () => {
  it('who comes, asks to speak and goes, a sentence each', async () => {
    comes('2', 'Lê Bình')
    asks('2')
    goes('2')
    await vi.advanceTimersByTimeAsync(2000)
    expect(said()).toEqual([
      call.news.came('Lê Bình'),
      call.news.handRaised('Lê Bình'),
      call.news.went('Lê Bình'),
    ])
    comes('3', 'Lê Bình')
    await vi.advanceTimersByTimeAsync(2000)
    expect(said().at(-1)).toBe(call.news.came('Lê Bình'))
    expect(new Set(comings.lines.map((line) => line.id)).size).toBe(4)
  })

  it('people of one name by their units', async () => {
    comes('2', 'Nguyễn An', 'Xã Sóc Sơn')
    await vi.advanceTimersByTimeAsync(2000)
    expect(said()).toEqual([call.news.came('Nguyễn An (Xã Sóc Sơn)')])
  })

  it('fifty who join within five seconds, in one sentence', async () => {
    fill(20)
    for (let i = 0; i < 50; i++) {
      comes(`n${i}`)
      await vi.advanceTimersByTimeAsync(95)
    }
    goes('p1')
    asks('p2')
    await vi.advanceTimersByTimeAsync(6000)
    expect(said()).toEqual([call.comings({ came: 50, went: 1, hands: 1, present: 70 })])
  })

  it('a crowd in a small call, in one sentence too', async () => {
    for (let i = 0; i < 8; i++) comes(`n${i}`)
    await vi.advanceTimersByTimeAsync(2000)
    expect(said()).toEqual([call.comings({ came: 8, went: 0, hands: 0, present: 10 })])
  })

  it('one who joins a large call, by name', async () => {
    fill(200)
    comes('2', 'Lê Bình')
    await vi.advanceTimersByTimeAsync(6000)
    expect(said()).toEqual([call.news.came('Lê Bình')])
  })

  it('nothing of oneself, of the end, nor what a notice says already', async () => {
    comes('me')
    asks('me')
    goes('1', 'ended')
    seat.rights = ['call:moderate']
    asks('1')
    await vi.advanceTimersByTimeAsync(6000)
    expect(said()).toEqual([])
  })

  it('no more than the last few are kept', async () => {
    for (let i = 0; i < 12; i++) {
      comes(`n${i}`)
      await vi.advanceTimersByTimeAsync(6000)
    }
    expect(said()).toHaveLength(5)
  })
})
