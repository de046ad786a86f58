import { spawn, execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { RecordingId } from '#contract/ids.ts'
import { silentLog, type Log } from '#contract/log.ts'
import { beginComposition, changeRecording } from '#db/recordings.ts'
import { readJournal } from './journal.ts'
import type { JournalEntry } from './journalFormat.ts'
import { FakeTap } from './testing/fakeTap.ts'
import { startRecorderHarness, type RecorderHarness } from './testing/recorderHarness.ts'
import { rtpPacket } from './testing/packets.ts'

const run = promisify(execFile)
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function startHarness(
  options: Parameters<typeof startRecorderHarness>[0] = {},
): Promise<RecorderHarness> {
  const harness = await startRecorderHarness(options)
  cleanups.push(() => harness.close())
  return harness
}

async function tapped(): Promise<FakeTap> {
  const tap = await FakeTap.start()
  cleanups.push(() => tap.close())
  return tap
}

async function entriesOf(path: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const batch of readJournal(path)) entries.push(...batch)
  return entries
}

const silence = Buffer.from([0xf8, 0xff, 0xfe])
const names = { p1: { name: 'Trần Văn Bình', unitName: 'Sở Nội vụ' } }

/** Sends `seconds` of an Opus stream at once, as if it had just come. */
function sendSilence(tap: FakeTap, stream: number, fromSecond: number, seconds: number): void {
  const nowMs = performance.timeOrigin + performance.now()
  for (let i = fromSecond * 50; i < (fromSecond + seconds) * 50; i += 1) {
    const rtp = rtpPacket({ sequenceNumber: i, timestamp: i * 960, payload: silence, payloadType: 111 })
    tap.packet(stream, rtp, nowMs + (i - fromSecond * 50) * 20)
  }
}

describe('a process that is killed while it records', () => {
  it('has lost nothing that is older than half a second', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'killed-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'a.journal')
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'testing/journalUntilKilled.ts'), path],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(child.stdout, 'data')
    await expect.poll(async () => (await entriesOf(path)).length, { timeout: 20_000 }).toBeGreaterThan(500)
    const killedAtMs = performance.timeOrigin + performance.now()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const last = (await entriesOf(path)).at(-1)
    expect(last?.kind === 'packet' && killedAtMs - last.arrivalMs).toBeLessThan(500)
  })
})

describe('a full disk', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'ends the capture with what was written kept, says so, blocks nothing, and composes when there is room',
    async (context) => {
      const root = await mkdtemp(join(tmpdir(), 'small-disk-'))
      cleanups.push(() => rm(root, { recursive: true, force: true }))
      try {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', root])
      } catch {
        return context.skip('this machine does not let us mount')
      }
      cleanups.push(() => run('umount', [root]))
      const harness = await startHarness({ root })
      const tap = await tapped()
      const job = await harness.newRecording()
      await harness.ask('start', { ...job, ticket: tap.ticket(), names })
      tap.track({ streamId: 0 })
      tap.track({
        streamId: 1,
        source: 'camera',
        mimeType: 'video/AV1',
        clockRate: 90_000,
        payloadType: 96,
      })
      sendSilence(tap, 0, 0, 3)
      let sequence = 0
      const pump = setInterval(() => {
        for (let i = 0; i < 40; i += 1, sequence += 1) {
          tap.packet(
            1,
            rtpPacket({ sequenceNumber: sequence, timestamp: sequence, payload: Buffer.alloc(1_000) }),
          )
        }
      }, 10)
      cleanups.push(() => clearInterval(pump))
      await expect
        .poll(() => harness.events, { timeout: 20_000 })
        .toEqual([{ type: 'recordingFailed', ...job, code: 'disk_full' }])
      clearInterval(pump)
      expect(await harness.row(job.recordingId)).toMatchObject({ state: 'failed', failureCode: 'disk_full' })
      const journal = join(root, job.meetingId, job.recordingId, 'segment-001.journal')
      const packets = (await entriesOf(journal)).filter((e) => e.kind === 'packet')
      expect(packets.length).toBeGreaterThan(500)
      await expect(harness.ask('compose', job)).resolves.toEqual({})
      await expect.poll(() => harness.events.length, { timeout: 20_000 }).toBe(2)
      expect(await harness.row(job.recordingId)).toMatchObject({ state: 'failed', failureCode: 'disk_full' })
      await run('mount', ['-o', 'remount,size=300m', root])
      const next = await harness.newRecording()
      await harness.ask('start', { ...next, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
      expect(await harness.row(next.recordingId)).toMatchObject({ state: 'recording' })
      await harness.ask('compose', job)
      await expect
        .poll(async () => (await harness.row(job.recordingId)).state, { timeout: 60_000 })
        .toBe('ready')
      await expect.poll(() => harness.events.at(-1)).toEqual({ type: 'recordingReady', ...job })
    },
    120_000,
  )

  it('is noticed before a recording begins', async () => {
    const harness = await startHarness({ config: { reserveBytes: Number.MAX_SAFE_INTEGER } })
    const job = await harness.newRecording()
    const ticket = { engine: 'fake', payload: { way: 'none' } }
    await expect(harness.ask('start', { ...job, ticket, names: {} })).rejects.toMatchObject({
      code: 'disk_full',
    })
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'failed', failureCode: 'disk_full' })
    expect(harness.recorder.isReady()).toBe(false)
    expect(harness.recorder.load()).toBe(0)
  })
})

