import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { floorWords } from '#web/call/floor/floorWords.vi.ts'
import { probeCalls, readMarks } from '../bench/callProbe.ts'
import { startBrowser } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, signIn, type City, type Office } from '../testing/city.ts'
import { ask } from '../testing/pageRequest.ts'
import { cameraFile, counterBits, speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startRelay, type Relay } from '../testing/relay.ts'

let platform: PlatformProcess
let office: Office
let city: City
let relay: Relay
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

beforeAll(async () => {
  platform = await startPlatformProcess()
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  relay = await startRelay(Number(new URL(platform.url).port))
  const { id } = await planMeeting(office, city)
  chair = await CallPage.start(platform.url, id, city.chair.cookie, chairPicture())
  await chair.join()
  const browser = await startBrowser(delegatePicture())
  await probeCalls(browser.context)
  await signIn(browser.context, relay.url, city.delegate.cookie)
  delegate = CallPage.of(browser)
  await delegate.page.goto(`${relay.url}/meetings/${id}/call`)
  await delegate.join()
})

afterAll(async () => {
  await chair?.close()
  await delegate?.close()
  await relay?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** The media workers of the platform's process. */
function workerPids(): number[] {
  return readdirSync(`/proc/${platform.process.pid}/task`)
    .flatMap((task) =>
      readFileSync(`/proc/${platform.process.pid}/task/${task}/children`, 'utf8').trim().split(' '),
    )
    .filter(Boolean)
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('mediasoup-worker'))
}

describe('a call of two real browsers', () => {
  it('both see each other: frames are decoded and the burnt-in counter advances', async () => {
    for (const [page, other] of [
      [chair, city.delegate.name],
      [delegate, city.chair.name],
    ] as const) {
      await page.seesMoving(other)
      const before = await page.counterOf(other)
      await page.framesAdvance(other, 15)
      const after = await page.counterOf(other)
      expect(before).toBeLessThan(2 ** counterBits)
      expect(after).not.toBe(before)
    }
  })

  it('whoever joins negotiates first what is received, then draws, then sends', async () => {
    const { recv, send, drawnAtMs } = await readMarks(delegate.page)
    expect(recv.sdpDoneAtMs).toBeGreaterThan(0)
    expect(drawnAtMs).toBeGreaterThanOrEqual(recv.sdpDoneAtMs)
    expect(send.sdpBeganAtMs).toBeGreaterThan(recv.sdpDoneAtMs)
  })

  it('both hear each other: the level is above silence', async () => {
    expect(await delegate.loudness()).toBeGreaterThan(0.01)
    expect(await chair.loudness()).toBeGreaterThan(0.01)
  })

  it('a chat message arrives as text, with script in it as text too', async () => {
    await delegate.post('Kính gửi đồng chí <img src=x onerror="document.title=1">')
    await chair.reads('Kính gửi đồng chí <img src=x onerror="document.title=1">')
    expect(await chair.page.title()).not.toBe('1')
  })

  it('a raised hand reaches the chair', async () => {
    await delegate.press(texts.raiseHand)
    await chair.panel(texts.hands)
    await chair.page.getByRole('tabpanel').getByText(city.delegate.name).waitFor()
    await delegate.press(texts.lowerHand)
  })

  it('a mute by the chair is silence at once, and a ban on unmuting holds', async () => {
    await chair.panel(texts.people)
    await chair.choose(texts.muteAllForbid, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
    await expect.poll(() => chair.loudness(600), { timeout: 10_000 }).toBeLessThan(0.002)
    await chair.choose(texts.allowAll, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micOn, exact: true }).click()
    await expect.poll(() => chair.loudness(), { timeout: 15_000 }).toBeGreaterThan(0.01)
  })

  it('the floor is heard under a ban, and is silence when it ends', async () => {
    await chair.choose(texts.muteAllForbid, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
    await delegate.press(texts.raiseHand)
    await chair.page.getByRole('article', { name: texts.handAt(1) }).waitFor()
    await chair.page.keyboard.press('n')
    await delegate.page.getByRole('button', { name: floorWords.openMicrophone }).click()
    await expect.poll(() => chair.loudness(), { timeout: 15_000 }).toBeGreaterThan(0.01)
    await chair.page.keyboard.press('e')
    await delegate.page.getByRole('button', { name: texts.micForbidden }).waitFor()
    await expect.poll(() => chair.loudness(600), { timeout: 10_000 }).toBeLessThan(0.002)
    await chair.choose(texts.allowAll, texts.muteAll)
    await delegate.page.getByRole('button', { name: texts.micOn, exact: true }).click()
    await expect.poll(() => chair.loudness(), { timeout: 15_000 }).toBeGreaterThan(0.01)
  })

  it('no probe of the downlink is taken for a replay and dropped', async () => {
    const { text } = await ask(platform.url, '/metrics')
    expect(text).toMatch(/^diemcau_sfu_worker_warnings_total\{kind="srtp"\} 0$/m)
  })

  it('a lost network resumes the same participant without a reload', async () => {
    await delegate.page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    relay.cut()
    await delegate.page.getByText(texts.reconnecting).waitFor({ timeout: 20_000 })
    await chair.post('Tin gửi khi đại biểu mất mạng')
    relay.mend()
    await delegate.page.getByText(texts.reconnecting).waitFor({ state: 'hidden', timeout: 20_000 })
    await delegate.reads('Tin gửi khi đại biểu mất mạng')
    await delegate.framesAdvance(city.chair.name)
    await chair.framesAdvance(city.delegate.name)
    expect(await delegate.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'media comes back after the network swallowed every packet',
    async () => {
      const ports = platform.output().matchAll(/"port":(\d+),"event":"mediaWorkerStarted"/g)
      const rules = [...ports].flatMap(([, port]) =>
        ['udp', 'tcp'].map((protocol) => [
          'INPUT',
          '-p',
          protocol,
          '-m',
          'multiport',
          '--ports',
          String(port),
          '-j',
          'DROP',
        ]),
      )
      expect(rules.length).toBeGreaterThan(0)
      for (const rule of rules) execFileSync('iptables', ['-I', ...rule])
      try {
        const before = await delegate.framesOf(city.chair.name)
        await delegate.page.waitForTimeout(9000) // longer than ICE's consent takes to notice
        expect((await delegate.framesOf(city.chair.name)) - before).toBeLessThan(30)
      } finally {
        for (const rule of rules) execFileSync('iptables', ['-D', ...rule])
      }
      await delegate.framesAdvance(city.chair.name, 10, 40_000)
      await chair.framesAdvance(city.delegate.name, 10, 40_000)
      await expect.poll(() => delegate.loudness(), { timeout: 20_000 }).toBeGreaterThan(0.01)
    },
  )

  it.skipIf(process.getuid?.() !== 0)('media goes over TCP where UDP is blocked', async () => {
    const rules = [...platform.output().matchAll(/"port":(\d+),"event":"mediaWorkerStarted"/g)].map(
      ([, port]) => ['INPUT', '-p', 'udp', '-m', 'multiport', '--ports', String(port), '-j', 'DROP'],
    )
    expect(rules.length).toBeGreaterThan(0)
    for (const rule of rules) execFileSync('iptables', ['-I', ...rule])
    try {
      await delegate.page.waitForTimeout(8000) // longer than ICE's consent takes to notice
      await delegate.framesAdvance(city.chair.name, 10, 60_000)
      await chair.framesAdvance(city.delegate.name, 10, 60_000)
    } finally {
      for (const rule of rules) execFileSync('iptables', ['-D', ...rule])
    }
  })

  it('killed media workers leave the call running on fresh ones', async () => {
    const killed = workerPids()
    expect(killed.length).toBeGreaterThan(0)
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await expect
      .poll(() => workerPids().filter((pid) => !killed.includes(pid)).length, { timeout: 15_000 })
      .toBe(killed.length)
    await delegate.seesMoving(city.chair.name, 30_000)
    await delegate.framesAdvance(city.chair.name, 10, 30_000)
    await chair.framesAdvance(city.delegate.name, 10, 30_000)
    await expect.poll(() => delegate.loudness(), { timeout: 20_000 }).toBeGreaterThan(0.01)
    expect(await delegate.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
  })

  it('the pages complained of nothing and asked no other host', async () => {
    const own = new Set([new URL(platform.url).host, new URL(relay.url).host, ''])
    const hosts = await delegate.page.evaluate(() =>
      performance.getEntriesByType('resource').map((e) => new URL(e.name).host),
    )
    expect(hosts.filter((host) => !own.has(host))).toEqual([])
    expect(chair.complaints.filter((c) => !/ERR_|WebSocket/.test(c))).toEqual([])
  })
})
