import { describe, expect, it } from 'vitest'
import { arrange, bestGrid, gapPx, gridBoxes, mostTiles, pageCapacity, stageBoxes } from './layout.ts'

describe('grid', () => {
  it('never lets tiles overlap or leave the space', () => {
    for (const [width, height] of [
      [390, 620],
      [1366, 600],
      [1920, 900],
      [500, 500],
    ] as const) {
      for (let count = 1; count <= mostTiles; count++) {
        const boxes = gridBoxes(count, width, height)
        expect(boxes).toHaveLength(count)
        boxes.forEach((box, index) => {
          expect(box.left).toBeGreaterThanOrEqual(0)
          expect(box.top).toBeGreaterThanOrEqual(0)
          expect(box.left + box.width).toBeLessThanOrEqual(width + 1)
          expect(box.top + box.height).toBeLessThanOrEqual(height + 1)
          const next = boxes[index + 1]
          if (next && next.top === box.top) {
            expect(next.left - box.left - box.width).toBeGreaterThanOrEqual(gapPx - 1)
          }
        })
      }
    }
  })

  it('sets two side by side on a wide screen and one above the other on a phone', () => {
    expect(bestGrid(2, 1366, 600)).toMatchObject({ columns: 2, rows: 1 })
    expect(bestGrid(2, 390, 620)).toMatchObject({ columns: 1, rows: 2 })
  })

  it('uses the space well: no other column count gives larger tiles', () => {
    const { tileWidth, tileHeight } = bestGrid(6, 1366, 620)
    expect((tileWidth * tileHeight * 6) / (1366 * 620)).toBeGreaterThan(0.7)
  })

  it('pages on a phone before faces become stamps, and shows 25 on a large screen', () => {
    expect(pageCapacity(1920, 940)).toBe(25)
    expect(pageCapacity(390, 640)).toBeGreaterThanOrEqual(6)
    expect(pageCapacity(390, 640)).toBeLessThanOrEqual(10)
  })
})

describe('stage', () => {
  it('puts the others at the side of a wide space and below in a tall one', () => {
    const wide = stageBoxes(3, 1366, 620)
    expect(wide.stage.height).toBe(620)
    expect(wide.small.every((box) => box.left > wide.stage.width)).toBe(true)
    const tall = stageBoxes(3, 390, 640)
    expect(tall.stage.width).toBe(390)
    expect(tall.small.every((box) => box.top > tall.stage.height)).toBe(true)
  })

  it('leaves a shared screen no black bars as high as itself on a phone', () => {
    const { stage } = stageBoxes(3, 390, 640)
    expect(stage.height).toBeLessThan(390)
  })

  it('gives the whole space to the stage when nobody else is there', () => {
    expect(stageBoxes(0, 800, 600).stage).toEqual({ left: 0, top: 0, width: 800, height: 600 })
  })

  it.each([
    [1366, 620],
    [390, 640],
  ])('shows no more beside the stage than fit in %i × %i', (width, height) => {
    const { small, capacity } = stageBoxes(100, width, height)
    expect(small).toHaveLength(capacity)
    for (const box of small) expect(box.top + box.height).toBeLessThanOrEqual(height + 1)
  })
})

describe('arrange', () => {
  const heardAt = new Map([
    ['a', 5],
    ['b', 1],
    ['c', 9],
  ])

  it('keeps everybody in place when somebody comes, goes or speaks on the first page', () => {
    expect(arrange(['a', 'b', 'c'], ['c', 'd', 'a', 'b'], 3, ['b'], heardAt)).toEqual(['a', 'b', 'c', 'd'])
    expect(arrange(['a', 'b', 'c'], ['a', 'c'], 3, [], heardAt)).toEqual(['a', 'c'])
  })

  it('brings a speaker from a later page in the place of the quietest, and moves nobody else', () => {
    expect(arrange(['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd', 'e'], 3, ['e'], heardAt)).toEqual([
      'a',
      'e',
      'c',
      'd',
      'b',
    ])
  })

  it('does not push out somebody who is being heard too', () => {
    expect(arrange(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'], 2, ['d', 'b'], heardAt)).toEqual([
      'd',
      'b',
      'c',
      'a',
    ])
  })
})
