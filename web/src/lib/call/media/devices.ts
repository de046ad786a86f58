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
  /** What is of one piece has the same: the alias `default`, too, has that of the device for which it stands. */
  groupId: string
}

/** All devices by kind. */
export type DeviceLists = Record<DeviceKind, DeviceChoice[]>

export const noDevices: DeviceLists = { audioinput: [], videoinput: [], audiooutput: [] }

/** A device could not be opened, and why. */
export class DeviceFailure extends Error {
  readonly problem: DeviceProblem

  constructor(problem: DeviceProblem, options?: ErrorOptions) {
    super(problem, options)
    this.problem = problem
  }
}

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
    list.push({ id: info.deviceId, label: info.label, groupId: info.groupId })
  }
  return lists
}

/**
 * Which of these is to be open: the chosen one where it is there, else the one for which the machine's alias stands.
 * Null where that is the browser's to say; undefined while it names none (before a permission).
 */
export function deviceToTake(
  choices: readonly DeviceChoice[],
  chosenId: string | null,
): DeviceChoice | null | undefined {
  if (choices.every(({ id }) => id === '')) return undefined
  const byId = (id: string | null): DeviceChoice | undefined => choices.find((choice) => choice.id === id)
  return byId(chosenId) ?? byId('default') ?? null
}

/** The devices of this machine; empty lists where browsers give none. */
export async function listDevices(): Promise<DeviceLists> {
  if (!hasDeviceAccess()) return noDevices
  return deviceListsOf(await navigator.mediaDevices.enumerateDevices())
}

/** What to ask of a microphone. Chromium heeds no wish for one, only a demand. */
function microphoneConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: { ideal: 1 },
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  }
}

/** What to ask of a camera: 720p where it can, 30 frames. */
export function cameraConstraints(deviceId: string | null): MediaTrackConstraints {
  return {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
    ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: 'user' } }),
  }
}

/** The two devices of one's own whose tracks are opened here. */
export type DeviceSource = 'microphone' | 'camera'

const hints = { microphone: 'speech', camera: 'motion', screen: 'detail' } as const

/** @throws DeviceFailure */
async function openStream(open: (devices: MediaDevices) => Promise<MediaStream>): Promise<MediaStream> {
  if (!hasDeviceAccess()) throw new DeviceFailure('insecure')
  try {
    return await open(navigator.mediaDevices)
  } catch (error) {
    throw new DeviceFailure(deviceProblemOf(error), { cause: error })
  }
}

function trackIn(stream: MediaStream, source: keyof typeof hints): MediaStreamTrack {
  const [track] = source === 'microphone' ? stream.getAudioTracks() : stream.getVideoTracks()
  if (!track) throw new DeviceFailure('missing')
  track.contentHint = hints[source]
  return track
}

const constraintsOf = { microphone: microphoneConstraints, camera: cameraConstraints }

/** Opens one device; the machine's own choice where the chosen one is gone. Throws DeviceFailure. */
export async function openTrack(source: DeviceSource, deviceId: string | null): Promise<MediaStreamTrack> {
  const wish = { [source === 'microphone' ? 'audio' : 'video']: constraintsOf[source](deviceId) }
  try {
    return trackIn(await openStream((devices) => devices.getUserMedia(wish)), source)
  } catch (error) {
    const isGone = error instanceof DeviceFailure && error.problem === 'missing'
    if (deviceId === null || !isGone) throw error
    return openTrack(source, null)
  }
}

/** Opens both with one question to the person. Throws DeviceFailure, which does not tell whose fault it is. */
export async function openBoth(
  deviceIds: Record<DeviceSource, string | null>,
): Promise<Record<DeviceSource, MediaStreamTrack>> {
  const wish = {
    audio: microphoneConstraints(deviceIds.microphone),
    video: cameraConstraints(deviceIds.camera),
  }
  const stream = await openStream((devices) => devices.getUserMedia(wish))
  return { microphone: trackIn(stream, 'microphone'), camera: trackIn(stream, 'camera') }
}

/**
 * Without the meeting's own sound: the others would hear themselves. Browsers that do not know that wish cancel the
 * echo instead.
 */
function screenSoundConstraints(): MediaTrackConstraints & { restrictOwnAudio?: boolean } {
  const knowsOwnAudio = 'restrictOwnAudio' in navigator.mediaDevices.getSupportedConstraints()
  return knowsOwnAudio ? { restrictOwnAudio: true } : { echoCancellation: true }
}

/** Asks the person for a screen, with its sound where the browser offers it. Throws DeviceFailure: `blocked` when refused. */
export async function openScreen(): Promise<{ screen: MediaStreamTrack; sound: MediaStreamTrack | null }> {
  const stream = await openStream((devices) =>
    devices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 }, width: { max: 1920 }, height: { max: 1080 } },
      audio: screenSoundConstraints(),
    }),
  )
  return { screen: trackIn(stream, 'screen'), sound: stream.getAudioTracks()[0] ?? null }
}

/** Whether this browser can share a screen (phones cannot). */
export function canShareScreen(): boolean {
  return hasDeviceAccess() && typeof navigator.mediaDevices.getDisplayMedia === 'function'
}
