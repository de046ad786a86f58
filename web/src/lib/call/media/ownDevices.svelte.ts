import { rememberedDevices, rememberDevices, type ChosenDevices } from './chosenDevices.ts'
import {
  DeviceFailure,
  hasDeviceAccess,
  listDevices,
  noDevices,
  openBoth,
  openTrack,
  type DeviceLists,
  type DeviceSource,
} from './devices.ts'

const kinds = { microphone: 'audioinput', camera: 'videoinput' } as const

/** The devices of this machine: which there are, which is chosen; opens them. Close it. */
export class OwnDevices {
  #lists = $state.raw<DeviceLists>(noDevices)
  #chosen = $state.raw<ChosenDevices>(rememberedDevices())
  /** Both being opened with one question to the person. */
  #both: Promise<Record<DeviceSource, MediaStreamTrack>> | null = null
  readonly #onChange: () => void
  readonly #listening = new AbortController()

  /** @param onChange devices were plugged in or out, or a permission was given or taken back */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get lists(): DeviceLists {
    return this.#lists
  }
  get chosen(): ChosenDevices {
    return this.#chosen
  }

  /** Begins to watch; what is opened next is asked for in one question for both where the browser allows it. */
  start(): void {
    if (!hasDeviceAccess()) return
    const { signal } = this.#listening
    navigator.mediaDevices.addEventListener('devicechange', () => void this.#changed(), { signal })
    void this.#watchPermissions()
    this.#both = this.#openBoth().finally(() => (this.#both = null))
    // Whoever opens one of them waits for it and hears of a failure.
    this.#both.catch(() => undefined)
  }

  /** Chooses a device and remembers it on this machine. */
  choose(which: DeviceSource | 'speaker', deviceId: string): void {
    this.#chosen = { ...this.#chosen, [which]: deviceId }
    rememberDevices(this.#chosen)
  }

  /** Opens the chosen one, or what there is. Throws DeviceFailure. */
  async open(source: DeviceSource): Promise<MediaStreamTrack> {
    if (this.#both) {
      try {
        return (await this.#both)[source]
      } catch {
        // One of the two refuses; which one, the single questions tell.
      }
    }
    if (!this.#has(source)) await this.#list()
    if (!this.#has(source)) throw new DeviceFailure(hasDeviceAccess() ? 'missing' : 'insecure')
    const track = await openTrack(source, this.#chosen[source])
    await this.#list()
    return track
  }

  close(): void {
    this.#listening.abort()
  }

  async #openBoth(): Promise<Record<DeviceSource, MediaStreamTrack>> {
    await this.#list()
    if (!this.#has('microphone') || !this.#has('camera')) throw new DeviceFailure('missing')
    const both = await openBoth(this.#chosen)
    await this.#list()
    return both
  }

  #has(source: DeviceSource): boolean {
    return this.#lists[kinds[source]].length > 0
  }

  /** Permission given in the browser's own bar makes the device work without a reload. */
  async #watchPermissions(): Promise<void> {
    for (const name of ['microphone', 'camera'] as const) {
      try {
        const status = await navigator.permissions.query({ name })
        status.addEventListener('change', () => void this.#changed(), { signal: this.#listening.signal })
      } catch {
        // Not every browser tells of these permissions; there, the person switches the device on again.
        return
      }
    }
  }

  async #changed(): Promise<void> {
    await this.#list()
    this.#onChange()
  }

  /** Labels, and on some browsers the devices themselves, are only told once one was opened. */
  async #list(): Promise<void> {
    const lists = await listDevices()
    if (!this.#listening.signal.aborted) this.#lists = lists
  }
}