describe('a track that cannot be composed', () => {
  it('is missing from the recording, which says so and keeps what was captured of it', async () => {
    const harness = await startHarness()
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 0 })
    const video = { source: 'camera', clockRate: 90_000, payloadType: 96 }
    tap.track({ ...video, streamId: 1, mimeType: 'video/AV1' })
    sendSilence(tap, 0, 0, 2)
    tap.packet(1, rtpPacket({ sequenceNumber: 0, timestamp: 0, payload: Buffer.alloc(100) }))
    const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    const isWritten = async (): Promise<boolean> =>
      (await entriesOf(join(folder, 'segment-001.journal'))).some(
        (e) => e.kind === 'packet' && e.stream === 1,
      )
    await expect.poll(isWritten).toBe(true)
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect
      .poll(async () => await harness.row(job.recordingId), { timeout: 60_000 })
      .toMatchObject({
        state: 'ready',
        failureCode: '',
        faults: [{ participantId: 'p1', name: names.p1.name, source: 'camera', reason: 'unsupported' }],
      })
    expect(await readdir(folder)).toEqual(['recording-1.mp4', 'segment-001.journal'])
  }, 90_000)
})

describe('a track that brings more than is kept', () => {
  it('ends there, which the recording says, while the others go on', async () => {
    const harness = await startHarness({ config: { limits: { pictureBps: 80_000 } } })
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 0 })
    tap.track({
      ...{ streamId: 1, source: 'camera', mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96 },
    })
    for (let i = 0; i < 1_000; i += 1) {
      tap.packet(1, rtpPacket({ sequenceNumber: i, timestamp: i * 3_000, payload: Buffer.alloc(1_000) }))
    }
    sendSilence(tap, 0, 0, 2)
    const path = join(harness.storage.workRoot, job.meetingId, job.recordingId, 'segment-001.journal')
    const packetsOf = async (stream: number): Promise<number> =>
      (await entriesOf(path)).filter((e) => e.kind === 'packet' && e.stream === stream).length
    await expect.poll(() => packetsOf(0)).toBe(100)
    // Half a minute of what it may bring, at once.
    expect(await packetsOf(1)).toBeGreaterThan(250)
    expect(await packetsOf(1)).toBeLessThan(500)
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect
      .poll(() => harness.row(job.recordingId), { timeout: 60_000 })
      .toMatchObject({
        state: 'ready',
        gaps: [{ participantId: 'p1', name: names.p1.name, source: 'camera', reason: 'too_large' }],
      })
  }, 90_000)
})

