import { BitReader } from './bitReader.ts'

const profilesWithChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128])

/** The picture size in a sequence parameter set (ITU-T H.264 7.3.2.1.1); null when it makes no sense. */
export function sizeOfSps(unit: Buffer): { width: number; height: number } | null {
  const reader = new BitReader(withoutEmulation(unit.subarray(1)))
  const profile = reader.bits(8)
  reader.bits(16)
  reader.ue()
  let chroma = 1
  if (profilesWithChroma.has(profile)) {
    chroma = reader.ue()
    if (chroma === 3) reader.bits(1)
    reader.ue()
    reader.ue()
    reader.bits(1)
    if (reader.bits(1)) skipScalingLists(reader, chroma === 3 ? 12 : 8)
  }
  reader.ue()
  const orderType = reader.ue()
  if (orderType === 0) reader.ue()
  else if (orderType === 1) {
    reader.bits(1)
    reader.se()
    reader.se()
    const cycle = Math.min(reader.ue(), 255)
    for (let i = 0; i < cycle; i += 1) reader.se()
  }
  reader.ue()
  reader.bits(1)
  const widthInBlocks = reader.ue() + 1
  const heightInUnits = reader.ue() + 1
  const isFrameOnly = reader.bits(1)
  if (!isFrameOnly) reader.bits(1)
  reader.bits(1)
  const crop = reader.bits(1) ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()] : [0, 0, 0, 0]
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1
  const cropY = (chroma === 1 ? 2 : 1) * (2 - isFrameOnly)
  const width = widthInBlocks * 16 - (left + right) * cropX
  const height = heightInUnits * 16 * (2 - isFrameOnly) - (top + bottom) * cropY
  return width > 0 && height > 0 ? { width, height } : null
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!reader.bits(1)) continue
    let last = 8
    for (let i = 0; i < (list < 6 ? 16 : 64) && last !== 0; i += 1) last = (last + reader.se() + 256) % 256
  }
}

/** A NAL unit's payload with emulation prevention bytes taken out. */
function withoutEmulation(unit: Buffer): number[] {
  const bytes: number[] = []
  let zeros = 0
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes.push(byte)
  }
  return bytes
}
