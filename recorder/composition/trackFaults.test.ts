import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ffmpegPath } from '../testing/recorderHarness.ts'
import { beeps, ffmpegReport, flashes, probe } from '../testing/inspect.ts'
import { rtpPacket, vp8Payload } from '../testing/packets.ts'
import { newClip } from '../testing/rtpSource.ts'
import {
  encodedPacketsOf,
  sentAsOpus,
  sentAsVp8,
  writeSyntheticJournal,
  type Sent,
  type SyntheticTrack,
} from '../testing/syntheticJournal.ts'
import { mixAudio } from './audioMix.ts'
import { compose, type Composed } from './compose.ts'
import { gridRects, screenRects, type Rect } from './layout.ts'
import { remux } from './remux.ts'

const startedAtMs = 1_795_000_000_000
const seconds = 8
const durationMs = seconds * 1_000
const signal = new AbortController().signal

let folder = ''
let pictures: { atMs: number; isKey: boolean; data: Buffer }[] = []
let sounds: { data: Buffer }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
  const clip = await newClip(ffmpegPath, folder, 'clip', { seconds, width: 320, height: 180 })
  const pick = async (map: string, name: string): Promise<string> => {
    const file = join(folder, name)
    await ffmpegReport(['-y', '-i', clip.file, '-map', map, '-c', 'copy', file])
    return file
  }
  pictures = await encodedPacketsOf(await pick('0:v', 'picture.mkv'))
  sounds = await encodedPacketsOf(await pick('0:a', 'sound.mkv'))
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const lastPictureMs = (): number => (pictures.at(-1)?.atMs ?? 0) - (pictures[0]?.atMs ?? 0)

async function journalOf(tracks: readonly SyntheticTrack[]): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'journal-')), 'segment-001.journal')
  await writeSyntheticJournal(path, tracks, { startedAtMs, durationMs })
  return path
}

async function composed(tracks: readonly SyntheticTrack[]): Promise<Composed> {
  const into = await mkdtemp(join(folder, 'composed-'))
  return compose({
    ffmpeg: ffmpegPath,
    journals: [await journalOf(tracks)],
    folder: join(into, 'composing'),
    header: { title: 'Họp giao ban', body: 'UBND Thành phố' },
    signal,
    onProgress: () => undefined,
  })
}

const camera = (participantId: string, fromMs = 100): SyntheticTrack => ({
  participantId,
  source: 'camera',
  sent: sentAsVp8(pictures, fromMs),
})
const screen = (participantId: string, fromMs = 100): SyntheticTrack => ({
  ...camera(participantId, fromMs),
  source: 'screen',
})
const microphone = (participantId: string): SyntheticTrack => ({
  participantId,
  source: 'microphone',
  sent: sentAsOpus(sounds, 100),
})

const middleOf = ({ x, y, width, height }: Rect): string =>
  [width / 2, height / 2, x + width / 4, y + height / 4].map(Math.round).join(':')

/** Pictures that look like VP8 from outside and are not, one every 40 ms. */
function garbagePictures(): Sent[] {
  return pictures.map((_, n) => ({
    atMs: 100 + n * 40,
    rtp: rtpPacket({
      sequenceNumber: n,
      timestamp: n * 3_600,
      marker: true,
      payload: vp8Payload({ isStart: true, isKey: n % 50 === 0, fill: 0xa5, size: 400 }),
    }),
  }))
}

