import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { effects } from '#web/call/media/effects/effects.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, planMeeting, startOffice, type City, type Office } from '../testing/city.ts'
import { cameraFile, noiseFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

let platform: PlatformProcess
let office: Office
let city: City
let chair: CallPage
let delegate: CallPage

beforeAll(async () => {
  platform = await startPlatformProcess({ MEDIA_WORKERS: '1' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  const meetingId = (await planMeeting(office, city)).id
  chair = await CallPage.start(platform.url, meetingId, city.chair.cookie, {
    // Nobody sits before it: all of it is the room.
    camera: cameraFile('Phòng họp (mẫu)'),
    microphone: noiseFile(),
    // The model draws with WebGL; without a graphics card Chromium has it by software.
    args: ['--enable-unsafe-swiftshader', '--use-angle=swiftshader'],
  })
  await chair.join()
  delegate = await CallPage.start(platform.url, meetingId, city.delegate.cookie, { hasNoDevices: true })
  await delegate.join()
  await delegate.seesMoving(city.chair.name)
})

afterAll(async () => {
  await delegate?.close()
  await chair?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** Switches one of the two in the settings of the devices, as a person does. */
async function wish(label: string): Promise<void> {
  await chair.choose(texts.deviceSettings)
  const box = chair.page.getByRole('checkbox', { name: label })
  if (!(await box.isVisible())) await chair.page.getByText(texts.effects).click()
  await box.click()
  await chair.page.keyboard.press('Escape')
}

/** How much neighbouring points of somebody's picture differ, on the average, of 255. */
const sharpness = (page: Page, name: string): Promise<number> =>
  page.evaluate((who) => {
    const video = document.querySelector<HTMLVideoElement>(`article[aria-label^="${who}"] video`)
    const context = new OffscreenCanvas(320, 180).getContext('2d')
    if (!video || video.videoWidth === 0 || !context) return Number.NaN
    context.drawImage(video, 0, 0, 320, 180)
    const { data } = context.getImageData(0, 0, 320, 180)
    let sum = 0
    for (let at = 4; at < data.length; at += 4) sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0))
    return sum / (320 * 180)
  }, name)

it('a room is blurred for the others while that is wanted, and goes on moving', async () => {
  const sharp = await sharpness(delegate.page, city.chair.name)
  await wish(effects.blur)
  await expect
    .poll(() => sharpness(delegate.page, city.chair.name), { timeout: 60_000 })
    .toBeLessThan(sharp / 2)
  await delegate.framesAdvance(city.chair.name, 5, 60_000)
  await wish(effects.blur)
  await expect
    .poll(() => sharpness(delegate.page, city.chair.name), { timeout: 60_000 })
    .toBeGreaterThan(sharp * 0.8)
})

it('noise is filtered while that is wanted', async () => {
  const loud = await delegate.loudness(2000)
  expect(loud).toBeGreaterThan(0.005)
  await wish(effects.quiet)
  await expect.poll(() => delegate.loudness(2000), { timeout: 60_000 }).toBeLessThan(loud / 3)
  await wish(effects.quiet)
  await expect.poll(() => delegate.loudness(2000), { timeout: 60_000 }).toBeGreaterThan(loud / 2)
})

it('a picture that cannot be blurred is not sent as it is', async () => {
  await chair.page.reload()
  await chair.page.route(/selfie_segmentation/, (route) => route.abort())
  await chair.page.getByRole('toolbar', { name: texts.controls }).waitFor()
  await delegate.seesMoving(city.chair.name)
  await wish(effects.blur)
  await chair.page.getByRole('button', { name: texts.camOn, exact: true }).waitFor()
  await expect.poll(() => sharpness(delegate.page, city.chair.name), { timeout: 20_000 }).toBeNaN()
  await chair.choose(texts.deviceSettings)
  await chair.page.keyboard.press('Escape')
  await chair.press(texts.camOn)
  await delegate.seesMoving(city.chair.name)
})
