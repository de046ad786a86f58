/** Why a device cannot be used; each has its own words and cure in the catalogue. */
export type DeviceProblem =
  | 'blocked' // the person, or a policy, refused
  | 'missing' // there is none, or the chosen one is gone
  | 'busy' // another programme holds it
  | 'insecure' // the page is not served over HTTPS: browsers give no devices
  | 'failed'

export type DeviceKind = 'audioinput' | 'videoinput' | 'audiooutput'

/** One device to choose. `label` is empty until permission was given. */
export interface DeviceChoice {
  id: string
  label: string
}

/** All devices by kind. */
export type DeviceLists = Record<DeviceKind, DeviceChoice[]>

export const noDevices: DeviceLists = { audioinput: [], videoinput: [], audiooutput: [] }

/** The problem behind a refusal of `getUserMedia`. */
export function deviceProblemOf(error: unknown): DeviceProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'blocked'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'busy'
    default:
      return 'failed'
  }
}

/** Whether this page may use devices at all (a secure context with a media API). */
export function hasDeviceAccess(): boolean {
  return typeof navigator !== 'undefined' && navigator.mediaDevices?.getUserMedia !== undefined
}

/** Sorts what `enumerateDevices` gives into choices; the system's aliases of one device are left out. */
export function deviceListsOf(
  infos: readonly Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label' | 'groupId'>[],
): DeviceLists {
  const lists: DeviceLists = { audioinput: [], videoinput: [], audiooutput: [] }
  for (const info of infos) {
    const list = lists[info.kind]
    if (info.deviceId === 'communications') continue
    if (list.some((known) => known.id === info.deviceId)) continue
    list.push({ id: info.deviceId, label: info.label })
  }
  return lists
}

/** The devices of this machine; empty lists where browsers give none. */
export async function listDevices(): Promise<DeviceLists> {
  if (!hasDeviceAccess()) return noDevices
  return deviceListsOf(await navigator.mediaDevices.enumerateDevices())
}

/** What to ask of a microphone. An unknown or vanished id falls back to the default device. */
export function microphoneConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: { ideal: 1 },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
  }
}

/** What to ask of a camera: 720p where it can, 30 frames. */
export function cameraConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: 'user' } }),
  }
}

/** Asks for one track. Throws what the browser throws; see `deviceProblemOf`. */
export async function openTrack(
  kind: 'microphone' | 'camera',
  deviceId: string | null,
): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === 'microphone'
      ? { audio: microphoneConstraints(deviceId) }
      : { video: cameraConstraints(deviceId) },
  )
  const track = stream.getTracks()[0]
  if (!track) throw new DOMException('no track', 'NotFoundError')
  if (kind === 'camera') track.contentHint = 'motion'
  else track.contentHint = 'speech'
  return track
}

/** Asks the person for a screen, with its sound where the browser offers it. Throws NotAllowedError when refused. */
export async function openScreen(): Promise<{ screen: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: { frameRate: { ideal: 15, max: 30 }, width: { max: 1920 }, height: { max: 1080 } },
    audio: true,
  })
  const screen = stream.getVideoTracks()[0]
  if (!screen) throw new DOMException('no track', 'NotFoundError')
  screen.contentHint = 'detail'
  return { screen, sound: stream.getAudioTracks()[0] ?? null }
}

/** Whether this browser can share a screen (phones cannot). */
export function canShareScreen(): boolean {
  return hasDeviceAccess() && typeof navigator.mediaDevices.getDisplayMedia === 'function'
}
