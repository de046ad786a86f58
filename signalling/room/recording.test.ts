import { describe, expect, it } from 'vitest'
import { codeOf, openCall, person, recording } from './testRoom.ts'

describe('a recording', () => {
  it('goes from the proposal to its end', () => {
    const room = openCall()
    const state = () => room.view.recording.state
    room.recording.follow({ type: 'propose' }, person('secretary'), 2000)
    expect(state()).toBe('proposed')
    room.recording.follow({ type: 'start', recordingId: recording('r1') }, person('chair'), 2001)
    room.recording.follow({ type: 'started', recordingId: recording('r1') }, null, 2002)
    expect(room.view.recording).toMatchObject({ state: 'recording', startedAtMs: 2002 })
    expect(
      codeOf(() =>
        room.recording.follow({ type: 'start', recordingId: recording('r2') }, person('chair'), 2003),
      ),
    ).toBe('invalid_state')
    room.recording.follow({ type: 'stop' }, person('chair'), 2004)
    room.recording.follow({ type: 'stopped', recordingId: recording('r1') }, null, 2005)
    expect(state()).toBe('off')
  })

  it('that failed or hangs in stopping never blocks the next, and its late word changes nothing', () => {
    const room = openCall()
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
