import { describe, expect, it } from 'vitest'
import type { SpeechLimits } from '#contract/room/speechKinds.ts'
import { requestsDue, requestsInOrder } from '#contract/room/speaking.ts'
import { isDurable, type RoomEvent } from '#contract/room/room.ts'
import type { Room } from './room.ts'
import { agenda, codeOf, entry, microphoneOf, newOpenRoom, newRoom, person } from './testing/testRoom.ts'

const [an, binh, chair, guest, secretary] = ['an', 'binh', 'chair', 'guest', 'secretary'].map(person) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
]
const item = agenda[0]?.id ?? null
const otherItem = agenda[1]?.id ?? null
const limits: SpeechLimits = { contribution: 60_000, question: 30_000, reply: null, pointOfOrder: 10_000 }
const hand = (participantId: typeof an) => ({ participantId, agendaItemId: null })
const plain = { kind: 'contribution', agendaItemId: null } as const
const inOrder = (room: Room) => requestsInOrder(room.view.floor).map((one) => one.participantId)

describe('hands', () => {
  it('say who lowered them', () => {
    const room = newOpenRoom()
    room.floor.raise(an, 2000)
    expect(room.floor.lower(an, binh, 3000)).toMatchObject([{ by: 'binh' }])
    room.floor.raise(an, 4000)
    expect(room.floor.lower(an, an, 5000)).toMatchObject([{ by: 'an' }])
  })

  it('keep the order of raising, even within one millisecond', () => {
    const room = newOpenRoom()
    for (const id of [guest, an, binh]) room.floor.raise(id, 2000)
    room.floor.raise(guest, 2500)
    expect(inOrder(room)).toEqual(['guest', 'an', 'binh'])
    expect(room.floor.lower(an, an, 3000)).toHaveLength(1)
    expect(room.floor.lower(an, an, 3000)).toEqual([])
  })
})

describe('the speaking list', () => {
  it('has one request a person and item, and the hand stays up until the last of them is gone', () => {
    const room = newOpenRoom()
    room.floor.ask(an, { kind: 'question', agendaItemId: item }, 2000)
    room.floor.ask(an, plain, 2001)
    expect(room.floor.ask(an, plain, 2002)).toEqual([])
    expect(room.view.floor.requests).toHaveLength(2)
    room.floor.withdraw({ participantId: an, agendaItemId: item }, an, 2003)
    expect(room.participant(an)?.handRaisedAtMs).toBe(2001)
    room.floor.withdraw(hand(an), an, 2004)
    expect(room.participant(an)?.handRaisedAtMs).toBeNull()
    expect(
      codeOf(() => room.floor.ask(an, { kind: 'reply', agendaItemId: 'none' as typeof item }, 2005)),
    ).toBe('not_found')
  })

  it('puts points of order first, and takes them when it is closed to everything else', () => {
    const room = newOpenRoom()
    room.floor.raise(an, 2000)
    room.floor.arrange({ isOpen: false, order: 'time' }, secretary, 2001)
    expect(codeOf(() => room.floor.raise(binh, 2002))).toBe('invalid_state')
    room.floor.ask(binh, { kind: 'pointOfOrder', agendaItemId: null }, 2003)
    expect(inOrder(room)).toEqual(['binh', 'an'])
    room.floor.arrange({ isOpen: true, order: 'time' }, secretary, 2004)
    expect(room.floor.raise(guest, 2005)).toHaveLength(1)
  })

  it('is ordered by hand from where it stood, and by time again when asked', () => {
    const room = newOpenRoom()
    for (const [index, id] of [an, binh, guest].entries()) room.floor.raise(id, 2000 + index)
    room.floor.move(hand(guest), hand(an), chair, 2010)
    expect(inOrder(room)).toEqual(['guest', 'an', 'binh'])
    room.floor.move(hand(guest), null, chair, 2011)
    expect(inOrder(room)).toEqual(['an', 'binh', 'guest'])
    room.floor.move(hand(binh), hand(an), chair, 2012)
    room.floor.raise(chair, 2013)
    expect(inOrder(room)).toEqual(['binh', 'an', 'guest', 'chair'])
    room.floor.arrange({ isOpen: true, order: 'time' }, chair, 2014)
    expect(inOrder(room)).toEqual(['an', 'binh', 'guest', 'chair'])
  })

  it('refuses to move what another clerk took off meanwhile', () => {
    const room = newOpenRoom()
    room.floor.raise(an, 2000)
    room.floor.raise(binh, 2001)
    room.floor.withdraw(hand(an), secretary, 2002)
    expect(codeOf(() => room.floor.move(hand(an), null, chair, 2003))).toBe('conflict')
    expect(codeOf(() => room.floor.move(hand(binh), hand(an), chair, 2003))).toBe('conflict')
  })

  it('lets who had the floor least go first, if it is so ordered', () => {
    const room = newOpenRoom()
    room.floor.give(hand(an), { after: null, limits }, chair, 2000)
    room.floor.end(an, chair, 12_000)
    room.floor.raise(an, 13_000)
    room.floor.raise(binh, 13_001)
    room.floor.arrange({ isOpen: true, order: 'leastSpoken' }, chair, 13_002)
    expect(inOrder(room)).toEqual(['binh', 'an'])
    expect(room.view.floor.heldMs).toEqual({ an: 10_000 })
  })

  it('keeps requests to another item until that is called', () => {
    const room = newOpenRoom()
    room.floor.ask(an, { kind: 'contribution', agendaItemId: otherItem }, 2000)
    room.floor.raise(binh, 2001)
    const due = () => requestsDue(room.view.floor, room.view.currentItemId).map((one) => one.participantId)
    expect(due()).toEqual(['binh'])
    if (otherItem) room.agenda.start(otherItem, chair, 2002)
    expect(due()).toEqual(['an', 'binh'])
  })
})

