import { z } from 'zod'
import { TrackSource } from './grant.ts'
import { MeetingId, ParticipantId, TrackId } from './ids.ts'

/**
 * What flows between a media node and a recorder, over TCP, all numbers big-endian.
 *
 * The recorder connects to `host:port` of its ticket and first writes one frame `hello` with the token. The tap
 * then writes frames until the room, the admission or the connection ends; either side may close at any time.
 *
 *     frame  = u32 length of what follows, u8 type, body
 *     packet = u16 streamId, f64 arrivalMs, RTP packet as it came (header extensions included)
 *     others = JSON in UTF-8
 */
export const tapFrameTypes = {
  /** tap → recorder, JSON `CapturedTrack`: packets of a new stream follow. */
  trackStarted: 1,
  /** tap → recorder, binary. */
  packet: 2,
  /** tap → recorder, JSON `TapStreamEvent`: nothing flows until `trackResumed` (muted). */
  trackPaused: 3,
  /** tap → recorder, JSON `TapStreamEvent`. */
  trackResumed: 4,
  /** tap → recorder, JSON `TapStreamEvent`: the id is never used again on this connection. */
  trackEnded: 5,
  /** tap → recorder, JSON `TapGap`: packets were dropped because the recorder did not read fast enough. */
  gap: 6,
  /** recorder → tap, first frame, JSON `TapHello`. */
  hello: 16,
  /** recorder → tap, JSON `TapKeyFrameRequest`. */
  requestKeyFrame: 17,
  /** recorder → tap, JSON `{}`: it stops. What waits comes, and what was dropped is told; then the tap ends it. */
  goodbye: 18,
} as const

/** Longest frame either side accepts, in bytes; a longer one ends the connection. */
export const maxTapFrameBytes = 64 * 1024

/**
 * The payload of a recorder's ticket: how to come to the tracks, whatever the engine. A tap's token is for one
 * connection, within 30 s; an engine that moves no media has nothing to give.
 */
export const CaptureTicket = z.discriminatedUnion('way', [
  z.object({
    way: z.literal('tap'),
    host: z.string().min(1).max(255),
    port: z.number().int().min(1).max(65535),
    token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
  z.object({ way: z.literal('none') }),
])
export type CaptureTicket = z.infer<typeof CaptureTicket>
export type TapTicket = Extract<CaptureTicket, { way: 'tap' }>

export const TapHello = z.strictObject({ token: z.string().max(64) })
export type TapHello = z.infer<typeof TapHello>

const streamId = z.number().int().min(0).max(0xffff)
/** Wall clock of the media node, epoch milliseconds with fractions. */
const atMs = z.number()

/** A track as it is captured: RTP of one codec, in words of the RFCs and of no engine. */
export const CapturedTrack = z.object({
  streamId,
  roomId: MeetingId,
  participantId: ParticipantId,
  trackId: TrackId,
  source: TrackSource,
  /** `audio/opus`, `video/VP8`, `video/H264`, … */
  mimeType: z.string(),
  clockRate: z.number().int().positive(),
  channels: z.number().int().positive().optional(),
  payloadType: z.number().int().min(0).max(127),
  ssrc: z.number().int().min(0).max(0xffffffff),
  /** Id of the header extension that tells the loudness (RFC 6464); null when the sender does not. */
  audioLevelId: z.number().int().nullable(),
  /** The source is muted now: nothing flows until `trackResumed`. */
  isPaused: z.boolean(),
  atMs,
})
export type CapturedTrack = z.infer<typeof CapturedTrack>

export const TapStreamEvent = z.object({ streamId, atMs })
export type TapStreamEvent = z.infer<typeof TapStreamEvent>

export const TapGap = z.object({ streamId, atMs, packets: z.number().int().positive() })
export type TapGap = z.infer<typeof TapGap>

export const TapKeyFrameRequest = z.strictObject({ streamId })
export type TapKeyFrameRequest = z.infer<typeof TapKeyFrameRequest>

/** A frame as cut from the stream; `body` is a view that is valid until the next `push`. */
export interface TapFrame {
  type: number
  body: Buffer
}

/** Writes one frame. */
export function encodeTapFrame(type: number, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + body.byteLength)
  frame.writeUInt32BE(1 + body.byteLength, 0)
  frame.writeUInt8(type, 4)
  frame.set(body, 5)
  return frame
}

/** Writes one JSON frame. */
export function encodeTapJson(type: number, value: unknown): Buffer {
  return encodeTapFrame(type, Buffer.from(JSON.stringify(value)))
}

/** Writes one packet frame. */
export function encodeTapPacket(stream: number, arrivalMs: number, rtp: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(15 + rtp.byteLength)
  frame.writeUInt32BE(11 + rtp.byteLength, 0)
  frame.writeUInt8(tapFrameTypes.packet, 4)
  frame.writeUInt16BE(stream, 5)
  frame.writeDoubleBE(arrivalMs, 7)
  frame.set(rtp, 15)
  return frame
}

/** Reads the body of a packet frame; `rtp` is a view of it. */
export function decodeTapPacket(body: Buffer): { streamId: number; arrivalMs: number; rtp: Buffer } {
  return { streamId: body.readUInt16BE(0), arrivalMs: body.readDoubleBE(2), rtp: body.subarray(10) }
}

/** Reads the JSON body of a frame; throws `SyntaxError` or a schema's error. */
export function decodeTapJson<T>(schema: z.ZodType<T>, body: Buffer): T {
  return schema.parse(JSON.parse(body.toString('utf8')))
}

/** Cuts a byte stream into frames. Throws `RangeError` on a frame that is empty or too long. */
export class TapFrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** Takes the next bytes, returns the frames that are complete now. */
  push(bytes: Buffer): TapFrame[] {
    const data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const frames: TapFrame[] = []
    let at = 0
    while (data.length - at >= 4) {
      const length = data.readUInt32BE(at)
      if (length < 1 || length > maxTapFrameBytes) throw new RangeError(`Tap frame of ${length} bytes`)
      if (data.length - at - 4 < length) break
      frames.push({ type: data.readUInt8(at + 4), body: data.subarray(at + 5, at + 4 + length) })
      at += 4 + length
    }
    this.#rest = data.subarray(at)
    return frames
  }
}
