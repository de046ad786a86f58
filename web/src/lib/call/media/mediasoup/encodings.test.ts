import { describe, expect, it } from 'vitest'
import { cameraEncodings, screenEncodings, sendPlan } from './encodings.ts'

describe('encodings', () => {
  it('sends three layers from 540 lines, two from 360, else one', () => {
    expect([1080, 720, 540, 539, 480, 360, 359, 180].map((h) => cameraEncodings(h).length)).toEqual([
      3, 3, 3, 2, 2, 2, 1, 1,
    ])
  })

  it('always ends with full size, layers growing in bit rate', () => {
    for (const height of [180, 360, 540, 720, 1080]) {
      const layers = cameraEncodings(height)
      expect(layers.at(-1)?.scaleResolutionDownBy).toBe(1)
      const rates = layers.map((layer) => layer.maxBitrate)
      expect(rates).toEqual([...rates].sort((a, b) => a - b))
    }
  })

  it('keeps a shared screen sharp and offers a small layer beside it', () => {
    const layers = screenEncodings(1080)
    expect(layers.map((layer) => layer.scaleResolutionDownBy)).toEqual([2, 1])
    expect(layers.at(-1)?.maxFramerate).toBeLessThanOrEqual(15)
  })

  it('asks Opus for error correction and silence suppression on a microphone', () => {
    expect(sendPlan('microphone', null).codecOptions).toMatchObject({ opusFec: true, opusDtx: true })
    expect(sendPlan('camera', 720).codecOptions).toMatchObject({ videoGoogleStartBitrate: 2500 })
  })
})
