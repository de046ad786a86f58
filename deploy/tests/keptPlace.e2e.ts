import { afterAll, beforeAll, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

let platform: PlatformProcess
let office: Office
let city: City
let chair: CallPage

beforeAll(async () => {
  platform = await startPlatformProcess()
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
})
afterAll(async () => {
  await chair?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

it('a page that is loaded anew is back in the call, with its panel and devices as they were', async () => {
  const meetingId = (await planMeeting(office, city)).id
  chair = await CallPage.start(platform.url, meetingId, city.chair.cookie)
  await chair.join()
  await chair.press(texts.micOff)
  await chair.post('trước khi tải lại')
  await chair.page.getByRole('textbox', { name: texts.writeMessage }).fill('đang gõ dở')
  await chair.press(texts.raiseHand)
  await chair.page.getByRole('button', { name: texts.lowerHand, exact: true }).waitFor()
  await chair.page.reload()
  await chair.page.getByRole('toolbar', { name: texts.controls }).waitFor()
  await chair.page.getByRole('button', { name: texts.micOn, exact: true }).waitFor()
  await chair.page.getByRole('button', { name: texts.camOff, exact: true }).waitFor()
  await chair.page.getByRole('tabpanel').getByText('trước khi tải lại').waitFor()
  await chair.page.getByRole('button', { name: texts.lowerHand, exact: true }).waitFor()
  expect(await chair.page.getByRole('textbox', { name: texts.writeMessage }).inputValue()).toBe('đang gõ dở')
  expect(chair.complaints).toEqual([])
})
