import type { TrackSource } from '#contract/grant.ts'

/** One simulcast layer to send; the fields are those of `RTCRtpEncodingParameters`. */
export interface Encoding {
  scaleResolutionDownBy: number
  maxBitrate: number
  maxFramerate?: number
  scalabilityMode: string
}

/** How one track is sent. Bit rates in bits a second, `videoGoogleStartBitrate` in kilobits as the SDP wants it. */
export interface SendPlan {
  encodings: Encoding[]
  codecOptions: Record<string, number | boolean>
}

const temporal = 'L1T3'

/**
 * The layers of a camera by the height that it really delivers, smallest first. Chromium silently drops the *last*
 * layers of a small picture, so a count that does not fit would never send full size.
 */
export function cameraEncodings(heightPx: number): Encoding[] {
  const full = fullBitrate(heightPx)
  const layer = (scale: number, maxBitrate: number): Encoding => ({
    scaleResolutionDownBy: scale,
    maxBitrate,
    scalabilityMode: temporal,
  })
  if (heightPx >= 540) return [layer(4, 150_000), layer(2, 500_000), layer(1, full)]
  if (heightPx >= 360) return [layer(2, 150_000), layer(1, full)]
  return [layer(1, full)]
}

function fullBitrate(heightPx: number): number {
  if (heightPx >= 1080) return 3_000_000
  if (heightPx >= 720) return 1_700_000
  if (heightPx >= 540) return 1_000_000
  if (heightPx >= 360) return 600_000
  return 250_000
}

/** The layers of a shared screen: sharp text first, few frames; a small layer for those who cannot take it. */
export function screenEncodings(heightPx: number): Encoding[] {
  const sharp: Encoding = {
    scaleResolutionDownBy: 1,
    maxBitrate: 2_500_000,
    maxFramerate: 15,
    scalabilityMode: temporal,
  }
  if (heightPx < 540) return [sharp]
  return [
    { scaleResolutionDownBy: 2, maxBitrate: 400_000, maxFramerate: 8, scalabilityMode: temporal },
    sharp,
  ]
}

/** How to send a track of a source; `heightPx` is what the track's settings say, null when unknown. */
export function sendPlan(source: TrackSource, heightPx: number | null): SendPlan {
  switch (source) {
    case 'microphone':
      return {
        encodings: [],
        codecOptions: { opusFec: true, opusDtx: true, opusStereo: false, opusMaxAverageBitrate: 40_000 },
      }
    case 'screenAudio':
      return {
        encodings: [],
        codecOptions: { opusFec: true, opusDtx: false, opusStereo: true, opusMaxAverageBitrate: 96_000 },
      }
    case 'camera':
      return {
        encodings: cameraEncodings(heightPx ?? 360),
        codecOptions: { videoGoogleStartBitrate: 2500 },
      }
    case 'screen':
      return {
        encodings: screenEncodings(heightPx ?? 1080),
        codecOptions: { videoGoogleStartBitrate: 2500 },
      }
  }
}
