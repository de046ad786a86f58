import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Grant, TrackSource } from '#contract/grant.ts'
import type { DeviceProblem } from './devices.ts'
import type { OwnTrack } from './mediaClient.ts'
import { OwnSources } from './ownSources.svelte.ts'
import { Machine } from './testing/machine.ts'
import { TestTrack } from './testing/testTrack.ts'

const open: Grant = { microphone: 'open', camera: 'open', screen: 'open', screenAudio: 'open' }

let machine: Machine
let own: OwnSources
let asked: [TrackSource, string][]
let failures: [TrackSource, DeviceProblem][]
let excesses: TrackSource[]
let warnings: string[]
let sent: Map<TrackSource, OwnTrack | null>
let speakers: string[]
let taken: [TrackSource, string][]

beforeEach(() => {
  machine = new Machine()
  vi.stubGlobal('navigator', {
    mediaDevices: machine,
    permissions: { query: () => Promise.resolve(machine.permission) },
  })
  asked = []
  failures = []
  excesses = []
  warnings = []
  sent = new Map()
  speakers = []
  taken = []
  const media = {
    send: (source: TrackSource, track: OwnTrack | null) => void sent.set(source, track),
    setSpeaker: (deviceId: string) => Promise.resolve(void speakers.push(deviceId)),
  }
  own = new OwnSources(media, {
    ask: (source, level) => {
      asked.push([source, level])
      return Promise.resolve(true)
    },
    onFailed: (source, problem) => failures.push([source, problem]),
    onExcess: (source) => excesses.push(source),
    onTaken: (source, label) => taken.push([source, label]),
    onWarning: (event) => warnings.push(event),
  })
})

afterEach(() => {
  own.close()
  vi.unstubAllGlobals()
})

const settled = () => new Promise<void>((resolve) => setTimeout(resolve))

async function started(): Promise<void> {
  own.start()
  await settled()
}

/** Which device is heard or seen by the others; null for none. */
function deviceSent(source: TrackSource): string | undefined | null {
  const last = sent.get(source)
  return last?.track && !last.isMuted && last.track.readyState === 'live'
    ? last.track.getSettings().deviceId
    : null
}

describe('a source that brought too much', () => {
  it('is off, and the person and the server know', async () => {
    await started()
    own.obey(open)
    own.exceeded('camera')
    expect(own.camera.isOn).toBe(false)
    expect(deviceSent('camera')).toBeNull()
    expect(asked).toContainEqual(['camera', 'muted'])
    expect(excesses).toEqual(['camera'])
    expect(own.microphone.isLive).toBe(true)
  })

  it('is not told of again when it is off already', async () => {
    await started()
    own.exceeded('microphone')
    own.exceeded('microphone')
    expect(excesses).toEqual(['microphone'])
  })
})

