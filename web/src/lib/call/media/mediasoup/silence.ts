/**
 * For how long a muted microphone goes on as silence, in a browser that cannot stop sending it otherwise. A browser's RTP clock stands still while nothing is sent, and a
 * receiver (WebRTC's NetEq) judges each packet by those of the last two seconds: after a shorter gap it takes all that
 * comes for late, and plays late itself for half a minute. After a longer one it has forgotten.
 */
const lastsMs = 2500

/** A copy of a microphone's track that gives silence, for a while. */
export class Silence {
  readonly track: MediaStreamTrack
  readonly #timer: ReturnType<typeof setTimeout>

  /** @param onOver it has lasted long enough: nothing need be sent any more */
  constructor(of: MediaStreamTrack, onOver: () => void) {
    this.track = of.clone()
    this.track.enabled = false
    this.#timer = setTimeout(onOver, lastsMs)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.track.stop()
  }
}
