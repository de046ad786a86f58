import { describe, expect, it } from 'vitest'
import { codeOf, entry, newOpenRoom, person } from './testing/testRoom.ts'

describe('the chat', () => {
  it('says of which unit who wrote is', () => {
    const room = newOpenRoom()
    const { member } = entry('mai')
    room.seats.join(entry('mai', 'guest', { member: { ...member, unitName: 'Xã Sóc Sơn' } }), 2000)
    const { message } = room.chat.post(person('mai'), { id: 'message1', text: 'Chào' }, 2000)
    expect(message.unitName).toBe('Xã Sóc Sơn')
  })

  it('takes a message once, however often it is sent', () => {
    const room = newOpenRoom()
    const first = room.chat.post(person('an'), { id: 'message1', text: '<b>Chào</b>' }, 2000)
    const again = room.chat.post(person('an'), { id: 'message1', text: 'changed' }, 2001)
    expect(again).toEqual({ events: [], message: first.message })
    expect(room.view.chat).toEqual([first.message])
    expect(codeOf(() => room.chat.post(person('binh'), { id: 'message1', text: 'x' }, 2002))).toBe('conflict')
  })
})
