import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeetingId, ParticipantId, RecordingId, TrackId } from '#contract/ids.ts'
import { JournalWriter } from '../journal.ts'
import { rtpPacket, vp8Payload } from '../testing/packets.ts'
import { remux } from './remux.ts'

const startedAtMs = 1_795_000_000_000
const signal = new AbortController().signal
const seconds = 240
const levelId = 1

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lips-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

interface SoundCard {
  /** How much slower than the wall clock it runs. */
  drift?: number
  /** When it stops for a moment and loses what is said. */
  stops?: { atMs: number; ms: number }[]
}

/** True times of packets, by what they carry. */
interface Sent {
  voiceMs: number[]
  pictureMs: number[]
}

/**
 * Writes a journal as a sender would fill it whose camera keeps time and whose sound card does not. Speech comes in
 * spells of eight seconds with two of silence.
 */
async function journalOf(path: string, card: SoundCard): Promise<Sent> {
  const journal = await JournalWriter.create(path, (error) => {
    throw error
  })
  const sent: Sent = { voiceMs: [], pictureMs: [] }
  const ids = { recordingId: RecordingId.parse('r'), meetingId: MeetingId.parse('m') }
  journal.note({ type: 'segment', ...ids, segment: 1, startedAtMs })
  const track = { participantId: ParticipantId.parse('an'), isPaused: false, atMs: startedAtMs }
  journal.note({
    ...{ type: 'track', stream: 0, trackId: TrackId.parse('t0'), source: 'microphone', ...track },
    ...{ mimeType: 'audio/opus', clockRate: 48_000, channels: 1, payloadType: 111, audioLevelId: levelId },
  })
  journal.note({
    ...{ type: 'track', stream: 1, trackId: TrackId.parse('t1'), source: 'camera', ...track },
    ...{ mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96, audioLevelId: null },
  })
  let voiceMs = 100
  const voice = (): void => {
    const n = sent.voiceMs.length
    const level = voiceMs % 10_000 < 8_000 ? 30 : 127
    const payload = Buffer.alloc(80, 1)
    // One frame of 20 ms (RFC 6716, configuration 31).
    payload.writeUInt8(31 << 3, 0)
    payload.writeUInt32BE(n, 1)
    const head = { sequenceNumber: n, timestamp: n * 960, payloadType: 111 }
    const extensions = { [levelId]: Buffer.from([level]) }
    journal.packet(0, startedAtMs + voiceMs + 4 + ((n * 7) % 13), rtpPacket({ ...head, extensions, payload }))
    sent.voiceMs.push(voiceMs)
    voiceMs += 20 * (1 + (card.drift ?? 0))
    const stop = card.stops?.find((s) => s.atMs <= voiceMs && voiceMs < s.atMs + s.ms)
    if (stop) voiceMs = stop.atMs + stop.ms
  }
  for (let n = 0; n * 40 < seconds * 1_000; n += 1) {
    const atMs = 100 + n * 40
    while (voiceMs <= atMs) voice()
    const payload = vp8Payload({ isStart: true, isKey: n % 100 === 0 })
    const head = { sequenceNumber: n, timestamp: n * 3_600, marker: true, payload }
    journal.packet(1, startedAtMs + atMs + 4 + ((n * 5) % 11), rtpPacket(head))
    sent.pictureMs.push(atMs)
  }
  journal.note({ type: 'end', atMs: startedAtMs + seconds * 1_000, reason: 'stopped' })
  await journal.close()
  return sent
}

async function packetsOf(file: string | null | undefined): Promise<{ atMs: number; data: Uint8Array }[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(file ?? '') })
  const [track] = await input.getTracks()
  if (!track) throw new Error('nothing was written')
  const packets: { atMs: number; data: Uint8Array }[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) {
    packets.push({ atMs: packet.timestamp * 1_000, data: packet.data })
  }
  input.dispose()
  return packets
}

/** Number of a voice's packet, as `journalOf` wrote it. */
const numberOf = (data: Uint8Array): number => Buffer.from(data).readUInt32BE(1)

describe('lips and voice of a sender whose sound card keeps bad time', () => {
  it.each<[string, SoundCard]>([
    ['keeps time', {}],
    ['is 1000 ppm slow', { drift: 1000e-6 }],
    ['is 1000 ppm fast', { drift: -1000e-6 }],
    ['stops once for 150 ms', { stops: [{ atMs: 100_000, ms: 150 }] }],
    [
      'stops again and again',
      { stops: Array.from({ length: 12 }, (_, n) => ({ atMs: 15_000 + n * 17_000, ms: 60 })) },
    ],
    ['is slow and stops', { drift: 1000e-6, stops: [{ atMs: 105_000, ms: 150 }] }],
  ])('stay together within 60 ms everywhere when it %s', async (name, card) => {
    const path = join(folder, `${name}.journal`)
    const sent = await journalOf(path, card)
    const into = await mkdtemp(join(folder, 'tracks-'))
    const { tracks } = await remux([path], into, { signal, onProgress: () => undefined })
    const voice = await packetsOf(tracks.find((t) => t.source === 'microphone')?.file)
    const picture = await packetsOf(tracks.find((t) => t.source === 'camera')?.file)
    expect(picture).toHaveLength(sent.pictureMs.length)
    // Packets that would lie on others are left out: a few, in all.
    expect(sent.voiceMs.length - voice.length).toBeLessThan(20)
    const shifts = picture.map(({ atMs }, n) => atMs - (sent.pictureMs[n] ?? 0))
    const shift = Math.min(...shifts)
    expect(Math.max(...shifts) - shift).toBeLessThan(15)
    // Nobody can tell within the half second in which it stops.
    const settled = voice.filter(
      ({ atMs }) => !card.stops?.some((stop) => Math.abs(atMs - stop.atMs - stop.ms / 2) < 600),
    )
    const offsets = settled.map(({ atMs, data }) => atMs - shift - (sent.voiceMs[numberOf(data)] ?? 0))
    expect(Math.max(...offsets)).toBeLessThan(60)
    expect(Math.min(...offsets)).toBeGreaterThan(-60)
    // Within a spell of speech sound is not pulled about.
    const moves = voice.filter(({ atMs }, n) => n > 0 && Math.abs(atMs - (voice[n - 1]?.atMs ?? 0) - 20) > 2)
    expect(moves.length).toBeLessThan(30)
  })
})
