import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import type { Topic, TopicChange } from '#contract/live.ts'
import type { Signal } from '#signalling/client.ts'
import { Live } from './live.svelte.ts'

type StateListener = Parameters<Signal['on']>[1]

/** A connection as a page has it, which says what the test wants. */
class TestSignal implements Signal {
  readonly state = 'connected'
  readonly listeners = new Map<Topic, (change: TopicChange | null) => void>()
  states: StateListener = () => undefined
  isClosed = false
  follow(topic: Topic, listener: (change: TopicChange | null) => void) {
    this.listeners.set(topic, listener)
    return () => void this.listeners.delete(topic)
  }
  on(_event: 'state:changed', listener: StateListener) {
    this.states = listener
    return () => (this.states = () => undefined)
  }
  call(): never {
    throw new Error('no call here')
  }
  verify(): void {}
  close(): void {
    this.isClosed = true
  }
}

const topic = 'meeting:m1'
const hint = (part: TopicChange['part'] = 'plan'): TopicChange => ({
  topic,
  meetingId: 'm1' as MeetingId,
  part,
  version: null,
})
let signal: TestSignal
let connections = 0
let looks = 0
let isHidden = false
let show: () => void = () => undefined
let live: Live

beforeEach(() => {
  vi.useFakeTimers()
  ;[signal, connections, looks, isHidden] = [new TestSignal(), 0, 0, false]
  live = new Live({
    connect: async () => {
      connections++
      return signal
    },
    refresh: async () => void looks++,
    isHidden: () => isHidden,
    onShown: (listener) => {
      show = listener
      return () => (show = () => undefined)
    },
  })
})
afterEach(() => {
  live.close()
  vi.useRealTimers()
})

const say = (change: TopicChange | null = hint()) => signal.listeners.get(topic)?.(change)
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('a page that follows nothing opens no connection; one that does opens one', async () => {
  await wait(1000)
  expect(connections).toBe(0)
  live.follow(topic)
  live.follow('meetings')
  await wait(0)
  expect([connections, [...signal.listeners.keys()]]).toEqual([1, [topic, 'meetings']])
})

test('hints that come together are one look, and looks have rests between them', async () => {
  live.follow(topic)
  await wait(0)
  for (let i = 0; i < 5; i++) say()
  await wait(250)
  expect(looks).toBe(1)
  say()
  await wait(250)
  expect(looks).toBe(1)
  await wait(1000)
  expect(looks).toBe(2)
  await wait(10_000)
  expect(looks).toBe(2)
})

test('what the page does not show makes it look no more than what it no longer follows', async () => {
  const stop = live.follow(topic, (change) => change.part !== 'presence')
  await wait(0)
  say(hint('presence'))
  await wait(2000)
  expect(looks).toBe(0)
  stop()
  say()
  await wait(2000)
  expect([looks, signal.listeners.size]).toEqual([0, 0])
})

test('a hidden page is quiet, and looks once when it is shown', async () => {
  live.follow(topic)
  await wait(0)
  isHidden = true
  say()
  say()
  await wait(5000)
  expect(looks).toBe(0)
  isHidden = false
  show()
  await wait(0)
  expect(looks).toBe(1)
  show()
  await wait(2000)
  expect(looks).toBe(1)
})

test('a connection that was away looks, says meanwhile that it is old, and ends with the page', async () => {
  live.follow(topic)
  await wait(0)
  signal.states({ state: 'reconnecting', error: null })
  expect(live.isConnected).toBe(false)
  signal.states({ state: 'connected', error: null })
  say(null)
  await wait(300)
  expect([live.isConnected, looks]).toEqual([true, 1])
  live.close()
  expect(signal.isClosed).toBe(true)
})
