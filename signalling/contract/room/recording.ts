import type { RecordingEvent } from './recordingEvents.ts'
import type { Rules } from './rules.ts'
import type { OwnAcknowledgementView, ProposalView, RecordingView } from './views.ts'

export const emptyRecording: { recording: RecordingView } = {
  recording: { state: 'off', recordingId: null, startedAtMs: null, failure: null },
}
export const emptyProposal: ProposalView = { isRecordingProposed: false }
export const emptyAcknowledgement: OwnAcknowledgementView = { recordingAcknowledgedAtMs: null }

export const recordingRules: Rules<
  RecordingEvent,
  { all: { recording: RecordingView }; moderators: ProposalView; own: OwnAcknowledgementView }
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
  recordingAcknowledged: { own: (_view, { atMs }) => ({ recordingAcknowledgedAtMs: atMs }) },
}
