import { describe, expect, it } from 'vitest'
import type { AgendaItemId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { id, TestSeat } from '#web/call/testing/testSeat.svelte.ts'
import { Floor } from './floor.svelte.ts'
import { FloorDesk } from './floorDesk.ts'
import { entersLastMinute } from './speechBell.ts'

const asked = (key: string, atMs: number, agendaItemId: string | null = null): RoomEvent => ({
  type: 'handRaised',
  atMs,
  participantId: id(key),
  agendaItemId: agendaItemId as AgendaItemId | null,
  kind: 'contribution',
  name: key,
  unitName: '',
})
const began = (key: string): RoomEvent => ({
  type: 'speechBegan',
  atMs: 100_000,
  participantId: id(key),
  name: key,
  unitName: '',
  kind: 'contribution',
  agendaItemId: null,
  limitMs: 180_000,
  isBanLifted: false,
  by: id('me'),
})

function newDesk(...events: RoomEvent[]): { seat: TestSeat; floor: Floor; desk: FloorDesk } {
  const seat = new TestSeat()
  const floor = new Floor(seat)
  for (const event of events) seat.happens(floor, event)
  return { seat, floor, desk: new FloorDesk(seat) }
}

describe('the chair’s desk', () => {
  it('says with each act whom it sees with the floor', async () => {
    const { seat, desk } = newDesk(asked('1', 1), began('2'))
    await desk.next()
    await desk.give({ participantId: id('1'), agendaItemId: null })
    await desk.togglePause()
    await desk.extend(2)
    await desk.end()
    expect(seat.asked).toEqual([
      ['floor:next', { after: '2' }],
      ['floor:give', { participantId: '1', agendaItemId: null, after: '2' }],
      ['floor:pause', { participantId: '2', isPaused: true }],
      ['floor:extend', { participantId: '2', minutes: 2 }],
      ['floor:end', { participantId: '2' }],
    ])
  })

  it('asks for nothing when there is nobody to call and nobody to stop', async () => {
    const { seat, desk } = newDesk()
    expect([await desk.next(), await desk.end(), await desk.extend(1), await desk.togglePause()]).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(seat.asked).toEqual([])
  })

  it('moves a request up, down and to the top among those whose turn it may be', async () => {
    const { seat, desk } = newDesk(asked('1', 1), asked('2', 2), asked('3', 3), asked('4', 4, 'other'))
    const [first, second, third] = desk.due
    if (!first || !second || !third) throw new Error('nobody asks')
    expect(desk.later.map(({ name }) => name)).toEqual(['4'])
    await desk.move(third, -1)
    await desk.move(third, -Infinity)
    await desk.move(first, 1)
    await desk.move(second, 1)
    expect(await desk.move(first, -1)).toBe(false)
    const before = (key: string) => ({ participantId: key, agendaItemId: null })
    expect(seat.asked.map(([, payload]) => (payload as { before: unknown }).before)).toEqual([
      before('2'),
      before('1'),
      before('3'),
      null,
    ])
  })

  it('keeps what it does not change of the list', async () => {
    const { seat, desk } = newDesk()
    await desk.arrange({ isOpen: false })
    await desk.arrange({ order: 'leastSpoken' })
    expect(seat.asked).toEqual([
      ['floor:arrange', { isOpen: false, order: 'time' }],
      ['floor:arrange', { isOpen: true, order: 'leastSpoken' }],
    ])
  })
})

describe('the chime of the last minute', () => {
  it('rings once, while the clock runs, and not for a speech of a minute', () => {
    const { floor } = newDesk(began('2'))
    const { speech } = floor
    if (!speech) throw new Error('nobody speaks')
    expect(entersLastMinute(speech, 219_000, 219_999)).toBe(false)
    expect(entersLastMinute(speech, 219_500, 220_500)).toBe(true)
    expect(entersLastMinute(speech, 220_500, 221_500)).toBe(false)
    expect(entersLastMinute({ ...speech, pausedAtMs: 220_200 }, 219_500, 220_500)).toBe(false)
    expect(entersLastMinute({ ...speech, limitMs: 60_000 }, 99_000, 101_000)).toBe(false)
  })
})
