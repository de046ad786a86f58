import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WakeLock } from './wakeLock.ts'

let page: EventTarget & { visibilityState: string }
let locks: { released: boolean; release(): Promise<void> }[]
let lock: WakeLock
let isRefused: boolean
let warnings: string[]

beforeEach(() => {
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  locks = []
  isRefused = false
  warnings = []
  vi.stubGlobal('document', page)
  vi.stubGlobal('navigator', { wakeLock: { request } })
  lock = new WakeLock((event) => warnings.push(event))
})
afterEach(() => {
  lock.close()
  vi.unstubAllGlobals()
})

function request(): Promise<unknown> {
  if (isRefused) return Promise.reject(new DOMException('low battery', 'NotAllowedError'))
  const one = {
    released: false,
    release() {
      one.released = true
      return Promise.resolve()
    },
  }
  locks.push(one)
  return Promise.resolve(one)
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve))
async function show(visibilityState: 'visible' | 'hidden'): Promise<void> {
  page.visibilityState = visibilityState
  // As browsers do it: a hidden page loses its lock.
  if (visibilityState === 'hidden') for (const one of locks) one.released = true
  page.dispatchEvent(new Event('visibilitychange'))
  await settled()
}

it('the screen stays lit from the time it is asked for, once', async () => {
  await show('visible')
  expect(locks).toHaveLength(0)
  lock.hold()
  lock.hold()
  await settled()
  lock.hold()
  await settled()
  expect(locks.map(({ released }) => released)).toEqual([false])
})

it('the screen is kept lit again when the page is shown anew', async () => {
  lock.hold()
  await settled()
  await show('hidden')
  expect(locks).toHaveLength(1)
  await show('visible')
  expect(locks.map(({ released }) => released)).toEqual([true, false])
})

it('the screen may go dark after the end, also when the lock comes later', async () => {
  lock.hold()
  lock.close()
  await settled()
  expect(locks.map(({ released }) => released)).toEqual([true])
  await show('visible')
  lock.hold()
  await settled()
  expect(locks).toHaveLength(1)
})

it('a refusal is told to the log and tried again when the page is shown', async () => {
  isRefused = true
  lock.hold()
  await settled()
  expect(warnings).toEqual(['wakeLockRefused'])
  isRefused = false
  await show('visible')
  expect(locks).toHaveLength(1)
})
