import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compose } from './composition/compose.ts'
import { remux } from './composition/remux.ts'
import { ffmpegPath } from './testing/recorderHarness.ts'
import { beeps, probe } from './testing/inspect.ts'

/** Three seconds of a camera and a microphone, as the release of November 2026 wrote them. It is never written anew. */
const kept = join(import.meta.dirname, 'testing/kept-2026-11.journal')
const signal = new AbortController().signal
const onProgress = (): void => undefined

let folder = ''
let journal = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-'))
  journal = join(folder, 'segment-001.journal')
  await copyFile(kept, journal)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('a journal of an earlier release is read whole', async () => {
  const { tracks, names, counts, durationMs } = await remux([journal], folder, { signal, onProgress })
  expect(names).toEqual({ an: { name: 'Nguyễn Thị Ngọc Ánh', unitName: 'Văn phòng' } })
  expect(durationMs).toBe(3_200)
  expect(counts).toMatchObject({ droppedFrames: 0, lostPackets: 0, damagedBatches: 0, tornBytes: 0 })
  expect(tracks.map(({ source, fault, keyPictures }) => [source, fault, keyPictures])).toEqual([
    ['microphone', null, 0],
    ['camera', null, 3],
  ])
  expect(tracks.map(({ active }) => active.length > 0)).toEqual([true, true])
})

it('a journal of an earlier release is composed', async () => {
  const { path, faults } = await compose({
    ...{ ffmpeg: ffmpegPath, journals: [journal], folder: join(folder, 'composing') },
    header: { title: 'Họp giao ban', body: 'UBND Thành phố' },
    ...{ signal, onProgress },
  })
  expect(faults).toEqual([])
  expect((await probe(path)).codecs).toEqual(['h264', 'aac'])
  expect((await beeps(path, 1_000)).length).toBeGreaterThanOrEqual(2)
})
