import type { Speech } from './views.ts'

// The clock of a speech: apart from the list, which every page reckons from the first picture on.

/** How long the floor has been held, without the pauses. */
export function heldMsAt(speech: Speech, nowMs: number): number {
  return Math.max(0, (speech.pausedAtMs ?? nowMs) - speech.beganAtMs - speech.pausedMs)
}

/** What is left of the time; null where none is set. Below 0 it is over. */
export function leftMsAt(speech: Speech, nowMs: number): number | null {
  return speech.limitMs === null ? null : speech.limitMs - heldMsAt(speech, nowMs)
}
