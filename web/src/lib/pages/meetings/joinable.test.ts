import { expect, test } from 'vitest'
import { isJoinable } from './joinable.ts'

const minute = 60_000
const meeting = { status: 'scheduled', myRole: 'delegate', startsAtMs: 0, endsAtMs: 120 * minute } as const

test('a list offers to join from an hour before until the end', () => {
  expect(isJoinable(meeting, -61 * minute)).toBe(false)
  expect(isJoinable(meeting, -59 * minute)).toBe(true)
  expect(isJoinable(meeting, 119 * minute)).toBe(true)
  expect(isJoinable(meeting, 121 * minute)).toBe(false)
})

test('a meeting that goes on over its time is joined still; one that is over or not one’s own is not', () => {
  expect(isJoinable({ ...meeting, status: 'open' }, 300 * minute)).toBe(true)
  expect(isJoinable({ ...meeting, status: 'ended' }, 0)).toBe(false)
  expect(isJoinable({ ...meeting, status: 'cancelled' }, 0)).toBe(false)
  expect(isJoinable({ ...meeting, status: 'open', myRole: null }, 0)).toBe(false)
})
