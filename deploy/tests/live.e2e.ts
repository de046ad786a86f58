import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { call as callTexts } from '#web/call/call.vi.ts'
import { over } from '#web/call/over.vi.ts'
import { meeting as texts } from '#web/pages/vi.ts'
import { common } from '#web/text/common.vi.ts'
import { errors } from '#web/text/errors.vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import { guestCookie, planMeeting, signIn } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { sendForm } from '../testing/pageRequest.ts'

// What changes elsewhere is on the screen soon, in the office and in the call: nobody reloads in these tests.

const soonMs = 3000
let harness: OfficeHarness
let meetingId: MeetingId
const open: { close(): Promise<unknown> }[] = []

beforeAll(async () => {
  harness = await OfficeHarness.start()
})
afterAll(async () => {
  await harness?.close()
})
beforeEach(async () => {
  meetingId = await harness.plan()
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  harness.leaveAll()
})

/** A page of the office as somebody has it open. */
async function officePage(path: string, cookie = harness.city.secretary.cookie): Promise<Page> {
  const browser: TestBrowser = await startBrowser({ hasNoDevices: true })
  open.push(browser)
  await signIn(browser.context, harness.url, cookie)
  const { page } = browser
  page.setDefaultTimeout(20_000)
  // Its connection comes after the page, and loads its code first.
  const answered = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket.waitForEvent('framereceived', (frame) => String(frame.payload).includes('refused')),
    )
  await page.goto(`${harness.url}${path}`)
  await answered
  return page
}

async function callPage(cookie: string): Promise<CallPage> {
  const page = await CallPage.start(harness.url, meetingId, cookie, { hasNoDevices: true })
  open.push(page)
  page.page.setDefaultTimeout(20_000)
  return page
}

/** The secretary sends the plan's form, changed. */
async function editPlan(change: object): Promise<void> {
  const { city, office } = harness
  const detail = await office.meetings.get(city.secretary.viewer, meetingId)
  const plan = {
    ...{ unitId: city.unitId, kind: detail.kind, title: detail.title, description: '', place: detail.place },
    ...{ startsAtMs: detail.startsAtMs, endsAtMs: detail.endsAtMs, isRecordingPlanned: true },
    ...{ isDeclaredUnclassified: true, overrideReason: 'Đột xuất', chairUserId: city.chair.userId },
    secretaryUserId: city.secretary.userId,
    people: [{ userId: city.delegate.userId, role: 'delegate' }],
    ...{ guests: [], unitIds: [city.communeId], sites: [], agenda: detail.agenda },
    ...change,
  }
  const fields = { plan: JSON.stringify(plan), status: 'scheduled', version: String(detail.version) }
  const { status } = await sendForm(harness.url, `/meetings/${meetingId}/edit`, fields, {
    cookie: city.secretary.cookie,
  })
  expect(status).toBe(303)
}

describe('what happens in the call', () => {
  it('is on the meeting’s page as it happens, with the same count as the call’s roll', async () => {
    const page = await officePage(`/meetings/${meetingId}`)
    const secretary = await callPage(harness.city.secretary.cookie)
    await secretary.join()
    await page.getByText(texts.attendance.count(1, 3)).waitFor({ timeout: soonMs })
    const chair = await harness.join(meetingId, harness.city.chair)
    await page.getByText(texts.attendance.count(2, 3)).waitFor({ timeout: soonMs })
    await secretary.panel(callTexts.people)
    await secretary.page.getByRole('button', { name: callTexts.rollCall(2, 3) }).waitFor()
    chair.close()
    await page.getByText(texts.attendance.count(1, 3)).waitFor({ timeout: soonMs })
    await secretary.page.getByRole('button', { name: callTexts.rollCall(1, 3) }).waitFor({ timeout: soonMs })
    expect(await page.getByText(texts.attendance.count(1, 3)).count()).toBe(1)
    // Coming back and ending is seen too; and the next test's home has no other call that runs.
    await (await harness.join(meetingId, harness.city.chair)).ask('call:end', {})
    await page.getByText(common.statuses.ended, { exact: true }).first().waitFor({ timeout: soonMs })
  })

  it('is on the home of who is invited: the meeting that opens, and that is over', async () => {
    const page = await officePage('/', harness.city.delegate.cookie)
    const chair = await harness.join(meetingId, harness.city.chair)
    await page.getByText(common.statuses.open, { exact: true }).first().waitFor({ timeout: soonMs })
    await chair.ask('call:end', {})
    await page
      .getByText(common.statuses.open, { exact: true })
      .first()
      .waitFor({ state: 'hidden', timeout: soonMs })
  })
})

