import { setTimeout as delay } from 'node:timers/promises'
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import type { TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId, RecordingId, TrackId } from '#contract/ids.ts'
import { JournalWriter } from '../journal.ts'
import { rtpPacket } from './packets.ts'

/** One RTP packet of a track, by the recording's time. */
export interface Sent {
  atMs: number
  rtp: Buffer
}

/** A track of a synthetic journal; video is VP8 on payload type 96, sound Opus on 111, unless they say otherwise. */
export interface SyntheticTrack {
  participantId: string
  source: TrackSource
  mimeType?: string
  sent: readonly Sent[]
}

/**
 * Writes a journal as the recorder would have; at once, or with `batchMs` in batches of so much time, each of which notes
 * again what holds.
 */
export async function writeSyntheticJournal(
  path: string,
  tracks: readonly SyntheticTrack[],
  options: { startedAtMs: number; durationMs: number; isEnded?: boolean; batchMs?: number },
): Promise<void> {
  const { startedAtMs, durationMs, isEnded = true, batchMs = Infinity } = options
  const fail = (error: unknown): never => {
    throw error
  }
  const journal = await JournalWriter.create(path, fail, { writeEveryMs: 5 })
  const ids = { recordingId: RecordingId.parse('r'), meetingId: MeetingId.parse('m') }
  const segment = { type: 'segment' as const, ...ids, segment: 1, startedAtMs }
  journal.note(segment)
  const notes = tracks.map((track, stream) => {
    const isVideo = track.source === 'camera' || track.source === 'screen'
    return {
      ...{ type: 'track' as const, stream, trackId: TrackId.parse(`t${stream}`), source: track.source },
      participantId: ParticipantId.parse(track.participantId),
      ...(isVideo
        ? { mimeType: 'video/VP8', clockRate: 90_000, payloadType: 96 }
        : { mimeType: 'audio/opus', clockRate: 48_000, channels: 1, payloadType: 111 }),
      ...(track.mimeType !== undefined && { mimeType: track.mimeType }),
      ...{ audioLevelId: null, isPaused: false, atMs: startedAtMs },
    }
  })
  for (const note of notes) journal.note(note)
  const packets = tracks.flatMap(({ sent }, stream) => sent.map((one) => ({ ...one, stream })))
  let batchEndsMs = batchMs
  for (const { stream, atMs, rtp } of packets.toSorted((a, b) => a.atMs - b.atMs)) {
    if (atMs >= batchEndsMs) {
      await written(journal)
      journal.note({ type: 'again', segment, names: {}, tracks: notes })
      batchEndsMs += batchMs
    }
    journal.packet(stream, startedAtMs + atMs, rtp)
  }
  if (isEnded) journal.note({ type: 'end', atMs: startedAtMs + durationMs, reason: 'stopped' })
  await journal.close()
}

async function written(journal: JournalWriter): Promise<void> {
  for (const before = journal.writtenBytes; journal.writtenBytes === before;) await delay(2)
}

/** The packets of a file's first track, as they were encoded. */
export async function encodedPacketsOf(
  file: string | null | undefined,
): Promise<{ atMs: number; isKey: boolean; data: Buffer }[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(file ?? '') })
  const [track] = await input.getTracks()
  if (!track) throw new Error('there is no track')
  const packets: { atMs: number; isKey: boolean; data: Buffer }[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const { timestamp, type, data } = packet
    packets.push({ atMs: timestamp * 1_000, isKey: type === 'key', data: Buffer.from(data) })
  }
  input.dispose()
  return packets
}

/** VP8 pictures as a sender cuts them into packets; the first lies at `fromMs`. */
export function sentAsVp8(pictures: readonly { atMs: number; data: Buffer }[], fromMs: number): Sent[] {
  const most = 1_100
  const firstMs = pictures[0]?.atMs ?? 0
  let sequenceNumber = 0
  return pictures.flatMap(({ atMs, data }) => {
    const timestamp = Math.round(90 * (atMs - firstMs))
    const parts = Math.max(1, Math.ceil(data.length / most))
    return Array.from({ length: parts }, (_, n): Sent => {
      const descriptor = Buffer.from([n === 0 ? 0x10 : 0x00])
      const payload = Buffer.concat([descriptor, data.subarray(n * most, (n + 1) * most)])
      const marker = n === parts - 1
      return {
        atMs: fromMs + atMs - firstMs,
        rtp: rtpPacket({ sequenceNumber: sequenceNumber++, timestamp, marker, payload }),
      }
    })
  })
}

/** Opus packets of 20 ms as a sender sends them; the first lies at `fromMs`. */
export function sentAsOpus(packets: readonly { data: Buffer }[], fromMs: number): Sent[] {
  return packets.map(({ data: payload }, n) => ({
    atMs: fromMs + 20 * n,
    rtp: rtpPacket({ sequenceNumber: n, timestamp: n * 960, payloadType: 111, payload }),
  }))
}
