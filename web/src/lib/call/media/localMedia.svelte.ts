import {
  cameraConstraints,
  deviceProblemOf,
  hasDeviceAccess,
  listDevices,
  microphoneConstraints,
  noDevices,
  openTrack,
  type DeviceLists,
  type DeviceProblem,
} from './devices.ts'
import { hear, hearingAtFirst, isSilent, isSpeech, LevelMeter, meterFraction, type Hearing } from './level.ts'

/** The devices of one's own that make tracks. */
export type LocalSource = 'microphone' | 'camera'

/** Who is told of one's own tracks. */
export interface LocalMediaHooks {
  /** A new track to send, or none any more. */
  onTrack(source: LocalSource, track: MediaStreamTrack | null): void
  /** The device vanished while it was on, and no other took its place. */
  onLost(source: LocalSource): void
}

const storageKey = 'call-devices'

interface Chosen {
  microphone: string | null
  camera: string | null
  speaker: string | null
}

/**
 * One's own microphone and camera, from the pre-join page to the end of the call: which there are, which is chosen,
 * what is wrong, how loud it is. A device that is plugged out or in is replaced without asking.
 */
export class LocalMedia {
  #lists = $state.raw<DeviceLists>(noDevices)
  #tracks = $state.raw<Record<LocalSource, MediaStreamTrack | null>>({ microphone: null, camera: null })
  #problems = $state.raw<Record<LocalSource, DeviceProblem | null>>({ microphone: null, camera: null })
  #starting = $state.raw<Record<LocalSource, boolean>>({ microphone: false, camera: false })
  /** Whether the person wants the device on; the camera's light follows. */
  #wanted = $state.raw<Record<LocalSource, boolean>>({ microphone: true, camera: true })
  #chosen = $state.raw<Chosen>({ microphone: null, camera: null, speaker: null })
  #level = $state(0)
  #isSilent = $state(false)
  #isSpeech = $state(false)
  #hearing: Hearing = hearingAtFirst
  #meter: LevelMeter | null = null
  readonly #hooks: LocalMediaHooks
  #isClosed = false
  /** Openings under way: who asks meanwhile waits for the same one. */
  readonly #opening = new Map<LocalSource, Promise<void>>()
  readonly #permissions: PermissionStatus[] = []
  readonly #devicesChanged = (): void => void this.#refresh()

  constructor(hooks: LocalMediaHooks) {
    this.#hooks = hooks
    this.#chosen = remembered()
  }

  get lists(): DeviceLists {
    return this.#lists
  }
  get microphone(): MediaStreamTrack | null {
    return this.#tracks.microphone
  }
  get camera(): MediaStreamTrack | null {
    return this.#tracks.camera
  }
  get problems(): Record<LocalSource, DeviceProblem | null> {
    return this.#problems
  }
  get starting(): Record<LocalSource, boolean> {
    return this.#starting
  }
  get wanted(): Record<LocalSource, boolean> {
    return this.#wanted
  }
  get chosen(): Chosen {
    return this.#chosen
  }
  /** 0…1, as a meter shows it. */
  get level(): number {
    return this.#level
  }
  /** The microphone is on and delivers nothing at all. */
  get isSilent(): boolean {
    return this.#isSilent && this.#tracks.microphone !== null
  }
  /** Somebody has been speaking into the microphone for about a second, muted or not. */
  get isSpeech(): boolean {
    return this.#isSpeech
  }