describe('what is on its way when a recording stops', () => {
  it.each([
    ['is kept, and what was dropped of it is listed', true],
    ['is listed as missing where the media node says nothing of it', false],
  ])('%s', async (_, isTold) => {
    const harness = await startHarness()
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 0 })
    tap.track({ streamId: 1, participantId: 'p2', isPaused: true })
    sendSilence(tap, 0, 0, 2)
    const path = join(harness.storage.workRoot, job.meetingId, job.recordingId, 'segment-001.journal')
    const packets = async (): Promise<number> =>
      (await entriesOf(path)).filter((e) => e.kind === 'packet').length
    await expect.poll(packets).toBe(100)
    tap.beforeItsEnd = isTold
      ? () => {
          sendSilence(tap, 0, 2, 1)
          tap.gap(0, 50, performance.timeOrigin + performance.now() + 1_000)
        }
      : null
    await harness.ask('stop', { recordingId: job.recordingId })
    expect(await packets()).toBe(isTold ? 150 : 100)
    const gaps = (await entriesOf(path)).flatMap((e) =>
      e.kind === 'note' && e.note.type === 'gap' ? [e.note] : [],
    )
    expect(gaps).toMatchObject([{ stream: 0, packets: isTold ? 50 : 0 }])
  })
})

describe('a media node', () => {
  it('that cannot be reached fails the start at once and leaves nothing behind', async () => {
    const harness = await startHarness()
    const job = await harness.newRecording()
    const tap = await FakeTap.start()
    const ticket = tap.ticket()
    tap.close()
    await expect(harness.ask('start', { ...job, ticket, names })).rejects.toMatchObject({
      code: 'media_unavailable',
    })
    expect(await harness.row(job.recordingId)).toMatchObject({
      state: 'failed',
      failureCode: 'media_unavailable',
    })
    expect(harness.recorder.load()).toBe(0)
  })

  it('that dies and comes back continues the recording in a further segment', async () => {
    const harness = await startHarness()
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 0 })
    sendSilence(tap, 0, 0, 2)
    const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    const isWritten = async (): Promise<boolean> =>
      (await entriesOf(join(folder, 'segment-001.journal'))).some((e) => e.kind === 'packet')
    await expect.poll(isWritten).toBe(true)
    tap.drop()
    const back = await tapped()
    await harness.ask('start', { ...job, ticket: back.ticket(), names })
    await expect.poll(() => back.isConnected).toBe(true)
    back.track({ streamId: 0 })
    sendSilence(back, 0, 0, 2)
    await expect.poll(() => readdir(folder)).toEqual(['segment-001.journal', 'segment-002.journal'])
    await harness.ask('stop', { recordingId: job.recordingId })
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'composing' })
    await expect
      .poll(async () => (await harness.row(job.recordingId)).state, { timeout: 60_000 })
      .toBe('ready')
    // Journals go only after the result is noted.
    await expect.poll(() => readdir(folder)).toEqual(['recording-1.mp4'])
  }, 90_000)

  it('that stays away is told to the room, and what was captured is composed, with what is missing to the end', async () => {
    const harness = await startHarness({ config: { mediaGraceMs: 500 } })
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.drop()
    await expect
      .poll(() => harness.events, { timeout: 60_000 })
      .toEqual([
        { type: 'recordingFailed', ...job, code: 'media_unavailable' },
        { type: 'recordingReady', ...job },
      ])
    const { gaps } = await harness.row(job.recordingId)
    expect(gaps).toMatchObject([{ participantId: null, reason: 'media_lost' }])
    expect((gaps[0]?.toMs ?? 0) - (gaps[0]?.fromMs ?? 0)).toBeGreaterThan(400)
  }, 90_000)

  it('is asked for a key frame for each new video', async () => {
    const harness = await startHarness()
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 4, source: 'camera', mimeType: 'video/VP8', clockRate: 90_000 })
    tap.track({ streamId: 5 })
    tap.track({ streamId: 6, source: 'screen', mimeType: 'video/VP8', clockRate: 90_000 })
    await expect.poll(() => tap.keyFrameRequests).toEqual([4, 6])
  })
})

