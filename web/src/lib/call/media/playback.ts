import type { TrackId } from '#contract/ids.ts'

/**
 * The one place where sound of others is attached. One element a track, outside the page's layout, so that no
 * re-rendering interrupts it. A browser that blocks sound is told of by `onBlocked(true)`; `unblock()` needs a click.
 */
export class Playback {
  readonly #elements = new Map<TrackId, HTMLAudioElement>()
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
    void this.#play(element)
  }

  remove(id: TrackId): void {
    const element = this.#elements.get(id)
    if (!element) return
    this.#elements.delete(id)
    element.srcObject = null
    element.remove()
  }

  /** Plays on a chosen loudspeaker, now and for tracks to come; the empty id is the default. */
  async setSpeaker(deviceId: string): Promise<void> {
    this.#speakerId = deviceId
    await Promise.all([...this.#elements.values()].map((element) => this.#route(element)))
  }

  /** Tries again after a click. */
  async unblock(): Promise<void> {
    this.#onBlocked(false)
    await Promise.all([...this.#elements.values()].map((element) => this.#play(element)))
  }

  close(): void {
    this.#isClosed = true
    for (const id of [...this.#elements.keys()]) this.remove(id)
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
    if (!this.#speakerId || typeof element.setSinkId !== 'function') return
    try {
      await element.setSinkId(this.#speakerId)
    } catch {
      // The loudspeaker was unplugged: the default one goes on playing, and the device list shows it gone.
      this.#speakerId = ''
    }
  }
}
