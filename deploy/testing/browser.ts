import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { foundBySetup } from '../config.ts'
import { useSyntheticDevices } from './syntheticDevices.ts'

/** One real Chromium with its own fake devices: a file is one camera or microphone for the whole process. */
export interface TestBrowser {
  context: BrowserContext
  page: Page
  /** Sends a signal to every process of the browser: SIGSTOP is a machine that sleeps, SIGKILL one whose plug was pulled. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void
  close(): Promise<void>
}

/** What a page of a test looks like. */
export interface BrowserOptions {
  /** y4m and wav files of `pictures.ts`; without them Chromium's own test picture and beep. */
  camera?: string
  microphone?: string
  width?: number
  height?: number
  colorScheme?: 'light' | 'dark'
  locale?: string
  /** A camera and microphone made in the page, whose flashes and beeps belong together. */
  hasSyntheticDevices?: boolean
  /** No devices at all. */
  hasNoDevices?: boolean
  args?: string[]
  /** The page's script never comes: nothing waits for it. */
  hasNoScript?: boolean
}

/** Starts Debian's Chromium headless with a profile of its own. */
export async function startBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'diem-cau-browser-'))
  const devices = options.hasNoDevices
    ? []
    : [
        '--use-fake-device-for-media-stream',
        ...(options.camera ? [`--use-file-for-fake-video-capture=${options.camera}`] : []),
        ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
      ]
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: foundBySetup().chromium ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: options.width ?? 1366, height: options.height ?? 768 },
    colorScheme: options.colorScheme ?? 'light',
    locale: options.locale ?? 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      '--disable-gpu',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--auto-select-desktop-capture-source=Entire screen',
      ...devices,
      ...(options.args ?? []),
    ],
  })
  if (!options.hasNoDevices) await context.grantPermissions(['camera', 'microphone'])
  if (options.hasSyntheticDevices) await useSyntheticDevices(context)
  if (!options.hasNoScript) {
    context.pages().forEach(awaitLiveness)
    context.on('page', awaitLiveness)
  }
  const page = context.pages()[0] ?? (await context.newPage())
  return {
    context,
    page,
    signal(name) {
      for (const pid of processesOf(profile)) process.kill(pid, name)
    },
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** A document of ours is there once its script answers: before that what is typed and hovered is not heard. */
function awaitLiveness(page: Page): void {
  const live = async <T>(loading: Promise<T>): Promise<T> => {
    const loaded = await loading
    await page.locator('html[data-live], html:not(:has(.app-root))').waitFor({ state: 'attached' })
    return loaded
  }
  const goto = page.goto.bind(page)
  const reload = page.reload.bind(page)
  page.goto = (address, options) => live(goto(address, options))
  page.reload = (options) => live(reload(options))
}

/** The browser with this profile and all that it started. */
function processesOf(profile: string): number[] {
  const read = (pid: number, file: string): string =>
    existsSync(`/proc/${pid}/${file}`) ? readFileSync(`/proc/${pid}/${file}`, 'utf8') : ''
  const all = readdirSync('/proc').map(Number).filter(Boolean)
  const parents = new Map(
    all.map((pid) => [pid, Number(read(pid, 'stat').split(') ').at(-1)?.split(' ')[1])]),
  )
  const own = new Set(all.filter((pid) => read(pid, 'cmdline').includes(profile) && pid !== process.pid))
  for (const pid of own) for (const [child, parent] of parents) if (parent === pid) own.add(child)
  return [...own]
}
