import { assertNever } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { EngineEvent } from '#sfu/engine.ts'
import type { CallMedia } from './callMedia.ts'
import type { CallPages } from './callPages.ts'
import type { Audience } from './page.ts'
import type { RecordingControl } from './recordingControl.ts'
import type { Room } from './room/room.ts'
import { SpeechTracker, type Stretch } from './speech.ts'

/** What an ear is made of: the call's own parts. */
export interface EngineEarOptions {
  room: Room
  media: CallMedia
  recording: RecordingControl
  pages: CallPages
  audience: Audience
  /** The call's time. */
  now: () => number
  /** Takes what happened in the room. */
  commit: (events: readonly RoomEvent[]) => void
  log: Log
}

/** Makes of what the media engine says of a call what happens in it: tracks, losses, speech. */
export class EngineEar {
  readonly #parts: EngineEarOptions
  readonly #speech = new SpeechTracker()

  constructor(options: EngineEarOptions) {
    this.#parts = options
  }

  hear(said: EngineEvent): void {
    const { room, media, recording, pages, commit } = this.#parts
    const nowMs = this.#parts.now()
    switch (said.type) {
      case 'trackPublished':
        commit(room.sound.publishTrack(said.participantId, { id: said.trackId, source: said.source }, nowMs))
        break
      case 'trackUnpublished':
        commit(room.sound.unpublishTrack(said.participantId, said.trackId, nowMs))
        break
      case 'speakersChanged':
        this.#hearSpeakers(said.speakers, nowMs)
        break
      case 'message':
        pages.seatedPage(said.participantId)?.send('media:message', { payload: said.payload })
        break
      case 'participantLost':
        if (media.lose(said.participantId) === 'recorder') recording.mediaLost()
        else commit(room.sound.dropTracks(said.participantId, nowMs))
        break
      case 'roomLost':
        this.#parts.log.warn('mediaRoomLost')
        for (const { id } of Object.values(room.view.participants)) commit(room.sound.dropTracks(id, nowMs))
        media.loseRoom()
        recording.mediaLost()
        break
      default:
        assertNever(said)
    }
  }

  #hearSpeakers(heard: { participantId: ParticipantId; level: number }[], nowMs: number): void {
    const speakers = heard.filter(({ participantId }) => this.#parts.room.participant(participantId))
    const ids = speakers.map(({ participantId }) => participantId)
    this.#note(this.#speech.hear(ids, nowMs))
    this.#parts.audience.send('all', 'speakers:changed', { speakers }, { mayDrop: true })
  }

  /** Stretches of speech end by their silence. */
  tick(nowMs: number): void {
    this.#note(this.#speech.tick(nowMs))
  }

  /** Somebody is gone, or everybody: what they say is over. */
  endSpeech(participantId?: ParticipantId): void {
    this.#note(this.#speech.end(this.#parts.now(), participantId))
  }

  #note(stretches: Stretch[]): void {
    const { room, commit } = this.#parts
    for (const { participantId, fromMs, toMs } of stretches) {
      commit(room.floor.noteSpeech(participantId, fromMs, toMs, this.#parts.now()))
    }
  }
}
