import { describe, expect, it } from 'vitest'
import { gridRects, headerHeight, picture, screenRects, type Rect } from './layout.ts'

function expectTidy(rects: Rect[]): void {
  for (const [i, a] of rects.entries()) {
    expect([a.x, a.y, a.width, a.height].every((n) => n % 2 === 0)).toBe(true)
    expect(a.x).toBeGreaterThanOrEqual(0)
    expect(a.y).toBeGreaterThanOrEqual(headerHeight)
    expect(a.x + a.width).toBeLessThanOrEqual(picture.width)
    expect(a.y + a.height).toBeLessThanOrEqual(picture.height)
    for (const b of rects.slice(i + 1)) {
      const apart =
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
      expect(apart).toBe(true)
    }
  }
}

describe('the places of tiles', () => {
  it('lie within the picture, apart from each other, 16:9, for one to sixteen faces', () => {
    for (let count = 0; count <= 16; count += 1) {
      const rects = gridRects(count)
      expect(rects).toHaveLength(count)
      expectTidy(rects)
      for (const { width, height } of rects) expect(width / height).toBeCloseTo(16 / 9, 1)
    }
    expect(gridRects(4).map((r) => r.y)).toEqual([48, 48, 380, 380])
  })

  it('leave the main area to a screen', () => {
    for (let count = 0; count <= 4; count += 1) {
      const { main, strip } = screenRects(count)
      expectTidy([main, ...strip])
      expect(main.width * main.height).toBeGreaterThan(0.65 * picture.width * picture.height)
    }
  })
})
