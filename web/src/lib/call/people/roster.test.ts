import { describe, expect, it } from 'vitest'
import type { SiteId, TrackId } from '#contract/ids.ts'
import { applyRoomEvent, emptyViews, type RoomEvent } from '#contract/room/room.ts'
import type { PageViews } from '#contract/room/views.ts'
import { id, person, viewOf } from '#web/call/testing/testSeat.svelte.ts'
import { expectedRows, missingTracks, placeOf, rosterOf, sharedScreenOf } from './roster.ts'

describe('roster', () => {
  it('says whose room somebody sits in, and of a room only its unit', () => {
    expect(placeOf(person('1', 'Trần Văn Đạt'))).toBe('Phường Thử')
    expect(placeOf(person('1', 'Trần Văn Đạt', { siteName: 'Phòng họp A' }))).toBe('Phòng họp A')
    expect(placeOf(person('2', 'Phòng họp A', { kind: 'site', siteName: 'Phòng họp A' }))).toBe('Phường Thử')
    expect(placeOf(person('2', 'Điểm cầu phường Thử', { kind: 'site' }))).toBe('')
  })

  it('sorts by given name, the last word, as Vietnamese lists do', () => {
    const view = viewOf(
      person('1', 'Trần Văn Đạt'),
      person('2', 'Lê Thị Ánh'),
      person('3', 'Nguyễn An'),
      person('4', 'Phạm Đức Duy'),
    )
    expect(rosterOf(view).map((p) => p.name)).toEqual([
      'Nguyễn An',
      'Lê Thị Ánh',
      'Phạm Đức Duy',
      'Trần Văn Đạt',
    ])
  })

  it('takes newcomers into their place, and stays the same roster while nobody changes', () => {
    const first = viewOf(person('1', 'Trần Văn Đạt'), person('2', 'Nguyễn An'))
    const before = rosterOf(first)
    expect(rosterOf({ ...first, version: 2 }, before)).toBe(before)
    const joined = viewOf(
      person('4', 'Phạm Đức Duy'),
      ...Object.values(first.participants),
      person('3', 'Lê Thị Ánh'),
      person('5', 'Vũ Yến'),
    )
    const after = rosterOf(joined, before)
    expect(after).toEqual(rosterOf(joined))
    expect(after[0]).toBe(before[0])
    const { [id('2')]: _gone, ...others } = joined.participants
    const renamed = { ...others, [id('4')]: person('4', 'Phạm Đức Ân', { handRaisedAtMs: 1 }) }
    const left = { ...joined, participants: renamed }
    expect(rosterOf(left, after)).toEqual(rosterOf(left))
  })

  it('lists those missing first and where the others are', () => {
    const site = { id: 's1' as SiteId, name: 'Hội trường', unitName: 'Phường Thử' }
    const { moderators, own } = emptyViews(1)
    const views: PageViews = {
      all: viewOf(person('1', 'Nguyễn An')),
      own,
      moderators: { ...moderators, markedPresent: { [id('2')]: { siteId: site.id, atMs: 5 } } },
    }
    const expected = ['1', '2', '3'].map((key) => ({
      id: id(key),
      name: ['Nguyễn An', 'Lê Bình', 'Trần Chi'][Number(key) - 1] ?? '',
      unitName: 'x',
      role: 'delegate' as const,
      kind: 'person' as const,
    }))
    expect(expectedRows(expected, [site], views).map((r) => [r.name, r.state, r.siteName])).toEqual([
      ['Trần Chi', 'absent', ''],
      ['Nguyễn An', 'present', ''],
      ['Lê Bình', 'marked', 'Hội trường (Phường Thử)'],
    ])
  })

  it('counts nobody as present whose connection is lost', () => {
    const lost = viewOf(person('1', 'Nguyễn An', { isConnected: false }))
    const expected = [
      { id: id('1'), name: 'Nguyễn An', unitName: '', role: 'delegate' as const, kind: 'person' as const },
    ]
    const views: PageViews = { ...emptyViews(1), all: lost }
    expect(expectedRows(expected, [], views)).toMatchObject([{ state: 'absent', role: 'delegate' }])
  })

  it('finds tracks that a page missed, but not its own nor those of the disconnected', () => {
    const track = (key: string) => ({ id: key as TrackId, source: 'camera' as const, publishedAtMs: 1 })
    const view = viewOf(
      person('me', 'Tôi', { tracks: [track('t0')] }),
      person('1', 'A', { tracks: [track('t1')] }),
      person('2', 'B', { tracks: [track('t2')] }),
      person('3', 'C', { tracks: [track('t3')], isConnected: false }),
    )
    expect(missingTracks(view, id('me'), ['t1'])).toEqual(['t2'])
  })

  it('shows a screen only while it may be shown', () => {
    const tracks = [{ id: 't' as TrackId, source: 'screen' as const, publishedAtMs: 1 }]
    const sharing = person('1', 'A', { tracks })
    expect(sharedScreenOf(viewOf(sharing))?.id).toBe('1')
    expect(sharedScreenOf(viewOf({ ...sharing, grant: { ...sharing.grant, screen: 'muted' } }))).toBeNull()
  })

  it('shows of two screens the one that was begun last, whoever came last, and the older one again after it', () => {
    const published = (whose: string, atMs: number): RoomEvent => ({
      type: 'trackPublished',
      atMs,
      participantId: id(whose),
      track: { id: `screen of ${whose}` as TrackId, source: 'screen' },
    })
    let view = viewOf(person('first', 'A'), person('last', 'B'))
    view = applyRoomEvent('all', view, published('last', 10))
    view = applyRoomEvent('all', view, published('first', 20))
    expect(sharedScreenOf(view)?.id).toBe('first')
    const ended = { participantId: id('first'), trackId: 'screen of first' as TrackId }
    view = applyRoomEvent('all', view, { type: 'trackUnpublished', atMs: 30, ...ended })
    expect(sharedScreenOf(view)?.id).toBe('last')
  })
})
