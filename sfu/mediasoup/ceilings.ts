import type { TrackSource } from '#contract/grant.ts'
import { detach, type Log } from '#contract/log.ts'
import { maxIncomingBitrateBps } from './codecs.ts'
import type { Track } from './track.ts'

/** Opus has no more than 510 kbit/s (RFC 6716); no voice of a browser comes near it. */
const soundBps = 640_000
/** The congestion control asks of all that one sends together to stay below it: half as much again is no browser. */
const pictureBps = 1.5 * maxIncomingBitrateBps

/** What a source may bring into the room, averaged over a second. */
export const ceilingsBps: Readonly<Record<TrackSource, number>> = {
  microphone: soundBps,
  screenAudio: soundBps,
  camera: pictureBps,
  screen: pictureBps,
}

/** How often each open track is measured. */
const lookEveryMs = 1_000

/**
 * Measures what enters through each open track, and names those that bring more than their source may: a page that is
 * none of ours can send whatever its line carries, to every listener and into the recording.
 */
export class Ceilings {
  readonly #tracks: () => Iterable<Track>
  readonly #onExceeded: (track: Track, bitrateBps: number) => void
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  readonly #last = new WeakMap<Track, { bytes: number; atMs: number }>()
  #isLooking = false

  constructor(
    tracks: () => Iterable<Track>,
    onExceeded: (track: Track, bitrateBps: number) => void,
    log: Log,
  ) {
    this.#tracks = tracks
    this.#onExceeded = onExceeded
    this.#log = log
    this.#timer = setInterval(() => {
      if (!this.#isLooking) detach(log, 'mediaNotMeasured', this.#look())
    }, lookEveryMs)
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    try {
      await Promise.all([...this.#tracks()].map((track) => this.#measure(track)))
    } finally {
      this.#isLooking = false
    }
  }

  async #measure(track: Track): Promise<void> {
    const { producer } = track
    if (producer.closed || producer.paused) {
      this.#last.delete(track)
      return
    }
    let bytes = 0
    try {
      for (const stream of await producer.getStats()) bytes += stream.byteCount
    } catch (error) {
      // It, or its worker, went away meanwhile.
      if (!producer.closed) this.#log.warn('mediaNotMeasured', { trackId: track.id, error: String(error) })
      return
    }
    const atMs = performance.now()
    const last = this.#last.get(track)
    this.#last.set(track, { bytes, atMs })
    if (!last || producer.closed) return
    const bitrateBps = ((bytes - last.bytes) * 8_000) / (atMs - last.atMs)
    if (bitrateBps > ceilingsBps[track.source]) this.#onExceeded(track, Math.round(bitrateBps))
  }
}