describe('at the start', () => {
  it('one question opens both', async () => {
    await started()
    expect(machine.questions).toHaveLength(1)
    expect([own.microphone.isLive, own.camera.isLive]).toEqual([true, true])
    expect(own.devices.lists.audioinput.map((device) => device.label)).toEqual(['Một', 'Hai'])
  })

  it('one that refuses does not keep the other away', async () => {
    machine.faults = { video: 'NotReadableError' }
    await started()
    expect(own.microphone.isLive).toBe(true)
    expect(own.camera.problem).toBe('busy')
    expect(failures).toEqual([['camera', 'busy']])
  })

  it('one that this machine has not is missing, and is not asked for', async () => {
    machine.infos = machine.infos.filter((info) => info.kind === 'audioinput')
    await started()
    expect(own.camera.problem).toBe('missing')
    expect(own.microphone.isLive).toBe(true)
    expect(machine.questions.every((wish) => !wish.video)).toBe(true)
  })

  it('what was switched off before it was opened is not taken', async () => {
    own.start()
    own.microphone.switchOff()
    await settled()
    expect(own.microphone.track).toBeNull()
    expect(own.camera.isLive).toBe(true)
  })

  it('one that was chosen for another machine, or is gone, gives way to what there is', async () => {
    own.devices.choose('microphone', 'headset')
    await started()
    expect(own.microphone.track?.getSettings().deviceId).toBe('mic-1')
    expect(own.camera.isLive).toBe(true)
  })

  it('a page without a secure connection has no devices', async () => {
    vi.stubGlobal('navigator', {})
    await started()
    expect([own.microphone.problem, own.camera.problem]).toEqual(['insecure', 'insecure'])
  })

  it('permission given in the browser itself is enough', async () => {
    machine.faults = { audio: 'NotAllowedError', video: 'NotAllowedError' }
    await started()
    expect([own.microphone.problem, own.camera.problem]).toEqual(['blocked', 'blocked'])
    machine.faults = {}
    machine.permission.dispatchEvent(new Event('change'))
    await settled()
    expect([own.microphone.isLive, own.camera.isLive]).toEqual([true, true])
  })

  it('what is plugged in later is taken', async () => {
    const all = machine.infos
    machine.infos = []
    await started()
    expect([own.microphone.problem, own.camera.problem]).toEqual(['missing', 'missing'])
    machine.infos = all
    machine.dispatchEvent(new Event('devicechange'))
    await settled()
    expect([own.microphone.isLive, own.camera.isLive]).toEqual([true, true])
  })
})

