import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { call as texts } from '#web/call/call.vi.ts'
import { laterWords as later } from '#web/call/laterWords.vi.ts'
import { over } from '#web/call/over.vi.ts'
import { errors } from '#web/text/errors.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { guestCookie, newCity, planMeeting, signIn, startOffice, type Office } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { sendForm } from '../testing/pageRequest.ts'
import { speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startRelay, type Relay } from '../testing/relay.ts'

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

/** In a page: counts what keeps its screen lit. */
function countLit(): void {
  const locks: WakeLockSentinel[] = []
  const request = navigator.wakeLock.request.bind(navigator.wakeLock)
  navigator.wakeLock.request = async (type) => {
    const lock = await request(type)
    locks.push(lock)
    return lock
  }
  Object.assign(window, { litScreens: () => locks.filter(({ released }) => !released).length })
}
const litScreens = () => hall.page.evaluate<number>('litScreens()')

/** In a page: the rule of browsers, which a test's own questions count as a press for. */
function playNothingUnasked(): void {
  const { play } = HTMLMediaElement.prototype
  let isPressed = false
  for (const type of ['keydown', 'pointerdown']) {
    window.addEventListener(type, ({ isTrusted }) => (isPressed ||= isTrusted), { capture: true })
  }
  HTMLMediaElement.prototype.play = function () {
    if (isPressed || this.muted) return play.call(this)
    return Promise.reject(new DOMException('no press yet', 'NotAllowedError'))
  }
}

/** The same browser after its plug was pulled: nothing of the page is told, and no tab is kept. */
async function restarted({ browser, page }: CallPage): Promise<CallPage> {
  const crashed = page.waitForEvent('crash')
  const devtools = await browser.context.newCDPSession(page)
  devtools.send('Page.crash').catch(() => undefined) // nothing is left that would answer
  await crashed
  const next = CallPage.of({ ...browser, page: await browser.context.newPage() })
  await next.page.goto(page.url())
  return next
}

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

it('is back by itself, as it was, when its browser comes back that ended without a word', async () => {
  const { context } = hall.browser
  await context.grantPermissions(['camera', 'microphone', 'screen-wake-lock'])
  await context.addInitScript(countLit)
  hall = await restarted(hall)
  await says(harness.city.chair.name).waitFor(patient)
  await says(texts.micLive).waitFor()
  expect(await litScreens()).toBe(1)
})

it('is back as it was once it is known again, after what let it in ended', async () => {
  const { office, city, url } = harness
  await asked('revokeLink', { participantId: roomId })
  await heading(over.linkOverTitle).waitFor()
  await says(over.backByItself).waitFor()
  expect(await litScreens()).toBe(1)
  await signIn(hall.browser.context, url, await guestCookie(office, city, meetingId, roomId))
  await says(city.chair.name).waitFor(patient)
  await says(texts.micLive).waitFor()
})

it('is back with nothing on when the meeting that was over is opened again', async () => {
  await asked('endCall')
  await heading(errors.meeting_ended.what).waitFor()
  await expect.poll(litScreens).toBe(0)
  await asked('reopenCall')
  await says(texts.wallQuiet).waitFor(patient)
  await says(texts.micDead).waitFor()
  expect(hall.complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([])
})

describe('a hall whose browser plays nothing unasked', () => {
  let platform: PlatformProcess
  let office: Office
  let relay: Relay | undefined
  let chair: CallPage | undefined
  let silent: CallPage | undefined

  beforeAll(async () => {
    platform = await startPlatformProcess({}, 90_000)
    office = await startOffice(platform.dataDir)
  })
  afterAll(async () => {
    await silent?.close()
    await chair?.close()
    await relay?.close()
    await office?.close()
    await platform?.stop()
    platform?.remove()
  })

  it('is in the call all the same after a restart, and asks at its size for the one press that sound needs', async () => {
    const city = await newCity(office)
    const { id } = await planMeeting(office, city)
    const microphone = speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.')
    chair = await CallPage.start(platform.url, id, city.chair.cookie, { microphone })
    await chair.join()
    relay = await startRelay(Number(new URL(platform.url).port))
    silent = await CallPage.start(relay.url, id, city.delegate.cookie, {
      hasNoDevices: true,
      query: '?display=wall',
      width: 1920,
      height: 1080,
    })
    await silent.page.context().addInitScript(playNothingUnasked)
    await silent.joinButton.click()
    await silent.page.getByText(city.chair.name, { exact: true }).waitFor()
    silent = await restarted(silent)
    await silent.page.getByText(city.chair.name, { exact: true }).waitFor(patient)
    const asks = silent.page.getByText(texts.wallPressForSound, { exact: true })
    await asks.waitFor()
    const px = await asks.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))
    expect(px).toBeGreaterThan(1080 / 20)
    await silent.page.keyboard.press('Enter')
    await asks.waitFor({ state: 'detached' })
  })

  it('says in the name plate’s place what is lost and goes on being tried, until it is back', async () => {
    relay?.cut()
    const lost = silent?.page.getByText(texts.wallLost, { exact: true })
    await lost?.waitFor(patient)
    const px = await lost?.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))
    expect(px).toBeGreaterThan(1080 / 20)
    relay?.mend()
    await lost?.waitFor({ state: 'detached', ...patient })
  })
})
