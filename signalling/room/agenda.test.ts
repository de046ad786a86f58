import { describe, expect, it } from 'vitest'
import { AgendaItemId } from '#contract/ids.ts'
import { codeOf, openCall, person } from './testRoom.ts'

describe('the agenda', () => {
  it('moves to an item of the agenda only', () => {
    const room = openCall()
    expect(room.agenda.start(AgendaItemId.parse('item2'), person('chair'), 2000)).toHaveLength(1)
    expect(room.agenda.start(AgendaItemId.parse('item2'), person('chair'), 2001)).toEqual([])
    expect(codeOf(() => room.agenda.start(AgendaItemId.parse('other'), person('chair'), 2002))).toBe(
      'not_found',
    )
    expect(room.view.currentItemId).toBe('item2')
  })
})
