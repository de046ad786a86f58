import { expect, test } from 'vitest'
import { boundsOf, meetingFilterOf } from './meetingFilter.ts'

test('an address with nonsense shows what is ahead', () => {
  expect(meetingFilterOf(new URLSearchParams('period=later&status=<b>'))).toEqual({
    query: '',
    period: 'upcoming',
    status: null,
  })
})

test('the three-level era ends with the last second of June 2025 in the city', () => {
  expect(boundsOf('before', Date.now())).toEqual({ toMs: Date.parse('2025-06-30T17:00:00Z') })
})

test('"from today" includes this morning', () => {
  const afternoon = Date.parse('2026-11-23T14:30:00+07:00')
  expect(boundsOf('upcoming', afternoon)).toEqual({ fromMs: Date.parse('2026-11-23T00:00:00+07:00') })
})
