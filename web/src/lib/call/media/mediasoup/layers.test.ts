import { describe, expect, it } from 'vitest'
import { spatialLayerCount, spatialLayerFor } from './layers.ts'

describe('layers', () => {
  it('reads the count from the scalability mode', () => {
    expect(['L3T3', 'S3T3', 'L2T1', 'L1T3', undefined, ''].map(spatialLayerCount)).toEqual([3, 3, 2, 1, 1, 1])
  })

  it('asks for no more of a face than the tile shows', () => {
    const layer = (heightPx: number) => spatialLayerFor('camera', heightPx, 3)
    expect([90, 200, 300, 420, 500, 1080].map(layer)).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('gives a small picture with two layers its full size from 220 lines', () => {
    expect([100, 216, 217, 400].map((h) => spatialLayerFor('camera', h, 2))).toEqual([0, 0, 1, 1])
  })

  it('keeps a shared screen sharp unless it is a thumbnail', () => {
    expect(spatialLayerFor('screen', 200, 2)).toBe(0)
    expect(spatialLayerFor('screen', 600, 2)).toBe(1)
    expect(spatialLayerFor('screen', 600, 1)).toBe(0)
  })
})
