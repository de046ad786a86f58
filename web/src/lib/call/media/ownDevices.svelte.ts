import { rememberedDevices, rememberDevices, type ChosenDevices } from './chosenDevices.ts'
import {
  DeviceFailure,
  deviceToTake,
  hasDeviceAccess,
  listDevices,
  noDevices,
  openBoth,
  openTrack,
  type DeviceChoice,
  type DeviceLists,
  type DeviceSource,
} from './devices.ts'

const kinds = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' } as const

/** What the devices of a machine tell. */
export interface OwnDevicesHooks {
  /** Devices were plugged in or out, or a permission was given or taken back. */
  onChange(): void
  /** Another one is to be open than was: what was chosen has come, or the machine takes another by itself. */
  onOther(source: DeviceSource, label: string): void
  /** Sound is to come from this loudspeaker; the empty id is the machine's own choice. */
  onSpeaker(deviceId: string): void
}

/** The devices of this machine: which there are, which is chosen; opens them. Close it. */
export class OwnDevices {
  #lists = $state.raw<DeviceLists>(noDevices)
  #chosen = $state.raw<ChosenDevices>(rememberedDevices())
  /** Both being opened with one question to the person. */
  #both: Promise<Record<DeviceSource, MediaStreamTrack>> | null = null
  /** The one that was to be open when one was opened last; see `deviceToTake`. */
  readonly #taken: Partial<Record<DeviceSource, DeviceChoice | null>> = {}
  readonly #permissions: Partial<Record<DeviceSource, PermissionStatus>> = {}
  readonly #hooks: OwnDevicesHooks
  readonly #listening = new AbortController()

  constructor(hooks: OwnDevicesHooks) {
    this.#hooks = hooks
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
    if (which === 'speaker') this.#hooks.onSpeaker(this.#there('speaker') ?? '')
  }

  /** The chosen one where it is there, or may be: before a permission the browser does not say. */
  #there(which: keyof typeof kinds): string | null {
    const chosen = this.#chosen[which]
    const now = deviceToTake(this.#lists[kinds[which]], chosen)
    return now === undefined || now?.id === chosen ? chosen : null
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
    await this.#list()
    if (!this.#has(source)) throw new DeviceFailure(hasDeviceAccess() ? 'missing' : 'insecure')
    this.#take(source)
    const track = await openTrack(source, this.#there(source))
    await this.#listed([source])
    return track
  }

  close(): void {
    this.#listening.abort()
  }

  async #openBoth(): Promise<Record<DeviceSource, MediaStreamTrack>> {
    await this.#list()
    if (!this.#has('microphone') || !this.#has('camera')) throw new DeviceFailure('missing')
    this.#take('microphone')
    this.#take('camera')
    const both = await openBoth({ microphone: this.#there('microphone'), camera: this.#there('camera') })
    await this.#listed(['microphone', 'camera'])
    return both
  }

  /** Lists what a permission has just given names to: what was opened without one is what is there now. */
  async #listed(sources: readonly DeviceSource[]): Promise<void> {
    await this.#list()
    for (const source of sources) if (this.#taken[source] === undefined) this.#take(source)
  }

  /** Notes which one is to be open by now. That one, when it is another than before. */
  #take(source: DeviceSource): DeviceChoice | null {
    const choices = this.#lists[kinds[source]]
    const before = this.#taken[source]
    const now = deviceToTake(choices, this.#chosen[source])
    this.#taken[source] = now
    if (before === undefined || !now || (before?.id === now.id && before.groupId === now.groupId)) return null
    // Of one that is gone the track ends by itself, and is opened anew for that.
    const isGone = before !== null && !choices.some(({ id }) => id === before.id)
    return isGone ? null : now
  }

  #has(source: DeviceSource): boolean {
    return this.#lists[kinds[source]].length > 0
  }

  /** Permission given in the browser's own bar makes the device work without a reload. */
  async #watchPermissions(): Promise<void> {
    for (const name of ['microphone', 'camera'] as const) {
      try {
        const status = await navigator.permissions.query({ name })
        this.#permissions[name] = status
        status.addEventListener('change', () => void this.#changed(), { signal: this.#listening.signal })
      } catch {
        // Not every browser tells of these permissions; there, the person switches the device on again.
        return
      }
    }
  }

  async #changed(): Promise<void> {
    await this.#list()
    for (const source of ['microphone', 'camera'] as const) {
      const other = this.#take(source)
      // Where the browser would ask first, the person goes on with what is open.
      if (other && this.#permissions[source]?.state === 'granted') this.#hooks.onOther(source, other.label)
    }
    this.#hooks.onChange()
  }

  /** Labels, and on some browsers the devices themselves, are only told once one was opened. */
  async #list(): Promise<void> {
    const lists = await listDevices()
    if (this.#listening.signal.aborted) return
    this.#lists = lists
    this.#hooks.onSpeaker(this.#there('speaker') ?? '')
  }
}
