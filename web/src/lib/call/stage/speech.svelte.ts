import type { ParticipantId } from '#contract/ids.ts'
import type { ServerClock } from '#web/call/serverClock.svelte.ts'
import { isSpeaking, nextSpeaker, noSpeaker, type StageSpeaker } from './stageSpeaker.ts'

/** Who is heard, and who has the stage. */
export class Speech {
  #heard = $state.raw<readonly ParticipantId[]>([])
  #speaker = $state.raw<StageSpeaker>(noSpeaker)
  /** When each was last heard, for who comes to the first page of tiles. */
  readonly lastHeardAtMs = new Map<ParticipantId, number>()
  readonly #clock: ServerClock

  constructor(clock: ServerClock) {
    this.#clock = clock
  }

  /** Who is heard now, loudest first. */
  get heard(): readonly ParticipantId[] {
    return this.#heard
  }

  /** Who has the stage: the last one who really spoke. */
  get speaker(): StageSpeaker {
    return this.#speaker
  }

  /** Whether the speech of the one on stage is still going on. */
  get isGoing(): boolean {
    return isSpeaking(this.#speaker, this.#clock.nowMs)
  }

  receive(speakers: readonly { participantId: ParticipantId }[]): void {
    const atMs = this.#clock.readMs()
    for (const { participantId } of speakers) this.lastHeardAtMs.set(participantId, atMs)
    this.#heard = speakers.map((speaker) => speaker.participantId)
    this.#speaker = nextSpeaker(this.#speaker, speakers, atMs)
  }
}
