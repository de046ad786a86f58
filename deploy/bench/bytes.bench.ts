import { request } from 'node:http'
import { brotliCompressSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { call as texts } from '#web/call/call.vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import { signIn } from '../testing/city.ts'
import { cameraFile } from '../testing/pictures.ts'
import { clickEarly, probeCalls, readMarks } from './callProbe.ts'
import { callGuests, startPlatformHarness } from './platformHarness.ts'
import type { Benchmark, Metric } from './metric.ts'

interface PageBytes {
  scripts: number
  styles: number
  document: number
  fonts: number
  files: number
}

/** What the call's scripts may weigh until the first remote picture. */
const callScriptsKib = 128

/**
 * What a first visit loads, as brotli: of the call's page until the first remote picture, of the home page and of the
 * login until they are quiet. Which files is read from Chromium's network log, their size from the server.
 */
export const run: Benchmark = async (say) => {
  const harness = await startPlatformHarness()
  let chair: CallPage | null = null
  try {
    const { url } = harness.platform
    const { meetingId, guestCookies } = await callGuests(harness, 1)
    const camera = cameraFile('Chủ trì (mẫu)')
    chair = await CallPage.start(url, meetingId, harness.city.chair.cookie, { camera })
    await chair.join()
    const visits: [string, string | null, number | null, (page: Page) => Promise<void>][] = [
      [
        'call until the first frame',
        guestCookies[0] ?? '',
        callScriptsKib,
        async (page) => {
          await clickEarly(page, texts.join)
          await page.goto(`${url}/meetings/${meetingId}/call`, { waitUntil: 'commit' })
          await readMarks(page)
        },
      ],
      [
        'home',
        harness.city.secretary.cookie,
        null,
        async (page) => void (await page.goto(url, { waitUntil: 'networkidle' })),
      ],
      [
        'login',
        null,
        null,
        async (page) => void (await page.goto(`${url}/login`, { waitUntil: 'networkidle' })),
      ],
    ]
    const metrics: Metric[] = []
    for (const [name, cookie, goalKib, visit] of visits) {
      const bytes = await firstVisit(url, cookie, visit, camera)
      say(
        `${name}: ${bytes.files} files, document ${kib(bytes.document)}, fonts ${kib(bytes.fonts)} beside scripts and styles`,
      )
      const row = (metric: string, value: number, goal: number | null): Metric => ({
        metric: `${metric} of ${name}`,
        value: value / 1024,
        unit: 'KiB',
        goal,
        better: 'lower',
      })
      metrics.push(row('scripts', bytes.scripts, goalKib), row('styles', bytes.styles, null))
    }
    return metrics
  } finally {
    await chair?.close()
    await harness.close()
  }
}

async function firstVisit(
  url: string,
  cookie: string | null,
  visit: (page: Page) => Promise<void>,
  camera: string,
): Promise<PageBytes> {
  const browser: TestBrowser = await startBrowser({ camera })
  try {
    if (cookie !== null) await signIn(browser.context, url, cookie)
    await probeCalls(browser.context)
    await browser.context.addInitScript(withoutPreloading)
    const found = new Map<string, string>()
    const bodies: Promise<number>[] = []
    browser.page.on('response', (response) => {
      const type = response.request().resourceType()
      if (type === 'document' && !found.has(response.url()))
        bodies.push(
          response.body().then(
            (body) => brotliCompressSync(body).length,
            () => 0,
          ),
        ) // a redirect has none
      found.set(response.url(), type)
    })
    await visit(browser.page)
    const loaded = [...found] // what comes later is not part of it

    const sum = async (type: string): Promise<number> => {
      let total = 0
      for (const [address, of] of loaded) if (of === type) total += await brotliBytes(address)
      return total
    }
    return {
      scripts: await sum('script'),
      styles: await sum('stylesheet'),
      fonts: await sum('font'),
      document: (await Promise.all(bodies)).reduce((total, bytes) => total + bytes, 0),
      files: loaded.length,
    }
  } finally {
    await browser.close()
  }
}

/** Runs in the page: what it fetches in advance after two seconds (later.ts) does not come, however slow the machine is. */
function withoutPreloading(): void {
  const wait = globalThis.setTimeout
  globalThis.setTimeout = ((work: TimerHandler, ms?: number, ...args: unknown[]) =>
    wait(work, ms === 2000 ? 600_000 : ms, ...args)) as typeof setTimeout
}

/** A public file's size as the server sends it to a browser that takes brotli (over https they all do). */
function brotliBytes(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { headers: { 'accept-encoding': 'br' }, timeout: 10_000 }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.once('end', () => {
        if (response.statusCode === 200) resolve(bytes)
        else reject(new Error(`${address} answered ${response.statusCode}`))
      })
    })
    asked.once('error', reject)
    asked.once('timeout', () => asked.destroy(new Error(`${address} does not answer`)))
    asked.end()
  })
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
