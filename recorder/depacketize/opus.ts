/** Bytes of the longest frame that a packet may hold. */
const maxFrameBytes = 1_275
const maxSamples = 5_760

/** Samples at 48 kHz in one Opus packet, by its head (RFC 6716, 3.1); 0 when it is malformed (3.4). */
export function opusSampleCount(payload: Buffer): number {
  if (payload.length === 0) return 0
  const toc = payload.readUInt8(0)
  const config = toc >> 3
  const frameSamples =
    config < 12
      ? ([480, 960, 1920, 2880][config % 4] ?? 960)
      : config < 16
        ? config % 2 === 0
          ? 480
          : 960
        : ([120, 240, 480, 960][config % 4] ?? 960)
  const rest = payload.subarray(1)
  switch (toc & 0x03) {
    case 0:
      return rest.length <= maxFrameBytes ? frameSamples : 0
    case 1:
      return rest.length % 2 === 0 && rest.length <= 2 * maxFrameBytes ? 2 * frameSamples : 0
    case 2:
      return areFrames(rest, 1) ? 2 * frameSamples : 0
    default:
      return manyFrames(rest, frameSamples)
  }
}

/** Code 3: any number of frames, of one size or each with its own, and padding. */
function manyFrames(rest: Buffer, frameSamples: number): number {
  const head = rest[0]
  if (head === undefined) return 0
  const count = head & 0x3f
  if (count === 0 || count * frameSamples > maxSamples) return 0
  let at = 1
  let paddingBytes = 0
  for (let more = (head & 0x40) !== 0; more; at += 1) {
    const value = rest[at]
    if (value === undefined) return 0
    more = value === 255
    paddingBytes += more ? 254 : value
  }
  if (at + paddingBytes > rest.length) return 0
  const frames = rest.subarray(at, rest.length - paddingBytes)
  const isWhole =
    head & 0x80
      ? areFrames(frames, count - 1)
      : frames.length % count === 0 && frames.length <= count * maxFrameBytes
  return isWhole ? count * frameSamples : 0
}

/** Whether `sized` lengths (3.2.1), as many frames and a last one without a length are there. */
function areFrames(data: Buffer, sized: number): boolean {
  let at = 0
  let bytes = 0
  for (let n = 0; n < sized; n += 1) {
    const first = data[at]
    const second = first !== undefined && first >= 252 ? data[at + 1] : 0
    if (first === undefined || second === undefined) return false
    at += first >= 252 ? 2 : 1
    bytes += first + 4 * second
  }
  const last = data.length - at - bytes
  return last >= 0 && last <= maxFrameBytes
}

/** A packet this small carries silence or comfort noise, not speech; for senders that do not tell their level. */
export const silentOpusBytes = 20
