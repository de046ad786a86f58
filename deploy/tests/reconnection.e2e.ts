import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { cameraFile, speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startRelay, type Relay } from '../testing/relay.ts'

const isRoot = process.getuid?.() === 0

let platform: PlatformProcess
let office: Office
let city: City
/** The chair's way to the platform, and the delegate's. */
let wired: Relay
let mobile: Relay
let meetingId: string
let chair: CallPage
let delegate: CallPage

const chairPicture = () => ({
  camera: cameraFile('Chủ trì'),
  microphone: speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.'),
})
const delegatePicture = () => ({
  camera: cameraFile('Phường Hoàn Kiếm', ['0x3d405b', '0x81b29a']),
  microphone: speechFile('Báo cáo đồng chí chủ trì, phường đã hoàn thành các nhiệm vụ được giao.', 70),
})
const portOf = (of: PlatformProcess) => Number(new URL(of.url).port)

async function openChair(): Promise<void> {
  chair = await CallPage.start(wired.url, meetingId, city.chair.cookie, chairPicture())
}

beforeAll(async () => {
  platform = await startPlatformProcess()
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  wired = await startRelay(portOf(platform))
  mobile = await startRelay(portOf(platform))
  meetingId = (await planMeeting(office, city)).id
  await openChair()
  await chair.join()
})

afterAll(async () => {
  await chair?.close()
  await delegate?.close()
  await wired?.close()
  await mobile?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** Both see and hear each other, and each is there once. */
async function bothAreThere(timeoutMs = 30_000): Promise<void> {
  await delegate.framesAdvance(city.chair.name, 10, timeoutMs)
  await chair.framesAdvance(city.delegate.name, 10, timeoutMs)
  await expect.poll(() => delegate.loudness(), { timeout: timeoutMs }).toBeGreaterThan(0.01)
  await expect.poll(() => chair.loudness(), { timeout: timeoutMs }).toBeGreaterThan(0.01)
  for (const page of [chair, delegate]) {
    expect(await page.page.locator('article[data-source="camera"]').count()).toBe(2)
  }
}

/** How often a message stands in the chat of a page. */
async function timesRead(page: CallPage, text: string): Promise<number> {
  await page.reads(text, 30_000)
  return await page.page.getByRole('tabpanel').getByText(text).count()
}

describe('forbidding to unmute', () => {
  it('holds for who joins later; they are heard as soon as the chair allows it and they speak', async () => {
    await chair.panel(texts.people)
    await chair.choose(texts.muteAllForbid, texts.muteAll)
    delegate = await CallPage.start(mobile.url, meetingId, city.delegate.cookie, delegatePicture())
    await delegate.join()
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
    await chair.seesMoving(city.delegate.name)
    expect(await chair.loudness()).toBeLessThan(0.002)
    await chair.choose(texts.allowAll, texts.muteAll)
    await delegate.press(texts.micOn)
    await delegate.page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    await bothAreThere()
  })
})

describe('a delegate', () => {
  it.skipIf(!isRoot)('has sound again a moment after a change of network', async () => {
    const entries = await delegate.stats('local-candidate')
    const ports = [...new Set(entries.filter((e) => e['protocol'] === 'udp').map((e) => String(e['port'])))]
    expect(ports.length).toBeGreaterThan(0)
    // What ran over the old network gets nowhere any more, and nobody is told.
    const rules = ports.map((port) => [
      'INPUT',
      '-i',
      'lo',
      '-p',
      'udp',
      '-m',
      'multiport',
      '--ports',
      port,
      '-j',
      'DROP',
    ])
    for (const rule of rules) execFileSync('iptables', ['-I', ...rule])
    mobile.swallow()
    try {
      const changedAtMs = Date.now()
      await delegate.page.evaluate(() => window.dispatchEvent(new Event('online')))
      await delegate.framesAdvance(city.chair.name, 10, 12_000)
      await expect.poll(() => chair.loudness(800), { timeout: 5_000 }).toBeGreaterThan(0.01)
      expect(Date.now() - changedAtMs).toBeLessThan(12_000)
      await bothAreThere()
    } finally {
      for (const rule of rules) execFileSync('iptables', ['-D', ...rule])
    }
  })

  it('whose machine slept is the same participant, with hand and chat', async () => {
    await delegate.press(texts.raiseHand)
    const isLost = chair.page.locator(
      `article[aria-label^="${city.delegate.name}"][aria-label*="${texts.connectionLostOf}"]`,
    )
    delegate.browser.signal('SIGSTOP')
    try {
      await isLost.waitFor({ timeout: 30_000 })
      await chair.post('Tin gửi khi máy đại biểu ngủ')
      await chair.page.waitForTimeout(20_000) // longer than ICE's consent lives
    } finally {
      delegate.browser.signal('SIGCONT')
    }
    await isLost.waitFor({ state: 'detached', timeout: 20_000 })
    await delegate.page.getByRole('button', { name: texts.lowerHand }).waitFor()
    expect(await timesRead(delegate, 'Tin gửi khi máy đại biểu ngủ')).toBe(1)
    await bothAreThere()
    expect(await delegate.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
  })
})

describe('a chair who drops', () => {
  it('is neither locked out nor loses the role', async () => {
    chair.browser.signal('SIGKILL')
    await delegate.page
      .locator(`article[aria-label^="${city.chair.name}"][aria-label*="${texts.connectionLostOf}"]`)
      .waitFor({ timeout: 30_000 })
    await chair.close()
    await openChair()
    await chair.join()
    await bothAreThere()
    await chair.panel(texts.hands)
    await chair.page.getByRole('tabpanel').getByText(city.delegate.name).waitFor()
    await chair.panel(texts.people)
    await chair.choose(texts.muteAll, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micOn, exact: true }).click()
    await bothAreThere()
  })
})

describe('a platform', () => {
  it.each([
    ['restarted in order', 'SIGTERM'],
    ['killed with -9', 'SIGKILL'],
  ] as const)(
    '%s: the call goes on with everybody, hand and chat, and what was typed is sent once',
    async (how, signal) => {
      const typed = `Tin soạn khi máy chủ nghỉ: ${signal}`
      await (signal === 'SIGKILL' ? platform.kill() : platform.stop())
      await delegate.page.getByText(texts.reconnecting).waitFor({ timeout: 20_000 })
      await delegate.post(typed)
      platform = await startPlatformProcess({ DATA_DIR: platform.dataDir })
      wired.turn(portOf(platform))
      mobile.turn(portOf(platform))
      await delegate.page.getByText(texts.reconnecting).waitFor({ state: 'hidden', timeout: 30_000 })
      await bothAreThere()
      for (const page of [chair, delegate]) expect(await timesRead(page, typed), how).toBe(1)
      expect(await timesRead(chair, 'Tin gửi khi máy đại biểu ngủ')).toBe(1)
      await delegate.page.getByRole('button', { name: texts.lowerHand }).waitFor()
      await chair.panel(texts.people)
      await chair.page.getByRole('button', { name: texts.muteAll, exact: true }).first().waitFor()
      expect(await delegate.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
    },
  )
})
