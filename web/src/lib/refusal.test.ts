import { expect, test } from 'vitest'
import { noRefusal, refusalOf } from './refusal.ts'

test('an action that was done, or never tried, refuses nothing', () => {
  expect(refusalOf(null)).toEqual(noRefusal)
  expect(refusalOf({ isDone: true })).toEqual(noRefusal)
})

test('fields that could not be taken are named', () => {
  expect(refusalOf({ invalid: ['name', 'unitId'] })).toEqual({ invalid: ['name', 'unitId'], code: null })
})

test('an expected failure is told by its code, an unknown one as internal', () => {
  expect(refusalOf({ error: { code: 'conflict' }, typed: {} })).toEqual({ invalid: [], code: 'conflict' })
  expect(refusalOf({ error: { code: 'no such code' } }).code).toBe('internal')
})