describe('a picture from just before the beginning', () => {
  it.each([-3, -51, -54])('at %s ms carries those that build on it', async (fromMs) => {
    const path = await journalOf([screen('an', fromMs)])
    const into = await mkdtemp(join(folder, 'tracks-'))
    const { tracks } = await remux([path], into, { signal, onProgress: () => undefined })
    const kept = await encodedPacketsOf(tracks[0]?.file)
    expect(kept.map((packet) => packet.isKey)).toEqual(pictures.map((packet) => packet.isKey))
    expect(kept[0]).toMatchObject({ isKey: true, atMs: 0 })
    expect(Math.abs((kept.at(-1)?.atMs ?? 0) - fromMs - lastPictureMs())).toBeLessThan(5)
    await ffmpegReport(['-v', 'error', '-xerror', '-i', tracks[0]?.file ?? '', '-f', 'null', '-'])
  })

  it('is composed: a shared screen that began with the recording is shown', async () => {
    const { path, faults } = await composed([screen('an', -51), microphone('an')])
    expect(faults).toEqual([])
    const { main } = screenRects(1)
    expect((await flashes(path, middleOf(main))).length).toBeGreaterThanOrEqual(3)
  }, 60_000)
})

describe('one track’s fault never fails a recording', () => {
  /** Beeps and flashes of who is whole are in the file, at the recording's full length. */
  async function expectOthersThere({ path, durationMs: composedMs }: Composed): Promise<void> {
    expect(Math.abs(composedMs - durationMs)).toBeLessThan(100)
    expect((await probe(path)).codecs).toEqual(['h264', 'aac'])
    expect((await beeps(path, 1_000)).length).toBeGreaterThanOrEqual(3)
    expect(
      (await flashes(path, middleOf(gridRects(2)[0] ?? screenRects(0).main))).length,
    ).toBeGreaterThanOrEqual(3)
  }

  const others = (): SyntheticTrack[] => [camera('an'), microphone('an')]
  const bad = (sent: Sent[], more: Partial<SyntheticTrack> = {}): SyntheticTrack => ({
    ...{ participantId: 'binh', source: 'camera', sent },
    ...more,
  })
  /** Sound that the decoder knows nothing of. */
  const garbageSound = (): Sent[] =>
    sentAsOpus(
      sounds.map(() => ({ data: Buffer.concat([Buffer.from([0xfb, 0x80 | 3]), Buffer.alloc(60, 0xff)]) })),
      100,
    )
  /** A picture of no size: the muxer takes none. */
  const sizeless = (): Sent[] =>
    garbagePictures().map(({ atMs }, n) => ({
      atMs,
      rtp: rtpPacket({
        ...{ sequenceNumber: n, timestamp: n * 3_600, marker: true },
        payload: vp8Payload({ isStart: true, isKey: true, width: 0, height: 0 }),
      }),
    }))

  /** A picture larger than any camera's: a decoder would take a gigabyte for it. */
  const huge = (width: number, height: number): Sent[] =>
    garbagePictures().map(({ atMs }, n) => ({
      atMs,
      rtp: rtpPacket({
        ...{ sequenceNumber: n, timestamp: n * 3_600, marker: true },
        payload: vp8Payload({ isStart: true, isKey: true, width, height }),
      }),
    }))

  it.each<[string, () => SyntheticTrack, string]>([
    ['whose pictures are too wide', () => bad(huge(16_000, 360)), 'unreadable'],
    ['whose pictures are too high', () => bad(huge(640, 16_000)), 'unreadable'],
    ['whose pictures are garbage', () => bad(garbagePictures()), 'undecodable'],
    ['that the muxer takes no picture of', () => bad(sizeless()), 'unreadable'],
    [
      'without any key picture',
      () =>
        bad(
          sentAsVp8(
            pictures.filter(({ isKey }) => !isKey),
            100,
          ),
        ),
      'unreadable',
    ],
    ['of a codec that nobody knows', () => bad(garbagePictures(), { mimeType: 'video/AV1' }), 'unsupported'],
  ])(
    'a camera %s',
    async (_, track, reason) => {
      const result = await composed([...others(), track(), { ...microphone('binh'), sent: [] }])
      expect(result.faults).toMatchObject([{ participantId: 'binh', source: 'camera', reason }])
      await expectOthersThere(result)
    },
    60_000,
  )

  it('a microphone whose sound is garbage', async () => {
    const result = await composed([...others(), bad(garbageSound(), { source: 'microphone' })])
    expect(result.faults).toMatchObject([
      { participantId: 'binh', source: 'microphone', reason: 'unreadable' },
    ])
    await expectOthersThere(result)
  }, 60_000)

  it('a voice whose file ffmpeg cannot open', async () => {
    const into = await mkdtemp(join(folder, 'tracks-'))
    const path = await journalOf([microphone('an'), microphone('binh')])
    const { tracks } = await remux([path], into, { signal, onProgress: () => undefined })
    const broken = tracks[1]?.file ?? ''
    await writeFile(broken, 'no Matroska')
    const leftOut: string[] = []
    const mixed = await mixAudio(tracks, {
      ...{ ffmpeg: ffmpegPath, folder: into, durationMs, signal },
      onLeftOut: (file) => leftOut.push(file),
      onProgress: () => undefined,
    })
    expect(leftOut).toEqual([broken])
    expect((await stat(join(into, mixed))).size).toBe(seconds * 48_000 * 4)
  }, 60_000)

  it('a camera whose first pictures are no key pictures, which is shown from its first key picture on', async () => {
    const late = pictures.slice(10)
    const result = await composed([...others(), bad(sentAsVp8(late, 500))])
    expect(result.faults).toEqual([])
    await expectOthersThere(result)
  }, 60_000)

  it('all of them at once: plates and silence, of the right length', async () => {
    const result = await composed([
      bad(garbagePictures()),
      bad(garbageSound(), { source: 'microphone' }),
      bad(sizeless(), { source: 'screen' }),
    ])
    expect(result.faults.map(({ source }) => source).toSorted()).toEqual(['camera', 'microphone', 'screen'])
    expect(Math.abs(result.durationMs - durationMs)).toBeLessThan(100)
    expect((await probe(result.path)).codecs).toEqual(['h264', 'aac'])
  }, 60_000)
})