  /** Opens what is wanted; one question to the person for both where the browser allows it. */
  async start(): Promise<void> {
    if (!hasDeviceAccess()) {
      this.#problems = { microphone: 'insecure', camera: 'insecure' }
      return
    }
    navigator.mediaDevices.addEventListener('devicechange', this.#devicesChanged)
    void this.#watchPermissions()
    await this.#list()
    const has = (kind: 'audioinput' | 'videoinput'): boolean => this.#lists[kind].length > 0
    const wantsBoth = this.#wanted.microphone && this.#wanted.camera && has('audioinput') && has('videoinput')
    if (wantsBoth && (await this.#openBoth())) return
    await Promise.all([this.#open('microphone'), this.#open('camera')])
  }

  async #openBoth(): Promise<boolean> {
    this.#starting = { microphone: true, camera: true }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: microphoneConstraints(this.#chosen.microphone),
        video: cameraConstraints(this.#chosen.camera),
      })
      this.#took('microphone', stream.getAudioTracks()[0] ?? null)
      this.#took('camera', stream.getVideoTracks()[0] ?? null)
      await this.#list()
      return true
    } catch (error) {
      // One of the two refuses; which one, the single questions tell.
      return deviceProblemOf(error) === 'insecure'
    } finally {
      this.#starting = { microphone: false, camera: false }
    }
  }

  /** Turns a device on or off. Off releases the camera; the microphone stays open so that it is ready at once. */
  async set(source: LocalSource, isOn: boolean): Promise<boolean> {
    this.#wanted = { ...this.#wanted, [source]: isOn }
    if (!isOn) {
      if (source === 'camera') this.#took('camera', null)
      return true
    }
    if (this.#tracks[source]) return true
    await this.#open(source)
    return this.#tracks[source] !== null
  }

  /** Chooses a device and remembers it on this machine. */
  async choose(source: LocalSource | 'speaker', deviceId: string): Promise<void> {
    this.#chosen = { ...this.#chosen, [source]: deviceId }
    remember(this.#chosen)
    if (source === 'speaker' || !this.#wanted[source]) return
    await this.#open(source)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (hasDeviceAccess()) {
      navigator.mediaDevices.removeEventListener('devicechange', this.#devicesChanged)
    }
    for (const status of this.#permissions) status.removeEventListener('change', this.#devicesChanged)
    this.#meter?.close()
    this.#tracks.microphone?.stop()
    this.#tracks.camera?.stop()
  }

  #open(source: LocalSource): Promise<void> {
    const opening =
      this.#opening.get(source) ?? this.#openNow(source).finally(() => this.#opening.delete(source))
    this.#opening.set(source, opening)
    return opening
  }

  async #openNow(source: LocalSource): Promise<void> {
    if (!this.#wanted[source] || this.#isClosed || this.#starting[source]) return
    const kind = source === 'microphone' ? 'audioinput' : 'videoinput'
    if (this.#lists[kind].length === 0) await this.#list()
    if (this.#lists[kind].length === 0) {
      this.#problems = { ...this.#problems, [source]: hasDeviceAccess() ? 'missing' : 'insecure' }
      return
    }
    this.#starting = { ...this.#starting, [source]: true }
    try {
      // Some systems give a camera to one at a time: let go of the old one first.
      if (source === 'camera') this.#tracks.camera?.stop()
      this.#took(source, await openTrack(source, this.#chosen[source]))
      await this.#list()
    } catch (error) {
      this.#problems = { ...this.#problems, [source]: deviceProblemOf(error) }
      if (this.#tracks[source]?.readyState === 'ended') this.#took(source, null)
    } finally {
      this.#starting = { ...this.#starting, [source]: false }
    }
  }

  #took(source: LocalSource, track: MediaStreamTrack | null): void {
    if (this.#isClosed || (track && !this.#wanted[source])) {
      track?.stop()
      return
    }
    const before = this.#tracks[source]
    if (before !== track) before?.stop()
    this.#tracks = { ...this.#tracks, [source]: track }
    if (track) {
      this.#problems = { ...this.#problems, [source]: null }
      track.addEventListener('ended', () => {
        if (this.#tracks[source] === track) void this.#lost(source)
      })
    }
    if (source === 'microphone') this.#listen(track)
    this.#hooks.onTrack(source, track)
  }

  /** The device vanished (unplugged, or the permission was taken back): try what is left. */
  async #lost(source: LocalSource): Promise<void> {
    this.#took(source, null)
    await this.#list()
    await this.#open(source)
    if (this.#wanted[source] && !this.#tracks[source]) this.#hooks.onLost(source)
  }

  #listen(track: MediaStreamTrack | null): void {
    this.#meter?.close()
    this.#meter = null
    this.#hearing = hearingAtFirst
    this.#level = 0
    this.#isSilent = false
    this.#isSpeech = false
    if (!track) return
    this.#meter = new LevelMeter(track, (db, atMs) => {
      this.#hearing = hear(this.#hearing, db, atMs)
      this.#level = meterFraction(db)
      this.#isSilent = isSilent(this.#hearing, atMs)
      this.#isSpeech = isSpeech(this.#hearing)
    })
  }

  /** Permission given in the browser's own bar makes the device work without a reload. */
  async #watchPermissions(): Promise<void> {
    for (const name of ['microphone', 'camera'] as const) {
      try {
        const status = await navigator.permissions.query({ name })
        status.addEventListener('change', this.#devicesChanged)
        this.#permissions.push(status)
      } catch {
        // Not every browser tells of these permissions; there, the person switches the device on again.
        return
      }
    }
  }

  async #refresh(): Promise<void> {
    await this.#list()
    for (const source of ['microphone', 'camera'] as const) {
      if (this.#wanted[source] && !this.#tracks[source]) await this.#open(source)
    }
  }

  async #list(): Promise<void> {
    const lists = await listDevices()
    if (!this.#isClosed) this.#lists = lists
  }
}

function remembered(): Chosen {
  const none: Chosen = { microphone: null, camera: null, speaker: null }
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return none
    const read = (name: keyof Chosen): string | null => {
      const value: unknown = Reflect.get(stored, name)
      return typeof value === 'string' ? value : null
    }
    return { microphone: read('microphone'), camera: read('camera'), speaker: read('speaker') }
  } catch {
    // Storage is closed to this page or holds something else: the defaults serve.
    return none
  }
}

function remember(chosen: Chosen): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(chosen))
  } catch {
    // Storage is full or closed: the choice holds until the page goes.
  }
}
