import type { TrackSource } from '#contract/grant.ts'

/** How many spatial layers a consumer can choose from, out of its scalability mode ("L3T3", "S3T3"); 1 when unknown. */
export function spatialLayerCount(scalabilityMode: string | undefined): number {
  const found = /^[LS](\d)T\d/.exec(scalabilityMode ?? '')
  return found?.[1] ? Number(found[1]) : 1
}

/**
 * The largest spatial layer worth receiving for a picture drawn `heightPx` high (device pixels). Layers are halves of
 * each other (see encodings.ts): three begin at 135–270 lines, two at 180–270.
 */
export function spatialLayerFor(source: TrackSource, heightPx: number, layerCount: number): number {
  if (layerCount <= 1) return 0
  // A screen is read: a little too small is worse than for a face.
  const factor = source === 'screen' ? 0.75 : 1.2
  const full = source === 'screen' ? 1080 : layerCount >= 3 ? 720 : 360
  for (let layer = 0; layer < layerCount - 1; layer++) {
    const layerHeightPx = full / 2 ** (layerCount - 1 - layer)
    if (heightPx <= layerHeightPx * factor) return layer
  }
  return layerCount - 1
}
