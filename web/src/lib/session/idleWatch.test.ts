import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { IdleWatch } from './idleWatch.svelte.ts'

const minuteMs = 60_000
let usedAtMs = 0
let uses = 0
let isLeft = false
let watch: IdleWatch

const left = (): number | null => {
  const leftMs = usedAtMs + 30 * minuteMs - Date.now()
  return leftMs > 0 ? leftMs : null
}

beforeEach(async () => {
  vi.useFakeTimers()
  usedAtMs = Date.now()
  uses = 0
  isLeft = false
  watch = new IdleWatch({
    ask: () => Promise.resolve(left()),
    use: () => {
      uses++
      if (left() !== null) usedAtMs = Date.now()
      return Promise.resolve(left())
    },
    leave: () => (isLeft = true),
  })
  watch.start()
  await vi.advanceTimersByTimeAsync(0)
})
afterEach(() => {
  watch.close()
  vi.useRealTimers()
})

it('warns two minutes before the end, and leaves when nobody answers', async () => {
  await vi.advanceTimersByTimeAsync(27.9 * minuteMs)
  expect(watch.endsAtMs).toBeNull()
  await vi.advanceTimersByTimeAsync(0.2 * minuteMs)
  expect(watch.endsAtMs).toBe(usedAtMs + 30 * minuteMs)
  watch.used() // a mouse that was pushed is no answer
  await vi.advanceTimersByTimeAsync(2 * minuteMs)
  expect([isLeft, uses]).toEqual([true, 0])
})

it('goes on when the person says so', async () => {
  await vi.advanceTimersByTimeAsync(29 * minuteMs)
  watch.goOn()
  await vi.advanceTimersByTimeAsync(27 * minuteMs)
  expect([watch.endsAtMs, isLeft]).toEqual([null, false])
})

it('tells of typing once a minute, and never warns who types', async () => {
  for (let second = 0; second < 45 * 60; second += 5) {
    watch.used()
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(uses).toBe(45)
  expect([watch.endsAtMs, isLeft]).toEqual([null, false])
})

it('counts what was typed after it told last', async () => {
  watch.used()
  await vi.advanceTimersByTimeAsync(50_000)
  watch.used()
  await vi.advanceTimersByTimeAsync(29.5 * minuteMs)
  expect([watch.endsAtMs, isLeft, uses]).toEqual([null, false, 2])
})

it('does not warn when another page of the session was used', async () => {
  await vi.advanceTimersByTimeAsync(20 * minuteMs)
  usedAtMs = Date.now()
  await vi.advanceTimersByTimeAsync(15 * minuteMs)
  expect([watch.endsAtMs, isLeft]).toEqual([null, false])
})

it('neither leaves nor forgets while the network is away', async () => {
  watch.close()
  let isAway = true
  const lost = new IdleWatch({
    ask: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(left())),
    use: () => Promise.reject(new Error('away')),
    leave: () => (isLeft = true),
  })
  lost.start()
  await vi.advanceTimersByTimeAsync(40 * minuteMs)
  expect(isLeft).toBe(false)
  isAway = false
  await vi.advanceTimersByTimeAsync(2 * minuteMs)
  expect(isLeft).toBe(true)
  lost.close()
})

it('leaves nobody at work whose session was ended, and whoever is gone after that', async () => {
  usedAtMs = -Infinity
  watch.used()
  await vi.advanceTimersByTimeAsync(0.5 * minuteMs)
  expect(isLeft).toBe(false)
  await vi.advanceTimersByTimeAsync(3 * minuteMs)
  expect(isLeft).toBe(true)
})

it('goes on with a session that begins anew in another page', async () => {
  usedAtMs = -Infinity
  watch.used()
  await vi.advanceTimersByTimeAsync(0.5 * minuteMs)
  usedAtMs = Date.now()
  await vi.advanceTimersByTimeAsync(20 * minuteMs)
  expect([watch.endsAtMs, isLeft]).toEqual([null, false])
})
