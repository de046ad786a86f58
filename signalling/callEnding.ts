import { AppError } from '#contract/errors.ts'
import type { ParticipantId, RecordingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { CallBroadcast } from './callBroadcast.ts'
import type { CallMedia } from './callMedia.ts'
import type { CallPages } from './callPages.ts'
import type { EngineEar } from './engineEar.ts'
import type { RecordingControl } from './recordingControl.ts'
import type { Room } from './room/room.ts'

/** What an ending is made of: the call's own parts. */
export interface CallEndingOptions {
  room: Room
  media: CallMedia
  recording: RecordingControl
  ear: EngineEar
  pages: CallPages
  broadcast: CallBroadcast
  /** The call's time. */
  now: () => number
  /** `Call.act`, stored. */
  act: (command: (room: Room) => readonly RoomEvent[]) => Promise<void>
  log: Log
}

/** The end of a call for everyone, by whomever: first as an event, then its speech, pages, recorder and media. */
export class CallEnding {
  readonly #parts: CallEndingOptions
  #isWindingUp = false

  constructor(options: CallEndingOptions) {
    this.#parts = options
  }

  /**
   * Answers when the end is stored; the recorder is given time to close its journal before the media end.
   * @param by null when it is nobody's decision in the call
   * @throws AppError meeting_ended, storage_unavailable, wrong_node
   */
  async end(by: ParticipantId | null, atMs: number = this.#parts.now()): Promise<void> {
    const { room, act, log } = this.#parts
    const { recordingId, state } = room.view.recording
    const wasRecording = state === 'recording' || state === 'starting'
    try {
      await act(() => room.end(by, atMs))
    } finally {
      if (room.view.phase === 'ended' && !this.#isWindingUp) {
        this.#isWindingUp = true
        detach(log, 'endFailed', this.#windUp(wasRecording ? recordingId : null))
      }
    }
  }

  /**
   * Ends a call that is open, when nobody is in it; as of the last that happened in it, since it was over when the last
   * one left. Whether it did. @throws AppError storage_unavailable
   */
  async endIfEmpty(): Promise<boolean> {
    const { room } = this.#parts
    const isEmpty = Object.keys(room.view.participants).length === 0
    if (room.view.phase !== 'open' || !isEmpty) return false
    await this.end(null, 0) // a room's time does not go back
    return true
  }

  /**
   * The office ends it, whoever is in it: as of now, or as of the last that happened when nobody is.
   * @throws AppError meeting_not_open, meeting_ended, storage_unavailable, wrong_node
   */
  async endFromOffice(): Promise<void> {
    if (this.#parts.room.view.phase === 'waiting') throw new AppError('meeting_not_open')
    if (!(await this.endIfEmpty())) await this.end(null)
  }

  /** The meeting was called off: nobody stays, in the call or before it. */
  async callOff(reason: AppError): Promise<void> {
    const { room, pages } = this.#parts
    pages.closeAll(reason)
    if (room.view.phase === 'open') await this.end(null)
  }

  async #windUp(recordingId: RecordingId | null): Promise<void> {
    const { media, recording, ear, pages, broadcast } = this.#parts
    ear.endSpeech()
    broadcast.flush()
    // After the ack, which leaves in this turn.
    await new Promise((resolve) => setImmediate(resolve))
    for (const id of pages.seatedIds) media.evict(id)
    pages.closeAll(new AppError('meeting_ended'))
    if (recordingId) await recording.finish(recordingId)
    await media.close(true)
  }
}
