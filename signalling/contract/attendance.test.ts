import { describe, expect, it } from 'vitest'
import { acknowledgementsOf, presenceOf } from './attendance.ts'
import { ParticipantId, SiteId } from './ids.ts'
import type { RoomEvent } from './room/room.ts'

const an = ParticipantId.parse('an')
const binh = ParticipantId.parse('binh')
const hall = SiteId.parse('hall')
const annex = SiteId.parse('annex')
const forbidden = 'forbidden' as const

function joined(participantId: ParticipantId, atMs: number, siteId: SiteId | null = null): RoomEvent {
  return {
    type: 'participantJoined',
    atMs,
    participant: {
      id: participantId,
      name: participantId,
      unitName: '',
      position: '',
      role: 'delegate',
      kind: 'person',
      siteId,
      siteName: null,
      joinedAtMs: atMs,
      isConnected: true,
      handRaisedAtMs: null,
      grant: { microphone: forbidden, camera: forbidden, screen: forbidden, screenAudio: forbidden },
      tracks: [],
    },
  }
}

const lost = (participantId: ParticipantId, atMs: number): RoomEvent => ({
  type: 'participantDisconnected',
  atMs,
  participantId,
})
const back = (participantId: ParticipantId, atMs: number): RoomEvent => ({
  type: 'participantReconnected',
  atMs,
  participantId,
})
const left = (participantId: ParticipantId, atMs: number): RoomEvent => ({
  type: 'participantLeft',
  atMs,
  participantId,
  reason: 'left',
})
const ended = (atMs: number): RoomEvent => ({ type: 'callEnded', atMs, by: null })
const marked = (
  participantId: ParticipantId,
  atMs: number,
  siteId: SiteId | null,
  isPresent = true,
): RoomEvent => ({ type: 'presenceMarked', atMs, participantId, siteId, isPresent, by: binh })

describe('presence of one person', () => {
  const of = (events: RoomEvent[], nowMs = 1_000_000) => presenceOf(events, nowMs).get(an)

  it('is unknown to a call in which the person never was', () => {
    expect(presenceOf([joined(binh, 5)], 10).has(an)).toBe(false)
  })

  it('goes on until now while the person is there', () => {
    expect(of([joined(an, 100)], 350)).toMatchObject({
      stays: [{ fromMs: 100, toMs: null, siteId: null }],
      firstJoinedAtMs: 100,
      lastLeftAtMs: null,
      totalMs: 250,
    })
  })

  it('has a stay for each time, and a total without the gaps', () => {
    const presence = of([joined(an, 100), left(an, 200), joined(an, 500), left(an, 900)])
    expect(presence).toMatchObject({ firstJoinedAtMs: 100, lastLeftAtMs: 900, totalMs: 500 })
    expect(presence?.stays).toHaveLength(2)
  })

  it('of a lost page counts until the loss, not until the seat is given up', () => {
    expect(of([joined(an, 100), lost(an, 300), left(an, 390)])).toMatchObject({
      stays: [{ fromMs: 100, toMs: 300 }],
      lastLeftAtMs: 300,
      totalMs: 200,
    })
  })

  it('goes on after a reconnection in the same room', () => {
    expect(of([joined(an, 100, hall), lost(an, 200), back(an, 260), ended(400)])?.stays).toEqual([
      { fromMs: 100, toMs: 200, siteId: hall },
      { fromMs: 260, toMs: 400, siteId: hall },
    ])
  })

  it('is not begun twice by a reconnection without a loss before it', () => {
    expect(of([joined(an, 100), back(an, 200), back(an, 300), left(an, 400)])).toMatchObject({
      stays: [{ fromMs: 100, toMs: 400 }],
      totalMs: 300,
    })
  })

  it('ends where a second page takes the seat, and begins there', () => {
    expect(of([joined(an, 100), joined(an, 250, hall), ended(300)])?.stays).toEqual([
      { fromMs: 100, toMs: 250, siteId: null },
      { fromMs: 250, toMs: 300, siteId: hall },
    ])
  })

  it('ends with the call for everyone, and what comes late changes nothing', () => {
    const presence = presenceOf(
      [joined(an, 100), joined(binh, 120), ended(500), left(an, 510), lost(binh, 520)],
      9_000,
    )
    expect([...presence.values()].map((one) => one.lastLeftAtMs)).toEqual([500, 500])
    expect([...presence.values()].map((one) => one.totalMs)).toEqual([400, 380])
  })

  it('never counts a moment twice when a new home has a slower clock', () => {
    expect(of([joined(an, 100), lost(an, 300), back(an, 280), ended(400)])).toMatchObject({
      stays: [
        { fromMs: 100, toMs: 300 },
        { fromMs: 300, toMs: 400 },
      ],
      totalMs: 300,
    })
    expect(of([joined(an, 100), left(an, 90)])).toMatchObject({ totalMs: 0, lastLeftAtMs: 100 })
  })

  it('is not negative when now is before the join', () => {
    expect(of([joined(an, 100)], 40)?.totalMs).toBe(0)
  })

  it('ignores an end without a beginning', () => {
    expect(of([left(an, 100), lost(an, 120), ended(200)])).toBeUndefined()
  })
})

describe('presence marked by hand', () => {
  const of = (events: RoomEvent[]) => presenceOf(events, 1_000).get(an)

  it('is a presence without a stay', () => {
    expect(of([marked(an, 50, hall)])).toMatchObject({
      stays: [],
      marked: { siteId: hall, atMs: 50 },
      firstJoinedAtMs: 50,
      lastLeftAtMs: null,
      totalMs: 0,
    })
  })

  it('can be taken back', () => {
    expect(of([marked(an, 50, hall), marked(an, 70, null, false)])).toMatchObject({
      marked: null,
      firstJoinedAtMs: null,
    })
  })

  it('keeps its first time when the room is corrected', () => {
    expect(of([marked(an, 50, hall), marked(an, 600, annex)])?.marked).toEqual({ siteId: annex, atMs: 50 })
  })

  it('counts as the first time of somebody who opens a device of their own later', () => {
    expect(of([marked(an, 50, hall), joined(an, 600)])?.firstJoinedAtMs).toBe(50)
    expect(of([joined(an, 20), marked(an, 50, hall)])?.firstJoinedAtMs).toBe(20)
  })
})

it('knows who acknowledged the recording, and when first', () => {
  const known = (participantId: ParticipantId, atMs: number): RoomEvent => ({
    ...{ type: 'recordingAcknowledged', participantId, atMs },
  })
  expect([...acknowledgementsOf([joined(an, 1), known(an, 5), known(binh, 6), known(an, 9)])]).toEqual([
    [an, 5],
    [binh, 6],
  ])
})
