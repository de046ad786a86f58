import { describe, expect, it } from 'vitest'
import { newOpenRoom, person } from './testing/testRoom.ts'

describe('hands', () => {
  it('say who lowered them', () => {
    const room = newOpenRoom()
    room.floor.raise(person('an'), 2000)
    expect(room.floor.lower(person('an'), person('binh'), 3000)).toMatchObject([{ by: 'binh' }])
    room.floor.raise(person('an'), 4000)
    expect(room.floor.lower(person('an'), person('an'), 5000)).toMatchObject([{ by: 'an' }])
  })

  it('keeps hands in the order of raising, even within one millisecond', () => {
    const room = newOpenRoom()
    for (const id of ['guest', 'an', 'binh']) room.floor.raise(person(id), 2000)
    room.floor.raise(person('guest'), 2500)
    const order = Object.values(room.view.participants)
      .filter((p) => p.handRaisedAtMs !== null)
      .sort((a, b) => (a.handRaisedAtMs ?? 0) - (b.handRaisedAtMs ?? 0))
    expect(order.map((p) => p.id)).toEqual(['guest', 'an', 'binh'])
    expect(room.floor.lower(person('an'), person('an'), 3000)).toHaveLength(1)
    expect(room.floor.lower(person('an'), person('an'), 3000)).toEqual([])
  })
})
