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
  return {
    isStart: (first & 0x08) !== 0,
    isKey: !isPredicted,
    data: [data],
    width,
    height,
    tl0PicIdx,
    temporalId,
  }
}