describe('in the call', () => {
  beforeEach(async () => {
    await started()
    own.obey(open)
  })

  it.each([
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
    ['NotAllowedError', 'blocked'],
    ['SecurityError', 'blocked'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['TypeError', 'failed'],
  ] as const)(
    'a microphone that was chosen and fails with %s is %s, off and not heard',
    async (name, problem) => {
      machine.faults = { audio: name }
      own.choose('microphone', 'mic-2')
      await settled()
      expect(own.microphone.problem).toBe(problem)
      expect(own.microphone.isOn).toBe(false)
      expect(deviceSent('microphone')).toBeNull()
      expect(asked).toEqual([['microphone', 'muted']])
      expect(failures).toEqual([['microphone', problem]])
      machine.faults = {}
      await own.microphone.switchOn()
      expect(deviceSent('microphone')).toBe('mic-2')
    },
  )

  it('a microphone chosen while muted is the one that is heard afterwards', async () => {
    own.microphone.switchOff()
    own.choose('microphone', 'mic-2')
    expect(deviceSent('microphone')).toBeNull()
    await own.microphone.switchOn()
    expect(deviceSent('microphone')).toBe('mic-2')
  })

  it('a level that cannot be measured keeps no microphone away', () => {
    // There is no AudioContext here at all.
    expect(warnings).toEqual(['levelUnknown'])
    expect(own.level.level).toBe(0)
    expect(own.level.isSilent).toBe(false)
    expect(own.microphone.isOn).toBe(true)
    expect(deviceSent('microphone')).toBe('mic-1')
  })

  it('a screen is sent with its sound, and both go together', async () => {
    expect(sent.get('screen')).toBeNull()
    await own.screen.switchOn()
    expect([deviceSent('screen'), deviceSent('screenAudio')]).toEqual(['screen', 'tab'])
    const sound = sent.get('screenAudio')?.track
    own.screen.switchOff()
    expect([sent.get('screen'), sent.get('screenAudio')]).toEqual([null, null])
    expect(sound?.readyState).toBe('ended')
    machine.hasScreenSound = false
    await own.screen.switchOn()
    expect(sent.get('screenAudio')).toBeNull()
    expect(asked).toEqual([])
  })

  it('the sound of a screen is asked for without what the others say, by the means that the browser knows', async () => {
    await own.screen.switchOn()
    own.screen.switchOff()
    machine.knownWishes = ['echoCancellation']
    await own.screen.switchOn()
    expect(machine.screenSoundWishes).toEqual([{ restrictOwnAudio: true }, { echoCancellation: true }])
  })

  it('a screen that is chosen after the end, or after it was switched off, is let go with its sound', async () => {
    const offered = vi.spyOn(machine, 'getDisplayMedia')
    const pickedAfter = async (act: () => void): Promise<string[]> => {
      const picked = own.screen.switchOn()
      act()
      await picked
      const stream = (await offered.mock.results.at(-1)?.value) as MediaStream
      return [...stream.getVideoTracks(), ...stream.getAudioTracks()].map(({ readyState }) => readyState)
    }
    expect(await pickedAfter(() => own.screen.switchOff())).toEqual(['ended', 'ended'])
    expect(await pickedAfter(() => own.close())).toEqual(['ended', 'ended'])
  })

  it('off and on again while the person is asked ends on, with one question', async () => {
    const picked = own.screen.switchOn()
    own.screen.switchOff()
    void own.screen.switchOn()
    await picked
    expect([deviceSent('screen'), deviceSent('screenAudio')]).toEqual(['screen', 'tab'])
    expect(machine.screenSoundWishes).toHaveLength(1)
  })

  it('a screen that the person does not choose is no news', async () => {
    machine.faults = { screen: 'NotAllowedError' }
    await own.screen.switchOn()
    expect(own.screen.isOn).toBe(false)
    expect(failures).toEqual([])
    expect(asked).toEqual([])
  })
})

describe('devices that come and go in the call', () => {
  const device = (kind: string, deviceId: string, groupId = '') => ({
    deviceId,
    kind,
    label: `${kind} ${deviceId}`,
    groupId,
  })
  const headset = device('audioinput', 'headset', 'usb')
  const desk = () => [
    device('audioinput', 'default', 'built-in'),
    device('audioinput', 'mic-1', 'built-in'),
    device('videoinput', 'cam-1'),
    device('audiooutput', 'default'),
  ]
  const inCall = async (): Promise<void> => {
    await started()
    own.obey(open)
    machine.questions.length = 0
  }
  const become = async (infos: Machine['infos']): Promise<void> => {
    machine.become(infos)
    await settled()
  }

  it('a headset that was chosen before is taken when it comes, goes, and comes back', async () => {
    machine.infos = desk()
    own.devices.choose('microphone', 'headset')
    await inCall()
    expect(deviceSent('microphone')).toBe('default')
    for (const _ of ['comes', 'comes back']) {
      await become([...desk(), headset])
      expect(deviceSent('microphone')).toBe('headset')
      await become(desk())
      expect(deviceSent('microphone')).toBe('default')
    }
    expect(taken).toContainEqual(['microphone', headset.label])
    expect(machine.questions).toHaveLength(4)
    expect(asked).toEqual([])
  })

  it('a headset that comes back while its microphone is muted is heard once it is not', async () => {
    machine.infos = desk()
    own.devices.choose('microphone', 'headset')
    await inCall()
    own.microphone.switchOff()
    await become([...desk(), headset])
    expect(machine.questions).toHaveLength(0)
    await own.microphone.switchOn()
    expect(deviceSent('microphone')).toBe('headset')
  })

  it('a headset that comes while another device is being opened is taken', async () => {
    machine.infos = desk()
    own.devices.choose('microphone', 'headset')
    await inCall()
    own.choose('microphone', 'mic-1')
    own.devices.choose('microphone', 'headset')
    await become([...desk(), headset])
    expect(deviceSent('microphone')).toBe('headset')
  })

  it('a camera that was chosen before is taken when it comes; another one is not', async () => {
    own.devices.choose('camera', 'cam-2')
    await inCall()
    const all = machine.infos
    await become([...all, device('videoinput', 'cam-9')])
    expect(deviceSent('camera')).toBe('cam-1')
    await become([...all, device('videoinput', 'cam-2')])
    expect(deviceSent('camera')).toBe('cam-2')
  })

  it('the microphone that the machine now takes by itself is taken, unless another was chosen', async () => {
    machine.infos = desk()
    await inCall()
    const byDefault = (group: string) => [device('audioinput', 'default', group), ...desk().slice(1), headset]
    await become(byDefault('built-in'))
    expect(machine.questions).toHaveLength(0)
    await become(byDefault('usb'))
    expect(machine.questions).toHaveLength(1)
    expect(deviceSent('microphone')).toBe('default')
    own.choose('microphone', 'mic-1')
    await settled()
    await become(byDefault('built-in'))
    expect(machine.questions).toHaveLength(2)
    expect(deviceSent('microphone')).toBe('mic-1')
  })

  it('nothing is taken where the browser would ask the person first', async () => {
    machine.infos = desk()
    machine.permission.state = 'prompt'
    own.devices.choose('microphone', 'headset')
    await inCall()
    await become([...desk(), headset])
    expect(machine.questions).toHaveLength(0)
    expect(deviceSent('microphone')).toBe('default')
  })

  it('a microphone that could not be opened waits for the person also then', async () => {
    machine.infos = desk()
    own.devices.choose('microphone', 'headset')
    await inCall()
    machine.faults = { audio: 'NotReadableError' }
    own.choose('microphone', 'mic-1')
    await settled()
    machine.faults = {}
    own.devices.choose('microphone', 'headset')
    await become([...desk(), headset])
    expect(own.microphone.problem).toBe('busy')
  })

  it('the chosen loudspeaker plays when it is there, else the machine’s own', async () => {
    const loud = device('audiooutput', 'loud')
    machine.infos = [...desk(), loud]
    own.chooseSpeaker('loud')
    await inCall()
    expect(speakers.at(-1)).toBe('loud')
    await become(desk())
    expect(speakers.at(-1)).toBe('')
    await become([...desk(), loud])
    expect(speakers.at(-1)).toBe('loud')
  })

  it('a loudspeaker that was chosen is asked for before the browser names any', async () => {
    machine.infos = desk().map((info) => ({ ...info, deviceId: '' }))
    own.chooseSpeaker('loud')
    await inCall()
    expect(speakers.at(-1)).toBe('loud')
  })
})

describe('a microphone that the system took for a telephone call', () => {
  const shown = async (track: TestTrack): Promise<void> => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    track.interrupt(true)
    own.mend()
    await vi.advanceTimersByTimeAsync(900)
  }
  const opened = (): TestTrack => {
    const { track } = own.microphone
    if (!(track instanceof TestTrack)) throw new Error('nothing is open')
    return track
  }
  afterEach(() => vi.useRealTimers())

  it('is opened anew when the page is shown and it is not given back', async () => {
    await started()
    own.obey(open)
    const before = opened()
    await shown(before)
    expect(opened()).toBe(before)
    await vi.advanceTimersByTimeAsync(200)
    expect(opened()).not.toBe(before)
    expect(own.microphone.state.kind).toBe('on')
    expect(asked).toEqual([])
  })

  it('is told of as long as the system has it, with the camera where that is taken too', async () => {
    await started()
    const { camera } = own
    if (!(camera.track instanceof TestTrack)) throw new Error('no camera is open')
    expect(own.interrupted).toBeNull()
    opened().interrupt(true)
    expect(own.interrupted).toBe('microphone')
    camera.track.interrupt(true)
    expect(own.interrupted).toBe('both')
    opened().interrupt(false)
    expect(own.interrupted).toBe('camera')
    camera.track.interrupt(false)
    expect(own.interrupted).toBeNull()
  })

  it('goes on when it is given back in time', async () => {
    await started()
    const before = opened()
    await shown(before)
    before.interrupt(false)
    await vi.advanceTimersByTimeAsync(2000)
    expect(opened()).toBe(before)
  })
})
