/** The level below which a microphone is taken to deliver nothing at all: even a quiet room is louder. */
const deadDb = -75
/** The level from which somebody is taken to be speaking. */
const speechDb = -42

/** Root mean square of samples (−1…1) in dBFS, −100 when there is nothing. */
export function levelDb(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  return rms < 1e-5 ? -100 : 20 * Math.log10(rms)
}

/** A level as a meter shows it: 0 at −60 dBFS, 1 at −6. */
export function meterFraction(db: number): number {
  return Math.min(1, Math.max(0, (db + 60) / 54))
}

/** What has lately been heard at a microphone, from its levels alone. */
export interface Hearing {
  /** Since when nothing at all came; null while something comes. */
  deadSinceMs: number | null
  /** Milliseconds of speech in the recent past, decaying. */
  speechMs: number
  atMs: number | null
}

export const hearingAtFirst: Hearing = { deadSinceMs: null, speechMs: 0, atMs: null }

/** Takes the next level into account. Steps over 500 ms (a throttled tab) count as 500. */
export function hear(before: Hearing, db: number, atMs: number): Hearing {
  const stepMs = before.atMs === null ? 0 : Math.min(500, Math.max(0, atMs - before.atMs))
  const speechMs =
    db >= speechDb ? Math.min(2000, before.speechMs + stepMs) : Math.max(0, before.speechMs - stepMs / 2)
  return { deadSinceMs: db > deadDb ? null : (before.deadSinceMs ?? atMs), speechMs, atMs }
}

/** Whether the microphone has delivered nothing for so long (4 s) that it is likely muted by hardware or wrong. */
export function isSilent(hearing: Hearing, atMs: number): boolean {
  return hearing.deadSinceMs !== null && atMs - hearing.deadSinceMs >= 4000
}

/** Whether somebody has spoken for about a second: the hint "you are muted" is due. */
export function isSpeech(hearing: Hearing): boolean {
  return hearing.speechMs >= 800
}

/**
 * Measures a microphone's level 16 times a second and tells it. Close it; it does not stop the track. Throws what the
 * browser throws where it takes no sound of this microphone's rate. Who came by a link has done nothing on the page
 * yet, and browsers then let no sound be worked on: it begins with the first act.
 */
export class LevelMeter {
  readonly #context: AudioContext
  readonly #source: MediaStreamAudioSourceNode
  readonly #analyser: AnalyserNode
  readonly #timer: ReturnType<typeof setInterval>
  readonly #listening = new AbortController()

  constructor(track: MediaStreamTrack, onLevel: (db: number, atMs: number) => void) {
    this.#context = new AudioContext()
    try {
      this.#source = this.#context.createMediaStreamSource(new MediaStream([track]))
    } catch (error) {
      void this.#context.close()
      throw error
    }
    this.#analyser = this.#context.createAnalyser()
    this.#analyser.fftSize = 1024
    this.#source.connect(this.#analyser)
    const samples = new Float32Array(this.#analyser.fftSize)
    const { signal } = this.#listening
    for (const act of ['pointerdown', 'keydown'] as const) {
      document.addEventListener(act, () => void this.#wake(), { signal, capture: true })
    }
    this.#timer = setInterval(() => {
      if (this.#context.state !== 'running') return
      this.#analyser.getFloatTimeDomainData(samples)
      onLevel(levelDb(samples), performance.now())
    }, 60)
  }

  close(): void {
    this.#listening.abort()
    clearInterval(this.#timer)
    this.#source.disconnect()
    if (this.#context.state !== 'closed') void this.#context.close()
  }

  async #wake(): Promise<void> {
    if (this.#context.state !== 'suspended') return
    try {
      await this.#context.resume()
    } catch {
      // Closed meanwhile, or a key that browsers do not count as an act: the next one tries again.
    }
  }
}
