import { mediaKindOf, type TrackSource } from '#contract/grant.ts'
import { TokenBucket } from '#contract/tokenBucket.ts'

/** How much is kept; all have defaults. */
export interface ByteLimits {
  /** Of a track, averaged over half a minute (default 1 Mbit/s of sound, 16 Mbit/s of pictures). */
  soundBps?: number
  pictureBps?: number
  /** Of a recording: beyond it nothing more is kept of pictures, while sound goes on (default 256 GiB). */
  recordingBytes?: number
}

/** What may come at once, in seconds of what a track may bring. */
const burstSeconds = 30

/**
 * What the tracks of a recording may bring, whoever let them in: one that brings more costs itself, not the others and
 * not the disk.
 */
export class ByteBounds {
  readonly #limits: Required<ByteLimits>
  readonly #tracks = new Map<number, { kind: 'audio' | 'video'; bucket: TokenBucket }>()
  readonly #writtenBytes: () => number

  /** @param writtenBytes of the whole recording, so far */
  constructor(limits: ByteLimits, writtenBytes: () => number) {
    const { soundBps = 1_000_000, pictureBps = 16_000_000, recordingBytes = 256 * 1024 ** 3 } = limits
    this.#limits = { soundBps, pictureBps, recordingBytes }
    this.#writtenBytes = writtenBytes
  }

  begin(stream: number, source: TrackSource, nowMs: number): void {
    const kind = mediaKindOf(source)
    const perSecond = (kind === 'audio' ? this.#limits.soundBps : this.#limits.pictureBps) / 8
    const bucket = new TokenBucket({ burst: burstSeconds * perSecond, perSecond }, nowMs)
    this.#tracks.set(stream, { kind, bucket })
  }

  /** Whether a packet may be kept; after the first that may not, nothing of its track may. */
  take(stream: number, bytes: number, nowMs: number): boolean {
    const track = this.#tracks.get(stream)
    if (!track) return false
    const isFull = track.kind === 'video' && this.#writtenBytes() >= this.#limits.recordingBytes
    if (!isFull && track.bucket.take(bytes, nowMs)) return true
    this.#tracks.delete(stream)
    return false
  }

  end(stream: number): void {
    this.#tracks.delete(stream)
  }
}