describe('tracks of anything at all', () => {
  /** Reproducible numbers below a bound (mulberry32). */
  function generator(seed: number): (below: number) => number {
    let state = seed
    return (below) => {
      state = (state + 0x6d2b79f5) | 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      return ((t ^ (t >>> 14)) >>> 0) % below
    }
  }

  it.each([1, 2, 3, 4])(
    'stop none of those beside them (seed %s)',
    async (seed) => {
      const below = generator(seed)
      const bytes = (most: number): Buffer =>
        Buffer.from(Array.from({ length: below(most) }, () => below(256)))
      const anything = (isVideo: boolean): Sent[] =>
        Array.from({ length: 300 }, (_, n) => {
          const payloadType = isVideo ? 96 : 111
          const head = { sequenceNumber: below(3) ? n : below(65_536), marker: below(2) === 0, payloadType }
          // Mostly what a sender's clock says, now and then anything.
          const timestamp = below(20) ? n * 3_600 : below(2 ** 32)
          const rtp = rtpPacket({ ...head, timestamp, payload: bytes(120) })
          for (let flips = below(3); flips > 0; flips -= 1) rtp[below(rtp.length)] = below(256)
          return { atMs: below(durationMs), rtp: below(15) ? rtp : bytes(60) }
        })
      const tracks = ['audio/opus', 'video/VP8', 'video/VP9', 'video/H264'].map(
        (mimeType): SyntheticTrack => {
          const isVideo = mimeType.startsWith('video/')
          const source = isVideo ? 'camera' : 'microphone'
          return { participantId: mimeType.slice(6), source, mimeType, sent: anything(isVideo) }
        },
      )
      const result = await composed([...tracks, camera('an'), microphone('an')])
      expect(result.faults.filter(({ participantId }) => participantId === 'an')).toEqual([])
      expect(result.faults.length).toBeGreaterThan(0)
      expect(Math.abs(result.durationMs - durationMs)).toBeLessThan(100)
      expect((await beeps(result.path, 1_000)).length).toBeGreaterThanOrEqual(3)
    },
    60_000,
  )
})
