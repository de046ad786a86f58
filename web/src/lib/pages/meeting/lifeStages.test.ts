import { expect, test } from 'vitest'
import { Formats } from '#web/text/format.ts'
import { meeting as texts } from './meeting.vi.ts'
import { lifeStagesOf } from './lifeStages.ts'

type Subject = Parameters<typeof lifeStagesOf>[0]

const subject = (changes: Partial<Subject>): Subject => ({
  status: 'scheduled',
  participants: [],
  startsAtMs: Date.parse('2026-11-23T14:30:00+07:00'),
  minutesState: null,
  ...changes,
})

const statesOf = (changes: Partial<Subject>): string =>
  lifeStagesOf(subject(changes), texts, new Formats('vi'))
    .map((stage) => stage.state)
    .join(' ')

test('a meeting goes through its stages one after the other', () => {
  expect(statesOf({ status: 'draft' })).toBe('now coming coming coming coming')
  expect(statesOf({ status: 'scheduled' })).toBe('done now coming coming coming')
  expect(statesOf({ status: 'open' })).toBe('done done now coming coming')
  expect(statesOf({ status: 'ended' })).toBe('done done done now coming')
  expect(statesOf({ status: 'ended', minutesState: 'submitted' })).toBe('done done done now coming')
  expect(statesOf({ status: 'ended', minutesState: 'approved' })).toBe('done done done done now')
  expect(statesOf({ status: 'ended', minutesState: 'published' })).toBe('done done done done done')
})

test('what a cancelled meeting will not reach is told apart from what is still to come', () => {
  expect(statesOf({ status: 'cancelled' })).toBe('skipped skipped skipped skipped skipped')
})
