/** One RTP packet, cut open (RFC 3550); `payload` and extension values are views of the buffer that was parsed. */
export interface RtpPacket {
  payloadType: number
  /** Last packet of a video frame; first of a talk spurt. */
  marker: boolean
  sequenceNumber: number
  timestamp: number
  ssrc: number
  /** Header extensions (RFC 8285) by id; empty when there are none. */
  extensions: ReadonlyMap<number, Buffer>
  payload: Buffer
}

const noExtensions: ReadonlyMap<number, Buffer> = new Map()

/** Reads a packet; null when it is not RTP or is cut short. Padding is taken off. */
export function parseRtp(data: Buffer): RtpPacket | null {
  if (data.length < 12) return null
  const first = data.readUInt8(0)
  if (first >> 6 !== 2) return null
  const second = data.readUInt8(1)
  let offset = 12 + 4 * (first & 0x0f)
  let extensions = noExtensions
  if (first & 0x10) {
    if (data.length < offset + 4) return null
    const profile = data.readUInt16BE(offset)
    const end = offset + 4 + 4 * data.readUInt16BE(offset + 2)
    if (data.length < end) return null
    extensions = parseExtensions(profile, data.subarray(offset + 4, end))
    offset = end
  }
  let end = data.length
  if (first & 0x20) end -= data.readUInt8(end - 1)
  if (end < offset) return null
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequenceNumber: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    extensions,
    payload: data.subarray(offset, end),
  }
}

function parseExtensions(profile: number, block: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  const isTwoByte = (profile & 0xfff0) === 0x1000
  if (!isTwoByte && profile !== 0xbede) return found
  let at = 0
  while (at < block.length) {
    const head = block.readUInt8(at)
    at += 1
    if (head === 0) continue
    let id = head
    let length: number
    if (isTwoByte) {
      if (at >= block.length) break
      length = block.readUInt8(at)
      at += 1
    } else {
      id = head >> 4
      if (id === 15) break
      length = (head & 0x0f) + 1
    }
    if (at + length > block.length) break
    found.set(id, block.subarray(at, at + length))
    at += length
  }
  return found
}

/** Loudness of an audio packet by RFC 6464 in dBov (0 loudest, −127 silence); null without the extension. */
export function audioLevelOf(packet: RtpPacket, extensionId: number | null): number | null {
  const value = extensionId === null ? undefined : packet.extensions.get(extensionId)
  return value && value.length > 0 ? -(value.readUInt8(0) & 0x7f) : null
}
