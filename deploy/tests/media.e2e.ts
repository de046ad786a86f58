import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { deviceWords } from '#web/call/media/deviceWords.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { drawScreen } from '../testing/inPage.ts'
import { cameraFile, speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

let platform: PlatformProcess
let office: Office
let city: City
let meetingId: string
let chair: CallPage
let delegate: CallPage

beforeAll(async () => {
  platform = await startPlatformProcess({ MEDIA_WORKERS: '1' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  meetingId = (await planMeeting(office, city)).id
  chair = await CallPage.start(platform.url, meetingId, city.chair.cookie, {
    camera: cameraFile('Chủ trì'),
    microphone: speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.'),
  })
  await chair.join()
  delegate = await CallPage.start(platform.url, meetingId, city.delegate.cookie, { hasNoDevices: true })
})

afterAll(async () => {
  await delegate?.close()
  await chair?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

describe('one worker', () => {
  it('listens on exactly one port', () => {
    const started = platform.output().match(/"event":"mediaWorkerStarted"/g)
    expect(started).toHaveLength(1)
  })
})

describe('a participant without any device', () => {
  it('is told so, joins all the same, and sees and hears the others', async () => {
    await delegate.page.getByText(deviceWords.problems.both.missing.what).waitFor()
    await delegate.join()
    await delegate.seesMoving(city.chair.name)
    expect(await delegate.loudness()).toBeGreaterThan(0.01)
  })
})

describe('what a page sends', () => {
  it('goes over one transport, sound and picture together, encrypted with AES-GCM', async () => {
    const sent = await chair.stats('outbound-rtp')
    expect(new Set(sent.map((s) => s['kind']))).toEqual(new Set(['audio', 'video']))
    expect(new Set(sent.map((s) => s['transportId'])).size).toBe(1)
    const transports = await chair.stats('transport')
    expect(transports.length).toBeLessThanOrEqual(2)
    const carrying = transports.filter((t) => t['dtlsState'] === 'connected')
    expect(carrying.length).toBeGreaterThan(0)
    for (const { srtpCipher } of carrying) expect(srtpCipher).toMatch(/^SRTP_AEAD_AES_(128|256)_GCM$/)
  })

  it('is Opus with in-band error correction and silence suppression', async () => {
    // What the platform answered is what the page's encoder goes by.
    const lines = await chair.page.evaluate(() => {
      const { keptConnections = [] } = window as Window & { keptConnections?: RTCPeerConnection[] }
      return keptConnections
        .filter(
          (c) => c.connectionState !== 'closed' && c.getSenders().some((s) => s.track?.kind === 'audio'),
        )
        .flatMap((c) => c.remoteDescription?.sdp.match(/a=fmtp:.*useinbandfec.*/g) ?? [])
    })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/useinbandfec=1/)
    expect(lines[0]).toMatch(/usedtx=1/)
  })

  it('is the camera in two sizes at 360 lines', async () => {
    const sent = (await chair.stats('outbound-rtp')).filter((s) => s['kind'] === 'video')
    expect(sent.map((s) => s['rid']).toSorted()).toEqual(['r0', 'r1'])
  })
})

describe('what a page receives', () => {
  const height = () =>
    delegate.page.evaluate(
      (who) => document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)?.videoHeight,
      city.chair.name,
    )

  it('is the size that its tile needs', async () => {
    await expect.poll(height, { timeout: 20_000 }).toBe(360)
    const { width, height: before } = delegate.page.viewportSize() ?? { width: 1280, height: 720 }
    await delegate.page.setViewportSize({ width: 700, height: 300 })
    await expect.poll(height, { timeout: 20_000 }).toBe(180)
    await delegate.page.setViewportSize({ width, height: before })
    await expect.poll(height, { timeout: 20_000 }).toBe(360)
  })
})

describe('a shared screen', () => {
  it('is seen by the others with its sound, and goes when it is stopped', async () => {
    await chair.page.evaluate(drawScreen)
    await chair.press(texts.micOff)
    await expect.poll(() => delegate.loudness(600), { timeout: 15_000 }).toBeLessThan(0.002)
    await chair.press(texts.share)
    await delegate.seesMoving(texts.sharesScreen(city.chair.name))
    await expect.poll(() => delegate.loudness(600), { timeout: 15_000 }).toBeGreaterThan(0.01)
    await chair.page.getByRole('button', { name: texts.stopSharing, exact: true }).first().click()
    await delegate.page.locator('article[data-source="screen"]').waitFor({ state: 'detached' })
    await expect.poll(() => delegate.loudness(600), { timeout: 15_000 }).toBeLessThan(0.002)
    await chair.press(texts.micOn)
  })
})

describe('a camera that is unplugged in the call', () => {
  it('is replaced without asking where there is another', async () => {
    await chair.page.evaluate(() => {
      for (const video of document.querySelectorAll('video')) {
        if (!(video.srcObject instanceof MediaStream)) continue
        for (const track of video.srcObject.getVideoTracks()) {
          track.stop()
          // the browser tells of both, in either order
          navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
          track.dispatchEvent(new Event('ended'))
          navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
        }
      }
    })
    await delegate.framesAdvance(city.chair.name, 30)
    await chair.page.getByRole('button', { name: texts.camOff, exact: true }).waitFor()
  })

  it('is off for everybody, and is on again when it is plugged in and switched on', async () => {
    await chair.page.evaluate(() => {
      const { mediaDevices } = navigator
      const list = mediaDevices.enumerateDevices.bind(mediaDevices)
      const open = mediaDevices.getUserMedia.bind(mediaDevices)
      const state = Object.assign(window, { isUnplugged: true })
      mediaDevices.enumerateDevices = async () =>
        (await list()).filter((device) => device.kind !== 'videoinput' || !state.isUnplugged)
      mediaDevices.getUserMedia = (wish) =>
        state.isUnplugged && wish?.video ? Promise.reject(new DOMException('', 'NotFoundError')) : open(wish)
      for (const video of document.querySelectorAll('video')) {
        if (!(video.srcObject instanceof MediaStream)) continue
        for (const track of video.srcObject.getVideoTracks()) {
          track.stop()
          track.dispatchEvent(new Event('ended')) // stop() by a page tells nobody
        }
      }
    })
    const picture = delegate.page.locator(`article[aria-label^="${city.chair.name}"] video`)
    await picture.waitFor({ state: 'detached', timeout: 15_000 })
    await chair.page.evaluate(() => Object.assign(window, { isUnplugged: false }))
    await chair.press(texts.camOn)
    await delegate.framesAdvance(city.chair.name)
  })
})
