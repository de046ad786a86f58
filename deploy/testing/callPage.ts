import type { Locator, Page } from 'playwright-core'
import { call as texts } from '#web/call/call.vi.ts'
import { bitCentre, counterBits, pictureHeight, pictureWidth, readCounter } from './pictures.ts'
import { startBrowser, type BrowserOptions, type TestBrowser } from './browser.ts'
import { signIn } from './city.ts'
import { countFrames, keepConnections, measureLoudness, readBrightness, readStats } from './inPage.ts'

/** One participant's browser in a call, driven as a person would: by names of buttons, not by code. */
export class CallPage {
  readonly browser: TestBrowser
  readonly page: Page
  /** What the page complained of; empty in a good run. */
  readonly complaints: string[] = []

  private constructor(browser: TestBrowser) {
    this.browser = browser
    this.page = browser.page
    this.page.on('pageerror', (error) => this.complaints.push(error.message))
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
  }

  /** Opens the waiting room as whoever the cookie is. */
  static async start(
    url: string,
    meetingId: string,
    cookie: string,
    options: BrowserOptions & { query?: string } = {},
  ): Promise<CallPage> {
    const browser = await startBrowser(options)
    await signIn(browser.context, url, cookie)
    await browser.context.addInitScript(keepConnections)
    const page = new CallPage(browser)
    await page.page.goto(`${url}/meetings/${meetingId}/call${options.query ?? ''}`)
    return page
  }

  /** Somebody's browser from before the call, who comes to it by the pages' own links. */
  static of(browser: TestBrowser): CallPage {
    return new CallPage(browser)
  }

  /** The waiting room's button, whichever it is now; of a recorded meeting it says that one knows. */
  get joinButton(): Locator {
    const known = `( ?${texts.recordingKnown})?`
    return this.page.getByRole('button', {
      name: new RegExp(`^(${texts.join}|${texts.openAndJoin}|${texts.joinWhenOpen})${known}$`),
    })
  }

  /** Presses the waiting room's button, whichever it is now, and waits until in the call. */
  async join(): Promise<void> {
    await this.joinButton.click()
    await this.page.getByRole('toolbar', { name: texts.controls }).waitFor()
  }

  /** The picture of somebody else, once it moves. */
  async seesMoving(name: string, timeoutMs = 20_000): Promise<void> {
    await this.page.waitForFunction(
      (who) => {
        const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)
        return video && video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 2
      },
      name,
      { timeout: timeoutMs },
    )
  }

  /** Frames decoded of somebody's picture so far; 0 when there is none. */
  async framesOf(name: string): Promise<number> {
    return await this.page.evaluate(countFrames, name)
  }

  /** Waits until `count` more frames of somebody's picture were decoded than now. */
  async framesAdvance(name: string, count = 10, timeoutMs = 20_000): Promise<void> {
    await this.page.waitForFunction(
      ([who, more, call]) => {
        const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)
        if (!video) return false
        const now = video.getVideoPlaybackQuality().totalVideoFrames
        const state = window as typeof window & { framesBefore?: Record<string, number> }
        const before = (state.framesBefore ??= {})
        // each wait counts from its own beginning; a new element counts from nothing
        before[call] = Math.min(before[call] ?? now, now)
        return now - before[call] >= more
      },
      [name, count, crypto.randomUUID()] as const,
      { timeout: timeoutMs },
    )
  }

  /** The burnt-in frame counter of somebody's picture. */
  async counterOf(name: string): Promise<number> {
    const points = Array.from({ length: counterBits }, (_, bit) => bitCentre(bit))
    const levels = await this.page.evaluate(readBrightness, {
      who: name,
      points,
      width: pictureWidth,
      height: pictureHeight,
    })
    if (levels.length === 0) throw new Error(`No picture of ${name}`)
    let bit = 0
    return readCounter(() => levels[bit++] ?? 0)
  }

  /** The loudest tenth of a second, as RMS 0…1, of all that this page plays within `forMs`. */
  async loudness(forMs = 2500): Promise<number> {
    return await this.page.evaluate(measureLoudness, forMs)
  }

  /** The entries of one type in the statistics of the page's open connections. */
  async stats(type: string): Promise<Record<string, string | number | boolean>[]> {
    return await this.page.evaluate(readStats, type)
  }

  /** A control of the bar at the bottom, by its full name. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  /** An entry of a menu, by default of "more". */
  async choose(name: string, menu: string = texts.more): Promise<void> {
    await this.page.getByRole('button', { name: menu, exact: true }).first().click()
    await this.page.getByRole('menuitem', { name, exact: true }).click()
  }

  /** Opens the side panel's page, if it is not open. */
  async panel(name: string): Promise<void> {
    const tab = this.page.getByRole('tab', { name: new RegExp(`^${name}`) })
    if (!(await tab.isVisible()))
      await this.page.getByRole('button', { name: new RegExp(`^${texts.panel}`) }).click()
    await tab.click()
  }

  async post(text: string): Promise<void> {
    await this.panel(texts.chat)
    await this.page.getByRole('textbox', { name: texts.writeMessage }).fill(text)
    await this.page.getByRole('button', { name: texts.send, exact: true }).click()
  }

  async reads(text: string, timeoutMs = 10_000): Promise<void> {
    await this.panel(texts.chat)
    await this.page.getByRole('tabpanel').getByText(text).waitFor({ timeout: timeoutMs })
  }

  /** The chair's end for everyone, with the typed word. */
  async endForAll(): Promise<void> {
    await this.press(texts.leaveMeeting)
    await this.page.getByRole('button', { name: texts.endForAll }).click()
    await this.page.getByRole('textbox', { name: texts.endTyped(texts.endWord) }).fill(texts.endWord)
    await this.page.getByRole('button', { name: texts.end, exact: true }).click()
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}
