import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor'
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url&no-inline'
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url&no-inline'
// oxlint-disable-next-line import/default -- what is imported is its address
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url&no-inline'
import type { Made } from './made.ts'

/** What the model was trained on. */
const sampleRate = 48_000
/** A context that may not run gives silence: then rather the noise. */
const startsWithinMs = 1500

export function canQuiet(): boolean {
  return 'AudioWorkletNode' in globalThis
}

/** A voice without the fan, the street and the keys. @throws when this browser cannot, or may not yet */
export async function quieted(raw: MediaStreamTrack): Promise<Made> {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' })
  try {
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url: plainUrl, simdUrl }),
      context.audioWorklet.addModule(workletUrl),
    ])
    await Promise.race([
      context.resume(),
      new Promise((_resolve, reject) => setTimeout(() => reject(new Error('suspended')), startsWithinMs)),
    ])
    const filter = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary })
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 })
    new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([raw]) })
      .connect(filter)
      .connect(out)
    const [track] = out.stream.getAudioTracks()
    if (!track) throw new Error('no track')
    return {
      track,
      end: () => {
        filter.destroy()
        void context.close()
      },
    }
  } catch (error) {
    void context.close()
    throw error
  }
}
