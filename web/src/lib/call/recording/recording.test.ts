import { describe, expect, it } from 'vitest'
import type { RecordingView } from '#contract/room/views.ts'
import { call } from '#web/call/call.vi.ts'
import { TestSeat } from '#web/call/testing/testSeat.svelte.ts'
import { Recording } from './recording.svelte.ts'

function stand() {
  const seat = new TestSeat()
  const recording = new Recording(seat)
  const becomes = (state: RecordingView['state']) =>
    seat.happens(recording, {
      type: 'recordingChanged',
      atMs: 1,
      recordingId: null,
      failure: null,
      by: null,
      state,
    })
  return { seat, recording, becomes }
}

describe('the recording', () => {
  it('is told of when it runs, stops or fails, not while it passes', () => {
    const { recording, becomes } = stand()
    expect(becomes('starting')).toEqual([])
    expect(recording.isRecordable).toBe(false)
    expect(becomes('recording')).toEqual([call.news.recordingOn])
    expect(becomes('stopping')).toEqual([])
    expect(becomes('off')).toEqual([call.news.recordingOff])
    expect(becomes('failed')).toEqual([call.news.recordingInterrupted])
    expect(recording.isRecordable).toBe(true)
  })

  it('that fails when it is to stop is not said to go on', () => {
    const { becomes } = stand()
    becomes('recording')
    becomes('stopping')
    expect(becomes('failed')).toEqual([call.news.recordingFailed])
  })

  it('that is proposed or declined is no news to all', () => {
    const { seat, recording } = stand()
    const proposed = (isProposed: boolean) =>
      seat.happens(recording, { type: 'recordingProposed', atMs: 1, isProposed, by: null })
    expect(proposed(true)).toEqual([])
    expect([recording.isProposed, recording.isRecordable]).toEqual([true, true])
    expect(proposed(false)).toEqual([])
    expect(recording.isProposed).toBe(false)
  })

  it('that failed is told once, and not again when it is put away', () => {
    const { becomes } = stand()
    becomes('failed')
    expect(becomes('off')).toEqual([])
  })

  it('is told to each until acknowledged', async () => {
    const { seat, recording, becomes } = stand()
    expect(recording.isUnacknowledged).toBe(false)
    becomes('starting')
    expect(recording.isUnacknowledged).toBe(true)
    await recording.acknowledge()
    expect(seat.asked.map(([name]) => name)).toEqual(['recording:acknowledge'])
    const participantId = seat.myId
    seat.happens(recording, { type: 'recordingAcknowledged', atMs: 2, participantId })
    expect(recording.isUnacknowledged).toBe(false)
  })

  it('is asked for by name', async () => {
    const { seat, recording } = stand()
    await recording.propose()
    await recording.start()
    await recording.stop()
    expect(seat.asked.map(([name]) => name)).toEqual([
      'recording:propose',
      'recording:start',
      'recording:stop',
    ])
  })
})
