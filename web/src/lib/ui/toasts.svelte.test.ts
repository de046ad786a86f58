import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Toasts } from './toasts.svelte.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const textsOf = (toasts: Toasts) => toasts.items.map((toast) => toast.text)

describe('toasts', () => {
  it('go by themselves, later with an act, and failures only when they are dismissed', () => {
    const toasts = new Toasts()
    toasts.show('đã lưu')
    toasts.show('đã xóa', { act: { label: 'Hoàn tác', run: () => undefined } })
    toasts.show('không lưu được', { tone: 'danger' })
    vi.advanceTimersByTime(5000)
    expect(textsOf(toasts)).toEqual(['đã xóa', 'không lưu được'])
    vi.advanceTimersByTime(60_000)
    expect(textsOf(toasts)).toEqual(['không lưu được'])
    toasts.dismiss(toasts.items[0]?.id ?? 0)
    expect(textsOf(toasts)).toEqual([])
  })

  it('are only so many, the newest on a subject in place of the older', () => {
    const toasts = new Toasts({ atMost: 2, shownMs: 1000, keepsFailures: false })
    toasts.show('a', { subject: 'chat' })
    toasts.show('b', { subject: 'hand' })
    toasts.show('c', { subject: 'chat' })
    expect(textsOf(toasts)).toEqual(['b', 'c'])
    toasts.show('d', { tone: 'danger' })
    expect(textsOf(toasts)).toEqual(['c', 'd'])
    vi.advanceTimersByTime(1000)
    expect(textsOf(toasts)).toEqual([])
  })

  it('are taken back when what they say is seen elsewhere', () => {
    const toasts = new Toasts()
    toasts.show('a', { subject: 'chat' })
    toasts.show('b')
    toasts.withdraw('chat')
    expect(textsOf(toasts)).toEqual(['b'])
    toasts.close()
    expect(textsOf(toasts)).toEqual([])
  })

  it('may be taken back by what follows other things, and are not followed by it', () => {
    const toasts = new Toasts()
    let runs = 0
    const stop = $effect.root(() => {
      $effect(() => {
        runs += 1
        toasts.withdraw('chat')
      })
    })
    flushSync()
    toasts.show('a', { subject: 'chat' })
    flushSync()
    expect([runs, textsOf(toasts)]).toEqual([1, ['a']])
    stop()
  })
})
