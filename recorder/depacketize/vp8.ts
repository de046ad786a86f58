import type { PayloadPart } from './frames.ts'

/** Reads a VP8 payload descriptor and, at a frame's start, the frame tag (RFC 7741, RFC 6386 section 9.1). */
export function parseVp8(payload: Buffer): PayloadPart | null {
  if (payload.length < 2) return null
  const first = payload.readUInt8(0)
  let at = 1
  let tl0PicIdx = -1
  let temporalId = 0
  if (first & 0x80) {
    const bits = payload.readUInt8(at)
    at += 1
    if (bits & 0x80) {
      if (at >= payload.length) return null
      at += payload.readUInt8(at) & 0x80 ? 2 : 1
    }
    if (bits & 0x40) {
      if (at >= payload.length) return null
      tl0PicIdx = payload.readUInt8(at)
      at += 1
    }
    if (bits & 0x30) {
      if (at >= payload.length) return null
      if (bits & 0x20) temporalId = payload.readUInt8(at) >> 6
      at += 1
    }
  }
  if (at >= payload.length) return null
  const data = payload.subarray(at)
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0
  const part: PayloadPart = {
    isStart,
    isKey: false,
    data: [data],
    width: null,
    height: null,
    tl0PicIdx,
    temporalId,
  }
  if (isStart && (data.readUInt8(0) & 0x01) === 0) {
    if (data.length < 10) return null
    part.isKey = true
    part.width = data.readUInt16LE(6) & 0x3fff
    part.height = data.readUInt16LE(8) & 0x3fff
  }
  return part
}
