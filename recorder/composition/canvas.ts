import type { Rect } from './layout.ts'

/** Red, green, blue (0…255) and opacity (0…1). */
export type Colour = readonly [red: number, green: number, blue: number, opacity: number]

/** Coverage of pixels, 0…255: a rendered line of text. */
export interface Mask {
  width: number
  height: number
  data: Uint8Array
}

/** A small painter for plates and labels: straight-alpha RGBA, anti-aliased round corners, text masks. */
export class Canvas {
  readonly width: number
  readonly height: number
  /** RGBA, row by row. */
  readonly data: Uint8ClampedArray

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.data = new Uint8ClampedArray(width * height * 4)
  }

  /** Fills everything, from one colour at the top to another at the bottom. */
  fill(top: Colour, bottom: Colour = top): void {
    for (let y = 0; y < this.height; y += 1) {
      const share = y / Math.max(1, this.height - 1)
      const mix = (i: 0 | 1 | 2 | 3): number => top[i] + (bottom[i] - top[i]) * share
      const colour: Colour = [mix(0), mix(1), mix(2), mix(3)]
      for (let x = 0; x < this.width; x += 1) this.#set(x, y, colour)
    }
  }

  /** A filled rectangle with round corners; half the width makes a disc. */
  roundRect(rect: Rect, radius: number, colour: Colour): void {
    this.#eachPixel(rect, (x, y) => {
      const coverage = inside(rect, radius, x, y)
      if (coverage > 0) this.#blend(x, y, colour, coverage)
    })
  }

  /** A frame along the inner edge of a rectangle with round corners. */
  frame(rect: Rect, radius: number, thickness: number, colour: Colour): void {
    const inner = {
      x: rect.x + thickness,
      y: rect.y + thickness,
      width: rect.width - 2 * thickness,
      height: rect.height - 2 * thickness,
    }
    this.#eachPixel(rect, (x, y) => {
      const coverage = inside(rect, radius, x, y) - inside(inner, radius - thickness, x, y)
      if (coverage > 0) this.#blend(x, y, colour, coverage)
    })
  }

  /** Colours what lies within the rectangle but outside of its round corners. */
  corners(rect: Rect, radius: number, colourAt: (y: number) => Colour): void {
    this.#eachPixel(rect, (x, y) => {
      const coverage = 1 - inside(rect, radius, x, y)
      if (coverage > 0) this.#blend(x, y, colourAt(y), coverage)
    })
  }

  /** Text; what is longer than `maxWidth` fades out. */
  text(mask: Mask, left: number, top: number, maxWidth: number, colour: Colour): void {
    const fade = 28
    const isLong = mask.width > maxWidth
    const width = Math.min(mask.width, Math.floor(maxWidth))
    for (let y = 0; y < mask.height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const value = (mask.data[y * mask.width + x] ?? 0) / 255
        const share = isLong ? Math.min(1, (width - x) / fade) : 1
        if (value > 0) this.#blend(Math.round(left) + x, Math.round(top) + y, colour, value * share)
      }
    }
  }

  #eachPixel(rect: Rect, visit: (x: number, y: number) => void): void {
    const right = Math.min(this.width, Math.ceil(rect.x + rect.width))
    const bottom = Math.min(this.height, Math.ceil(rect.y + rect.height))
    for (let y = Math.max(0, Math.floor(rect.y)); y < bottom; y += 1) {
      for (let x = Math.max(0, Math.floor(rect.x)); x < right; x += 1) visit(x, y)
    }
  }

  #set(x: number, y: number, colour: Colour): void {
    const at = (y * this.width + x) * 4
    this.data[at] = colour[0]
    this.data[at + 1] = colour[1]
    this.data[at + 2] = colour[2]
    this.data[at + 3] = colour[3] * 255
  }

  #blend(x: number, y: number, colour: Colour, coverage: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return
    const at = (y * this.width + x) * 4
    const over = colour[3] * coverage
    const under = ((this.data[at + 3] ?? 0) / 255) * (1 - over)
    const alpha = over + under
    if (alpha <= 0) return
    for (let i = 0; i < 3; i += 1) {
      this.data[at + i] = ((colour[i] ?? 0) * over + (this.data[at + i] ?? 0) * under) / alpha
    }
    this.data[at + 3] = alpha * 255
  }
}

/** How much of a pixel lies within a rectangle with round corners: 0…1, by signed distance. */
function inside(rect: Rect, radius: number, x: number, y: number): number {
  const round = Math.max(0, Math.min(radius, rect.width / 2, rect.height / 2))
  const dx = Math.abs(x + 0.5 - rect.x - rect.width / 2) - (rect.width / 2 - round)
  const dy = Math.abs(y + 0.5 - rect.y - rect.height / 2) - (rect.height / 2 - round)
  const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round
  return Math.max(0, Math.min(1, 0.5 - outside))
}
