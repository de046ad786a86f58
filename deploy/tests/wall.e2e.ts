import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { call as texts } from '#web/call/call.vi.ts'
import { laterWords as later } from '#web/call/laterWords.vi.ts'
import { over } from '#web/call/over.vi.ts'
import { errors } from '#web/text/errors.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { guestCookie, planMeeting, signIn } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { sendForm } from '../testing/pageRequest.ts'

// A hall's display, at which nobody is.

let harness: OfficeHarness
let hall: CallPage
let meetingId: MeetingId
let roomId: ParticipantId

beforeAll(async () => {
  harness = await OfficeHarness.start()
  const { office, city, url } = harness
  const site = await office.units.createSite(city.administrator.viewer, {
    unitId: city.communeId,
    name: 'Hội trường Mẫu',
    location: '',
  })
  const { id, detail } = await planMeeting(office, city, { sites: [{ siteId: site.id, role: 'member' }] })
  const room = detail.participants.find((one) => one.kind === 'site')
  if (!room) throw new Error('The room is not invited')
  meetingId = id
  roomId = room.id
  const cookie = await guestCookie(office, city, meetingId, roomId)
  hall = await CallPage.start(url, meetingId, cookie, { width: 1920, height: 1080 })
})
afterAll(async () => {
  await hall?.close()
  await harness?.close()
})

const heading = (name: string) => hall.page.getByRole('heading', { name, exact: true })
const says = (text: string) => hall.page.getByText(text, { exact: true })
/** As the secretary asks on the meeting's page. */
const asked = async (action: string, fields: Record<string, string> = {}): Promise<void> => {
  const path = `/meetings/${meetingId}?/${action}`
  const { status } = await sendForm(harness.url, path, fields, { cookie: harness.city.secretary.cookie })
  expect(status).toBe(200)
}
const patient = { timeout: 45_000 }

it('waits in letters that are read from afar, and joins by itself', async () => {
  await hall.joinButton.click()
  const waits = says(texts.waitingTitle)
  await waits.waitFor()
  const px = await waits.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))
  expect(px).toBeGreaterThan(1080 / 25)
  const chair = await harness.join(meetingId, harness.city.chair)
  await says(harness.city.chair.name).waitFor()
  await expect.poll(() => chair.view?.participants[roomId]?.isConnected).toBe(true)
})

it('asks at Back whether the whole site is to leave, and takes a second Back for a no', async () => {
  const question = hall.page.getByRole('dialog', { name: later.leaveHallTitle })
  const goBack = () => hall.page.evaluate(() => history.back())
  await goBack()
  await question.waitFor()
  await goBack()
  await question.waitFor({ state: 'hidden' })
  await says(texts.micLive).waitFor()
})

it('is back as it was once it is known again, after what let it in ended', async () => {
  const { office, city, url } = harness
  await asked('revokeLink', { participantId: roomId })
  await heading(over.linkOverTitle).waitFor()
  await says(over.backByItself).waitFor()
  await signIn(hall.browser.context, url, await guestCookie(office, city, meetingId, roomId))
  await says(city.chair.name).waitFor(patient)
  await says(texts.micLive).waitFor()
})

it('is back with nothing on when the meeting that was over is opened again', async () => {
  await asked('endCall')
  await heading(errors.meeting_ended.what).waitFor()
  await asked('reopenCall')
  await says(texts.wallQuiet).waitFor(patient)
  await says(texts.micDead).waitFor()
  expect(hall.complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
})
