import { describe, expect, it } from 'vitest'
import { cameraConstraints, deviceListsOf, deviceProblemOf } from './devices.ts'

describe('devices', () => {
  it('tells a refusal from a missing and a busy device', () => {
    const problem = (name: string) => deviceProblemOf(new DOMException('x', name))
    expect(problem('NotAllowedError')).toBe('blocked')
    expect(problem('NotFoundError')).toBe('missing')
    expect(problem('NotReadableError')).toBe('busy')
    expect(deviceProblemOf('?')).toBe('failed')
  })

  it('lists each device once, by kind', () => {
    const lists = deviceListsOf([
      { deviceId: 'default', kind: 'audioinput', label: 'Mặc định', groupId: 'g' },
      { deviceId: 'communications', kind: 'audioinput', label: 'x', groupId: 'g' },
      { deviceId: 'a', kind: 'audioinput', label: 'USB', groupId: 'g' },
      { deviceId: 'a', kind: 'audioinput', label: 'USB', groupId: 'g' },
      { deviceId: 'c', kind: 'videoinput', label: 'Camera', groupId: 'g' },
    ])
    expect(lists.audioinput.map((d) => d.id)).toEqual(['default', 'a'])
    expect(lists.videoinput).toEqual([{ id: 'c', label: 'Camera', groupId: 'g' }])
    expect(lists.audiooutput).toEqual([])
  })

  it('asks for the chosen camera, and for the one that faces the person when none was chosen', () => {
    expect(cameraConstraints('c1')).toMatchObject({ deviceId: { exact: 'c1' } })
    expect(cameraConstraints(null)).toMatchObject({ facingMode: { ideal: 'user' } })
  })
})
