import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { attempt, codeOfStatus, pageErrorOf } from './appErrors.ts'

test('an expected failure is known by its code, though its class comes from outside the bundle', () => {
  class Foreign extends Error {
    readonly code = 'conflict'
    override readonly name = 'AppError'
  }
  expect(pageErrorOf(new Foreign())).toEqual({ code: 'conflict' })
  expect(pageErrorOf(new AppError('rate_limited', 'x', { detail: { seconds: 30 } }))).toEqual({
    code: 'rate_limited',
    detail: { seconds: 30 },
  })
})

test('a bug, or a code that we do not have, is not an expected failure', () => {
  expect(pageErrorOf(new Error('boom'))).toBeNull()
  expect(pageErrorOf(Object.assign(new Error('x'), { name: 'AppError', code: 'secret' }))).toBeNull()
  expect(pageErrorOf('not_found')).toBeNull()
})

test('an action that fails as expected gives back what was typed', async () => {
  const result = await attempt(() => Promise.reject(new AppError('conflict')), { title: 'Họp giao ban' })
  expect(result).toMatchObject({
    status: 409,
    data: { error: { code: 'conflict' }, typed: { title: 'Họp giao ban' } },
  })
})

test('a bug in an action is not turned into a polite failure', async () => {
  await expect(attempt(() => Promise.reject(new TypeError('bug')), {})).rejects.toThrow('bug')
})

test('statuses that the framework chose have a code', () => {
  expect(codeOfStatus(404)).toBe('not_found')
  expect(codeOfStatus(405)).toBe('bad_request')
  expect(codeOfStatus(500)).toBe('internal')
})
