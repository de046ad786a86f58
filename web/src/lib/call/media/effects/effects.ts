import { DeviceFailure, type DeviceSource } from '../devices.ts'
import { blurred } from './blur.ts'
import type { Made } from './made.ts'
import { quieted } from './quiet.ts'
import { wishEffect } from './wantedEffects.ts'

/**
 * Does to an opened track what the person wants. The track that comes back stands for it: stopping it stops the device.
 * A picture that cannot be blurred is not sent as it is: the room behind somebody is not for everybody.
 * @throws DeviceFailure when the picture cannot be blurred; the wish is then taken back, so that the next try is without.
 */
export async function withEffect(source: DeviceSource, raw: MediaStreamTrack): Promise<MediaStreamTrack> {
  try {
    return standIn(raw, await (source === 'camera' ? blurred(raw) : quieted(raw)))
  } catch (error) {
    console.warn('effectFailed', error)
    wishEffect(source === 'camera' ? 'blur' : 'quiet', false)
    if (source === 'microphone') return raw
    raw.stop()
    throw new DeviceFailure('failed', { cause: error })
  }
}

/** Makes the one that is sent behave as the device's own: its end, its interruptions, its name. */
function standIn(raw: MediaStreamTrack, { track, end }: Made): MediaStreamTrack {
  track.contentHint = raw.contentHint
  const stop = track.stop.bind(track)
  track.stop = () => {
    raw.stop()
    stop()
    end()
  }
  raw.addEventListener('ended', () => {
    stop()
    end()
    track.dispatchEvent(new Event('ended'))
  })
  Object.defineProperty(track, 'muted', { get: () => raw.muted })
  for (const type of ['mute', 'unmute']) {
    raw.addEventListener(type, () => track.dispatchEvent(new Event(type)))
  }
  const own = track.getSettings.bind(track)
  track.getSettings = () => {
    const { deviceId, groupId } = raw.getSettings()
    return { ...own(), deviceId, groupId }
  }
  return track
}
