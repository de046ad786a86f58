import type { ParticipantId } from '#contract/ids.ts'

/** A stretch of speech that is over. */
export interface Stretch {
  participantId: ParticipantId
  fromMs: number
  toMs: number
}

interface Speaking {
  fromMs: number
  /** When the voice was last heard; null while it is heard. */
  silentSinceMs: number | null
}

/**
 * Makes stretches of speech out of who is heard: pauses shorter than `bridgedMs` belong to a stretch, and what is
 * shorter than `shortestMs` is no speech. Pure but for what it remembers; time comes in.
 */
export class SpeechTracker {
  readonly #shortestMs: number
  readonly #bridgedMs: number
  readonly #speaking = new Map<ParticipantId, Speaking>()

  constructor(options: { shortestMs?: number; bridgedMs?: number } = {}) {
    this.#shortestMs = options.shortestMs ?? 2000
    this.#bridgedMs = options.bridgedMs ?? 1500
  }

  /** Who is heard from now on; the rest is silent. */
  hear(speakers: Iterable<ParticipantId>, nowMs: number): Stretch[] {
    const heard = new Set(speakers)
    const over = this.tick(nowMs)
    for (const id of heard) {
      const speaking = this.#speaking.get(id)
      if (speaking) speaking.silentSinceMs = null
      else this.#speaking.set(id, { fromMs: nowMs, silentSinceMs: null })
    }
    for (const [id, speaking] of this.#speaking) {
      if (!heard.has(id)) speaking.silentSinceMs ??= nowMs
    }
    return over
  }

  /** Stretches whose silence has become too long for a pause. */
  tick(nowMs: number): Stretch[] {
    return this.#take(
      (speaking) => speaking.silentSinceMs !== null && nowMs - speaking.silentSinceMs >= this.#bridgedMs,
      nowMs,
    )
  }

  /** Ends one participant's stretch (gone), or everyone's. */
  end(nowMs: number, participantId?: ParticipantId): Stretch[] {
    return this.#take((_, id) => participantId === undefined || id === participantId, nowMs)
  }

  #take(isOver: (speaking: Speaking, id: ParticipantId) => boolean, nowMs: number): Stretch[] {
    const over: Stretch[] = []
    for (const [participantId, speaking] of this.#speaking) {
      if (!isOver(speaking, participantId)) continue
      this.#speaking.delete(participantId)
      const toMs = speaking.silentSinceMs ?? nowMs
      if (toMs - speaking.fromMs >= this.#shortestMs)
        over.push({ participantId, fromMs: speaking.fromMs, toMs })
    }
    return over
  }
}
