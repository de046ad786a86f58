import { randomInt } from 'node:crypto'

/** A synthetic track: whole frames at a steady rate, each cut into equal packets. */
export interface LoadTrack {
  source: 'camera' | 'microphone'
  framesPerSecond: number
  packetsPerFrame: number
  /** RTP packet without SRTP, header included. */
  packetBytes: number
}

const headerBytes = 12
/** Frames that a late timer makes up for; more are left out. */
const maxLateFrames = 4

/** RTP of one synthetic track: VP8 with a key frame every second, or Opus. The rest of a packet is noise. */
export class LoadStream {
  readonly track: LoadTrack
  readonly payloadType: number
  readonly ssrc = randomInt(1, 2 ** 32 - 1)
  readonly #clockRate: number
  readonly #startedAtMs = performance.now()
  #frame = 0
  #sequence = randomInt(0, 2 ** 15)

  constructor(track: LoadTrack) {
    this.track = track
    this.payloadType = track.source === 'camera' ? 96 : 111
    this.#clockRate = track.source === 'camera' ? 90_000 : 48_000
  }

  /** What `publish` says of it. */
  get rtpParameters(): Record<string, unknown> {
    const codec =
      this.track.source === 'camera'
        ? {
            mimeType: 'video/VP8',
            payloadType: this.payloadType,
            clockRate: 90_000,
            rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
          }
        : { mimeType: 'audio/opus', payloadType: this.payloadType, clockRate: 48_000, channels: 2 }
    return {
      codecs: [codec],
      headerExtensions: [],
      encodings: [{ ssrc: this.ssrc }],
      rtcp: { cname: 'load' },
    }
  }

  /** The packets whose time has come. */
  due(): Buffer[] {
    const { framesPerSecond, packetsPerFrame } = this.track
    const elapsedFrames = Math.floor(((performance.now() - this.#startedAtMs) / 1000) * framesPerSecond)
    this.#frame = Math.max(this.#frame, elapsedFrames - maxLateFrames)
    const packets: Buffer[] = []
    for (; this.#frame < elapsedFrames; this.#frame++) {
      for (let index = 0; index < packetsPerFrame; index++) packets.push(this.#packet(index))
    }
    return packets
  }

  #packet(index: number): Buffer {
    const { source, framesPerSecond, packetsPerFrame, packetBytes } = this.track
    const packet = Buffer.alloc(packetBytes, 0x5a)
    const isLast = index === packetsPerFrame - 1
    packet[0] = 0x80
    packet[1] = (isLast ? 0x80 : 0) | this.payloadType
    this.#sequence = (this.#sequence + 1) & 0xffff
    packet.writeUInt16BE(this.#sequence, 2)
    packet.writeUInt32BE(Math.round((this.#frame / framesPerSecond) * this.#clockRate) >>> 0, 4)
    packet.writeUInt32BE(this.ssrc, 8)
    if (source === 'camera') this.#describe(packet, index)
    return packet
  }

  /** RFC 7741 payload descriptor; at a frame's head the frame tag of RFC 6386 §9.1. */
  #describe(packet: Buffer, index: number): void {
    const isKeyFrame = this.#frame % this.track.framesPerSecond === 0
    packet[headerBytes] = index === 0 ? 0x10 : 0x00
    if (index > 0) return
    if (isKeyFrame) packet.set([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01], headerBytes + 1)
    else packet.set([0x11, 0x02, 0x00], headerBytes + 1)
  }
}
