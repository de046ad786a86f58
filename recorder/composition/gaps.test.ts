import { describe, expect, it } from 'vitest'
import { ParticipantId } from '#contract/ids.ts'
import { gapsOf } from './gaps.ts'

const binh = { participantId: ParticipantId.parse('binh'), source: 'camera' } as const
const names = { binh: { name: 'Trần Văn Bình', unitName: '' } }
const ofAll = { participantId: null, name: '', source: null }

/** A journal by the recording's seconds; the media node's clock is an hour behind. */
const journal = (fromS: number, toS: number, more: Partial<Parameters<typeof gapsOf>[0][number]> = {}) => ({
  startedAtMs: at(fromS),
  endedAtMs: at(toS),
  offsetMs: 3_600_000,
  endReason: 'stopped',
  holes: [],
  ...more,
})
const at = (s: number): number => 1_000_000_000 + 1000 * s
const node = (s: number): number => at(s) - 3_600_000
const found = (journals: Parameters<typeof gapsOf>[0], unreadable: number[] = [], stoppedAtS?: number) =>
  gapsOf(journals, unreadable, at(0), names, stoppedAtS === undefined ? null : at(stoppedAtS))

describe('the gaps of a recording', () => {
  it('are none in one that was captured from beginning to end', () => {
    expect(found([journal(0, 60)])).toEqual([])
    expect(found([journal(0, 60), journal(50, 80), journal(80.1, 90)])).toEqual([])
  })

  it('lie between journals, for the reason for which the former ended', () => {
    const reasons = [null, 'nodeClosing', 'mediaLost', 'disk_full', 'something new']
    const journals = reasons.map((endReason, i) => journal(10 * i, 10 * i + 8, { endReason }))
    expect(found([...journals, journal(50, 60)])).toEqual(
      ['interrupted', 'closed', 'media_lost', 'disk_full', 'interrupted'].map((reason, i) => ({
        ...ofAll,
        fromMs: 10_000 * i + 8_000,
        toMs: 10_000 * (i + 1),
        reason,
      })),
    )
  })

  it('are not where a former journal goes on longer than the next begins late', () => {
    expect(found([journal(0, 60), journal(10, 20), journal(59, 70)])).toEqual([])
  })

  it('are what a journal lacks, of all or of one, within its time', () => {
    const holes = [
      { fromMs: 0, toMs: node(2), note: null, reason: 'damaged' },
      { fromMs: node(10), toMs: node(10.1), note: null, reason: 'damaged' },
      { fromMs: node(10.2), toMs: node(11), note: null, reason: 'damaged' },
      { fromMs: node(20), toMs: node(20.1), note: binh, reason: 'overloaded' },
      { fromMs: node(21), toMs: node(24), note: binh, reason: 'overloaded' },
      { fromMs: node(30), toMs: null, note: binh, reason: 'too_large' },
    ] as const
    const name = 'Trần Văn Bình'
    expect(found([journal(0, 60, { holes })])).toEqual([
      { ...ofAll, fromMs: 0, toMs: 2_000, reason: 'damaged' },
      { ...ofAll, fromMs: 10_000, toMs: 11_000, reason: 'damaged' },
      { ...binh, name, fromMs: 21_000, toMs: 24_000, reason: 'overloaded' },
      { ...binh, name, fromMs: 30_000, toMs: 60_000, reason: 'too_large' },
    ])
  })

  it('are where a whole journal cannot be read, of unknown length at the ends', () => {
    expect(found([journal(0, 10), journal(20, 30)], [1])).toEqual([
      { ...ofAll, fromMs: 10_000, toMs: 20_000, reason: 'damaged' },
    ])
    expect(found([journal(0, 10)], [0, 1])).toEqual([
      { ...ofAll, fromMs: 0, toMs: 0, reason: 'damaged' },
      { ...ofAll, fromMs: 10_000, toMs: 10_000, reason: 'damaged' },
    ])
  })

  it.each([
    [null, 'interrupted'],
    ['nodeClosing', 'closed'],
    ['mediaLost', 'media_lost'],
    ['disk_full', 'disk_full'],
  ])('reach to the recording’s end where its last journal ended before, by %s', (endReason, reason) => {
    const tail = { ...ofAll, fromMs: 10_000, toMs: 70_000, reason }
    expect(found([journal(0, 10, { endReason })], [], 70)).toEqual([tail])
    expect(found([journal(0, 10, { endReason })], [], 10.1)).toEqual([])
    expect(found([journal(0, 10, { endReason })], [], 5)).toEqual([])
  })

  it('are none after the journal that was stopped, whatever the clocks say', () => {
    expect(found([journal(0, 10)], [], 12)).toEqual([])
  })

  it('reach to the recording’s end where the last journal cannot be read at all', () => {
    expect(found([journal(0, 10)], [1], 40)).toEqual([
      { ...ofAll, fromMs: 10_000, toMs: 40_000, reason: 'damaged' },
    ])
  })
})