describe('what changes in the plan', () => {
  it('is on the page of who reads it, and in the call: title, agenda, chair', async () => {
    const reader = await officePage(`/meetings/${meetingId}`, harness.city.delegate.cookie)
    const chair = await callPage(harness.city.chair.cookie)
    await chair.join()
    const delegate = await harness.join(meetingId, harness.city.delegate)
    await editPlan({ title: 'Họp giao ban bất thường (mẫu)', agenda: [{ title: 'Phòng chống lụt bão', presenter: 'Sở Xây dựng', durationMin: 15 }] }) // prettier-ignore
    await reader.getByRole('heading', { name: 'Họp giao ban bất thường (mẫu)' }).waitFor({ timeout: soonMs })
    await reader.getByText('Phòng chống lụt bão').first().waitFor({ timeout: soonMs })
    await chair.panel(callTexts.agenda)
    await chair.page.getByText('Phòng chống lụt bão').first().waitFor({ timeout: soonMs })
    await chair.page.getByText('Họp giao ban bất thường (mẫu)').first().waitFor({ timeout: soonMs })
    await editPlan({
      title: 'Họp giao ban bất thường (mẫu)',
      chairUserId: harness.city.delegate.userId,
      people: [{ userId: harness.city.chair.userId, role: 'delegate' }],
    })
    await chair.panel(callTexts.people)
    await chair.page
      .getByRole('button', { name: callTexts.muteAll })
      .waitFor({ state: 'hidden', timeout: soonMs })
    expect(await delegate.refusalOf('participants:muteAll', { forbidUnmute: false })).toBeNull()
  })

  it('reaches the chair who waits to open a meeting that is called off', async () => {
    const chair = await callPage(harness.city.chair.cookie)
    await chair.page.getByRole('button', { name: callTexts.openAndJoin }).waitFor()
    const cancelled = await sendForm(
      harness.url,
      `/meetings/${meetingId}?/cancel`,
      { reason: 'Hoãn' },
      { cookie: harness.city.secretary.cookie },
    )
    expect(cancelled.status).toBeLessThan(400)
    await chair.page.getByText(errors.meeting_cancelled.what).waitFor({ timeout: soonMs })
    const { status } = await harness.office.meetings.get(harness.city.secretary.viewer, meetingId)
    expect(status).toBe('cancelled')
  })
})

describe('a meeting that is deleted', () => {
  it('is taken from the secretary’s list by a typed word; who waits to open it reads that it is no more', async () => {
    const chair = await callPage(harness.city.chair.cookie)
    await chair.page.getByRole('button', { name: callTexts.openAndJoin }).waitFor()
    const secretary = await officePage(`/meetings/${meetingId}`)
    await secretary.getByRole('button', { name: common.more, exact: true }).click()
    await secretary.getByRole('menuitem', { name: texts.deleting.act }).click()
    const dialog = secretary.getByRole('dialog')
    const send = dialog.getByRole('button', { name: texts.deleting.act })
    await send.click()
    await dialog.getByText(texts.deleting.typeNeeded).waitFor()
    await dialog.getByLabel(texts.deleting.type).fill('xoá')
    await send.click()
    await secretary.waitForURL(`${harness.url}/meetings`)
    await secretary.getByText(texts.deleting.done).waitFor()
    await chair.page.getByRole('heading', { name: over.goneTitle }).waitFor({ timeout: soonMs })
    const gone = harness.office.meetings.get(harness.city.secretary.viewer, meetingId)
    await expect(gone).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('two links of guests in one browser', () => {
  it('stand side by side: each tab is in its own call, and comes back to it', async () => {
    const { office, city, url } = harness
    const guests = [{ name: 'Khách Mẫu', position: '', unitName: '' }]
    const planned = [await planMeeting(office, city, { guests }), await planMeeting(office, city, { guests })]
    const browser = await startBrowser({ hasNoDevices: true })
    open.push(browser)
    const pages: Page[] = []
    for (const { id, detail } of planned) {
      await harness.join(id, city.chair)
      const guest = detail.participants.find(({ role }) => role === 'guest') ?? expect.fail()
      await signIn(browser.context, url, await guestCookie(office, city, id, guest.id))
      const page = await browser.context.newPage()
      page.setDefaultTimeout(20_000)
      await page.goto(`${url}/meetings/${id}/call`)
      await page.getByRole('button', { name: callTexts.join }).click()
      await page.getByRole('toolbar', { name: callTexts.controls }).waitFor()
      pages.push(page)
    }
    const [first] = pages
    await first?.reload()
    await first?.getByRole('toolbar', { name: callTexts.controls }).waitFor()
    expect(first?.url()).toContain(planned[0]?.id)
  })
})
