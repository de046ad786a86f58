import { afterAll, beforeAll, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { laterWords } from '#web/call/laterWords.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { planMeeting } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

let harness: OfficeHarness
beforeAll(async () => {
  harness = await OfficeHarness.start()
})
afterAll(async () => {
  await harness?.close()
})

it('is acknowledged by the button that joins a meeting to be recorded, and kept with the attendance', async () => {
  const { id: meetingId } = await planMeeting(harness.office, harness.city, { isRecordingPlanned: true })
  const chair = await CallPage.start(harness.url, meetingId, harness.city.chair.cookie, {
    hasNoDevices: true,
  })
  try {
    await chair.joinButton.getByText(texts.recordingKnown).waitFor()
    await chair.join()
    const { rows } = await harness.office.attendance.list(harness.city.secretary.viewer, meetingId)
    expect(
      rows.map(({ role, recordingAcknowledgedAtMs }) => [role, typeof recordingAcknowledgedAtMs]),
    ).toEqual(
      expect.arrayContaining([
        ['chair', 'number'],
        ['delegate', 'object'],
      ]),
    )
  } finally {
    await chair.close()
  }
})

it('stands in the call until it is acknowledged, also after a reload, and bars nobody from speaking', async () => {
  const meetingId = await harness.plan()
  const { cookie } = harness.city.chair
  const chair = await CallPage.start(harness.url, meetingId, cookie)
  const { page } = chair
  try {
    await chair.join()
    await chair.choose(texts.startRecording)
    const notice = page.getByRole('region', { name: laterWords.notice })
    await notice.waitFor()
    await page.reload()
    await notice.waitFor()
    // Whatever the microphone is, its button works beside the notice.
    const off = page.getByRole('toolbar').getByRole('button', { name: texts.micOff, exact: true })
    const on = page.getByRole('toolbar').getByRole('button', { name: texts.micOn, exact: true })
    await off.click()
    await on.waitFor()
    await notice.getByRole('button', { name: laterWords.acknowledge }).click()
    await notice.waitFor({ state: 'detached' })
    // Everybody's page is told at once; it is stored a moment later.
    await expect
      .poll(async () => {
        const { rows } = await harness.office.attendance.list(harness.city.secretary.viewer, meetingId)
        return rows.find(({ role }) => role === 'chair')?.recordingAcknowledgedAtMs ?? 0
      })
      .toBeGreaterThan(0)
    await page.reload()
    await page.getByRole('toolbar', { name: texts.controls }).waitFor()
    await page.getByText(texts.recording, { exact: true }).waitFor()
    expect(await notice.count()).toBe(0)
  } finally {
    await chair.close()
  }
})
