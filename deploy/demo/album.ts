import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** A laptop, a phone in the hand, the display of a hall. */
export const sizes = {
  laptop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
  wall: { width: 1920, height: 1080 },
} as const

/** The numbered screenshots of the demo, in the order in which things happened. */
export class Album {
  readonly folder: string
  readonly paths: string[] = []

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
  }

  /** Takes what the page shows now, or the whole of a long page; `size` for another one than the page has. */
  async take(
    page: Page,
    name: string,
    options: { size?: keyof typeof sizes; isWhole?: boolean } = {},
  ): Promise<void> {
    const before = page.viewportSize()
    if (options.size) {
      await page.setViewportSize(sizes[options.size])
      await page.waitForTimeout(500) // tiles ask for other layers of their pictures
    }
    await page.evaluate(async (isWhole) => {
      if (isWhole) window.scrollTo(0, 0) // what sticks to the window stands at the head of the whole page
      await document.fonts.ready
      // two frames: what was set in motion by the last act is laid out
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    }, options.isWhole ?? false)
    const number = String(this.paths.length + 1).padStart(2, '0')
    const path = join(this.folder, `${number}-${name}.png`)
    await page.screenshot({ path, fullPage: options.isWhole ?? false, animations: 'disabled' })
    this.paths.push(path)
    if (options.size && before) await page.setViewportSize(before)
  }
}
