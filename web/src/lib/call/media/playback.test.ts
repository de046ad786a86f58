import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TrackId } from '#contract/ids.ts'
import { Playback } from './playback.ts'
import { TestTrack } from './testing/testTrack.ts'

/** The browser's audio element, by its own interface; the system may pause it and refuse to let it play. */
class Sound extends EventTarget {
  static all: Sound[] = []
  static refusal: string | null = null
  dataset = {}
  srcObject: unknown = null
  isConnected = true
  paused = true
  /** Where it is heard. */
  sinkId = ''
  static speakers = ['desk', 'headset']

  setSinkId(deviceId: string): Promise<void> {
    if (deviceId && !Sound.speakers.includes(deviceId)) {
      return Promise.reject(new DOMException('gone', 'NotFoundError'))
    }
    this.sinkId = deviceId
    return Promise.resolve()
  }

  play(): Promise<void> {
    if (Sound.refusal) return Promise.reject(new DOMException('as told', Sound.refusal))
    this.paused = false
    return Promise.resolve()
  }

  pause(): void {
    this.paused = true
    this.dispatchEvent(new Event('pause'))
  }

  remove(): void {
    this.isConnected = false
    this.pause()
  }
}

const id = 't1' as TrackId
/** As long as sound may be away. */
const settled = () => vi.advanceTimersByTimeAsync(2000)
let blocked: boolean[]
let playback: Playback

function onlySound(): Sound {
  const [sound] = Sound.all
  if (!sound) throw new Error('nothing plays')
  return sound
}

beforeEach(async () => {
  vi.useFakeTimers()
  Sound.all = []
  Sound.refusal = null
  Sound.speakers = ['desk', 'headset']
  vi.stubGlobal('MediaStream', class {})
  vi.stubGlobal('document', {
    createElement: () => {
      const sound = new Sound()
      Sound.all.push(sound)
      return sound
    },
    body: { append: () => undefined },
  })
  blocked = []
  playback = new Playback((isBlocked) => blocked.push(isBlocked))
  playback.add(id, new TestTrack('audio'))
  await settled()
})
afterEach(() => {
  playback.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('sound that the system paused plays again by itself', async () => {
  onlySound().pause()
  await settled()
  expect(onlySound().paused).toBe(false)
  expect(blocked).toEqual([])
})

it('sound that may not play again asks for a click, and plays after it', async () => {
  Sound.refusal = 'NotAllowedError'
  onlySound().pause()
  await settled()
  expect(blocked.at(-1)).toBe(true)
  Sound.refusal = null
  await playback.unblock()
  expect([onlySound().paused, blocked.at(-1)]).toEqual([false, false])
})

it('what has ended stays ended', async () => {
  onlySound().pause()
  playback.remove(id)
  await settled()
  expect(onlySound().paused).toBe(true)
  expect(blocked).toEqual([])
})

it('sound comes from the loudspeaker that is chosen, now and for tracks to come, and from the machine’s own again', async () => {
  await playback.setSpeaker('headset')
  playback.add('t2' as TrackId, new TestTrack('audio'))
  await settled()
  expect(Sound.all.map(({ sinkId }) => sinkId)).toEqual(['headset', 'headset'])
  await playback.setSpeaker('')
  expect(Sound.all.map(({ sinkId }) => sinkId)).toEqual(['', ''])
})

it('a loudspeaker that is not there yet is taken once it is', async () => {
  Sound.speakers = ['desk']
  await playback.setSpeaker('headset')
  expect(onlySound().sinkId).toBe('')
  Sound.speakers = ['desk', 'headset']
  await playback.setSpeaker('headset')
  expect(onlySound().sinkId).toBe('headset')
})
