import type { RoomEvent } from '#contract/room/room.ts'
import type { RecordingView, RoomView } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'

/** The recording of the call: proposed by the secretary, decided by the chair. */
export class Recording {
  readonly #port: FeaturePort

  constructor(port: FeaturePort) {
    this.#port = port
  }

  get state(): RecordingView['state'] {
    return this.#port.view?.recording.state ?? 'off'
  }
  /** None runs, so one can begin. */
  get isRecordable(): boolean {
    return this.state === 'off' || this.state === 'failed'
  }
  /** The secretary asks the chair for one; known to who moderates. */
  get isProposed(): boolean {
    return this.#port.views?.moderators?.isRecordingProposed ?? false
  }

  /** It is recorded, and I have not said yet that I know. */
  get isUnacknowledged(): boolean {
    return !this.isRecordable && this.#port.views?.own.recordingAcknowledgedAtMs === null
  }

  acknowledge(): Promise<boolean> {
    return this.#port.act('recording:acknowledge', {})
  }

  propose(): Promise<boolean> {
    return this.#port.act('recording:propose', {})
  }

  start(): Promise<boolean> {
    return this.#port.act('recording:start', {})
  }

  /** Stops a recording; declines one that was proposed; clears one that failed. */
  stop(): Promise<boolean> {
    return this.#port.act('recording:stop', {})
  }

  newsOf(event: RoomEvent, before: RoomView): News[] {
    if (event.type !== 'recordingChanged') return []
    const subject = 'recording'
    switch (event.state) {
      case 'recording':
        return [{ subject, say: (c) => c.news.recordingOn }]
      case 'failed':
        // What was to stop does not go on.
        return before.recording.state === 'stopping'
          ? [{ subject, say: (c) => c.news.recordingFailed }]
          : [{ subject, say: (c) => c.news.recordingInterrupted }]
      case 'off': {
        // A failure that is put away was told when it came.
        const { state } = before.recording
        const wasRunning = state === 'recording' || state === 'stopping'
        return wasRunning ? [{ subject, say: (c) => c.news.recordingOff }] : []
      }
      default:
        // What passes.
        return []
    }
  }
}
