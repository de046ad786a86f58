import { randomInt } from 'node:crypto'

const levelExtensionUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
const levelExtensionId = 10

/** Packets as a browser would send them, one frame per packet (every video packet a key frame). For tests only. */
export class TestStream {
  readonly kind: 'audio' | 'video'
  readonly payloadType: number
  readonly ssrcs: number[]
  /** Loudness of the voice in −dBov; 127 is silence. */
  level = 20
  /** Layers that are sent now; the rest rest. */
  activeLayers = 1
  isSending = false
  /** Packets a layer each time, and bytes added to each. */
  burst = 1
  extraBytes = 0
  readonly #startedAtMs = performance.now()
  readonly #offsets: number[]
  #sequence = 1
  #reportedAtMs = -Infinity

  constructor(kind: 'audio' | 'video') {
    const layers = kind === 'audio' ? 1 : 3
    this.kind = kind
    this.payloadType = kind === 'audio' ? 111 : 96
    this.ssrcs = Array.from({ length: layers }, () => randomInt(1, 2 ** 32 - 1))
    this.#offsets = this.ssrcs.map(() => randomInt(0, 2 ** 31))
  }

  /** What `publish` says of it; `layers` pictures are sent then. */
  rtpParameters(layers: number): Record<string, unknown> {
    this.activeLayers = layers
    return {
      codecs: [
        this.kind === 'audio'
          ? {
              mimeType: 'audio/opus',
              payloadType: 111,
              clockRate: 48_000,
              channels: 2,
              parameters: { useinbandfec: 1 },
            }
          : {
              mimeType: 'video/VP8',
              payloadType: 96,
              clockRate: 90_000,
              rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
            },
      ],
      headerExtensions: this.kind === 'audio' ? [{ uri: levelExtensionUri, id: levelExtensionId }] : [],
      encodings: this.ssrcs.slice(0, layers).map((ssrc) => ({ ssrc })),
      rtcp: { cname: 'test' },
    }
  }

  /** The packets of this moment: one a layer, and sender reports every 200 ms. */
  next(): Buffer[] {
    const nowMs = performance.now()
    const packets: Buffer[] = []
    const isReportDue = nowMs - this.#reportedAtMs > 200
    if (isReportDue) this.#reportedAtMs = nowMs
    for (const [layer, ssrc] of this.ssrcs.slice(0, this.activeLayers).entries()) {
      const clock = this.kind === 'audio' ? 48 : 90
      const timestamp = (Math.round((nowMs - this.#startedAtMs) * clock) + (this.#offsets[layer] ?? 0)) >>> 0
      if (isReportDue) packets.push(senderReport(ssrc, timestamp))
      for (let index = 0; index < this.burst; index++) {
        packets.push(this.#packet(ssrc, timestamp, layer, (this.#sequence + index) & 0xffff))
      }
    }
    this.#sequence = (this.#sequence + this.burst) & 0xffff
    return packets
  }

  #packet(ssrc: number, timestamp: number, layer: number, sequence: number): Buffer {
    const header = Buffer.alloc(this.kind === 'audio' ? 20 : 12)
    header[0] = this.kind === 'audio' ? 0x90 : 0x80
    header[1] = 0x80 | this.payloadType
    header.writeUInt16BE(sequence, 2)
    header.writeUInt32BE(timestamp, 4)
    header.writeUInt32BE(ssrc, 8)
    if (this.kind === 'audio') {
      header.writeUInt16BE(0xbede, 12)
      header.writeUInt16BE(1, 14)
      header[16] = levelExtensionId << 4
      header[17] = this.level
    }
    const payload = this.kind === 'audio' ? Buffer.alloc(60, 7) : vp8KeyFrame(layer)
    return Buffer.concat([header, payload, Buffer.alloc(this.extraBytes)])
  }
}

/** Payload descriptor, then the head of a key frame (RFC 7741, RFC 6386 §9.1); larger pictures are longer. */
function vp8KeyFrame(layer: number): Buffer {
  const body = Buffer.alloc(100 * (layer + 1), layer)
  const size = 160 << layer
  return Buffer.concat([
    Buffer.from([0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, size & 0xff, size >> 8, size & 0xff, size >> 8]),
    body,
  ])
}

function senderReport(ssrc: number, timestamp: number): Buffer {
  const report = Buffer.alloc(28)
  report[0] = 0x80
  report[1] = 200
  report.writeUInt16BE(6, 2)
  report.writeUInt32BE(ssrc, 4)
  const wallMs = performance.timeOrigin + performance.now()
  report.writeUInt32BE((Math.floor(wallMs / 1000) + 2_208_988_800) >>> 0, 8)
  report.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32) >>> 0, 12)
  report.writeUInt32BE(timestamp, 16)
  return report
}
