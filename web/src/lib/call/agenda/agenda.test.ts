import { describe, expect, it } from 'vitest'
import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import type { AgendaItemView } from '#contract/room/views.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { call } from '#web/call/call.vi.ts'
import { id, TestSeat } from '#web/call/testing/testSeat.svelte.ts'
import { Agenda } from './agenda.svelte.ts'

const item = (key: string): AgendaItemView => ({
  id: key as AgendaItemId,
  title: `Nội dung ${key}`,
  presenter: '',
  durationMin: 10,
  startedAtMs: null,
})
const started = (key: string, by: ParticipantId): RoomEvent => ({
  type: 'agendaItemStarted',
  atMs: 5,
  itemId: key as AgendaItemId,
  by,
})

describe('the agenda', () => {
  it('is before its first item at first, and follows from item to item', () => {
    const seat = new TestSeat()
    const agenda = new Agenda(seat)
    seat.view = { ...seat.view, agenda: [item('a'), item('b')] }
    expect([agenda.at, agenda.current, agenda.next?.id]).toEqual([-1, null, 'a'])
    expect(seat.happens(agenda, started('a', id('1')))).toEqual([call.news.agendaItem('Nội dung a')])
    expect([agenda.at, agenda.current?.id, agenda.next?.id]).toEqual([0, 'a', 'b'])
    expect(seat.happens(agenda, started('b', seat.myId))).toEqual([])
    expect([agenda.at, agenda.next]).toEqual([1, null])
  })

  it('is led by name', async () => {
    const seat = new TestSeat()
    expect(await new Agenda(seat).start('a' as AgendaItemId)).toBe(true)
    expect(seat.asked).toEqual([['agenda:start', { itemId: 'a' }]])
  })
})
