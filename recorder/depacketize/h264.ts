import type { PayloadPart } from './frames.ts'
import { sizeOfSps } from './h264Sps.ts'

const startCode = Buffer.from([0, 0, 0, 1])
const nalu = { idr: 5, sps: 7, stapA: 24, fuA: 28 } as const

/**
 * Reads an H.264 payload in packetization modes 0 and 1 (RFC 6184: single NAL unit, STAP-A, FU-A) as Annex B
 * bytes. H.264 marks no frame's start: `isStart` says that a NAL unit begins here.
 */
export function parseH264(payload: Buffer): PayloadPart | null {
  if (payload.length < 2) return null
  const head = payload.readUInt8(0)
  const type = head & 0x1f
  const part: PayloadPart = {
    isStart: true,
    isKey: false,
    data: [],
    width: null,
    height: null,
    tl0PicIdx: -1,
    temporalId: 0,
  }
  if (type >= 1 && type <= 23) {
    take(part, payload)
    return part
  }
  if (type === nalu.stapA) {
    let at = 1
    while (at + 2 < payload.length) {
      const length = payload.readUInt16BE(at)
      at += 2
      if (length === 0 || at + length > payload.length) return null
      take(part, payload.subarray(at, at + length))
      at += length
    }
    return part.data.length > 0 ? part : null
  }
  if (type === nalu.fuA && payload.length > 2) {
    const fragment = payload.readUInt8(1)
    part.isStart = (fragment & 0x80) !== 0
    if (part.isStart) {
      part.isKey = (fragment & 0x1f) === nalu.idr
      part.data.push(startCode, Buffer.from([(head & 0xe0) | (fragment & 0x1f)]))
    }
    part.data.push(payload.subarray(2))
    return part
  }
  return null
}

function take(part: PayloadPart, unit: Buffer): void {
  const type = unit.readUInt8(0) & 0x1f
  if (type === nalu.idr) part.isKey = true
  if (type === nalu.sps) {
    const size = sizeOfSps(unit)
    if (size) {
      part.width = size.width
      part.height = size.height
    }
  }
  part.data.push(startCode, unit)
}
