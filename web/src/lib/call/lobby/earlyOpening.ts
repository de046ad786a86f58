/** Whoever opens is asked when the planned start is further away than this: an hour is for rehearsing the sites. */
const rehearsalMs = 60 * 60_000

/** By how much opening a call now would be before its time, in milliseconds; 0 within the hour of rehearsal. */
export function earlyByMs(startsAtMs: number, nowMs: number): number {
  const aheadMs = startsAtMs - nowMs
  return aheadMs > rehearsalMs ? aheadMs : 0
}
