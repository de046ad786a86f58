import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { OwnLevel } from './ownLevel.svelte.ts'
import { TestTrack } from './testing/testTrack.ts'

/** The browser's audio, by its own interface: what comes from the microphone is as loud as the test says. */
class Sound {
  static loudness = 0
  static open: Sound[] = []
  static refuses = false
  state = 'running'

  createMediaStreamSource(): { connect(): void; disconnect(): void } {
    if (Sound.refuses) throw new DOMException('another sample rate', 'NotSupportedError')
    Sound.open.push(this)
    return { connect: () => undefined, disconnect: () => undefined }
  }

  createAnalyser() {
    return {
      fftSize: 1024,
      getFloatTimeDomainData: (samples: Float32Array) => samples.fill(Sound.loudness),
    }
  }

  close(): Promise<void> {
    this.state = 'closed'
    Sound.open = Sound.open.filter((one) => one !== this)
    return Promise.resolve()
  }
}

let warnings: string[]
let level: OwnLevel

beforeEach(() => {
  vi.useFakeTimers()
  Sound.loudness = 0
  Sound.open = []
  Sound.refuses = false
  vi.stubGlobal('AudioContext', Sound)
  vi.stubGlobal('MediaStream', class {})
  vi.stubGlobal('document', new EventTarget())
  warnings = []
  level = new OwnLevel((event) => warnings.push(event))
})
afterEach(() => {
  level.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const follow = (): void => level.follow(new TestTrack('audio'))

it('shows how loud the microphone is, and that somebody speaks into it', () => {
  follow()
  Sound.loudness = 0.2
  vi.advanceTimersByTime(1200)
  expect(level.level).toBeGreaterThan(0.7)
  expect([level.isSpeech, level.isSilent]).toEqual([true, false])
})

it('takes one that gives nothing at all for silent, after a while', () => {
  follow()
  vi.advanceTimersByTime(3000)
  expect(level.isSilent).toBe(false)
  vi.advanceTimersByTime(2000)
  expect(level.isSilent).toBe(true)
})

it('begins anew with another microphone, and forgets the former', () => {
  follow()
  vi.advanceTimersByTime(5000)
  const other = new TestTrack('audio', 'other')
  level.follow(other)
  expect([level.isSilent, level.isSpeech, level.level]).toEqual([false, false, 0])
  expect(Sound.open).toHaveLength(1)
  vi.advanceTimersByTime(3000)
  level.follow(other)
  vi.advanceTimersByTime(2000)
  expect(level.isSilent).toBe(true)
})

it('measures nothing more once there is no microphone, or the call is left', () => {
  follow()
  Sound.loudness = 0.2
  vi.advanceTimersByTime(600)
  level.follow(null)
  expect(level.level).toBe(0)
  expect(Sound.open).toEqual([])
  follow()
  level.close()
  expect(Sound.open).toEqual([])
})

it('stands still where the browser does not take the microphone’s sound, and says so to the log', () => {
  Sound.refuses = true
  follow()
  vi.advanceTimersByTime(5000)
  expect(warnings).toEqual(['levelUnknown'])
  expect([level.level, level.isSilent]).toEqual([0, false])
})
