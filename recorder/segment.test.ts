import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterEach, expect, it } from 'vitest'
import { CapturedTrack } from '#contract/capture.ts'
import { MeetingId, RecordingId } from '#contract/ids.ts'
import { readJournal } from './journal.ts'
import { recorderMetrics } from './metrics.ts'
import { Segment } from './segment.ts'
import { rtpPacket } from './testing/packets.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A segment whose disk takes nothing before its end, and which holds five packets of a kilobyte until then. */
async function openSegment(): Promise<Segment> {
  const folder = await mkdtemp(join(tmpdir(), 'segment-'))
  folders.push(folder)
  return Segment.open({
    folder,
    number: 1,
    recordingId: RecordingId.parse('r'),
    meetingId: MeetingId.parse('m'),
    names: {},
    ticket: { engine: 'fake', payload: { way: 'none' } },
    metrics: recorderMetrics(new Registry()),
    timing: { writeEveryMs: 600_000, maxWaitingBytes: 6_000 },
    limits: { pictureBps: 1e9, soundBps: 1e9, recordingBytes: 1e9 },
    formerBytes: 0,
    onDiskError: () => undefined,
    onMediaLost: () => undefined,
    onTrackCut: () => undefined,
  })
}

const nowMs = 1_795_000_000_000

it.each(['ends with its track', 'ends with the recording'])(
  'what is not kept is told when it %s',
  async (how) => {
    const segment = await openSegment()
    segment.trackStarted(
      CapturedTrack.parse({
        ...{ streamId: 0, roomId: 'm', participantId: 'p1', trackId: 't0', source: 'camera' },
        ...{ mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96, ssrc: 1 },
        ...{ audioLevelId: null, isPaused: false, atMs: nowMs },
      }),
    )
    for (let n = 0; n < 9; n++) {
      const rtp = rtpPacket({ sequenceNumber: n, timestamp: n * 3_000, payload: Buffer.alloc(1_000) })
      segment.packet(0, nowMs + n * 33, rtp)
    }
    if (how === 'ends with its track') segment.trackEnded(0, nowMs + 300)
    await segment.close('stopped')
    const kinds: unknown[] = []
    for await (const batch of readJournal(segment.path)) {
      for (const entry of batch)
        if (entry.kind === 'note' && entry.note.type === 'gap') kinds.push(entry.note)
    }
    expect(kinds).toMatchObject([{ stream: 0, packets: 4 }])
  },
)
