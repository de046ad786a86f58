import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OwnDevices } from './ownDevices.svelte.ts'
import { Machine } from './testing/machine.ts'

let machine: Machine
let stored: Map<string, string>
let devices: OwnDevices
let changes: number

beforeEach(() => {
  machine = new Machine()
  stored = new Map()
  changes = 0
  vi.stubGlobal('navigator', {
    mediaDevices: machine,
    permissions: { query: () => Promise.resolve(machine.permission) },
  })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  })
  devices = made()
})
afterEach(() => {
  devices.close()
  vi.unstubAllGlobals()
})

const made = (): OwnDevices =>
  new OwnDevices({ onChange: () => changes++, onOther: () => undefined, onSpeaker: () => undefined })
const settled = () => new Promise<void>((resolve) => setTimeout(resolve))
const idOf = (track: MediaStreamTrack) => track.getSettings().deviceId

describe('devices', () => {
  it('are opened with one question after the start, and each by itself later', async () => {
    devices.start()
    const [microphone, camera] = await Promise.all([devices.open('microphone'), devices.open('camera')])
    expect([idOf(microphone), idOf(camera)]).toEqual(['mic-1', 'cam-1'])
    expect(machine.questions).toHaveLength(1)
    await devices.open('microphone')
    expect(machine.questions.map(({ audio, video }) => [!!audio, !!video])).toEqual([
      [true, true],
      [true, false],
    ])
  })

  it('are the chosen ones, also in the next call on this machine', async () => {
    devices.choose('microphone', 'mic-2')
    expect(idOf(await devices.open('microphone'))).toBe('mic-2')
    const next = made()
    expect(next.chosen).toMatchObject({ microphone: 'mic-2', camera: null })
    next.close()
  })

  it('serve with what there is when the chosen one is gone, and stay chosen for when it is back', async () => {
    devices.choose('microphone', 'mic-9')
    expect(idOf(await devices.open('microphone'))).toBe('mic-1')
    expect(devices.chosen.microphone).toBe('mic-9')
  })

  it('say which of the two refuses', async () => {
    machine.faults = { video: 'NotAllowedError' }
    devices.start()
    expect(idOf(await devices.open('microphone'))).toBe('mic-1')
    await expect(devices.open('camera')).rejects.toMatchObject({ problem: 'blocked' })
  })

  it('that are not there are missing, and on a page that gets none that is said', async () => {
    machine.infos = []
    await expect(devices.open('camera')).rejects.toMatchObject({ problem: 'missing' })
    vi.stubGlobal('navigator', {})
    const insecure = made()
    insecure.start()
    await expect(insecure.open('camera')).rejects.toMatchObject({ problem: 'insecure' })
    insecure.close()
  })

  it('are listed anew when one is plugged in or a permission is given, until the call is left', async () => {
    devices.start()
    await settled()
    machine.infos.push({ deviceId: 'mic-3', kind: 'audioinput', label: 'Ba', groupId: '' })
    machine.dispatchEvent(new Event('devicechange'))
    await settled()
    expect(devices.lists.audioinput.map(({ id }) => id)).toEqual(['mic-1', 'mic-2', 'mic-3'])
    machine.permission.dispatchEvent(new Event('change'))
    await settled()
    expect(changes).toBeGreaterThanOrEqual(2)
    const before = changes
    devices.close()
    machine.dispatchEvent(new Event('devicechange'))
    await settled()
    expect(changes).toBe(before)
    expect(devices.lists.audioinput).toHaveLength(3)
  })
})
