import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { followOpenCalls, tellOfCall, type OpenCall } from './openCalls.ts'

const call: OpenCall = { meetingId: 'm' as MeetingId, title: 'Họp giao ban' }
let page: EventTarget
let seen: OpenCall[][]
const ends: (() => void)[] = []

beforeEach(() => {
  page = new EventTarget()
  vi.stubGlobal('window', page)
  seen = []
})
afterEach(() => {
  for (const end of ends.splice(0)) end()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('a page learns of a call that another is in, whichever was there first, until that is gone', async () => {
  ends.push(followOpenCalls((calls) => seen.push(calls)))
  const gone = tellOfCall(call)
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([call]))
  const later: OpenCall[][] = []
  ends.push(followOpenCalls((calls) => later.push(calls)))
  await vi.waitFor(() => expect(later.at(-1)).toEqual([call]))
  gone()
  await vi.waitFor(() => expect([seen.at(-1), later.at(-1)]).toEqual([[], []]))
})

it('a page that goes says so', async () => {
  ends.push(followOpenCalls((calls) => seen.push(calls)))
  ends.push(tellOfCall(call))
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([call]))
  page.dispatchEvent(new Event('pagehide'))
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([]))
})

it('a page that died without a word is forgotten', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] })
  ends.push(followOpenCalls((calls) => seen.push(calls)))
  const dead = new BroadcastChannel('open-calls')
  dead.postMessage({ says: 'here', ...call })
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([call]))
  dead.close()
  vi.advanceTimersByTime(30_000)
  expect(seen.at(-1)).toEqual([])
})
