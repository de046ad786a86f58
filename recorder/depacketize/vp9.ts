import { BitReader } from './bitReader.ts'
import type { PayloadPart } from './frames.ts'

/**
 * Reads a VP9 payload descriptor (RFC 9628) of a stream with one spatial layer. Frames of higher spatial layers
 * (SVC) are not taken: without them the base layer still plays.
 */
export function parseVp9(payload: Buffer): PayloadPart | null {
  if (payload.length < 2) return null
  const first = payload.readUInt8(0)
  const isPredicted = (first & 0x40) !== 0
  const isFlexible = (first & 0x10) !== 0
  let at = 1
  const next = (): number => {
    const value = at < payload.length ? payload.readUInt8(at) : 0
    at += 1
    return value
  }
  if (first & 0x80 && next() & 0x80) at += 1
  let temporalId = 0
  let spatialId = 0
  let tl0PicIdx = -1
  if (first & 0x20) {
    const layers = next()
    temporalId = layers >> 5
    spatialId = (layers >> 1) & 0x07
    if (!isFlexible) tl0PicIdx = next()
  }
  if (isFlexible && isPredicted) while (next() & 0x01) if (at > payload.length) return null
  let width: number | null = null
  let height: number | null = null
  if (first & 0x02) {
    const structure = next()
    const layerCount = (structure >> 5) + 1
    if (structure & 0x10) {
      for (let layer = 0; layer < layerCount; layer += 1) {
        const layerWidth = (next() << 8) | next()
        const layerHeight = (next() << 8) | next()
        if (layer === 0) {
          width = layerWidth
          height = layerHeight
        }
      }
    }
    if (structure & 0x08) {
      const pictures = next()
      for (let i = 0; i < pictures; i += 1) at += (next() >> 2) & 0x03
    }
  }
  if (at >= payload.length || spatialId > 0) return null
  const data = payload.subarray(at)
  const isStart = (first & 0x08) !== 0
  const size = isStart ? sizeOfVp9(data) : null
  return {
    isStart,
    isKey: !isPredicted,
    data: [data],
    width: size?.width ?? width,
    height: size?.height ?? height,
    tl0PicIdx,
    temporalId,
  }
}

/** The size in a key picture's own header (VP9 bitstream specification 6.2), which the decoder goes by; else null. */
function sizeOfVp9(frame: Buffer): { width: number; height: number } | null {
  const reader = new BitReader(frame.subarray(0, 16))
  if (reader.bits(2) !== 2) return null
  const profile = reader.bits(1) + 2 * reader.bits(1)
  if (profile === 3) reader.bits(1)
  const isShownAgain = reader.bits(1) === 1
  const isKey = reader.bits(1) === 0
  if (isShownAgain || !isKey) return null
  reader.bits(2)
  if (reader.bits(24) !== 0x498342) return null
  if (profile >= 2) reader.bits(1)
  const isRgb = reader.bits(3) === 7
  if (!isRgb) reader.bits(1)
  if (profile % 2 === 1) reader.bits(isRgb ? 1 : 3)
  return { width: reader.bits(16) + 1, height: reader.bits(16) + 1 }
}
