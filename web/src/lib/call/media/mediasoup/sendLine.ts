import type { types } from 'mediasoup-client'
import type { OutgoingProducer, SendLine } from './outgoingTracks.ts'

/** The vendor's sending transport, as what is sent needs it. */
export function sendLine(send: types.Transport): SendLine {
  // Ours names the track, and tells the engine once it is made.
  send.on('produce', ({ appData }, done) => done({ id: String(appData['trackId']) }))
  return {
    async produce(track, { encodings, codecOptions }, trackId) {
      const producer = await send.produce({
        track,
        ...(encodings.length > 0 ? { encodings } : {}),
        codecOptions,
        stopTracks: false,
        disableTrackOnPause: false,
        zeroRtpOnPause: false,
        appData: { trackId },
      })
      // The engine parses its parameters; the input type is narrower than the vendor's (no encrypted extensions).
      return producer as OutgoingProducer
    },
  }
}
