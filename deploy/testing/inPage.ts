/**
 * What a test asks of a page in any browser. Each function is carried into the page as text: it may use nothing
 * but its arguments and the page.
 */

/** Frames decoded of somebody's picture so far, counted by its element; 0 when there is none. */
export function countFrames(who: string): number {
  return (
    document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)?.getVideoPlaybackQuality()
      .totalVideoFrames ?? 0
  )
}

/** Where to look in somebody's picture, drawn at this size: points as fractions. */
export interface BrightnessQuestion {
  who: string
  points: readonly { x: number; y: number }[]
  width: number
  height: number
}

/** The brightness (0…255) of somebody's picture at points given as fractions; empty when there is no picture. */
export function readBrightness({ who, points, width, height }: BrightnessQuestion): number[] {
  const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!video || !context) return []
  context.drawImage(video, 0, 0, width, height)
  return points.map(
    ({ x, y }) => context.getImageData(Math.round(x * width), Math.round(y * height), 1, 1).data[1] ?? 0,
  )
}

/** The loudest tenth of a second, as RMS 0…1, of all that the page plays within `forMs`. */
export async function measureLoudness(forMs: number): Promise<number> {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 4096
  for (const element of document.querySelectorAll('audio')) {
    const stream = element.srcObject
    if (stream instanceof MediaStream && stream.getAudioTracks().length > 0)
      context.createMediaStreamSource(stream).connect(analyser)
  }
  await context.resume()
  const samples = new Float32Array(analyser.fftSize)
  let loudest = 0
  for (const end = performance.now() + forMs; performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 80))
    analyser.getFloatTimeDomainData(samples)
    loudest = Math.max(loudest, Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length))
  }
  await context.close()
  return loudest
}

/** Keeps every connection that the page makes from now on, for `readStats` and `readNegotiated`. */
export function keepConnections(): void {
  const kept: RTCPeerConnection[] = []
  const Original = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      kept.push(this)
    }
  }
  Object.assign(window, { keptConnections: kept })
}

/** The entries of one type in the statistics of all kept connections that are open. */
export async function readStats(type: string): Promise<Record<string, string | number | boolean>[]> {
  const { keptConnections = [] } = window as Window & { keptConnections?: RTCPeerConnection[] }
  const entries: Record<string, string | number | boolean>[] = []
  for (const connection of keptConnections) {
    if (connection.connectionState === 'closed') continue
    const report = await connection.getStats()
    report.forEach((entry: { type: string }) => {
      if (entry.type === type) entries.push({ ...entry })
    })
  }
  return entries
}

/** Headless Chromium has no screen: a drawn one that flashes ten times a second, with a tone, in place of its choice. */
export function drawScreen(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 })
  const paint = canvas.getContext('2d')
  let turn = 0
  setInterval(() => {
    if (!paint) return
    paint.fillStyle = turn++ % 2 ? '#fff' : '#456'
    paint.fillRect(0, 0, 1280, 720)
  }, 100)
  const audio = new AudioContext()
  const out = audio.createMediaStreamDestination()
  const tone = audio.createOscillator()
  tone.connect(out)
  tone.start()
  const stream = canvas.captureStream(10)
  for (const track of out.stream.getAudioTracks()) stream.addTrack(track)
  navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(stream)
}
