import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopTime } from '#web/testing/fakeHost.ts'
import type { Found } from './found.ts'
import { AsyncSearch } from './asyncSearch.svelte.ts'

/** A source that answers when told to. */
function source() {
  const asked: {
    query: string
    signal: AbortSignal
    answer: (found: string[], total?: number) => void
    fail: () => void
  }[] = []
  const search = new AsyncSearch<string>((query, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Found<string>>()
    const answer = (found: string[], total = found.length): void => resolve({ found, total })
    asked.push({ query, signal, answer, fail: () => reject(new Error('down')) })
    return promise
  })
  return { search, asked }
}

beforeEach(stopTime)
afterEach(() => void vi.useRealTimers())

test('what is typed quickly is asked for once', async () => {
  const { search, asked } = source()
  for (const query of ['h', 'ho', 'hop ']) search.ask(query)
  await vi.advanceTimersByTimeAsync(150)
  expect(asked.map(({ query }) => query)).toEqual(['hop'])
})

test('the whole list is asked for at once, since nobody is typing', async () => {
  const { search, asked } = source()
  search.ask('')
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(1)
})

test('an answer that was overtaken is not shown, whenever it comes', async () => {
  const { search, asked } = source()
  search.ask('ho')
  await vi.advanceTimersByTimeAsync(150)
  search.ask('hop')
  await vi.advanceTimersByTimeAsync(150)
  asked[1]?.answer(['Họp giao ban'])
  await vi.advanceTimersByTimeAsync(0)
  asked[0]?.answer(['Hồ sơ'])
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[0]?.signal.aborted).toBe(true)
  expect(search.options).toEqual(['Họp giao ban'])
  expect(search.state).toBe('found')
})

test('how many there are is told beside what is shown of them, and forgotten with it', async () => {
  const { search, asked } = source()
  search.ask('')
  await vi.advanceTimersByTimeAsync(0)
  asked[0]?.answer(['Phường Ba Đình', 'Phường Hoàn Kiếm'], 126)
  await vi.advanceTimersByTimeAsync(0)
  expect([search.options.length, search.total]).toEqual([2, 126])
  search.clear()
  expect([search.options.length, search.total]).toEqual([0, 0])
})

test('what was found stays while more is asked for, and goes when the source fails', async () => {
  vi.spyOn(console, 'warn').mockReturnValue()
  const { search, asked } = source()
  search.ask('h')
  await vi.advanceTimersByTimeAsync(150)
  asked[0]?.answer(['Họp'])
  await vi.advanceTimersByTimeAsync(0)
  search.ask('hx')
  expect([search.state, search.options]).toEqual(['asking', ['Họp']])
  await vi.advanceTimersByTimeAsync(150)
  asked[1]?.fail()
  await vi.advanceTimersByTimeAsync(0)
  expect([search.state, search.options]).toEqual(['failed', []])
})

test('closed or cleared, it asks nothing and takes no answer', async () => {
  const { search, asked } = source()
  search.ask('h')
  search.clear()
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toEqual([])
  search.ask('h')
  await vi.advanceTimersByTimeAsync(150)
  search.close()
  asked[0]?.answer(['Họp'])
  await vi.advanceTimersByTimeAsync(0)
  expect(search.options).toEqual([])
})