describe('the floor', () => {
  it('given on one word takes the hand down, lets the microphone be opened under any ban, and starts the time', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, chair, 1500)
    room.floor.ask(an, { kind: 'question', agendaItemId: null }, 2000)
    room.floor.give(hand(an), { after: null, limits }, chair, 3000)
    expect(room.participant(an)?.handRaisedAtMs).toBeNull()
    expect(room.view.floor.speech).toMatchObject({ participantId: 'an', kind: 'question', limitMs: 30_000 })
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
    room.sound.setSource(an, 'microphone', 'open', 3001)
    expect(microphoneOf(room, 'an')).toBe('open')
    expect(room.viewsFor(an, ['all', 'own']).own.isAllowedToUnmute).toBe(true)
  })

  it('that is over closes the microphone, and the ban that it lifted is back', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, chair, 1500)
    room.floor.give(hand(an), { after: null, limits }, chair, 3000)
    room.sound.setSource(an, 'microphone', 'open', 3001)
    room.floor.end(an, an, 4000)
    expect(microphoneOf(room, 'an')).toBe('forbidden')
    expect(codeOf(() => room.sound.setSource(an, 'microphone', 'open', 4001))).toBe('forbidden')
    expect(room.moderators.allowedToUnmute).toEqual([])
    room.sound.allowUnmute(chair, 4002)
    room.floor.give(hand(binh), { after: null, limits }, chair, 5000)
    room.sound.setSource(binh, 'microphone', 'open', 5001)
    room.floor.end(binh, chair, 6000)
    expect(microphoneOf(room, 'binh')).toBe('mutedByModerator')
  })

  it('leaves in place what a moderator had allowed before, and outlives a word to everybody else', () => {
    const room = newOpenRoom()
    room.sound.muteAll(true, chair, 1500)
    room.sound.mute(an, 'microphone', 'allowed', chair, 1600)
    room.floor.give(hand(an), { after: null, limits }, chair, 3000)
    room.sound.setSource(an, 'microphone', 'open', 3001)
    room.floor.end(an, chair, 4000)
    expect(microphoneOf(room, 'an')).toBe('mutedByModerator')
    room.sound.allowUnmute(chair, 4500)
    room.floor.give(hand(binh), { after: null, limits }, chair, 5000)
    room.sound.setSource(binh, 'microphone', 'open', 5001)
    room.sound.muteAll(true, secretary, 5002)
    expect(microphoneOf(room, 'binh')).toBe('open')
    room.floor.end(binh, chair, 6000)
    expect(microphoneOf(room, 'binh')).toBe('forbidden')
  })

  it('is closed by the clock at zero, to the millisecond of the limit, unless it was extended or paused', () => {
    const room = newOpenRoom()
    room.floor.give(hand(an), { after: null, limits }, chair, 2000)
    room.sound.setSource(an, 'microphone', 'open', 2001)
    expect(room.tick(61_999)).toEqual([])
    room.floor.extend(an, 60_000, chair, 61_999)
    room.floor.pause(an, true, chair, 100_000)
    expect(room.tick(500_000)).toEqual([])
    room.floor.pause(an, false, chair, 500_000)
    expect(room.tick(521_999)).toEqual([])
    expect(room.tick(522_300)).toMatchObject([
      { type: 'speechEnded', heldMs: 120_000, reason: 'timeUp', by: null },
      { type: 'grantChanged', grant: { microphone: 'mutedByModerator' }, by: null },
    ])
    expect(room.view.floor.speech).toBeNull()
  })

  it('goes to whoever is next and there; the others keep their places', () => {
    const room = newOpenRoom()
    for (const [index, id] of [an, binh, guest].entries()) room.floor.raise(id, 2000 + index)
    room.seats.leave(an, 2100)
    room.floor.next({ after: null, limits }, chair, 3000)
    expect(room.view.floor.speech?.participantId).toBe('binh')
    expect(room.floor.next({ after: binh, limits }, secretary, 4000)).toMatchObject([
      { type: 'speechEnded', participantId: 'binh', reason: 'next', heldMs: 1000 },
      { type: 'grantChanged' },
      { type: 'speechBegan', participantId: 'guest' },
      { type: 'handLowered', participantId: 'guest' },
    ])
    room.floor.next({ after: guest, limits }, chair, 5000)
    expect(room.view.floor).toMatchObject({ speech: null, requests: [{ participantId: 'an' }] })
    expect(codeOf(() => room.floor.next({ after: null, limits }, chair, 5001))).toBe('invalid_state')
  })

  it('is not taken by a clerk who sees another with it than has it', () => {
    const room = newOpenRoom()
    for (const [index, id] of [an, binh, guest].entries()) room.floor.raise(id, 2000 + index)
    room.floor.next({ after: null, limits }, chair, 3000)
    for (const act of [
      () => room.floor.next({ after: null, limits }, secretary, 3001),
      () => room.floor.give(hand(guest), { after: null, limits }, secretary, 3001),
      () => room.floor.end(binh, secretary, 3001),
      () => room.floor.extend(binh, 60_000, secretary, 3001),
      () => room.floor.pause(binh, true, secretary, 3001),
    ]) {
      expect(codeOf(act)).toBe('conflict')
    }
    expect(room.floor.give(hand(an), { after: null, limits }, secretary, 3002)).toEqual([])
    expect(room.view.floor.speech?.participantId).toBe('an')
  })

  it('waits a minute for a speaker who loads the page anew, and is free when nobody comes back', () => {
    const room = newOpenRoom()
    room.floor.give(hand(an), { after: null, limits: { ...limits, contribution: null } }, chair, 2000)
    room.seats.leave(an, 3000)
    room.seats.join(entry('an'), 50_000)
    expect(room.tick(70_000)).toEqual([])
    room.seats.leave(an, 80_000)
    expect(room.tick(139_999)).toEqual([])
    expect(room.tick(140_000)).toMatchObject([{ type: 'speechEnded', reason: 'left', heldMs: 78_000 }])
  })

  it('and the list are the same at another home, and both are over with the call', () => {
    const room = newRoom()
    const stored: RoomEvent[] = []
    const keep = (events: RoomEvent[]): void => void stored.push(...events.filter(isDurable))
    const people = [
      ['chair', 'chair'],
      ['an', 'delegate'],
      ['binh', 'delegate'],
    ] as const
    for (const [id, role] of people) keep(room.seats.join(entry(id, role), 1000).events)
    keep(room.sound.muteAll(true, chair, 1500))
    keep(room.floor.raise(binh, 1900))
    keep(room.floor.give(hand(an), { after: null, limits }, chair, 2000))
    const restored = newRoom(2, stored)
    expect(restored.view.floor).toEqual(room.view.floor)
    for (const [id, role] of people) restored.seats.join(entry(id, role, { isResume: true }), 30_000)
    expect(restored.tick(62_000)).toMatchObject([
      { type: 'speechEnded', reason: 'timeUp' },
      { type: 'grantChanged', grant: { microphone: 'forbidden' } },
      { type: 'unmuteAllowed', isAllowed: false },
    ])
    room.floor.give(hand(binh), { after: an, limits }, chair, 3000)
    expect(room.end(chair, 4000)).toMatchObject([
      { type: 'speechEnded', reason: 'callEnded', heldMs: 1000 },
      { type: 'grantChanged' },
      { type: 'unmuteAllowed', isAllowed: false },
      { type: 'callEnded' },
    ])
  })
})
