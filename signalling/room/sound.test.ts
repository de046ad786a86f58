import { describe, expect, it } from 'vitest'
import { ClientId } from '#contract/ids.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { codeOf, entry, microphoneOf, newOpenRoom, person } from './testing/testRoom.ts'

describe('a mute', () => {
  it('of one leaves others alone and may be undone by its participant', () => {
    const room = newOpenRoom()
    room.sound.mute(person('an'), 'microphone', 'muted', person('chair'), 2000)
    expect([microphoneOf(room, 'an'), microphoneOf(room, 'binh')]).toEqual(['mutedByModerator', 'open'])
    room.sound.setSource(person('an'), 'microphone', 'open', 2001)
    expect(microphoneOf(room, 'an')).toBe('open')
  })

  it('that forbids holds until it is lifted, through leaving and coming back', () => {
    const room = newOpenRoom()
    room.sound.mute(person('an'), 'microphone', 'forbidden', person('chair'), 2000)
    expect(codeOf(() => room.sound.setSource(person('an'), 'microphone', 'open', 2001))).toBe('forbidden')
    room.sound.mute(person('an'), 'microphone', 'muted', person('chair'), 2001)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
    room.seats.leave(person('an'), 2002)
    room.seats.join(entry('an', 'delegate', { clientId: ClientId.parse('again') }), 2003)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
    room.sound.mute(person('an'), 'microphone', 'allowed', person('chair'), 2004)
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
  })

  it('of all spares who runs the meeting; with a ban, who joins later starts forbidden', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, person('secretary'), 2000)
    const levels = ['chair', 'secretary', 'an', 'binh', 'guest'].map((id) => microphoneOf(room, id))
    expect(levels).toEqual(['open', 'open', 'forbidden', 'forbidden', 'forbidden'])
    room.seats.join(entry('late'), 2001)
    expect(microphoneOf(room, 'late')).toBe('forbidden')
    expect(room.participant(person('late'))?.grant.camera).toBe('open')
    room.sound.allowUnmute(person('chair'), 2002)
    expect(microphoneOf(room, 'late')).toBe('mutedByModerator')
    room.seats.join(entry('later'), 2003)
    expect(microphoneOf(room, 'later')).toBe('open')
  })

  it('of all silences the secretary too, who may go on, but neither the chair nor who asked for it', () => {
    for (const forbidUnmute of [false, true]) {
      const room = newOpenRoom()
      room.sound.muteAll(forbidUnmute, person('chair'), 2000)
      expect([microphoneOf(room, 'chair'), microphoneOf(room, 'secretary')]).toEqual([
        'open',
        'mutedByModerator',
      ])
      room.sound.setSource(person('secretary'), 'microphone', 'open', 2001)
      expect(microphoneOf(room, 'secretary')).toBe('open')
      room.sound.muteAll(forbidUnmute, person('secretary'), 2002)
      expect([microphoneOf(room, 'chair'), microphoneOf(room, 'secretary')]).toEqual(['open', 'open'])
    }
  })

  it('of all without a ban lets everyone unmute, and late joiners start as they like', () => {
    const room = newOpenRoom()
    room.sound.muteAll(false, person('chair'), 2000)
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
    room.sound.setSource(person('an'), 'microphone', 'open', 2001)
    room.seats.join(entry('late'), 2002)
    expect([microphoneOf(room, 'an'), microphoneOf(room, 'late')]).toEqual(['open', 'open'])
  })

  it('of all remembers whom the chair let speak, also over a reload', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, person('chair'), 2000)
    room.sound.mute(person('an'), 'microphone', 'allowed', person('chair'), 2001)
    room.seats.disconnect(person('an'), ClientId.parse('page-an'), 2002)
    room.seats.join(entry('an', 'delegate', { clientId: ClientId.parse('reloaded') }), 2003)
    expect(microphoneOf(room, 'an')).toBe('open')
    room.sound.muteAll(true, person('chair'), 2004)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
  })

  it('of a screen takes its sound along, and a guest never shares one', () => {
    const room = newOpenRoom()
    room.sound.mute(person('an'), 'screen', 'muted', person('chair'), 2000)
    expect(room.participant(person('an'))?.grant).toMatchObject({
      screen: 'mutedByModerator',
      screenAudio: 'mutedByModerator',
    })
    expect(room.participant(person('guest'))?.grant.screen).toBe('forbidden')
    expect(codeOf(() => room.sound.setSource(person('guest'), 'screen', 'open', 2001))).toBe('forbidden')
    expect(codeOf(() => room.sound.mute(person('guest'), 'screen', 'allowed', person('chair'), 2002))).toBe(
      'forbidden',
    )
    expect(
      codeOf(() => room.sound.mute(person('chair'), 'microphone', 'forbidden', person('secretary'), 2003)),
    ).toBe('forbidden')
  })

  it('of all tells whom the chair lets speak, and when that is over', () => {
    const room = newOpenRoom()
    const leaves = () => room.moderators.allowedToUnmute
    const isAllowed = (id: string) => room.viewsFor(person(id), []).own.isAllowedToUnmute
    room.sound.muteAll(true, person('chair'), 2000)
    room.sound.mute(person('an'), 'microphone', 'allowed', person('chair'), 2001)
    expect([leaves(), isAllowed('an'), isAllowed('binh')]).toEqual([['an'], true, false])
    room.sound.setSource(person('an'), 'microphone', 'open', 2002)
    room.sound.mute(person('an'), 'microphone', 'forbidden', person('secretary'), 2003)
    expect([leaves(), isAllowed('an')]).toEqual([[], false])
    room.sound.mute(person('an'), 'microphone', 'allowed', person('chair'), 2004)
    room.sound.allowUnmute(person('chair'), 2005)
    expect([leaves(), isAllowed('an')]).toEqual([[], false])
  })
})

describe('another role in the plan', () => {
  const member = (id: string, role: MeetingRole) => entry(id, role).member
  const plan = (...people: ReturnType<typeof member>[]) => ({ people, agenda: newOpenRoom().view.agenda })

  it('closes what it rules out, and leaves closed what it allows again', () => {
    const room = newOpenRoom()
    room.follow(plan(member('an', 'guest'), member('guest', 'delegate')), 2000)
    expect(room.participant(person('an'))).toMatchObject({ role: 'guest', grant: { screen: 'forbidden' } })
    expect(room.participant(person('an'))?.grant.microphone).toBe('open')
    expect(room.participant(person('guest'))).toMatchObject({ role: 'delegate', grant: { screen: 'open' } })
    expect(room.follow(plan(member('an', 'guest')), 2001)).toEqual([])
  })

  it('binds who no longer runs the meeting to a ban, and frees who does', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, person('chair'), 2000)
    room.follow(plan(member('chair', 'delegate'), member('an', 'chair')), 2001)
    expect([microphoneOf(room, 'chair'), microphoneOf(room, 'an')]).toEqual(['forbidden', 'muted'])
  })
})
