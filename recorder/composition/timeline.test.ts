import { describe, expect, it } from 'vitest'
import { ParticipantId, TrackId } from '#contract/ids.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { RemuxedTrack, Span } from './remuxed.ts'
import { frameMs, maxGridTiles, maxStripTiles } from './layout.ts'
import { scenesOf, type Scene } from './timeline.ts'

function track(
  who: string,
  source: TrackSource,
  published: [number, number],
  active: [number, number][] = [published],
): RemuxedTrack {
  const span = ([from, to]: [number, number]): Span => ({ fromMs: from * 1_000, toMs: to * 1_000 })
  return {
    participantId: ParticipantId.parse(who),
    trackId: TrackId.parse(`${who}-${source}`),
    source,
    file: `${who}-${source}-${published[0]}.mkv`,
    keyPictures: 1,
    published: span(published),
    active: active.map(span),
    fault: null,
  }
}

const compact = (scenes: Scene[]): string[] =>
  scenes.map(
    (s) =>
      `${s.fromMs / 1_000}-${s.toMs / 1_000} ${s.screen ? `[${s.screen.participantId}] ` : ''}` +
      s.tiles.map((t) => (t.file ? t.participantId.toUpperCase() : t.participantId)).join(' '),
  )

describe('scenesOf', () => {
  it('shows cameras while they are on, and plates of those who speak', () => {
    const scenes = scenesOf({
      durationMs: 60_000,
      tracks: [
        track(
          'an',
          'camera',
          [0, 60],
          [
            [0.3, 20],
            [40, 60],
          ],
        ),
        track('an', 'microphone', [0, 60], [[5, 8]]),
        track('binh', 'microphone', [10, 50], [[11, 14]]),
        track('chi', 'microphone', [0, 60], []),
      ],
    })
    expect(compact(scenes)).toEqual([
      '0-10 AN',
      '10-20 AN binh',
      '20-40 an binh',
      '40-50 AN binh',
      '50-60 AN',
    ])
    expect(scenes[1]?.tiles[1]?.speech).toEqual([{ fromMs: 11_000, toMs: 14_000 }])
  })

  it('gives the main area to the newest screen, and back to the older one', () => {
    const scenes = scenesOf({
      durationMs: 40_000,
      tracks: [
        track('an', 'camera', [0, 40]),
        track('an', 'screen', [5, 35]),
        track('binh', 'screen', [10, 20]),
      ],
    })
    expect(compact(scenes)).toEqual([
      '0-5 AN',
      '5-10 [an] AN',
      '10-20 [binh] AN',
      '20-35 [an] AN',
      '35-40 AN',
    ])
  })

  it('covers the whole time on the frame grid, however untidy the changes', () => {
    const tracks = Array.from({ length: 40 }, (_, i) => {
      const from = (i * 7.313) % 90
      return track(`p${i}`, 'camera', [from, from + 3 + ((i * 13.77) % 200)])
    })
    const scenes = scenesOf({ durationMs: 300_123, tracks })
    expect(scenes[0]?.fromMs).toBe(0)
    expect(scenes.at(-1)?.toMs).toBe(300_120)
    for (const [i, scene] of scenes.entries()) {
      expect(scene.toMs).toBeGreaterThan(scene.fromMs)
      expect(scene.fromMs % frameMs).toBe(0)
      expect(scene.fromMs).toBe(scenes[i - 1]?.toMs ?? 0)
      expect(scene.tiles.length).toBeLessThanOrEqual(maxGridTiles)
    }
  })

  it('sees changes that lie just after a frame of the grid', () => {
    const scenes = scenesOf({
      durationMs: 20_000,
      tracks: [track('a', 'camera', [0.003, 20]), track('b', 'camera', [5.004, 15.003])],
    })
    expect(compact(scenes)).toEqual(['0-5.04 A', '5.04-15.04 A B', '15.04-20 A'])
  })

  it('joins changes that follow each other within a second', () => {
    const scenes = scenesOf({
      durationMs: 20_000,
      tracks: [
        track('a', 'camera', [0.2, 20]),
        track('b', 'camera', [0.7, 20]),
        track('c', 'camera', [5, 20]),
        track('d', 'camera', [5.6, 20]),
      ],
    })
    expect(compact(scenes)).toEqual(['0-5.6 A B', '5.6-20 A B C D'])
  })

  it('brings who speaks into a crowded picture and lets the others keep their places', () => {
    const tracks = Array.from({ length: 30 }, (_, i) =>
      track(`p${String(i).padStart(2, '0')}`, 'camera', [0, 100]),
    )
    tracks.push(track('p29', 'microphone', [0, 100], [[42, 55]]))
    const scenes = scenesOf({ durationMs: 100_000, tracks })
    const at = (second: number): string[] =>
      scenes
        .find((s) => s.fromMs <= second * 1_000 && second * 1_000 < s.toMs)
        ?.tiles.map((t) => t.participantId) ?? []
    expect(at(5)).toHaveLength(16)
    expect(at(5)).not.toContain('p29')
    expect(at(45)).toContain('p29')
    expect(at(45).filter((id) => at(5).includes(ParticipantId.parse(id)))).toHaveLength(15)
    const beside = scenesOf({ durationMs: 20_000, tracks: [...tracks, track('p00', 'screen', [0, 20])] })
    expect(beside[0]?.tiles).toHaveLength(maxStripTiles)
  })

  it('shows everybody who is there when nobody has a camera or a voice, and nothing when nobody came', () => {
    expect(
      compact(scenesOf({ durationMs: 10_000, tracks: [track('a', 'microphone', [2, 10], [])] })),
    ).toEqual(['0-2 ', '2-10 a'])
    expect(compact(scenesOf({ durationMs: 0, tracks: [] }))).toEqual(['0-0.04 '])
  })

  it('cuts long stretches, so that progress can be told', () => {
    const scenes = scenesOf({ durationMs: 3_600_000, tracks: [track('a', 'camera', [0, 3_600])] })
    expect(scenes.length).toBeGreaterThanOrEqual(30)
  })
})
