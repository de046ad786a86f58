import { describe, expect, it } from 'vitest'
import { codeOf, newOpenRoom, person, recording } from './testing/testRoom.ts'

describe('a recording', () => {
  it('goes from the proposal to its end', () => {
    const room = newOpenRoom()
    const state = () => room.view.recording.state
    room.recording.propose(person('secretary'), 2000)
    expect(state()).toBe('off')
    expect(room.moderators.isRecordingProposed).toBe(true)
    room.recording.follow({ type: 'start', recordingId: recording('r1') }, person('chair'), 2001)
    room.recording.follow({ type: 'started', recordingId: recording('r1') }, null, 2002)
    expect(room.view.recording).toMatchObject({ state: 'recording', startedAtMs: 2002 })
    expect(room.moderators.isRecordingProposed).toBe(false)
    expect(
      codeOf(() =>
        room.recording.follow({ type: 'start', recordingId: recording('r2') }, person('chair'), 2003),
      ),
    ).toBe('invalid_state')
    room.recording.follow({ type: 'stop' }, person('chair'), 2004)
    room.recording.follow({ type: 'stopped', recordingId: recording('r1') }, null, 2005)
    expect(state()).toBe('off')
  })

  it('that was proposed is declined without a word to the others', () => {
    const room = newOpenRoom()
    room.recording.propose(person('secretary'), 2000)
    expect(room.recording.propose(person('secretary'), 2001)).toEqual([])
    const before = room.view
    const declined = room.recording.follow({ type: 'stop' }, person('chair'), 2002)
    expect(declined).toMatchObject([{ type: 'recordingProposed', isProposed: false }])
    expect(room.view).toBe(before)
    expect(room.moderators.isRecordingProposed).toBe(false)
  })

  it('that failed or hangs in stopping never blocks the next, and its late word changes nothing', () => {
    const room = newOpenRoom()
    room.recording.follow({ type: 'start', recordingId: recording('r1') }, person('chair'), 2000)
    room.recording.follow({ type: 'failed', recordingId: recording('r1'), code: 'disk_full' }, null, 2001)
    expect(room.view.recording).toMatchObject({ state: 'failed', failure: 'disk_full' })
    room.recording.follow({ type: 'start', recordingId: recording('r2') }, person('chair'), 2002)
    room.recording.follow({ type: 'stop' }, person('chair'), 2003)
    room.recording.follow({ type: 'start', recordingId: recording('r3') }, person('chair'), 2004)
    for (const type of ['started', 'stopped'] as const) {
      room.recording.follow({ type, recordingId: recording('r2') }, null, 2005)
    }
    room.recording.follow({ type: 'failed', recordingId: recording('r1'), code: 'internal' }, null, 2005)
    expect(room.view.recording).toMatchObject({ state: 'starting', recordingId: 'r3' })
  })
})

describe('the notice of a recording', () => {
  it('is acknowledged once by each, and known to that one alone', () => {
    const room = newOpenRoom()
    const ownOf = (name: string) => room.viewsFor(person(name), []).own.recordingAcknowledgedAtMs
    expect(ownOf('chair')).toBeNull()
    expect(room.recording.acknowledge(person('chair'), 2000)).toMatchObject([
      { type: 'recordingAcknowledged', participantId: 'chair', atMs: 2000 },
    ])
    expect(room.recording.acknowledge(person('chair'), 3000)).toEqual([])
    expect([ownOf('chair'), ownOf('secretary')]).toEqual([2000, null])
  })

  it('is not acknowledged by who is not there', () => {
    const room = newOpenRoom()
    expect(codeOf(() => room.recording.acknowledge(person('nobody'), 2000))).toBe('not_in_call')
  })
})
