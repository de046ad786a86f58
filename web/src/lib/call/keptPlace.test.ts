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
const [stored, noted] = [new Map<string, string>(), new Map<string, string>()]
const storage = (map: Map<string, string>) => ({
  getItem: (key: string) => map.get(key) ?? null,
  setItem: (key: string, value: string) => map.set(key, value),
  removeItem: (key: string) => map.delete(key),
})

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('sessionStorage', storage(stored))
  vi.stubGlobal('localStorage', storage(noted))
})
afterEach(() => {
  stored.clear()
  noted.clear()
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

it('is a display’s in whatever tab comes after it, until it is forgotten', () => {
  const { draft: _draft, ...there } = place
  const page = new KeptPlace(meetingId)
  page.note(place, Date.now())
  stored.clear()
  const next = new KeptPlace(meetingId)
  expect([next.take(), next.isWall, next.isUnattended]).toEqual([there, true, true])
  page.note(place, Date.now() - 3_600_000)
  expect(new KeptPlace(meetingId).take()).toEqual({ ...there, microphone: false, camera: false })
  page.note(place, Date.now())
  page.forget()
  expect(new KeptPlace(meetingId).take()).toBeNull()
})

it('is what the tab keeps rather than what was noted of its display', () => {
  leave()
  new KeptPlace(meetingId).note({ ...place, camera: true }, Date.now())
  const next = new KeptPlace(meetingId)
  expect([next.take(), next.isUnattended]).toEqual([place, false])
  expect(new KeptPlace(meetingId).take()).toBeNull()
  leave()
  new KeptPlace(meetingId).note(place, Date.now())
  vi.setSystemTime(Date.now() + 3_600_000) // its tab, too, was brought back
  expect(new KeptPlace(meetingId).take()).toMatchObject({ microphone: false, camera: false })
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
  for (const name of ['sessionStorage', 'localStorage'])
    vi.stubGlobal(name, { getItem: closed, setItem: closed, removeItem: closed })
  leave()
  expect(new KeptPlace(meetingId).take()).toBeNull()
})
