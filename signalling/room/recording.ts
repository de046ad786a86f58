import { AppError, assertNever, type ErrorCode } from '#contract/errors.ts'
import type { ParticipantId, RecordingId } from '#contract/ids.ts'
import type { RecordingView } from '#contract/room/views.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** What may happen to a call's recording; the last three are the recorder's word and name the recording. */
export type RecordingCommand =
  | { type: 'start'; recordingId: RecordingId }
  | { type: 'stop' }
  | { type: 'started' | 'stopped'; recordingId: RecordingId }
  | { type: 'failed'; recordingId: RecordingId; code: ErrorCode }
  /** It goes on where what was captured does not lie: the same approval holds for another recording. */
  | { type: 'moved'; recordingId: RecordingId; to: RecordingId }

/** The next state, or null when nothing changes. */
export type RecordingChange = Pick<RecordingView, 'state' | 'recordingId' | 'failure'>

/**
 * The recording's transitions. What the recorder says of a recording that is not the present one is ignored, and
 * neither a failure nor a stop that hangs stands in the way of the next start.
 *
 *   off, stopping, failed ─start→ starting ─started→ recording
 *   starting, recording ─stop→ stopping ─stopped→ off;  failed ─stop→ off;  any ─failed→ failed
 *   failed ─started→ recording: until somebody puts the failure away, or it was to stop, it goes on by itself
 * @throws AppError invalid_state
 */
function nextRecording(now: RecordingView, command: RecordingCommand): RecordingChange | null {
  const runs = now.state === 'starting' || now.state === 'recording'
  switch (command.type) {
    case 'start':
      if (runs) throw new AppError('invalid_state')
      return { state: 'starting', recordingId: command.recordingId, failure: null }
    case 'stop':
      if (now.state === 'off') throw new AppError('invalid_state')
      if (now.state === 'stopping') return null
      return runs
        ? { state: 'stopping', recordingId: now.recordingId, failure: null }
        : { state: 'off', recordingId: null, failure: null }
    case 'started':
      if (now.recordingId !== command.recordingId || (now.state !== 'starting' && now.state !== 'failed'))
        return null
      return { state: 'recording', recordingId: command.recordingId, failure: null }
    case 'stopped':
      if (now.recordingId !== command.recordingId || now.state !== 'stopping') return null
      return { state: 'off', recordingId: null, failure: null }
    case 'failed':
      if (now.recordingId !== command.recordingId || now.state === 'failed') return null
      return { state: 'failed', recordingId: command.recordingId, failure: command.code }
    case 'moved':
      if (now.recordingId !== command.recordingId || (!runs && now.state !== 'failed')) return null
      return { state: 'starting', recordingId: command.to, failure: null }
    default:
      return assertNever(command)
  }
}

/** The recording, as the room tells it. A proposal is between who runs the meeting, until a recording starts. */
export class Recording {
  readonly #state: RoomState

  constructor(state: RoomState) {
    this.#state = state
  }

  /** Asks the chair; puts a failure away. @throws AppError invalid_state, meeting_ended, meeting_not_open */
  propose(by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    if (this.#state.moderators.isRecordingProposed) return []
    const { state } = this.#state.view.recording
    if (state !== 'off' && state !== 'failed') throw new AppError('invalid_state')
    const events = state === 'failed' ? this.follow({ type: 'stop' }, by, nowMs) : []
    return [...events, ...this.#tellProposal(true, by, nowMs)]
  }

  /**
   * What happens to the recording (`nextRecording`); a stop also withdraws or declines what was only proposed.
   * @param by null for the recorder's and the room's own word
   * @throws AppError invalid_state; meeting_ended and meeting_not_open to start
   */
  follow(command: RecordingCommand, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    if (command.type === 'start') this.#state.assertOpen()
    if (command.type === 'stop' && this.#state.moderators.isRecordingProposed) {
      return this.#tellProposal(false, by, nowMs)
    }
    const change = nextRecording(this.#state.view.recording, command)
    if (!change) return []
    return this.#state.commit([{ type: 'recordingChanged', atMs: this.#state.clock(nowMs), ...change, by }])
  }

  /** Somebody in the call knows of the recording; said twice is said once. @throws AppError meeting_ended, not_in_call */
  acknowledge(id: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertIn(id)
    if (this.#state.ownOf(id).recordingAcknowledgedAtMs !== null) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'recordingAcknowledged', atMs, participantId: id }])
  }

  /** Whether it is recorded, or about to be. */
  get isGoing(): boolean {
    const { state } = this.#state.view.recording
    return state === 'starting' || state === 'recording'
  }

  #tellProposal(isProposed: boolean, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    return this.#state.commit([{ type: 'recordingProposed', atMs: this.#state.clock(nowMs), isProposed, by }])
  }

  /** The call ends: a recording that runs is asked to stop, and one that failed goes on no more, should it be reopened. */
  beforeEnd(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    const { state } = this.#state.view.recording
    const isWanted = state === 'recording' || state === 'starting' || state === 'failed'
    return isWanted ? this.follow({ type: 'stop' }, by, nowMs) : []
  }
}
