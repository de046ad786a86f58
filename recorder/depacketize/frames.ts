/** A whole video frame, ready for a decoder. `rtp` counts ticks and does not wrap. */
export interface VideoFrame {
  rtp: number
  isKey: boolean
  /** Known for key frames; of the picture as it is coded. */
  width: number | null
  height: number | null
  data: Buffer
}

/** What a payload format (RFC 7741, 6184, 9628) says of one packet. */
export interface PayloadPart {
  /** The packet begins a frame. */
  isStart: boolean
  /** Only meaningful at the start. */
  isKey: boolean
  /** Bytes of the frame, in order. */
  data: Buffer[]
  width: number | null
  height: number | null
  /** Layer 0 frames are numbered when the sender says so; -1 when not. */
  tl0PicIdx: number
  /** 0 for the base layer and when there are no temporal layers. */
  temporalId: number
}

/** Reads one payload; null when it is damaged. */
export type PayloadParser = (payload: Buffer) => PayloadPart | null

/** What a frame assembler has seen, for logs and metrics. */
export interface FrameCounts {
  frames: number
  droppedFrames: number
  lostPackets: number
}
