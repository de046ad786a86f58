/** Epoch milliseconds with fractions that never run backwards within a process. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now()
}
