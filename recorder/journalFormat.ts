import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { MeetingId, ParticipantId, RecordingId, TrackId } from '#contract/ids.ts'
import { TrackSource } from '#contract/grant.ts'

/**
 * A journal: what one segment of a recording received, append-only, big-endian.
 *
 *     file   = "DCJRNL01", batch …
 *     batch  = u32 mark, u32 length, u32 CRC-32 of the body, body
 *     body   = entry …
 *     entry  = u8 0, u32 length, JSON note
 *            | u8 1, u16 stream, f64 arrival (epoch ms of the media node), u16 length, RTP packet
 */
export const journalMagic = Buffer.from('DCJRNL01', 'latin1')
export const batchMark = 0x44436a21
export const batchHeadBytes = 12
/** A batch is written at this size at the latest; a longer one in a file is damage. */
export const maxBatchBytes = 64 * 1024 * 1024

const stream = z.number().int().min(0).max(0xffff)
const atMs = z.number()
/** Name plates by participant id. */
export const Names = z.record(z.string(), z.object({ name: z.string(), unitName: z.string() }))
export type Names = z.infer<typeof Names>

const trackNote = z.object({
  type: z.literal('track'),
  stream,
  participantId: ParticipantId,
  trackId: TrackId,
  source: TrackSource,
  mimeType: z.string(),
  clockRate: z.number().positive(),
  channels: z.number().int().positive().optional(),
  payloadType: z.number().int(),
  audioLevelId: z.number().int().nullable(),
  isPaused: z.boolean(),
  atMs,
})
const segmentNote = z.object({
  type: z.literal('segment'),
  recordingId: RecordingId,
  meetingId: MeetingId,
  segment: z.number().int(),
  startedAtMs: z.number(),
})

/** What a journal says besides packets. Times are epoch milliseconds of the media node unless they say otherwise. */
export const JournalNote = z.discriminatedUnion('type', [
  /** First in each journal; `startedAtMs` by the recorder's clock. */
  segmentNote,
  z.object({ type: z.literal('names'), names: Names }),
  trackNote,
  /** All that was noted and still holds, from time to time: for who cannot read where it was noted first. */
  z.object({ type: z.literal('again'), segment: segmentNote, names: Names, tracks: z.array(trackNote) }),
  z.object({ type: z.literal('trackPaused'), stream, atMs }),
  z.object({ type: z.literal('trackResumed'), stream, atMs }),
  z.object({ type: z.literal('trackEnded'), stream, atMs }),
  /** Packets that never reached the journal: the tap or this process could not keep up. */
  z.object({ type: z.literal('gap'), stream, atMs, packets: z.number().int() }),
  /** It brought more than is kept of one track: nothing of it follows. */
  z.object({ type: z.literal('trackCut'), stream, atMs }),
  /** The recorder's clock minus the media node's, as well as it is known; the last one counts. */
  z.object({ type: z.literal('clock'), offsetMs: z.number() }),
  /** Last in a journal that was closed in good order; by the recorder's clock. */
  z.object({ type: z.literal('end'), atMs, reason: z.string() }),
])
export type JournalNote = z.infer<typeof JournalNote>

/**
 * One thing that a journal holds; `rtp` is a view that stays valid. Where it cannot be read, `damage` stands for what
 * was there.
 */
export type JournalEntry =
  | { kind: 'note'; note: JournalNote }
  | { kind: 'packet'; stream: number; arrivalMs: number; rtp: Buffer }
  | { kind: 'damage' }

/** Bytes of a batch's head. */
export function encodeBatchHead(body: Buffer): Buffer {
  const head = Buffer.allocUnsafe(batchHeadBytes)
  head.writeUInt32BE(batchMark, 0)
  head.writeUInt32BE(body.length, 4)
  head.writeUInt32BE(crc32(body), 8)
  return head
}

/** Cuts a batch's body into entries. @throws RangeError when it is not what it should be. */
export function decodeBatch(body: Buffer): JournalEntry[] {
  const entries: JournalEntry[] = []
  let at = 0
  while (at < body.length) {
    const kind = body.readUInt8(at)
    if (kind === 1) {
      const length = body.readUInt16BE(at + 11)
      const from = at + 13
      if (from + length > body.length) throw new RangeError('packet leaves its batch')
      entries.push({
        kind: 'packet',
        stream: body.readUInt16BE(at + 1),
        arrivalMs: body.readDoubleBE(at + 3),
        rtp: body.subarray(from, from + length),
      })
      at = from + length
    } else if (kind === 0) {
      const length = body.readUInt32BE(at + 1)
      const from = at + 5
      if (from + length > body.length) throw new RangeError('note leaves its batch')
      const parsed = JournalNote.safeParse(JSON.parse(body.toString('utf8', from, from + length)))
      // A note of a newer version is passed over.
      if (parsed.success) entries.push({ kind: 'note', note: parsed.data })
      at = from + length
    } else throw new RangeError(`entry of unknown kind ${kind}`)
  }
  return entries
}
