import type { RecordingId } from '../ids.ts'
import type { RecordingEvent, RecordingState } from './recordingEvents.ts'
import type { Rules } from './rules.ts'

export interface RecordingView {
  state: RecordingState
  /** When failed: what goes on as soon as a recorder can; null when nothing does. */
  recordingId: RecordingId | null
  startedAtMs: number | null
  /** An error code when failed. */
  failure: string | null
}

/** For moderators: the secretary asks, the chair decides, and nobody else hears of it before. */
export interface ProposalView {
  isRecordingProposed: boolean
}

export const emptyRecording: { recording: RecordingView } = {
  recording: { state: 'off', recordingId: null, startedAtMs: null, failure: null },
}
export const emptyProposal: ProposalView = { isRecordingProposed: false }

export const recordingRules: Rules<
  RecordingEvent,
  { all: { recording: RecordingView }; moderators: ProposalView }
> = {
  recordingChanged: {
    all: ({ recording }, { state, recordingId, failure, atMs }) => ({
      recording: {
        // A proposal was a state of its own until November 2026.
        state: state === 'proposed' ? 'off' : state,
        // What failed while it was to stop does not go on: nobody wants it.
        recordingId: state === 'failed' && recording.state === 'stopping' ? null : recordingId,
        startedAtMs:
          state === 'recording'
            ? (recording.startedAtMs ?? atMs)
            : state === 'stopping'
              ? recording.startedAtMs
              : null,
        failure,
      },
    }),
    moderators: (_view, { state }) => ({ isRecordingProposed: state === 'proposed' }),
  },
  recordingProposed: { moderators: (_view, { isProposed }) => ({ isRecordingProposed: isProposed }) },
}
