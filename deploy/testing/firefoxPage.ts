import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { call as texts } from '#web/call/call.vi.ts'
import { bitCentre, counterBits, pictureHeight, pictureWidth, readCounter } from './pictures.ts'
import { keepConnections, measureLoudness, readBrightness, readStats } from './inPage.ts'

/** Firefox's own fake camera and microphone, sound without a sound card, and a call with this very machine. */
const preferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.autoplay.default': 0,
  'media.cubeb.force_mock_context': true,
  'intl.accept_languages': 'vi-VN, vi',
  'app.update.auto': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
}

/** One participant in Debian's Firefox, driven over WebDriver BiDi by the names of buttons. */
export class FirefoxPage {
  readonly page: Page
  /** What the page complained of; empty in a good run. */
  readonly complaints: string[] = []
  readonly #browser: Browser

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
  }

  /** Opens the waiting room as whoever the cookie is. */
  static async start(url: string, meetingId: string, cookie: string): Promise<FirefoxPage> {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: '/usr/bin/firefox-esr',
      headless: true,
      timeout: 90_000,
      extraPrefsFirefox: preferences,
    })
    const { hostname } = new URL(url)
    await browser.setCookie(
      ...cookie.split('; ').map((pair) => {
        const at = pair.indexOf('=')
        const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
        return { name, value, domain: hostname, path: '/', httpOnly: true }
      }),
    )
    const page = new FirefoxPage(browser, await browser.newPage())
    await page.page.evaluateOnNewDocument(keepConnections)
    await page.page.setViewport({ width: 1280, height: 720 })
    await page.page.goto(`${url}/meetings/${meetingId}/call`)
    return page
  }

  /** Presses the waiting room's button and waits until in the call. */
  async join(): Promise<void> {
    await this.press(texts.join)
    const toolbar = `[role="toolbar"][aria-label="${texts.controls}"]`
    await this.page.waitForFunction((at) => document.querySelector(at) !== null, {}, toolbar)
  }

  /**
   * A button by its full name, once it is on top where it lies. It is clicked in the page: what the driver finds by role
   * is lost to it once the page adds an entry to its history.
   */
  async press(name: string, timeoutMs = 20_000): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => {
        for (const button of document.querySelectorAll('button')) {
          const called = button.getAttribute('aria-label') ?? button.textContent?.trim()
          const { x, y, width, height } = button.getBoundingClientRect()
          if (called !== wanted || button.disabled || width === 0) continue
          if (!button.contains(document.elementFromPoint(x + width / 2, y + height / 2))) continue
          button.click()
          return true
        }
        return false
      },
      { timeout: timeoutMs },
      name,
    )
  }

  /** Waits until a button of this name is there. */
  async hasButton(name: string, timeoutMs = 20_000): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('button')].some(
          (button) => (button.getAttribute('aria-label') ?? button.textContent?.trim()) === wanted,
        ),
      { timeout: timeoutMs },
      name,
    )
  }

  /** Waits until the page says the words anywhere, or no longer does. */
  async says(words: string, timeoutMs = 20_000, isSaid = true): Promise<void> {
    await this.page.waitForFunction(
      (wanted, expected) => document.body.innerText.includes(wanted) === expected,
      { timeout: timeoutMs },
      words,
      isSaid,
    )
  }

  /** The burnt-in frame counter of somebody's picture; null while there is none. */
  async counterOf(name: string): Promise<number | null> {
    const points = Array.from({ length: counterBits }, (_, bit) => bitCentre(bit))
    const levels = await this.page.evaluate(readBrightness, {
      who: name,
      points,
      width: pictureWidth,
      height: pictureHeight,
    })
    if (levels.length === 0) return null
    let bit = 0
    return readCounter(() => levels[bit++] ?? 0)
  }

  /** The loudest tenth of a second, as RMS 0…1, of all that the page plays within `forMs`. */
  async loudness(forMs = 2500): Promise<number> {
    return await this.page.evaluate(measureLoudness, forMs)
  }

  /** Opens the side panel's page of the chat and sends a message. */
  async post(text: string): Promise<void> {
    await this.openChat()
    await this.page.waitForFunction(
      (label) => {
        const field = document.querySelector<HTMLTextAreaElement>(`textarea[aria-label="${label}"]`)
        field?.focus()
        return field !== null
      },
      {},
      texts.writeMessage,
    )
    await this.page.keyboard.type(text)
    await this.press(texts.send)
  }

  async openChat(): Promise<void> {
    const isOpen = await this.page.evaluate(() => document.querySelector('[role="tabpanel"]') !== null)
    if (!isOpen) await this.press(texts.panel)
    await this.page.evaluate((chat) => {
      for (const tab of document.querySelectorAll<HTMLElement>('[role="tab"]')) {
        if (tab.textContent?.trim().startsWith(chat)) tab.click()
      }
    }, texts.chat)
  }

  /** The entries of one type in the statistics of the page's open connections. */
  async stats(type: string): Promise<Record<string, string | number | boolean>[]> {
    return await this.page.evaluate(readStats, type)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}
