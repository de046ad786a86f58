import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { FirefoxPage } from '../testing/firefoxPage.ts'
import { cameraFile, speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startRelay, type Relay } from '../testing/relay.ts'

let platform: PlatformProcess
let office: Office
let city: City
let relay: Relay
let chair: CallPage
let firefox: FirefoxPage

beforeAll(async () => {
  // Firefox never sends from another interface to loopback: the platform names every address that it has.
  platform = await startPlatformProcess({ MEDIA_LISTEN: '0.0.0.0', MEDIA_ANNOUNCED_ADDRESS: '' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  relay = await startRelay(Number(new URL(platform.url).port))
  const { id } = await planMeeting(office, city)
  const opening = FirefoxPage.start(relay.url, id, city.delegate.cookie)
  chair = await CallPage.start(platform.url, id, city.chair.cookie, {
    camera: cameraFile('Chủ trì'),
    microphone: speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.'),
  })
  await chair.join()
  firefox = await opening
  await firefox.join()
})

afterAll(async () => {
  await firefox?.close()
  await chair?.close()
  await relay?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** Waits until the picture of the chair has moved on in Firefox. */
async function firefoxSeesMoving(): Promise<void> {
  const before = await firefox.counterOf(city.chair.name)
  await expect.poll(() => firefox.counterOf(city.chair.name), { timeout: 20_000 }).not.toBe(before)
}

describe('a call of Firefox and Chromium', () => {
  it('both decode the picture of the other', async () => {
    await expect.poll(() => firefox.counterOf(city.chair.name), { timeout: 20_000 }).toBeGreaterThan(0)
    await firefoxSeesMoving()
    await chair.seesMoving(city.delegate.name)
    await chair.framesAdvance(city.delegate.name, 15)
  })

  it('both hear the other', async () => {
    expect(await firefox.loudness()).toBeGreaterThan(0.01)
    expect(await chair.loudness()).toBeGreaterThan(0.01)
  })

  it('Firefox sends its camera in sizes, encrypted with AES-GCM', async () => {
    const sent = (await firefox.stats('outbound-rtp')).filter((entry) => entry['kind'] === 'video')
    expect(sent.length).toBeGreaterThan(1)
    expect(new Set(sent.map((entry) => entry['rid'])).size).toBe(sent.length)
    const transports = await firefox.stats('transport')
    expect(transports).toHaveLength(2)
    for (const { srtpCipher } of transports) expect(srtpCipher).toMatch(/AEAD_AES_(128|256)_GCM$/)
  })

  it('both read what the other writes', async () => {
    await firefox.post('Phường báo cáo từ Firefox')
    await chair.reads('Phường báo cáo từ Firefox')
    await chair.post('Chủ trì đã nhận')
    await firefox.says('Chủ trì đã nhận')
  })

  it.each(['Chromium', 'Firefox'])('of a microphone that is off, %s sends nothing', async (which) => {
    const speaker = which === 'Firefox' ? firefox : chair
    const packets = async (): Promise<number> => {
      const sent = await speaker.stats('outbound-rtp')
      return sent.reduce(
        (sum, { kind, packetsSent }) => sum + (kind === 'audio' ? Number(packetsSent) : 0),
        0,
      )
    }
    /** How many within a second and a half: silence has one in 400 ms. */
    const flow = async (): Promise<number> => {
      const before = await packets()
      await chair.page.waitForTimeout(1500)
      return (await packets()) - before
    }
    expect(await flow()).toBeGreaterThan(3)
    await speaker.press(texts.micOff)
    await expect.poll(flow, { timeout: 30_000 }).toBe(0)
    await speaker.press(texts.micOn)
    await expect.poll(flow, { timeout: 30_000 }).toBeGreaterThan(3)
  })

  it('the chair mutes Firefox: nothing is heard of it until it may speak again and does', async () => {
    await chair.panel(texts.people)
    await chair.choose(texts.muteAllForbid, texts.muteAll)
    await firefox.hasButton(texts.micForbidden)
    await expect.poll(() => chair.loudness(600), { timeout: 10_000 }).toBeLessThan(0.002)
    await chair.choose(texts.allowAll, texts.muteAll)
    await firefox.press(texts.micOn)
    await expect.poll(() => chair.loudness(600), { timeout: 15_000 }).toBeGreaterThan(0.01)
  })

  it('a lost socket resumes the same participant without a reload', async () => {
    await firefox.page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    relay.cut()
    await firefox.says(texts.reconnecting)
    await chair.post('Tin gửi khi Firefox mất mạng')
    relay.mend()
    await firefox.says(texts.reconnecting, 20_000, false)
    await firefox.says('Tin gửi khi Firefox mất mạng')
    await firefoxSeesMoving()
    await chair.framesAdvance(city.delegate.name)
    expect(await firefox.loudness(1500)).toBeGreaterThan(0.01)
    expect(await firefox.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
  })

  it('the page complained of nothing but the lost network', () => {
    expect(firefox.complaints.filter((complaint) => !/establish a connection.*ws:/.test(complaint))).toEqual(
      [],
    )
  })
})
