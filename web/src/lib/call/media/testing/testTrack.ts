/** A track for unit tests: it lives, ends and is muted by the system as the test says. */
export class TestTrack extends EventTarget implements MediaStreamTrack {
  readonly kind: 'audio' | 'video'
  readonly id: string
  readonly label = ''
  contentHint = ''
  enabled = true
  muted = false
  readyState: MediaStreamTrackState = 'live'
  onended = null
  onmute = null
  onunmute = null
  readonly #deviceId: string

  constructor(kind: 'audio' | 'video', deviceId = 'default') {
    super()
    this.kind = kind
    this.id = `${kind} of ${deviceId}`
    this.#deviceId = deviceId
  }

  /** By the page: the browser tells nobody. */
  stop(): void {
    this.readyState = 'ended'
  }

  /** By the world: unplugged, or the permission taken back. */
  end(): void {
    this.stop()
    this.dispatchEvent(new Event('ended'))
  }

  /** The system takes what it gives away, or gives it again. */
  interrupt(isMuted: boolean): void {
    this.muted = isMuted
    this.dispatchEvent(new Event(isMuted ? 'mute' : 'unmute'))
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.#deviceId, ...(this.kind === 'video' ? { height: 720 } : {}) }
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve()
  }
  clone(): MediaStreamTrack {
    return new TestTrack(this.kind, this.#deviceId)
  }
  getCapabilities(): MediaTrackCapabilities {
    return {}
  }
  getConstraints(): MediaTrackConstraints {
    return {}
  }
}