describe('a recorder that ends', () => {
  it('in good order says so, and leaves its recording to the next start, which composes it when nobody goes on', async () => {
    const harness = await startHarness({ config: { mediaGraceMs: 500 } })
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    const startedAtMs = performance.now()
    await harness.recorder.close()
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
    await expect
      .poll(() => harness.events)
      .toEqual([{ type: 'recordingFailed', ...job, code: 'node_closing' }])
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'recording', stoppedAtMs: null })
    await harness.restart()
    await expect
      .poll(async () => (await harness.row(job.recordingId)).state, { timeout: 60_000 })
      .toBe('ready')
  }, 90_000)

  it('goes on with its recording when it is back and asked to, in a further segment of the same', async () => {
    const harness = await startHarness({ config: { recoverEveryMs: 20 } })
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    expect(await harness.ask('holds', { recordingId: job.recordingId })).toEqual({ isCapturing: true })
    tap.track({ streamId: 0 })
    const sentAtMs = performance.now()
    sendSilence(tap, 0, 0, 2)
    const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    const packetsIn = async (name: string): Promise<number> =>
      (await entriesOf(join(folder, name))).filter((e) => e.kind === 'packet').length
    await expect.poll(() => packetsIn('segment-001.journal')).toBe(100)
    await harness.restart()
    await expect(harness.ask('holds', { recordingId: job.recordingId })).rejects.toMatchObject({
      code: 'not_found',
    })
    // Later than the two seconds that came: so that something is missing.
    await expect.poll(() => performance.now() - sentAtMs, { timeout: 10_000 }).toBeGreaterThan(3_000)
    const back = await tapped()
    await harness.ask('start', { ...job, ticket: back.ticket(), names, isFurther: true })
    await expect.poll(() => back.isConnected).toBe(true)
    back.track({ streamId: 0 })
    sendSilence(back, 0, 0, 2)
    await expect.poll(() => packetsIn('segment-002.journal')).toBe(100)
    back.drop()
    await expect
      .poll(() => harness.ask('holds', { recordingId: job.recordingId }))
      .toEqual({ isCapturing: false })
    await harness.restart()
    // Nobody goes on with it: it is over when that is said, and need not wait.
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect
      .poll(() => harness.row(job.recordingId), { timeout: 60_000 })
      .toMatchObject({
        state: 'ready',
      })
    // Told once its journals are gone, which is after the row says so.
    await expect.poll(() => harness.events.filter((event) => event.type === 'recordingReady')).toHaveLength(1)
    const { gaps } = await harness.row(job.recordingId)
    const ofAll = { participantId: null, source: null }
    const [between, ...atEnd] = gaps
    expect(between).toMatchObject({ ...ofAll, reason: 'closed' })
    // What came was two seconds long: where it was stopped later, nothing came to the end.
    for (const gap of atEnd) expect(gap).toMatchObject({ ...ofAll, reason: 'media_lost' })
    expect(gaps[0]?.toMs).toBeGreaterThan(gaps[0]?.fromMs ?? Number.NaN)
  }, 90_000)

  it('is not followed by one that has not what was captured, nor in what is composed already', async () => {
    const harness = await startHarness()
    const job = await harness.newRecording()
    const ticket = { engine: 'fake', payload: { way: 'none' } }
    const further = { ...job, ticket, names: {}, isFurther: true }
    await expect(harness.ask('start', further)).rejects.toMatchObject({ code: 'not_found' })
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'starting' })
    await harness.ask('start', { ...job, ticket, names: {} })
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect
      .poll(() => harness.row(job.recordingId), { timeout: 60_000 })
      .toMatchObject({
        state: 'ready',
      })
    // Told once its journals are gone; until then the answer is that it is ready.
    await expect.poll(() => harness.events.some((event) => event.type === 'recordingReady')).toBe(true)
    await expect(harness.ask('start', further)).rejects.toMatchObject({ code: 'not_found' })
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'ready' })
  }, 90_000)

  it('says nothing of a recording that another has taken over meanwhile', async () => {
    const harness = await startHarness({ config: { mediaGraceMs: 50 } })
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    await changeRecording(harness.database, job.recordingId, { nodeId: 'recorder-z' })
    tap.drop()
    await expect
      .poll(() => harness.events)
      .toEqual([{ type: 'recordingFailed', ...job, code: 'media_unavailable' }])
    await harness.recorder.close()
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'recording', nodeId: 'recorder-z' })
  }, 60_000)

  it('in a crash is followed by one of another name that composes what is there', async () => {
    const harness = await startHarness({ config: { mediaGraceMs: 500 } })
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await harness.recorder.close()
    await harness.database.prisma.recording.update({
      where: { id: job.recordingId },
      data: { state: 'recording', stoppedAt: null },
    })
    await harness.restart({ nodeId: 'recorder-b' })
    await expect
      .poll(async () => (await harness.row(job.recordingId)).state, { timeout: 60_000 })
      .toBe('ready')
    expect(await harness.row(job.recordingId)).toMatchObject({ nodeId: 'recorder-b', failureCode: '' })
  }, 90_000)

  it('does not take what a living node holds', async () => {
    const harness = await startHarness()
    const job = await harness.newRecording()
    await mkdir(join(harness.storage.workRoot, job.meetingId, job.recordingId), { recursive: true })
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await harness.recorder.close()
    await harness.database.prisma.recording.update({
      where: { id: job.recordingId },
      data: { state: 'recording', nodeId: 'recorder-z' },
    })
    await harness.database.prisma.node.create({
      data: { id: 'recorder-z', roles: 'recorder', seenAt: new Date(Date.now() + 60_000) },
    })
    await harness.restart()
    const other = await harness.newRecording()
    await harness.ask('start', { ...other, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    expect(await harness.row(job.recordingId)).toMatchObject({ state: 'recording', nodeId: 'recorder-z' })
  }, 60_000)
})

