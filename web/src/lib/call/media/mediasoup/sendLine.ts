import { detectDevice, type types } from 'mediasoup-client'
import type { OutgoingProducer, SendLine } from './outgoingTracks.ts'

/** The vendor's sending transport, as what is sent needs it. */
export function sendLine(send: types.Transport): SendLine {
  // Ours names the track, and tells the engine once it is made.
  send.on('produce', ({ appData }, done) => done({ id: String(appData['trackId']) }))
  // Firefox sends on, whatever its parameters say; of Safari nobody knows.
  const canSwitch = detectDevice() === 'Chrome111'
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
      return {
        // The engine parses them; the input type is narrower than the vendor's (no encrypted extensions).
        rtpParameters: producer.rtpParameters as OutgoingProducer['rtpParameters'],
        replaceTrack: ({ track: next }) => producer.replaceTrack({ track: next }),
        setSending: canSwitch ? (isSending) => setSending(producer.rtpSender, isSending) : null,
        close: () => producer.close(),
      }
    },
  }
}

async function setSending(sender: RTCRtpSender | undefined, isSending: boolean): Promise<void> {
  const parameters = sender?.getParameters()
  if (!sender || !parameters || parameters.encodings.every(({ active }) => active === isSending)) return
  for (const encoding of parameters.encodings) encoding.active = isSending
  await sender.setParameters(parameters)
}
