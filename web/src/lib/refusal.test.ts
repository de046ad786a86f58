import { expect, test } from 'vitest'
import { noRefusal, refusalOf } from './refusal.ts'

test('an action that was done, or never tried, refuses nothing', () => {
  expect(refusalOf(null)).toEqual(noRefusal)
  expect(refusalOf({ isDone: true })).toEqual(noRefusal)
})

test('fields that could not be taken are named', () => {
  expect(refusalOf({ invalid: ['name', 'unitId'] })).toEqual({ invalid: ['name', 'unitId'], code: null })
})

test('a field that the platform refuses for a reason of its own is told there, and not once more', () => {
  const error = { code: 'bad_request', detail: { field: 'password', reason: 'common' } }
  expect(refusalOf({ error, typed: {} })).toEqual({ invalid: ['password'], code: null, reason: 'common' })
})

test('an expected failure is told by its code, an unknown one as internal', () => {
  expect(refusalOf({ error: { code: 'conflict' }, typed: {} })).toEqual({ invalid: [], code: 'conflict' })
  expect(refusalOf({ error: { code: 'no such code' } }).code).toBe('internal')
})
