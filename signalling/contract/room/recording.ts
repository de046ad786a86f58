import type { RecordingId } from '../ids.ts'
import type { RecordingEvent, RecordingState } from './recordingEvents.ts'
import type { Rules } from './rules.ts'

export interface RecordingView {
  state: RecordingState
  recordingId: RecordingId | null
  startedAtMs: number | null
  /** An error code when failed. */
  failure: string | null
}

export const emptyRecording: { recording: RecordingView } = {
  recording: { state: 'off', recordingId: null, startedAtMs: null, failure: null },
}

export const recordingRules: Rules<RecordingEvent, { recording: RecordingView }> = {
  recordingChanged: ({ recording }, { state, recordingId, failure, atMs }) => ({
    recording: {
      state,
      recordingId,
      startedAtMs:
        state === 'recording'
          ? (recording.startedAtMs ?? atMs)
          : state === 'stopping'
            ? recording.startedAtMs
            : null,
      failure,
    },
  }),
}
