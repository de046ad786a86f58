import { expect, it } from 'vitest'
import { quotaStateOf } from './recordingQuota.ts'

it('a quota warns from 90 % on, and is full when it is reached', () => {
  expect(quotaStateOf(5e12, 0)).toBe('none')
  expect(quotaStateOf(8.9e9, 10)).toBe('fine')
  expect(quotaStateOf(9e9, 10)).toBe('near')
  expect(quotaStateOf(10e9, 10)).toBe('full')
})
