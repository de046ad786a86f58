const storageKey = 'call-devices'

/** The ids of the devices that a person chose on this machine; null for whatever the machine takes by itself. */
export interface ChosenDevices {
  microphone: string | null
  camera: string | null
  speaker: string | null
}

/** What was chosen here before. */
export function rememberedDevices(): ChosenDevices {
  const none: ChosenDevices = { microphone: null, camera: null, speaker: null }
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return none
    const read = (name: keyof ChosenDevices): string | null => {
      const value: unknown = Reflect.get(stored, name)
      return typeof value === 'string' ? value : null
    }
    return { microphone: read('microphone'), camera: read('camera'), speaker: read('speaker') }
  } catch {
    // Storage is closed to this page or holds something else: the defaults serve.
    return none
  }
}

/** Keeps the choice for the next call. */
export function rememberDevices(chosen: ChosenDevices): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(chosen))
  } catch {
    // Storage is full or closed: the choice holds until the page goes.
  }
}
