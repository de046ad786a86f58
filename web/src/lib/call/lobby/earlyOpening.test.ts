import { expect, test } from 'vitest'
import { earlyByMs } from './earlyOpening.ts'

const minuteMs = 60_000

test('opening within the hour before the start, or after it, needs no second word; a day before it does', () => {
  expect(earlyByMs(60 * minuteMs, 0)).toBe(0)
  expect(earlyByMs(0, 60 * minuteMs)).toBe(0)
  expect(earlyByMs(61 * minuteMs, 0)).toBe(61 * minuteMs)
  expect(earlyByMs(33 * 60 * minuteMs, 0)).toBe(33 * 60 * minuteMs)
})
