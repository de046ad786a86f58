import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ParticipantView } from '#contract/room/participantView.ts'
import { TestTrack } from '../media/testing/testTrack.ts'
import { noSpeaker } from '../stage/stageSpeaker.ts'
import { id, person } from '../testing/testSeat.svelte.ts'
import { WallDisplay, type WallPort } from './wallDisplay.svelte.ts'

const hall = person('hall', 'Phòng họp tầng 2', { kind: 'site' })
const an = person('an', 'Nguyễn An')
const chair = person('chair', 'Trần Chủ Trì', { role: 'chair' })
const tracks = new Map<string, MediaStreamTrack>()
beforeEach(() => {
  tracks.clear()
  vi.useFakeTimers()
})
afterEach(() => void vi.useRealTimers())

/** The display of a hall where these are in the call. */
function newDisplay(
  others: ParticipantView[],
  now: { speaker?: string; onFloor?: string; sharing?: ParticipantView } & Partial<
    Pick<WallPort, 'hello' | 'outage'>
  > & {
      state?: WallPort['media']['state']
      isBlocked?: boolean
    } = {},
): WallDisplay {
  const { speaker } = now
  return new WallDisplay({
    hello: now.hello ?? null,
    people: { roster: [hall, ...others], me: hall, sharing: now.sharing ?? null },
    speech: {
      isGoing: speaker !== undefined,
      speaker: speaker === undefined ? noSpeaker : { ...noSpeaker, id: id(speaker) },
    },
    floor: { speakerId: now.onFloor === undefined ? null : id(now.onFloor) },
    media: {
      remoteTrack: (of, source) => tracks.get(`${of} ${source}`) ?? null,
      state: now.state ?? 'connected',
      isBlocked: now.isBlocked ?? false,
    },
    outage: now.outage ?? { kind: 'none' },
  })
}

describe('the stage of a hall', () => {
  it('is whose the floor is, else the speaker’s, before any speech the chair’s, without one anybody’s, and never its own', () => {
    expect(newDisplay([an, chair], { speaker: 'an' }).speaker).toBe(an)
    expect(newDisplay([an, chair]).speaker).toBe(chair)
    expect(newDisplay([an]).speaker).toBe(an)
    expect(newDisplay([an, chair], { speaker: 'hall' }).speaker).toBe(chair)
    expect(newDisplay([]).speaker).toBeNull()
    expect(newDisplay([an, chair], { speaker: 'chair', onFloor: 'an' }).speaker).toBe(an)
  })

  it('times the speech of who is shown, and knows when the hall itself speaks', () => {
    const theirs = newDisplay([an, chair], { speaker: 'an' })
    expect([theirs.isGoing, theirs.isOurs]).toEqual([true, false])
    const ours = newDisplay([an, chair], { speaker: 'hall' })
    expect([ours.isGoing, ours.isOurs]).toEqual([false, true])
    const quiet = newDisplay([])
    expect([quiet.isGoing, quiet.isOurs]).toEqual([false, false])
  })

  it('has the face of an open camera alone', () => {
    const face = new TestTrack('video')
    tracks.set('an camera', face)
    expect(newDisplay([an]).face).toBe(face)
    expect(newDisplay([{ ...an, grant: { ...an.grant, camera: 'muted' } }]).face).toBeNull()
    expect(newDisplay([]).face).toBeNull()
  })

  it('shows another’s screen once it arrives, never the hall’s own', () => {
    expect(newDisplay([an], { sharing: an }).shared).toBeNull()
    const track = new TestTrack('video')
    tracks.set('an screen', track)
    tracks.set('hall screen', track)
    expect(newDisplay([an], { sharing: an }).shared).toEqual({ by: an, track })
    expect(newDisplay([an], { sharing: hall }).shared).toBeNull()
  })

  it('receives the speaker as high as the display, beside a screen a quarter of it', () => {
    const seen = { isVisible: true }
    expect(newDisplay([an]).wishes(1080)).toEqual([
      { participantId: 'an', source: 'camera', heightPx: 1080, ...seen },
    ])
    expect(newDisplay([an, chair], { sharing: an }).wishes(1080)).toEqual([
      { participantId: 'chair', source: 'camera', heightPx: 270, ...seen },
      { participantId: 'an', source: 'screen', heightPx: 1080, ...seen },
    ])
    expect(newDisplay([], { sharing: hall }).wishes(1080)).toEqual([])
  })
})

describe('the corner of a hall', () => {
  it('names the room, and its commune unless the name has it', () => {
    const called = (name: string) =>
      newDisplay([], { hello: { me: { name, unitName: 'Phường Hoàn Kiếm' } } }).ourselves
    expect(called('Hội trường')).toBe('Hội trường · Phường Hoàn Kiếm')
    expect(called('Hội trường phường Hoàn Kiếm')).toBe('Hội trường phường Hoàn Kiếm')
  })

  it('says that something is wrong with connection or media', () => {
    expect(newDisplay([]).isWell).toBe(true)
    expect(newDisplay([], { outage: { kind: 'brief' } }).isWell).toBe(false)
    expect(newDisplay([], { state: 'interrupted' }).isWell).toBe(false)
    expect(newDisplay([], { isBlocked: true }).isWell).toBe(false)
  })

  it('has controls for a while after a hand was there, and no timer once it is closed', () => {
    const display = newDisplay([])
    expect(display.isTouched).toBe(false)
    display.touch()
    vi.advanceTimersByTime(3000)
    display.touch()
    vi.advanceTimersByTime(3000)
    expect(display.isTouched).toBe(true)
    vi.advanceTimersByTime(1000)
    expect(display.isTouched).toBe(false)
    display.touch()
    display.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