describe('a composition that fails', () => {
  it('is told once, however often what is unfinished is looked for', async () => {
    const harness = await startHarness({ config: { recoverEveryMs: 1 } })
    // Each is three processes, so long that what is unfinished is looked for a thousand times.
    for (let n = 1; n <= 3; n += 1) {
      const job = await harness.newRecording()
      const folder = await harness.storage.workFolder(job.meetingId, job.recordingId)
      await changeRecording(harness.database, job.recordingId, { state: 'failed' })
      await writeFile(join(folder, 'segment-001.journal'), 'this is no journal')
      await harness.ask('compose', job)
      await expect.poll(() => harness.events.length, { interval: 5, timeout: 60_000 }).toBe(n)
      expect(await harness.row(job.recordingId)).toMatchObject({
        state: 'failed',
        failureCode: 'recording_unavailable',
      })
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(harness.events).toHaveLength(3)
  }, 180_000)
})

describe('requests', () => {
  it('that are malformed, unknown or out of place are refused', async () => {
    const harness = await startHarness()
    const job = await harness.newRecording()
    await expect(harness.ask('start', { recordingId: '../x' })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(harness.ask('format', {})).rejects.toMatchObject({ code: 'bad_request' })
    await expect(harness.ask('stop', { recordingId: job.recordingId })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(harness.ask('compose', job)).rejects.toMatchObject({ code: 'invalid_state' })
    const ticket = { engine: 'livekit', payload: {} }
    await expect(harness.ask('start', { ...job, ticket, names: {} })).rejects.toMatchObject({
      code: 'recording_unavailable',
    })
  })

  it('to begin twice at once are one capture, by the ticket of the last', async () => {
    const harness = await startHarness()
    const [first, last] = [await tapped(), await tapped()]
    const job = await harness.newRecording()
    const asked = await Promise.allSettled(
      [first, last].map((tap) => harness.ask('start', { ...job, ticket: tap.ticket(), names })),
    )
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await expect.poll(() => last.isConnected).toBe(true)
    expect(first.isConnected).toBe(false)
    expect(await harness.ask('holds', { recordingId: job.recordingId })).toEqual({ isCapturing: true })
    const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    expect(await readdir(folder)).toEqual(['segment-001.journal'])
  })

  it('to go on are answered while the database holds what it is told', async () => {
    const harness = await startHarness()
    const [first, next] = [await tapped(), await tapped()]
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: first.ticket(), names })
    await harness.database.prisma.$transaction(
      async (tx) => {
        await tx.$queryRaw`SELECT id FROM recording WHERE id = ${job.recordingId} FOR UPDATE`
        await harness.ask('start', { ...job, ticket: next.ticket(), names, isFurther: true })
      },
      { timeout: 15_000 },
    )
    await expect.poll(() => next.isConnected).toBe(true)
    expect(await harness.ask('holds', { recordingId: job.recordingId })).toEqual({ isCapturing: true })
  })

  it('to stop twice are one stop', async () => {
    const harness = await startHarness()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await harness.ask('stop', { recordingId: job.recordingId })
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect.poll(() => harness.events, { timeout: 60_000 }).toEqual([{ type: 'recordingReady', ...job }])
    const row = await harness.row(job.recordingId)
    expect(row).toMatchObject({ state: 'ready', progressPercent: 100 })
    expect(row.sizeBytes).toBe(await harness.storage.size(row.fileKey))
  }, 90_000)
})

describe('an ffmpeg that is not there', () => {
  it('is told by readiness, from the start until there is one; recordings begin all the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ffmpeg-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const ffmpeg = join(folder, 'ffmpeg')
    const harness = await startHarness({ ffmpeg })
    expect(harness.recorder.isReady()).toBe(false)
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await writeFile(ffmpeg, '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    await harness.restart()
    expect(harness.recorder.isReady()).toBe(false)
    await writeFile(ffmpeg, '#!/bin/sh\nexec ffmpeg "$@"\n', { mode: 0o755 })
    await expect.poll(() => harness.recorder.isReady(), { timeout: 30_000 }).toBe(true)
  }, 60_000)
})

describe('an ffmpeg that is ended by somebody', () => {
  /** Counts its runs in a file, and is killed in those that `isKilled` (an expression of the shell on `$n`) names. */
  async function ffmpegKilled(isKilled: string): Promise<{ ffmpeg: string; runs: () => Promise<number> }> {
    const folder = await mkdtemp(join(tmpdir(), 'ffmpeg-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const ffmpeg = join(folder, 'ffmpeg')
    const counted = join(folder, 'runs')
    const script = `#!/bin/sh\nif [ "$1" = -version ]; then exec ffmpeg -version; fi\necho x >> ${counted}\nn=$(wc -l < ${counted})\nif [ ${isKilled} ]; then kill -9 $$; fi\nexec ffmpeg "$@"\n`
    await writeFile(ffmpeg, script, { mode: 0o755 })
    return { ffmpeg, runs: async () => (await readFile(counted, 'utf8')).length / 2 }
  }

  async function recorded(harness: RecorderHarness): Promise<{ recordingId: RecordingId }> {
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
    await harness.ask('stop', { recordingId: job.recordingId })
    return job
  }

  it('costs a further try, not the recording', async () => {
    const { ffmpeg } = await ffmpegKilled('$n -eq 3')
    const harness = await startHarness({ ffmpeg })
    const { recordingId } = await recorded(harness)
    await expect.poll(() => harness.row(recordingId), { timeout: 60_000 }).toMatchObject({ state: 'ready' })
    expect(await harness.row(recordingId)).toMatchObject({ failureCode: '', faults: [] })
  }, 90_000)

  it('three times is a failure, and no loop', async () => {
    const { ffmpeg, runs } = await ffmpegKilled('1 -eq 1')
    const harness = await startHarness({ ffmpeg })
    const { recordingId } = await recorded(harness)
    await expect.poll(() => harness.row(recordingId), { timeout: 60_000 }).toMatchObject({ state: 'failed' })
    expect(await runs()).toBe(3)
  }, 90_000)
})

describe('a composition that was taken for dead and goes on', () => {
  /** An ffmpeg that waits, and what it does then. */
  async function held(): Promise<{
    ffmpeg: string
    isWaiting: () => Promise<boolean>
    let: (how: 'go on' | 'fail') => Promise<void>
  }> {
    const folder = await mkdtemp(join(tmpdir(), 'ffmpeg-'))
    cleanups.push(() => rm(folder, { recursive: true, force: true }))
    const [ffmpeg, waits, end] = ['ffmpeg', 'waits', 'end'].map((name) => join(folder, name))
    const script = `#!/bin/sh\nif [ "$1" = -version ]; then exec ffmpeg -version; fi\ntouch ${waits}\nwhile [ ! -e ${end} ]; do sleep 0.05; done\nif [ "$(cat ${end})" = fail ]; then exit 1; fi\nexec ffmpeg "$@"\n`
    await writeFile(ffmpeg ?? '', script, { mode: 0o755 })
    return {
      ffmpeg: ffmpeg ?? '',
      isWaiting: async () => (await readdir(folder)).includes('waits'),
      let: async (how) => {
        await writeFile(`${end}.part`, how)
        await rename(`${end}.part`, end ?? '')
      },
    }
  }

  it.each(['go on', 'fail'] as const)(
    'changes nothing of what another composes meanwhile, should it %s',
    async (how) => {
      const { ffmpeg, isWaiting, let: letIt } = await held()
      const told: string[] = []
      const log: Log = { ...silentLog, warn: (event) => told.push(event), child: () => log }
      const harness = await startHarness({ ffmpeg, log })
      const job = await harness.newRecording()
      await harness.ask('start', { ...job, ticket: { engine: 'fake', payload: { way: 'none' } }, names: {} })
      await harness.ask('stop', { recordingId: job.recordingId })
      await expect.poll(isWaiting, { timeout: 20_000 }).toBe(true)
      await harness.database.prisma.node.create({
        data: { id: 'recorder-b', roles: 'recorder', seenAt: new Date(Date.now() + 60_000) },
      })
      await beginComposition(harness.database, job.recordingId, 'recorder-b')
      const taken = await harness.row(job.recordingId)
      await letIt(how)
      await expect.poll(() => told, { timeout: 60_000 }).toContain('compositionOvertaken')
      expect(await harness.row(job.recordingId)).toEqual(taken)
      expect(harness.events).toEqual([])
      const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
      expect(await readdir(folder)).toEqual(['segment-001.journal'])
      await letIt('go on')
      await harness.restart({ nodeId: 'recorder-b' })
      await expect
        .poll(() => harness.row(job.recordingId), { timeout: 60_000 })
        .toMatchObject({
          state: 'ready',
          nodeId: 'recorder-b',
          fileKey: `${job.meetingId}/${job.recordingId}/recording-3.mp4`,
        })
      await expect.poll(() => readdir(folder)).toEqual(['recording-3.mp4'])
    },
    120_000,
  )
})

describe('a journal whose beginning cannot be read', () => {
  it('is composed by what is noted again, and kept', async () => {
    const harness = await startHarness()
    const tap = await tapped()
    const job = await harness.newRecording()
    await harness.ask('start', { ...job, ticket: tap.ticket(), names })
    await expect.poll(() => tap.isConnected).toBe(true)
    tap.track({ streamId: 0 })
    const folder = join(harness.storage.workRoot, job.meetingId, job.recordingId)
    const path = join(folder, 'segment-001.journal')
    const isNotedAgain = async (): Promise<boolean> =>
      (await entriesOf(path)).some(
        (e) => e.kind === 'note' && e.note.type === 'again' && e.note.tracks.length === 1,
      )
    await expect.poll(isNotedAgain, { timeout: 10_000 }).toBe(true)
    sendSilence(tap, 0, 0, 3)
    const hasCome = async (): Promise<boolean> =>
      (await entriesOf(path)).filter((e) => e.kind === 'packet').length === 150
    await expect.poll(hasCome).toBe(true)
    const file = await open(path, 'r+')
    await file.write(Buffer.alloc(300), 0, 300, 8)
    await file.close()
    await harness.ask('stop', { recordingId: job.recordingId })
    await expect
      .poll(() => harness.row(job.recordingId), { timeout: 60_000 })
      .toMatchObject({ state: 'ready', failureCode: '' })
    const { durationMs, gaps } = await harness.row(job.recordingId)
    expect(durationMs).toBeGreaterThan(1_000)
    expect(gaps).toMatchObject([{ fromMs: 0, participantId: null, reason: 'damaged' }])
    expect(await readdir(folder)).toEqual(['recording-1.mp4', 'segment-001.journal'])
  }, 90_000)
})
