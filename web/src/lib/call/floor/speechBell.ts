import type { RoomEvent } from '#contract/room/room.ts'
import { leftMsAt } from '#contract/room/speechTime.ts'
import type { Speech } from '#contract/room/views.ts'

/** How long before the end of a speech everybody hears the first chime. */
export const lastMs = 60_000

/** Whether the last minute of a speech has just begun. A speech of a minute or less has none. */
export function entersLastMinute(speech: Speech, beforeMs: number, nowMs: number): boolean {
  if (speech.limitMs === null || speech.limitMs <= lastMs || speech.pausedAtMs !== null) return false
  const left = leftMsAt(speech, nowMs) ?? 0
  return left <= lastMs && left > 0 && (leftMsAt(speech, beforeMs) ?? 0) > lastMs
}

/** Whether the time of a speech was up. */
export function isTimeUp(event: RoomEvent): boolean {
  return event.type === 'speechEnded' && event.reason === 'timeUp'
}

/** A soft tone for each: one for the last minute, two for the end. Throws nothing: a browser may forbid sound. */
export function chime(tones: number, onWarning: (error: unknown) => void): void {
  try {
    const context = new AudioContext()
    for (let index = 0; index < tones; index++) ring(context, context.currentTime + index * 0.45)
    setTimeout(() => void context.close().catch(onWarning), tones * 450 + 1500)
  } catch (error) {
    onWarning(error)
  }
}

function ring(context: AudioContext, at: number): void {
  const tone = new OscillatorNode(context, { frequency: 880 })
  const gain = new GainNode(context, { gain: 0 })
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.12, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.0005, at + 1.2)
  tone.connect(gain).connect(context.destination)
  tone.start(at)
  tone.stop(at + 1.3)
}
