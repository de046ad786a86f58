import type { ParticipantId } from '#contract/ids.ts'

/** Who has the stage: the last one who really spoke, not whoever coughed. Times in epoch milliseconds. */
export interface StageSpeaker {
  id: ParticipantId | null
  /** When this speech began. */
  sinceMs: number
  /** When it was last heard. */
  heardAtMs: number
  /** Who else is being heard, and since when. */
  rival: { id: ParticipantId; sinceMs: number } | null
}

export const noSpeaker: StageSpeaker = { id: null, sinceMs: 0, heardAtMs: 0, rival: null }

/** A pause shorter than this belongs to the speech. */
const pauseMs = 4000
/** Somebody has to be the loudest for so long to take the stage from a speaker who still speaks. */
const takeMs = 1200

/** What follows when the engine says who is heard, loudest first. Also to be called with the last list as time passes. */
export function nextSpeaker(
  before: StageSpeaker,
  heard: readonly { participantId: ParticipantId }[],
  atMs: number,
): StageSpeaker {
  const loudest = heard[0]?.participantId ?? null
  const isStillHeard = before.id !== null && heard.some((speaker) => speaker.participantId === before.id)
  if (loudest === null) return { ...before, rival: null }
  if (loudest === before.id) {
    const isNewSpeech = atMs - before.heardAtMs > pauseMs
    return { id: loudest, sinceMs: isNewSpeech ? atMs : before.sinceMs, heardAtMs: atMs, rival: null }
  }
  const rival = before.rival?.id === loudest ? before.rival : { id: loudest, sinceMs: atMs }
  const isStageFree = before.id === null || (!isStillHeard && atMs - before.heardAtMs > takeMs)
  if (isStageFree || atMs - rival.sinceMs >= takeMs) {
    return { id: loudest, sinceMs: rival.sinceMs, heardAtMs: atMs, rival: null }
  }
  return { ...before, heardAtMs: isStillHeard ? atMs : before.heardAtMs, rival }
}

/** Whether the speech is still going on. */
export function isSpeaking(speaker: StageSpeaker, nowMs: number): boolean {
  return speaker.id !== null && nowMs - speaker.heardAtMs <= pauseMs
}
