import { hear, hearingAtFirst, isSilent, isSpeech, LevelMeter, meterFraction, type Hearing } from './level.ts'

/** How loud one's own microphone is, on or off. That it cannot be measured changes nothing of what is sent. */
export class OwnLevel {
  #level = $state(0)
  #isSilent = $state(false)
  #isSpeech = $state(false)
  #hearing: Hearing = hearingAtFirst
  #track: MediaStreamTrack | null = null
  #meter: LevelMeter | null = null
  readonly #onWarning: (event: string, error: unknown) => void

  constructor(onWarning: (event: string, error: unknown) => void) {
    this.#onWarning = onWarning
  }

  /** 0…1, as a meter shows it. */
  get level(): number {
    return this.#level
  }
  /** It is open and delivers nothing at all. */
  get isSilent(): boolean {
    return this.#isSilent
  }
  /** Somebody has been speaking into it for about a second, muted or not. */
  get isSpeech(): boolean {
    return this.#isSpeech
  }

  /** Measures this track from now on, or nothing. */
  follow(track: MediaStreamTrack | null): void {
    if (track === this.#track) return
    this.#track = track
    this.#meter?.close()
    this.#meter = null
    this.#hearing = hearingAtFirst
    this.#level = 0
    this.#isSilent = false
    this.#isSpeech = false
    if (!track) return
    try {
      this.#meter = new LevelMeter(track, (db, atMs) => this.#heard(db, atMs))
    } catch (error) {
      // Some browsers take no microphone of another sample rate than the loudspeaker's: the meter stands still.
      this.#onWarning('levelUnknown', error)
    }
  }

  close(): void {
    this.follow(null)
  }

  #heard(db: number, atMs: number): void {
    this.#hearing = hear(this.#hearing, db, atMs)
    this.#level = meterFraction(db)
    this.#isSilent = isSilent(this.#hearing, atMs)
    this.#isSpeech = isSpeech(this.#hearing)
  }
}
