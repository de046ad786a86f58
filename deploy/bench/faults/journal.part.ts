import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '#recorder/composition/compose.ts'
import { ffmpegReport } from '#recorder/testing/inspect.ts'
import { ffmpegPath } from '#recorder/testing/recorderHarness.ts'
import { newClip } from '#recorder/testing/rtpSource.ts'
import {
  encodedPacketsOf,
  sentAsOpus,
  sentAsVp8,
  writeSyntheticJournal,
  type SyntheticTrack,
} from '#recorder/testing/syntheticJournal.ts'
import type { Benchmark, Metric } from '../metric.ts'

const seconds = 25
const startedAtMs = 1_795_000_000_000
/** How a batch begins. */
const mark = Buffer.from('44436a21', 'hex')

/**
 * A journal of 25 s that a disk has damaged, composed: how much of the recording is missing, and whether that is said.
 * What counts is the time that the recording itself calls a gap.
 */
export const run: Benchmark = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'diem-cau-faults-'))
  try {
    const tracks = await someTracks(folder)
    const write = async (): Promise<string> => {
      const path = join(mkdtempSync(join(folder, 'journal-')), 'segment-001.journal')
      await writeSyntheticJournal(path, tracks, { startedAtMs, durationMs: seconds * 1000, batchMs: 500 })
      return path
    }
    const metrics: Metric[] = []
    // What is to be lost at most; 64 KiB hold two seconds of this.
    const damages: [string, (bytes: Buffer) => void, goalSeconds: number][] = [
      ['no damage', () => undefined, 0],
      ["one byte of a batch's head", (bytes) => flip(bytes, bytes.indexOf(mark, bytes.length / 2)), 1],
      ["one byte of the first batch's head", (bytes) => flip(bytes, bytes.indexOf(mark)), 1],
      ['the first 64 KiB', (bytes) => void bytes.fill(0, 0, 65_536), 3],
    ]
    for (const [what, damage, goalSeconds] of damages) {
      const path = await write()
      const bytes = readFileSync(path)
      damage(bytes)
      writeFileSync(path, bytes)
      metrics.push(...(await composed(what, goalSeconds, [path], folder, say)))
    }
    const bad = join(folder, 'segment-000.journal')
    writeFileSync(bad, 'not a journal at all')
    metrics.push(...(await composed('a whole bad segment before it', 0, [bad, await write()], folder, say)))
    return metrics
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function flip(bytes: Buffer, at: number): void {
  if (at < 0) throw new Error('There is no such batch')
  bytes[at] = (bytes[at] ?? 0) ^ 0x11
}

async function composed(
  what: string,
  goalSeconds: number,
  journals: string[],
  folder: string,
  say: (line: string) => void,
): Promise<Metric[]> {
  const { durationMs, gaps } = await compose({
    ffmpeg: ffmpegPath,
    journals,
    folder: mkdtempSync(join(folder, 'composing-')),
    header: { title: 'Họp giao ban (mẫu)', body: 'Ủy ban nhân dân Thành phố' },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  const missingMs = gaps.reduce((sum, gap) => sum + (gap.toMs - gap.fromMs), 0)
  say(`${what}: ${durationMs} ms, gaps ${JSON.stringify(gaps)}`)
  const lostMs = Math.max(0, seconds * 1000 - durationMs) + missingMs
  return [
    {
      metric: `damaged journal, ${what}: lost`,
      value: lostMs / 1000,
      unit: 's',
      goal: goalSeconds,
      better: 'lower',
    },
  ]
}

async function someTracks(folder: string): Promise<SyntheticTrack[]> {
  const clip = await newClip(ffmpegPath, folder, 'clip', { seconds, width: 320, height: 180 })
  const packets = async (map: string) => {
    const file = join(folder, `${map.replace(':', '')}.mkv`)
    await ffmpegReport(['-y', '-i', clip.file, '-map', map, '-c', 'copy', file])
    return encodedPacketsOf(file)
  }
  return [
    { participantId: 'an', source: 'camera', sent: sentAsVp8(await packets('0:v'), 0) },
    { participantId: 'an', source: 'microphone', sent: sentAsOpus(await packets('0:a'), 0) },
  ]
}
