import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stopTime } from '#web/testing/fakeHost.ts'
import { Toasts } from './toasts.svelte.ts'

beforeEach(stopTime)
afterEach(() => void vi.useRealTimers())

const textsOf = (toasts: Toasts): string[] => toasts.items.map(({ text }) => text)

test('a word goes by itself, one with an undo stays longer, a failure until it is dismissed', () => {
  const toasts = new Toasts()
  toasts.show('Đã lưu.', { tone: 'success' })
  toasts.show('Đã bỏ.', { act: { label: 'Hoàn tác', run: () => undefined } })
  toasts.show('Chưa lưu được.', { tone: 'danger' })
  vi.advanceTimersByTime(5000)
  expect(textsOf(toasts)).toEqual(['Đã bỏ.', 'Chưa lưu được.'])
  vi.advanceTimersByTime(60_000)
  expect(textsOf(toasts)).toEqual(['Chưa lưu được.'])
  toasts.dismiss(toasts.items[0]?.id ?? 0)
  expect(textsOf(toasts)).toEqual([])
})

test('three are shown at most, the newest last', () => {
  const toasts = new Toasts()
  for (const text of ['a', 'b', 'c', 'd']) toasts.show(text)
  expect(textsOf(toasts)).toEqual(['b', 'c', 'd'])
})
