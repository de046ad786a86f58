import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MeetingId, ParticipantId } from '#contract/ids.ts'
import { KeptPlace, type Place } from './keptPlace.ts'

const meetingId = MeetingId.parse('00000000-0000-4000-8000-000000000001')
const otherId = MeetingId.parse('00000000-0000-4000-8000-000000000002')
const place: Place = {
  participantId: ParticipantId.parse('00000000-0000-4000-8000-000000000003'),
  siteId: null,
  microphone: true,
  camera: false,
  draft: 'Kính thưa',
}
const stored = new Map<string, string>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  })
})
afterEach(() => {
  stored.clear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function leave(): void {
  const page = new KeptPlace(meetingId)
  page.panel = 'chat'
  page.leave(place)
}

it('is taken once, with the panel that was open, and in its own meeting', () => {
  leave()
  expect(new KeptPlace(otherId).take()).toBeNull()
  const next = new KeptPlace(meetingId)
  expect(next.take()).toEqual(place)
  expect(next.panel).toBe('chat')
  expect(new KeptPlace(meetingId).take()).toBeNull()
})

it.each([
  ['within the minute', 60_000, place],
  ['not after it', 60_001, null],
  ['not by a clock that was set back', -60_001, null],
])('is taken %s', (_, afterMs, taken) => {
  leave()
  vi.setSystemTime(Date.now() + afterMs)
  expect(new KeptPlace(meetingId).take()).toEqual(taken)
})

it('is kept for hours where nobody is who would come anew: after a minute with nothing on', () => {
  const hourMs = 3_600_000
  for (const [afterMs, taken] of [
    [50_000, place],
    [2 * hourMs, { ...place, microphone: false, camera: false }],
    [13 * hourMs, null],
  ] as const) {
    const page = new KeptPlace(meetingId)
    page.isWall = true
    page.leave(place, Date.now() - afterMs, true)
    const next = new KeptPlace(meetingId)
    expect([next.take(), next.isWall]).toEqual([taken, taken && true])
  }
})

it.each(['', '{', 'null', '7', '{"atMs":"now"}', '{"atMs":0,"place":null,"panel":null}'])(
  'is none where %j is stored',
  (text) => {
    vi.setSystemTime(0)
    stored.set(`call-place ${meetingId}`, text)
    expect(new KeptPlace(meetingId).take()).toBeNull()
  },
)

it('is none where the page may store nothing', () => {
  const closed = () => {
    throw new DOMException('closed', 'SecurityError')
  }
  vi.stubGlobal('sessionStorage', { getItem: closed, setItem: closed, removeItem: closed })
  leave()
  expect(new KeptPlace(meetingId).take()).toBeNull()
})
