import { describe, expect, it } from 'vitest'
import type { Grant } from '#contract/grant.ts'
import type { ParticipantId } from '#contract/ids.ts'
import { call } from '#web/call/call.vi.ts'
import { id, TestSeat } from '#web/call/testing/testSeat.svelte.ts'
import { People } from './people.svelte.ts'

function stand() {
  const seat = new TestSeat()
  const people = new People(seat)
  /** A grant of one's own, or of somebody else, becomes this. */
  const regrant = (grant: Partial<Grant>, by: ParticipantId | null = id('1'), whose = seat.myId) => {
    const before = seat.view.participants[whose]?.grant
    if (!before) throw new Error('nobody')
    return seat.happens(people, {
      type: 'grantChanged',
      atMs: 1,
      participantId: whose,
      grant: { ...before, ...grant },
      by,
    })
  }
  return { seat, people, regrant }
}

describe('people', () => {
  it('follow the view, by given name', () => {
    const { seat, people } = stand()
    expect(people.roster.map((p) => p.name)).toEqual(['Nguyễn An', 'Tôi'])
    expect(people.me?.name).toBe('Tôi')
    seat.happens(people, {
      type: 'participantLeft',
      atMs: 1,
      participantId: id('1'),
      reason: 'left',
    })
    expect(people.roster.map((p) => p.name)).toEqual(['Tôi'])
  })

  it('are told who closed their sources, and not what they closed themselves', () => {
    const { seat, regrant } = stand()
    expect(regrant({ microphone: 'muted' }, seat.myId)).toEqual([])
    expect(regrant({ microphone: 'open' }, seat.myId)).toEqual([])
    expect(regrant({ microphone: 'mutedByModerator' })).toEqual([call.news.mutedMicrophone])
    expect(regrant({ camera: 'mutedByModerator', screen: 'forbidden' })).toEqual([
      call.news.mutedCamera,
      call.news.mutedScreen,
    ])
    expect(regrant({ microphone: 'muted' }, id('1'), id('1'))).toEqual([])
  })

  it('are told that their time was up when nobody closed their microphone', () => {
    const { seat, people, regrant } = stand()
    regrant({ microphone: 'open' }, seat.myId)
    seat.happens(people, {
      ...{ type: 'speechEnded', atMs: 1, participantId: seat.myId, kind: 'contribution', agendaItemId: null },
      ...{ beganAtMs: 0, heldMs: 1, reason: 'timeUp', by: null },
    })
    expect(regrant({ microphone: 'forbidden' }, null)).toEqual([call.news.speechOver])
  })

  it('are told of a ban and of its end', () => {
    const { regrant } = stand()
    expect(regrant({ microphone: 'forbidden' })).toEqual([call.news.forbiddenMicrophone])
    expect(regrant({ microphone: 'muted' })).toEqual([call.news.unmuteAllowed])
  })

  it('are moderated by name', async () => {
    const { seat, people } = stand()
    await people.mute(id('1'), 'microphone', 'forbidden')
    await people.muteAll(true)
    await people.allowUnmute()
    await people.remove(id('1'), true)
    await people.markPresent(id('2'), null, true)
    expect(seat.asked).toEqual([
      ['participant:mute', { participantId: '1', source: 'microphone', level: 'forbidden' }],
      ['participants:muteAll', { forbidUnmute: true }],
      ['participants:allowUnmute', {}],
      ['participant:remove', { participantId: '1', isBanned: true }],
      ['presence:mark', { participantId: '2', siteId: null, isPresent: true }],
    ])
  })
})
