import type { TrackId } from '#contract/ids.ts'

/** How long sound that was paused stays so. */
const resumeAfterMs = 500

/**
 * The one place where sound of others is attached. One element a track, outside the page's layout, so that no
 * re-rendering interrupts it. A browser that blocks sound is told of by `onBlocked(true)`; `unblock()` needs a click.
 */
export class Playback {
  readonly #elements = new Map<TrackId, HTMLAudioElement>()
  readonly #resuming = new Map<TrackId, ReturnType<typeof setTimeout>>()
  readonly #onBlocked: (isBlocked: boolean) => void
  #speakerId = ''
  #isClosed = false

  constructor(onBlocked: (isBlocked: boolean) => void) {
    this.#onBlocked = onBlocked
  }

  add(id: TrackId, track: MediaStreamTrack): void {
    if (this.#isClosed) return
    this.remove(id)
    const element = document.createElement('audio')
    element.autoplay = true
    element.hidden = true
    element.dataset['track'] = id
    element.srcObject = new MediaStream([track])
    document.body.append(element)
    this.#elements.set(id, element)
    // A telephone call pauses what plays, and does not let it go on by itself.
    element.addEventListener('pause', () => this.#paused(id, element))
    void this.#play(element)
  }

  remove(id: TrackId): void {
    const element = this.#elements.get(id)
    if (!element) return
    this.#elements.delete(id)
    clearTimeout(this.#resuming.get(id))
    this.#resuming.delete(id)
    element.srcObject = null
    element.remove()
  }

  /**
   * Plays on a chosen loudspeaker, now and for tracks to come; the empty id is the default. To be said again when the
   * machine's loudspeakers are others.
   */
  async setSpeaker(deviceId: string): Promise<void> {
    this.#speakerId = deviceId
    await Promise.all([...this.#elements.values()].map((element) => this.#route(element)))
  }

  /** Tries again: after a click, or when the page is shown anew. */
  async unblock(): Promise<void> {
    this.#onBlocked(false)
    await Promise.all([...this.#elements.values()].map((element) => this.#play(element)))
  }

  close(): void {
    this.#isClosed = true
    for (const id of [...this.#elements.keys()]) this.remove(id)
  }

  /** Waits a moment before it plays again: a system that pauses at once is not fought without a breath. */
  #paused(id: TrackId, element: HTMLAudioElement): void {
    if (this.#elements.get(id) !== element || this.#resuming.has(id)) return
    const resume = (): void => {
      this.#resuming.delete(id)
      if (element.paused) void this.#play(element)
    }
    this.#resuming.set(id, setTimeout(resume, resumeAfterMs))
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    await this.#route(element)
    try {
      await element.play()
    } catch (error) {
      const isGone = !element.isConnected
      if (!isGone && error instanceof DOMException && error.name === 'NotAllowedError') this.#onBlocked(true)
    }
  }

  async #route(element: HTMLAudioElement): Promise<void> {
    if (typeof element.setSinkId !== 'function' || element.sinkId === this.#speakerId) return
    try {
      await element.setSinkId(this.#speakerId)
    } catch {
      // It is not there, or not yet allowed: the one before goes on playing, and the device list shows it gone.
    }
  }
}
