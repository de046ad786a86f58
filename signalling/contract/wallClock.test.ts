import { expect, it } from 'vitest'
import { steadyClock } from './wallClock.ts'

it('a steady clock begins with the time of day and counts what passes, whoever sets the machine’s clock', () => {
  let timeOfDayMs = 1_795_000_000_000
  let passedMs = 5_000.25
  const now = steadyClock(
    () => timeOfDayMs,
    () => passedMs,
  )
  expect(now()).toBe(1_795_000_000_000)
  timeOfDayMs += 3_600_000
  passedMs += 1_500
  expect(now()).toBe(1_795_000_001_500)
  timeOfDayMs -= 7_200_000
  passedMs += 0.5
  expect(now()).toBe(1_795_000_001_501)
})
