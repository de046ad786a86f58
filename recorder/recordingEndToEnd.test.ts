import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wallClockMs } from '#contract/wallClock.ts'
import { remux } from './composition/remux.ts'
import { ffmpegPath, startRecorderHarness, type RecorderHarness } from './testing/recorderHarness.ts'
import { beeps, ffmpegReport, flashes, freezes, probe } from './testing/inspect.ts'
import { SfuHarness } from './testing/sfuHarness.ts'
import { newClip, type Clip, type ClipOptions } from './testing/rtpSource.ts'

/** Where the one tile of a scene with one face lies, without its label and its corners. */
const middleOfOne = '700:360:300:120'

const names = {
  an: { name: 'Nguyễn Thị Ngọc Ánh', unitName: 'Văn phòng UBND Thành phố' },
  binh: { name: 'Điểm cầu Phường Hoàn Kiếm', unitName: 'UBND phường Hoàn Kiếm' },
  chi: { name: 'Trần Văn Đỗ', unitName: 'Sở Khoa học và Công nghệ' },
  dung: { name: 'Lê Quang Phượng', unitName: 'UBND xã Sóc Sơn' },
}

describe('a meeting of four who come and go', () => {
  let harness: RecorderHarness
  let sfu: SfuHarness
  let file = ''
  let folder = ''
  let durationMs = 0
  /** Seconds in which Ánh is alone in the picture. */
  const alone: { from: number; to: number }[] = []
  const isAlone = (seconds: number): boolean => alone.some((s) => s.from <= seconds && seconds <= s.to)

  beforeAll(async () => {
    harness = await startRecorderHarness({ config: { keepJournals: true } })
    sfu = await SfuHarness.start()
    const clip = (name: string, options: Omit<ClipOptions, 'seconds'>): Promise<Clip> =>
      newClip(ffmpegPath, harness.storage.workRoot, name, { ...options, seconds: 60 })
    const clips = {
      an: await clip('an', { picture: 'testsrc2=s=640x360', isSimulcast: true }),
      binh: await clip('binh', { pitch: 500, picture: 'testsrc=s=640x360', codec: 'h264' }),
      chi: await clip('chi', { pitch: 2_000, hasVideo: false }),
      dung: await clip('dung', { pitch: 3_000, width: 320, height: 240, picture: 'smptehdbars=s=320x240' }),
    }
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: await sfu.ticket(job.meetingId), names: { an: names.an } })
    const startedAtMs = wallClockMs()
    const now = (): number => (wallClockMs() - startedAtMs) / 1_000
    const forSeconds = (seconds: number): Promise<void> => delay(seconds * 1_000)
    const an = await sfu.join('an', clips.an)
    alone.push({ from: now() + 2, to: 0 })
    await forSeconds(9)
    for (const span of alone) span.to = now() - 1
    await harness.ask('names', { recordingId: job.recordingId, names })
    const binh = await sfu.join('binh', clips.binh)
    const chi = await sfu.join('chi', clips.chi)
    const dung = await sfu.join('dung', clips.dung)
    an.loseTopLayer()
    await forSeconds(4)
    await dung.camera?.pause()
    await forSeconds(4)
    await dung.camera?.resume()
    await forSeconds(4)
    for (const sender of [binh, chi, dung]) sender.leave()
    alone.push({ from: now() + 2, to: now() + 8 })
    await forSeconds(9)
    await harness.ask('stop', { recordingId: job.recordingId })
    durationMs = wallClockMs() - startedAtMs
    await vi.waitFor(() => expect(harness.events).toEqual([{ type: 'recordingReady', ...job }]), {
      timeout: 240_000,
      interval: 200,
    })
    folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    file = join(folder, 'recording-1.mp4')
  }, 300_000)

  afterAll(async () => {
    await sfu.close()
    await harness.close()
  })

  it('is one MP4 of the meeting’s length with H.264 and AAC, to be played while it loads', async () => {
    const { codecs, durationSeconds, videoFrames, audioSeconds } = await probe(file)
    expect(codecs).toEqual(['h264', 'aac'])
    expect(Math.abs(durationSeconds - durationMs / 1_000)).toBeLessThan(0.5)
    expect(videoFrames).toBe(Math.round(durationSeconds * 25))
    expect(Math.abs(audioSeconds - durationSeconds)).toBeLessThan(0.1)
    const trace = await ffmpegReport(['-v', 'trace', '-i', file, '-t', '0', '-f', 'null', '-'])
    expect(trace.indexOf("type:'moov'")).toBeLessThan(trace.indexOf("type:'mdat'"))
  }, 60_000)

  it('decodes to the last frame', async () => {
    await ffmpegReport(['-v', 'error', '-xerror', '-i', file, '-f', 'null', '-'])
  }, 120_000)

  it('keeps lips and voice together, before and after the change of layers', async () => {
    const seen = (await flashes(file, middleOfOne)).filter(isAlone)
    const heard = await beeps(file, 1_000)
    expect(seen.length).toBeGreaterThanOrEqual(5)
    const offsets = seen.map((t) => Math.min(...heard.map((h) => Math.abs(h - t))))
    expect(Math.max(...offsets)).toBeLessThan(0.1)
  }, 120_000)

  it('moves on without standing still while somebody is alone in the picture', async () => {
    const still = (await freezes(file, middleOfOne, 0.6)).map(Number)
    expect(still.filter(isAlone)).toEqual([])
  }, 120_000)

  it('lets those be heard who came later, when they were there', async () => {
    for (const pitch of [500, 2_000, 3_000]) {
      // At the end of the file silence ends too.
      const heard = (await beeps(file, pitch)).filter((t) => t < durationMs / 1_000 - 1)
      expect(heard.length).toBeGreaterThanOrEqual(3)
      expect(Math.min(...heard)).toBeGreaterThan(alone[0]?.to ?? 0)
      expect(Math.max(...heard)).toBeLessThan(alone[1]?.from ?? 0)
    }
  }, 120_000)

  it('holds both sizes of a picture whose layer changed on the way', async () => {
    const captured = await remux([join(folder, 'segment-001.journal')], folder, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    })
    const camera = captured.tracks.find((t) => t.participantId === 'an' && t.source === 'camera')
    const report = await ffmpegReport([
      '-loglevel',
      'info',
      '-i',
      camera?.file ?? '',
      '-vf',
      'showinfo',
      '-f',
      'null',
      '-',
    ])
    const sizes = new Set([...report.matchAll(/ s:(\d+x\d+) /g)].map((match) => match[1]))
    expect(sizes).toEqual(new Set(['640x360', '320x180']))
    const paused = captured.tracks.find((t) => t.participantId === 'dung' && t.source === 'camera')
    expect(paused?.active).toHaveLength(2)
    expect(captured.counts).toMatchObject({ lostPackets: 0, damagedBatches: 0, tornBytes: 0 })
  }, 120_000)
})
