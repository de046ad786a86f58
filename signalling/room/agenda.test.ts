import { describe, expect, it } from 'vitest'
import { AgendaItemId } from '#contract/ids.ts'
import { agenda, codeOf, newRoom, newOpenRoom, person } from './testing/testRoom.ts'

describe('the agenda', () => {
  it('moves to an item of the agenda only', () => {
    const room = newOpenRoom()
    expect(room.agenda.start(AgendaItemId.parse('item2'), person('chair'), 2000)).toHaveLength(1)
    expect(room.agenda.start(AgendaItemId.parse('item2'), person('chair'), 2001)).toEqual([])
    expect(codeOf(() => room.agenda.start(AgendaItemId.parse('other'), person('chair'), 2002))).toBe(
      'not_found',
    )
    expect(room.view.currentItemId).toBe('item2')
  })

  const item = (id: string, title = id) => ({
    id: AgendaItemId.parse(id),
    title,
    presenter: '',
    durationMin: 10,
  })

  it('is the plan’s until it is changed in the call, from when the plan has nothing to say', () => {
    const room = newRoom()
    const planned = [...agenda, item('item3')]
    expect(room.follow({ people: [], agenda: planned }, 500)).toMatchObject([
      { type: 'agendaChanged', by: null },
    ])
    expect(room.follow({ people: [], agenda: planned }, 501)).toEqual([])
    const call = newOpenRoom()
    expect(call.follow({ people: [], agenda: planned }, 2000)).toHaveLength(1)
    call.agenda.change([item('item3'), item('item1', 'Mới')], 'secretary', 2001)
    expect(call.follow({ people: [], agenda: planned }, 2002)).toEqual([])
    expect(call.view.agenda.map(({ title }) => title)).toEqual(['item3', 'Mới'])
  })

  it('keeps an item that was called, with the time when it was', () => {
    const room = newOpenRoom()
    room.agenda.start(AgendaItemId.parse('item2'), person('chair'), 2000)
    expect(codeOf(() => room.agenda.change([item('item1')], 'secretary', 2001))).toBe('invalid_state')
    room.agenda.change([item('item2', 'Tên khác'), item('item9')], 'secretary', 2002)
    expect(room.view.agenda).toMatchObject([
      { id: 'item2', title: 'Tên khác', startedAtMs: 2000 },
      { id: 'item9', startedAtMs: null },
    ])
    expect(room.view.currentItemId).toBe('item2')
  })
})
