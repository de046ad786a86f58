import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeHost, stopTime } from '#web/testing/fakeHost.ts'
import type { AttendanceList } from '#office/attendance/attendance.ts'
import { AttendanceFeed } from './attendanceFeed.svelte.ts'

const attendance = (asOfMs: number): AttendanceList => ({
  rows: [],
  asOfMs,
  presentCount: 0,
  expectedCount: 3,
})

let host: FakeHost
const page: { visibilityState: DocumentVisibilityState } = { visibilityState: 'visible' }

beforeEach(() => {
  stopTime()
  host = new FakeHost()
  page.visibilityState = 'visible'
  vi.stubGlobal('document', page)
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('begins with what the page came with, and is asked for anew every few seconds', async () => {
  const feed = new AttendanceFeed('m', attendance(1))
  const stop = feed.follow(4000)
  expect(feed.attendance.asOfMs).toBe(1)
  await vi.advanceTimersByTimeAsync(4000)
  expect(host.last.path).toBe('/api/meetings/m/attendance')
  await host.last.answer(attendance(2))
  expect([feed.attendance.asOfMs, feed.isStale]).toEqual([2, false])
  stop()
})

test('keeps the last answer when the next does not come, and says that it is old', async () => {
  const feed = new AttendanceFeed('m', attendance(1))
  const stop = feed.follow(4000)
  await vi.advanceTimersByTimeAsync(4000)
  await host.last.refuse('storage_unavailable')
  expect([feed.attendance.asOfMs, feed.isStale]).toEqual([1, true])
  await vi.advanceTimersByTimeAsync(4000)
  await host.last.answer(attendance(3))
  expect(feed.isStale).toBe(false)
  stop()
})

test('asks nothing while nobody looks, and nothing after the page is gone', async () => {
  const feed = new AttendanceFeed('m', attendance(1))
  const stop = feed.follow(4000)
  page.visibilityState = 'hidden'
  await vi.advanceTimersByTimeAsync(20_000)
  expect(host.asked).toEqual([])
  page.visibilityState = 'visible'
  await vi.advanceTimersByTimeAsync(4000)
  stop()
  expect(host.last.isAborted).toBe(true)
  await vi.advanceTimersByTimeAsync(20_000)
  expect([host.asked.length, feed.isStale]).toEqual([1, false])
})
