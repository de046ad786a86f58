import type { Consumer } from 'mediasoup/types'
import type { MeetingId } from '#contract/ids.ts'
import { TapTrackStarted } from './tapProtocol.ts'
import type { Track } from './track.ts'

/** Wall clock in epoch milliseconds with fractions. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now()
}

/** What the recorder is told of a stream before its first packet; null for a consumer without a stream. */
export function describeStream(
  streamId: number,
  roomId: MeetingId,
  track: Track,
  consumer: Consumer,
): TapTrackStarted | null {
  const codec = consumer.rtpParameters.codecs[0]
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc
  if (!codec || ssrc === undefined) return null
  const codecParameters: TapTrackStarted['codecParameters'] = {}
  for (const [name, value] of Object.entries(codec.parameters ?? {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      codecParameters[name] = value
    }
  }
  return {
    streamId,
    roomId,
    participantId: track.participantId,
    trackId: track.id,
    source: track.source,
    kind: consumer.kind,
    mimeType: codec.mimeType,
    clockRate: codec.clockRate,
    channels: codec.channels,
    payloadType: codec.payloadType,
    ssrc,
    codecParameters,
    headerExtensions: (consumer.rtpParameters.headerExtensions ?? []).map(({ uri, id }) => ({ uri, id })),
    isPaused: consumer.producerPaused,
    atMs: wallClockMs(),
  }
}
