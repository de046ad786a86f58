import type * as vi from './recording.vi.ts'

/** The same in English. */
export const recording: typeof vi.recording = {
  recording: 'Recording',
  recordingStarting: 'Getting ready to record',
  recordingStopping: 'Recording is stopping',
  recordingFailed: 'Recording failed',
  startRecording: 'Start recording',
  stopRecording: 'Stop recording',
  proposeRecording: 'Propose recording',
}

/** The same news in English. */
export const recordingNews: typeof vi.recordingNews = {
  recordingOn: 'The meeting is now being recorded.',
  recordingOff: 'Recording has stopped.',
  recordingInterrupted:
    'Recording is interrupted. What was recorded is kept; it goes on by itself when it can.',
  recordingFailed: 'Recording failed and has stopped. What was recorded is kept.',
}
