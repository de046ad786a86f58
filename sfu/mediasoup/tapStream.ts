import type { Consumer } from 'mediasoup/types'
import type { CapturedTrack } from '#contract/capture.ts'
import type { MeetingId } from '#contract/ids.ts'
import { wallClockMs } from '#contract/wallClock.ts'
import type { Track } from './track.ts'

const audioLevelUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'

/** A consumer's stream in the recorder's words; null for a consumer without one. */
export function describeStream(
  streamId: number,
  roomId: MeetingId,
  track: Track,
  { rtpParameters, producerPaused }: Consumer,
): CapturedTrack | null {
  const codec = rtpParameters.codecs[0]
  const ssrc = rtpParameters.encodings?.[0]?.ssrc
  if (!codec || ssrc === undefined) return null
  const level = rtpParameters.headerExtensions?.find(({ uri }) => uri === audioLevelUri)
  return {
    streamId,
    roomId,
    participantId: track.participantId,
    trackId: track.id,
    source: track.source,
    mimeType: codec.mimeType,
    clockRate: codec.clockRate,
    channels: codec.channels,
    payloadType: codec.payloadType,
    ssrc,
    audioLevelId: level?.id ?? null,
    isPaused: producerPaused,
    atMs: wallClockMs(),
  }
}
