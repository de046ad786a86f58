import type { BrowserContext } from 'playwright-core'

/** Bits of the counter that the synthetic camera burns in: white squares in a row, least bit first. */
export const syntheticBits = 10
/** Seconds between two flashes with their beeps. */
const flashEverySeconds = 2

/** Where a bit's square has its centre, as fractions of the picture: in the middle, where no name plate lies. */
export function syntheticBitAt(bit: number): { x: number; y: number } {
  return { x: 0.22 + bit * 0.062, y: 0.42 }
}

/**
 * Gives a page a camera and a microphone whose picture and sound belong together: every two seconds the picture
 * flashes white while a tone sounds for 150 ms; a counter of frames (25 a second) is burnt in. For lip-sync, where
 * Chromium's file devices do not serve, since each starts by itself.
 */
export async function useSyntheticDevices(context: BrowserContext): Promise<void> {
  const squares = Array.from({ length: syntheticBits }, (_, bit) => syntheticBitAt(bit))
  await context.addInitScript(
    ({ at, everySeconds }) => {
      let made: Promise<MediaStream> | undefined
      const make = async (): Promise<MediaStream> => {
        const audio = new AudioContext({ latencyHint: 'interactive' })
        await audio.resume()
        const out = audio.createMediaStreamDestination()
        const tone = audio.createOscillator()
        const gate = audio.createGain()
        gate.gain.value = 0
        tone.frequency.value = 880
        tone.connect(gate).connect(out)
        tone.start()
        const canvas = document.createElement('canvas')
        canvas.width = 640
        canvas.height = 360
        const paint = canvas.getContext('2d')
        if (!paint) throw new Error('no canvas')
        let frame = 0
        let nextAt = audio.currentTime + 1
        let flashFrom = Infinity
        setInterval(() => {
          const now = audio.currentTime
          if (now > nextAt - 0.5 && flashFrom !== nextAt) {
            flashFrom = nextAt
            gate.gain.setValueAtTime(0.6, flashFrom)
            gate.gain.setValueAtTime(0, flashFrom + 0.15)
          }
          const isFlash = now >= flashFrom && now < flashFrom + 0.15
          if (now >= nextAt + 0.3) nextAt += everySeconds
          paint.fillStyle = isFlash ? '#ffffff' : '#203040'
          paint.fillRect(0, 0, 640, 360)
          if (!isFlash) {
            at.forEach(({ x, y }, bit) => {
              paint.fillStyle = (frame >> bit) & 1 ? '#ffffff' : '#000000'
              paint.fillRect(x * 640 - 14, y * 360 - 14, 28, 28)
            })
          }
          frame++
        }, 40)
        const stream = canvas.captureStream(25)
        for (const track of out.stream.getAudioTracks()) stream.addTrack(track)
        return stream
      }
      navigator.mediaDevices.getUserMedia = async (wanted = {}) => {
        const stream = await (made ??= make())
        const tracks = [
          ...(wanted.video ? stream.getVideoTracks() : []),
          ...(wanted.audio ? stream.getAudioTracks() : []),
        ]
        return new MediaStream(tracks.map((track) => track.clone()))
      }
    },
    { at: squares, everySeconds: flashEverySeconds },
  )
}
