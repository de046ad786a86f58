import type { FrameCounts, PayloadPart, PayloadParser, VideoFrame } from './frames.ts'
import type { RtpPacket } from './rtp.ts'
import { ReorderBuffer, Unwrapper, type Ordered } from './sequence.ts'
import { parseH264 } from './h264.ts'
import { parseVp8 } from './vp8.ts'
import { parseVp9 } from './vp9.ts'

/** The parser of a MIME type (`video/VP8`, …); null for a codec that the recorder cannot take. */
export function payloadParserOf(mimeType: string): PayloadParser | null {
  switch (mimeType.toLowerCase()) {
    case 'video/vp8':
      return parseVp8
    case 'video/vp9':
      return parseVp9
    case 'video/h264':
      return parseH264
    default:
      return null
  }
}

interface OpenFrame {
  rtp: number
  isDamaged: boolean
  isKey: boolean
  width: number | null
  height: number | null
  data: Buffer[]
  tl0PicIdx: number
  temporalId: number
}

/**
 * RTP packets of one video stream → whole frames that decode.
 *
 *     waiting ──key frame──▶ flowing ──loss──▶ broken ──key frame──▶ flowing
 *                               ▲                 │
 *                               └─base layer whole┘   (VP8, VP9 with numbered temporal layers)
 *
 * A frame that misses a packet, and what depends on it, is dropped: a frozen picture rather than a torn one.
 */
export class VideoAssembler {
  readonly counts: FrameCounts = { frames: 0, droppedFrames: 0, lostPackets: 0 }
  readonly #parse: PayloadParser
  readonly #order = new ReorderBuffer<RtpPacket>()
  readonly #timestamps = new Unwrapper(32)
  readonly #hasFrameStarts: boolean
  #open: OpenFrame | null = null
  #state: 'waiting' | 'flowing' | 'broken' = 'waiting'
  #lastTl0 = -1

  constructor(parse: PayloadParser) {
    this.#parse = parse
    this.#hasFrameStarts = parse !== parseH264
  }

  /** Takes a packet in any order; it must stay unchanged until its frame is returned. */
  push(packet: RtpPacket, atMs: number): VideoFrame[] {
    return this.#take(this.#order.push(packet.sequenceNumber, packet, atMs))
  }

  /** What is left at the end. */
  flush(): VideoFrame[] {
    const frames = this.#take(this.#order.flush())
    this.#open = null
    return frames
  }

  #take(ordered: Ordered<RtpPacket>[]): VideoFrame[] {
    const frames: VideoFrame[] = []
    for (const { item: packet, lostBefore } of ordered) {
      if (lostBefore > 0) {
        this.counts.lostPackets += lostBefore
        this.#damage()
      }
      // Padding only: a probe of the congestion control.
      if (packet.payload.length === 0) continue
      const rtp = this.#timestamps.unwrap(packet.timestamp)
      if (this.#open && this.#open.rtp !== rtp) {
        // It never came to its last packet: the SFU switched to another layer in its middle, and no number is missing.
        this.#open.isDamaged = true
        this.#close(frames)
      }
      const part = this.#parse(packet.payload)
      this.#add(rtp, part, lostBefore > 0)
      if (packet.marker) this.#close(frames)
    }
    return frames
  }

  /** A packet is missing: the open frame lacks its end, or a frame is gone altogether. */
  #damage(): void {
    if (this.#open) this.#open.isDamaged = true
    else this.#break()
  }

  #break(): void {
    if (this.#state === 'flowing') this.#state = 'broken'
  }

  #add(rtp: number, part: PayloadPart | null, isAfterLoss: boolean): void {
    let open = this.#open
    if (!open) {
      // Without a start flag the first packet after a loss may be in the middle of a frame.
      const lacksStart = this.#hasFrameStarts ? !part?.isStart : isAfterLoss && !part?.isStart
      open = {
        rtp,
        isDamaged: lacksStart,
        isKey: false,
        width: null,
        height: null,
        data: [],
        tl0PicIdx: part?.tl0PicIdx ?? -1,
        temporalId: part?.temporalId ?? 0,
      }
      this.#open = open
    } else if (isAfterLoss) open.isDamaged = true
    if (!part) {
      open.isDamaged = true
      return
    }
    if (part.isKey && (part.isStart || !this.#hasFrameStarts)) open.isKey = true
    open.width ??= part.width
    open.height ??= part.height
    open.data.push(...part.data)
  }

  #close(frames: VideoFrame[]): void {
    const open = this.#open
    this.#open = null
    if (!open) return
    if (open.isDamaged) {
      this.counts.droppedFrames += 1
      this.#break()
      return
    }
    const isBase = open.temporalId === 0
    const follows =
      isBase && open.tl0PicIdx >= 0 && this.#lastTl0 >= 0 && open.tl0PicIdx === ((this.#lastTl0 + 1) & 0xff)
    if (open.isKey || (this.#state === 'broken' && follows)) this.#state = 'flowing'
    if (this.#state !== 'flowing') {
      this.counts.droppedFrames += 1
      return
    }
    if (isBase) this.#lastTl0 = open.tl0PicIdx
    this.counts.frames += 1
    frames.push({
      rtp: open.rtp,
      isKey: open.isKey,
      width: open.width,
      height: open.height,
      data: Buffer.concat(open.data),
    })
  }
}
