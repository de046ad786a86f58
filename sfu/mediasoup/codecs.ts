import type { RouterRtpCodecCapability, RtpCapabilities } from 'mediasoup/types'
import { isWantedExtension } from './mediaParameters.ts'

/**
 * What rooms speak, the first of a kind preferred. Opus with in-band FEC and silence suppression; VP8 because
 * every browser sends it as simulcast; H264 constrained baseline for terminals that have nothing else.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 111,
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1, minptime: 10 },
  },
  { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 96, clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    preferredPayloadType: 102,
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
]

/** What the sender's estimate of a page's downlink starts from; too low and the first seconds are blurred. */
export const initialOutgoingBitrateBps = 2_000_000
/** All that one participant may send: a camera in three sizes, a screen, two sounds. */
export const maxIncomingBitrateBps = 10_000_000
/** Key frames that many viewers ask for within this time are asked for once. */
export const keyFrameRequestDelayMs = 300

const congestionFeedback = new Set(['transport-cc', 'goog-remb'])
const congestionExtensions = new Set([
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
])

/**
 * The same capabilities for a receiver that gives no congestion feedback: with it in place the worker would take
 * the silence for congestion and drop layers.
 */
export function withoutCongestionControl(capabilities: RtpCapabilities): RtpCapabilities {
  return {
    codecs: (capabilities.codecs ?? []).map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter((feedback) => !congestionFeedback.has(feedback.type)),
    })),
    headerExtensions: (capabilities.headerExtensions ?? []).filter(
      (extension) => !congestionExtensions.has(extension.uri),
    ),
  }
}

/** A router's capabilities as pages are told of them. */
export function offeredCapabilities(capabilities: RtpCapabilities): RtpCapabilities {
  const { headerExtensions = [] } = capabilities
  return { ...capabilities, headerExtensions: headerExtensions.filter(({ uri }) => isWantedExtension(uri)) }
}
