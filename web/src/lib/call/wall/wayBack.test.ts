import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { helloOf } from '../testing/testSeat.svelte.ts'
import { TestSignal } from '../testing/testSignal.ts'
import { isLetIn, lookForWayBack } from './lookForWayBack.ts'
import { isWayBack } from './wayBack.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('is looked for by a hall that nobody wanted out, and by no other', () => {
  const codes = ['unauthenticated', 'meeting_ended', 'bad_request', 'left', 'removed', 'taken_over'] as const
  expect(codes.map(isWayBack)).toEqual([true, true, true, false, false, false])
})

it.each([
  ['is open', helloOf({ phase: 'open' }), true],
  ['waits for who opens it', helloOf({ phase: 'waiting' }), true],
  ['waits for this very display', helloOf({ phase: 'waiting' }, { may: ['call:open'] }), false],
  ['is over', helloOf({ phase: 'ended' }), false],
  ['has it on another page', helloOf({ phase: 'open' }, { isElsewhere: true }), false],
])('is there or not when the call %s', async (_, hello, isThere) => {
  const signal = new TestSignal()
  signal.answers['call:hello'] = () => hello
  expect([await isLetIn(signal), signal.state]).toEqual([isThere, 'closed'])
})

it('is not there for who is not known', async () => {
  const signal = new TestSignal()
  signal.answers['call:hello'] = () => {
    throw new AppError('unauthenticated')
  }
  expect([await isLetIn(signal), signal.state]).toEqual([false, 'closed'])
})

it('is taken once, as soon as it is there, and looked for no longer', async () => {
  let isThere = false
  const look = vi.fn(() => Promise.resolve(isThere))
  const goBack = vi.fn()
  lookForWayBack(look, goBack)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(look.mock.calls.length).toBeGreaterThanOrEqual(3)
  expect(goBack).not.toHaveBeenCalled()
  isThere = true
  await vi.advanceTimersByTimeAsync(600_000)
  expect(goBack).toHaveBeenCalledTimes(1)
})

it('is looked for no longer than somebody may come for it, nor by a page that went on', async () => {
  const look = vi.fn(() => Promise.resolve(false))
  lookForWayBack(look, () => undefined)
  await vi.advanceTimersByTimeAsync(13 * 3_600_000)
  const looks = look.mock.calls.length
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(look.mock.calls.length).toBe(looks)
  const goBack = vi.fn()
  const stop = lookForWayBack(() => Promise.resolve(true), goBack)
  stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(goBack).not.toHaveBeenCalled()
})
