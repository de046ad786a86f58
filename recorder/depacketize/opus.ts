/** Samples at 48 kHz in one Opus packet, by its table-of-contents byte (RFC 6716 section 3.1); 0 when it is damaged. */
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
  const code = toc & 0x03
  if (code === 0) return frameSamples
  if (code < 3) return 2 * frameSamples
  if (payload.length < 2) return 0
  const samples = (payload.readUInt8(1) & 0x3f) * frameSamples
  return samples <= 5_760 ? samples : 0
}

/** A packet this small carries silence or comfort noise, not speech; for senders that do not tell their level. */
export const silentOpusBytes = 20
