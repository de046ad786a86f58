import { describe, expect, it } from 'vitest'
import { ClientId } from '#contract/ids.ts'
import { codeOf, entry, newRoom, newOpenRoom, person } from './testing/testRoom.ts'

describe('a seat', () => {
  it('is not given to a second page of the same participant unless it asks to take over', () => {
    const room = newOpenRoom()
    const second = entry('an', 'delegate', { clientId: ClientId.parse('other') })
    expect(codeOf(() => room.seats.join(second, 2000))).toBe('already_joined')
    const { replaced } = room.seats.join({ ...second, takeOver: true }, 2001)
    expect(replaced).toBe('page-an')
    expect(room.seats.isSeated(person('an'), ClientId.parse('other'))).toBe(true)
    expect(room.seats.isSeated(person('an'), ClientId.parse('page-an'))).toBe(false)
  })

  it('goes on for the same page without an event, and with one after a loss', () => {
    const room = newOpenRoom()
    expect(room.seats.join(entry('an'), 2000).events).toEqual([])
    room.floor.raise(person('an'), 2000)
    expect(room.seats.disconnect(person('an'), ClientId.parse('page-an'), 2100)).toMatchObject([
      { type: 'participantDisconnected' },
    ])
    expect(room.seats.join(entry('an'), 2200).events).toMatchObject([{ type: 'participantReconnected' }])
    expect(room.participant(person('an'))).toMatchObject({ isConnected: true, handRaisedAtMs: 2000 })
  })

  it('is not lost when a page that was taken over goes', () => {
    const room = newOpenRoom()
    room.seats.join(entry('an', 'delegate', { clientId: ClientId.parse('other'), takeOver: true }), 2000)
    expect(room.seats.disconnect(person('an'), ClientId.parse('page-an'), 2100)).toEqual([])
    expect(room.participant(person('an'))?.isConnected).toBe(true)
  })

  it('is kept for the grace, then freed; a reloaded page takes it meanwhile', () => {
    const room = newOpenRoom()
    room.seats.disconnect(person('an'), ClientId.parse('page-an'), 2000)
    room.seats.disconnect(person('binh'), ClientId.parse('page-binh'), 2000)
    expect(room.tick(61_999)).toEqual([])
    const reloaded = room.seats.join(
      entry('an', 'delegate', { clientId: ClientId.parse('reloaded') }),
      61_999,
    )
    expect(reloaded.events).toMatchObject([{ type: 'participantJoined' }])
    expect(reloaded.replaced).toBeNull()
    expect(room.tick(62_000)).toMatchObject([
      { type: 'participantLeft', participantId: 'binh', reason: 'lost' },
    ])
  })

  it('that is left keeps the place on the speaking list, until its holder is taken out of the call', () => {
    const room = newOpenRoom()
    const [an, binh] = [person('an'), person('binh')]
    for (const [index, id] of [an, binh].entries()) room.floor.raise(id, 2000 + index)
    room.seats.leave(an, 3000)
    room.seats.remove(binh, false, person('chair'), 3000)
    expect(room.view.floor.requests).toMatchObject([{ participantId: 'an', name: 'Name an' }])
    for (const id of ['an', 'binh']) room.seats.join(entry(id), 900_000)
    expect(room.participant(an)?.handRaisedAtMs).toBe(2000)
    expect(room.participant(binh)?.handRaisedAtMs).toBeNull()
  })

  it('never locks the chair out: not after the grace, not under a ban, not beside a ghost of the same page', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, person('secretary'), 1500)
    room.seats.disconnect(person('chair'), ClientId.parse('page-chair'), 2000)
    room.tick(100_000)
    expect(room.participant(person('chair'))).toBeUndefined()
    const elsewhere = entry('chair', 'chair', { clientId: ClientId.parse('phone') })
    room.seats.join(elsewhere, 100_001)
    expect(room.participant(person('chair'))).toMatchObject({ role: 'chair', grant: { microphone: 'open' } })
    room.seats.join(entry('chair', 'chair', { takeOver: true }), 100_002)
    expect(room.participant(person('chair'))?.role).toBe('chair')
    expect(codeOf(() => room.seats.remove(person('chair'), true, person('secretary'), 100_003))).toBe(
      'forbidden',
    )
  })

  it('is not given back to who was removed for good, and is to who was only removed', () => {
    const room = newOpenRoom()
    room.seats.remove(person('an'), false, person('secretary'), 2000)
    expect(codeOf(() => room.seats.join(entry('an'), 2001))).toBeNull()
    room.seats.remove(person('an'), true, person('secretary'), 2002)
    room.seats.remove(person('later'), true, person('secretary'), 2002)
    expect(codeOf(() => room.seats.join(entry('an'), 2003))).toBe('removed')
    expect(codeOf(() => room.seats.join(entry('later'), 2003))).toBe('removed')
    expect(codeOf(() => room.seats.remove(person('nobody'), false, person('secretary'), 2004))).toBe(
      'not_in_call',
    )
  })

  it('stays shut to who was banned when another home takes over', () => {
    const room = newOpenRoom()
    const events = room.seats.remove(person('later'), true, person('chair'), 2000)
    expect(events).toMatchObject([{ type: 'participantBanned', participantId: 'later', by: 'chair' }])
    expect(room.seats.remove(person('later'), true, person('chair'), 2001)).toEqual([])
    expect(codeOf(() => newRoom(2, events).seats.join(entry('later'), 3000))).toBe('removed')
  })

  it('is found only under a real id', () => {
    const room = newOpenRoom()
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect(codeOf(() => room.sound.mute(person(id), 'microphone', 'muted', person('chair'), 2000))).toBe(
        'not_in_call',
      )
    }
  })
})
