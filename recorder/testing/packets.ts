/** Writes an RTP packet as a sender would; for tests. */
export function rtpPacket(options: {
  sequenceNumber: number
  timestamp: number
  payload: Buffer
  marker?: boolean
  payloadType?: number
  ssrc?: number
  /** One-byte header extensions (RFC 8285) by id. */
  extensions?: Record<number, Buffer>
  paddingBytes?: number
}): Buffer {
  const extensions = Object.entries(options.extensions ?? {})
  const block: Buffer[] = []
  for (const [id, value] of extensions) {
    block.push(Buffer.from([(Number(id) << 4) | (value.length - 1)]), value)
  }
  let body = Buffer.concat(block)
  if (body.length % 4 !== 0) body = Buffer.concat([body, Buffer.alloc(4 - (body.length % 4))])
  const padding = options.paddingBytes ?? 0
  const head = Buffer.alloc(12)
  head.writeUInt8(0x80 | (padding > 0 ? 0x20 : 0) | (extensions.length > 0 ? 0x10 : 0), 0)
  head.writeUInt8((options.marker ? 0x80 : 0) | (options.payloadType ?? 96), 1)
  head.writeUInt16BE(options.sequenceNumber & 0xffff, 2)
  head.writeUInt32BE(options.timestamp >>> 0, 4)
  head.writeUInt32BE(options.ssrc ?? 1, 8)
  const extensionHead = Buffer.alloc(extensions.length > 0 ? 4 : 0)
  if (extensions.length > 0) {
    extensionHead.writeUInt16BE(0xbede, 0)
    extensionHead.writeUInt16BE(body.length / 4, 2)
  }
  const tail = Buffer.alloc(padding)
  if (padding > 0) tail.writeUInt8(padding, padding - 1)
  return Buffer.concat([head, extensionHead, body, options.payload, tail])
}

/** A VP8 payload: descriptor with picture number and layer number, then `size` bytes of a frame's part. */
export function vp8Payload(options: {
  isStart: boolean
  isKey?: boolean
  width?: number
  height?: number
  tl0PicIdx?: number
  temporalId?: number
  size?: number
  fill?: number
}): Buffer {
  const data = Buffer.alloc(options.size ?? 100, options.fill ?? 7)
  if (options.isStart) data.writeUInt8(options.isKey ? 0x10 : 0x11, 0)
  if (options.isStart && options.isKey) {
    data.writeUInt16LE(options.width ?? 640, 6)
    data.writeUInt16LE(options.height ?? 360, 8)
  }
  const descriptor = Buffer.from([
    0x80 | (options.isStart ? 0x10 : 0),
    0xe0,
    0x81,
    0x02,
    options.tl0PicIdx ?? 0,
    (options.temporalId ?? 0) << 6,
  ])
  return Buffer.concat([descriptor, data])
}
