/** Epoch milliseconds with fractions that never run backwards within a process. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now()
}

/**
 * A clock that begins with the time of day and from then on counts what passes, in whole milliseconds: what is timed by
 * it lasts as long as it lasted, whoever sets the machine's clock meanwhile.
 */
export function steadyClock(
  timeOfDayMs: () => number = Date.now,
  passedMs: () => number = () => performance.now(),
): () => number {
  const originMs = timeOfDayMs() - passedMs()
  return () => Math.round(originMs + passedMs())
}
