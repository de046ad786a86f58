import { describe, expect, it } from 'vitest'
import type { ParticipantId } from '#contract/ids.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { call } from '#web/call/call.vi.ts'
import { id, person, TestSeat, viewOf } from '#web/call/testing/testSeat.svelte.ts'
import { Floor } from './floor.svelte.ts'

const raised = (participantId: ParticipantId, atMs = 1): Extract<RoomEvent, { type: 'handRaised' }> => ({
  type: 'handRaised',
  atMs,
  participantId,
  agendaItemId: null,
  kind: 'contribution',
  name: '',
  unitName: '',
})
const lowered = (participantId: ParticipantId, by: ParticipantId | null): RoomEvent => ({
  type: 'handLowered',
  atMs: 2,
  participantId,
  agendaItemId: null,
  by,
})

const began = (participantId: ParticipantId): RoomEvent => ({
  type: 'speechBegan',
  atMs: 2,
  participantId,
  name: '',
  unitName: '',
  kind: 'contribution',
  agendaItemId: null,
  limitMs: null,
  isBanLifted: false,
  by: id('1'),
})

describe('the speaking queue', () => {
  it('is in the order of asking, with one’s own place', () => {
    const seat = new TestSeat()
    const floor = new Floor(seat)
    seat.happens(floor, { ...raised(id('3'), 20), name: 'C' })
    seat.happens(floor, { ...raised(id('1'), 30), name: 'A' })
    expect(floor.hands.map((p) => p.name)).toEqual(['C', 'A'])
    expect([floor.myPlace, floor.isRaised]).toEqual([0, false])
    seat.happens(floor, raised(seat.myId, 25))
    expect([floor.myPlace, floor.isRaised]).toEqual([2, true])
  })

  it('is joined and left with one switch', async () => {
    const seat = new TestSeat()
    const floor = new Floor(seat)
    await floor.toggle()
    seat.happens(floor, raised(seat.myId))
    await floor.toggle()
    await floor.lowerOf(id('1'))
    expect(seat.asked).toEqual([
      ['hand:raise', {}],
      ['hand:lower', {}],
      ['hand:lower', { participantId: '1' }],
    ])
  })

  it('tells of hands those who act on them', () => {
    const seat = new TestSeat()
    const floor = new Floor(seat)
    expect(seat.happens(floor, raised(id('1')))).toEqual([])
    seat.rights = ['call:moderate']
    expect(seat.happens(floor, raised(id('1')))).toEqual([call.news.handRaised('Nguyễn An')])
    expect(seat.happens(floor, raised(seat.myId))).toEqual([])
  })

  it('tells who asked by whom the hand was lowered, unless it was by oneself', async () => {
    const seat = new TestSeat()
    const floor = new Floor(seat)
    expect(seat.happens(floor, lowered(seat.myId, id('1')))).toEqual([call.news.handLowered('Nguyễn An')])
    // The answer and the event come in any order.
    await floor.lower()
    expect(seat.happens(floor, lowered(seat.myId, seat.myId))).toEqual([])
    expect(seat.happens(floor, lowered(seat.myId, null))).toEqual([])
    expect(seat.happens(floor, lowered(id('1'), id('1')))).toEqual([])
    seat.happens(floor, began(seat.myId))
    expect(seat.happens(floor, lowered(seat.myId, id('1')))).toEqual([])
  })

  it('tells hands of people of one name apart', () => {
    const seat = new TestSeat()
    const floor = new Floor(seat)
    seat.rights = ['call:moderate']
    seat.view = viewOf(
      person('1', 'Nguyễn Văn An', { unitName: 'Phường Ba Đình' }),
      person('2', 'Nguyễn Văn An', { unitName: 'Xã Sóc Sơn' }),
    )
    expect(seat.happens(floor, raised(id('2')))).toEqual([call.news.handRaised('Nguyễn Văn An (Xã Sóc Sơn)')])
  })
})
