import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { call } from '#web/call/call.vi.ts'
import { home, meeting as texts, minutes } from '#web/pages/vi.ts'
import type { Album } from './album.ts'
import { say } from './report.ts'
import * as story from './story.ts'

/** The secretary waits for the composed recording on the meeting's page. */
export async function waitForRecording(page: Page, album: Album): Promise<void> {
  await page.getByRole('link', { name: call.toMeeting }).click()
  const recordings = page.locator('#recordings')
  await recordings.waitFor()
  await album.take(page, 'dang-dung-ban-ghi')
  const deadlineMs = Date.now() + 180_000
  let said = -1
  while (!(await recordings.locator('video').isVisible())) {
    if (await recordings.getByText(texts.recordings.failedText).isVisible())
      throw new Error('The recording could not be composed: see platform.log')
    if (Date.now() > deadlineMs) throw new Error('The recording was not composed within three minutes')
    const percent = await recordings
      .locator('progress')
      .first()
      .evaluate((bar: HTMLProgressElement) => (bar.position < 0 ? -1 : Math.round(bar.value)), null, {
        timeout: 1000,
      })
      .catch(() => -1) // it became a video in between
    if (percent > said) {
      said = percent
      say(`  composing the recording: ${percent} %`)
    }
    await page.waitForTimeout(500)
  }
}

/** The secretary drafts the minutes from the meeting, completes them and submits. */
export async function writeMinutes(page: Page, album: Album): Promise<void> {
  await page.getByRole('button', { name: texts.minutes.create }).click()
  await page.getByRole('article', { name: minutes.paperLabel }).waitFor()
  await album.take(page, 'bien-ban-du-thao', { isWhole: true })
  await page.getByLabel(minutes.fields.docNumber, { exact: true }).fill(story.written.docNumber)
  const spoken = (await sectionOf(page, story.meeting.agenda[0].title)).getByRole('textbox').last()
  await spoken.fill(`${await spoken.inputValue()} ${story.written.speech}`)
  for (const [index, text] of story.written.conclusions.entries()) {
    await page.getByRole('button', { name: minutes.addConclusion }).click()
    await page.getByLabel(minutes.fields.conclusion(index + 1), { exact: true }).fill(text)
  }
  await page.getByRole('button', { name: minutes.save }).click()
  await page.getByText(/^Đã lưu lúc/).waitFor()
  await page.getByLabel(minutes.fields.conclusion(1), { exact: true }).scrollIntoViewIfNeeded()
  await album.take(page, 'bien-ban-hoan-thien')
  await page.getByRole('button', { name: minutes.submit }).click()
  await page.getByText(minutes.states.submitted).first().waitFor()
}

/** An agenda item's part of the paper: what was said before the first item comes before it. */
async function sectionOf(page: Page, title: string): Promise<Locator> {
  const sections = await page.locator('section[id^="item-"]').all()
  for (const section of sections) {
    const heading = section.getByLabel(minutes.fields.itemTitle, { exact: true })
    if ((await heading.inputValue()) === title) return section
  }
  throw new Error(`The minutes have no item “${title}”`)
}

/** The chair finds what waits, reads and approves. */
export async function approveMinutes(page: Page, url: string, album: Album): Promise<void> {
  await page.goto(url)
  const waiting = page.getByRole('link', { name: new RegExp(home.approval) })
  await waiting.waitFor()
  await album.take(page, 'viec-cho-chu-tri')
  await waiting.click()
  await page.getByRole('button', { name: minutes.approve }).waitFor()
  await album.take(page, 'chu-tri-duyet-bien-ban')
  await page.getByRole('button', { name: minutes.approve }).click()
  await page.getByText(minutes.approved).waitFor()
}

/** The secretary publishes what the chair approved. */
export async function publishMinutes(page: Page, album: Album): Promise<void> {
  await page.reload()
  await page.getByRole('button', { name: minutes.publish, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: minutes.publishTitle })
  await album.take(page, 'cong-bo-bien-ban')
  await dialog.getByRole('button', { name: minutes.publish, exact: true }).click()
  await page.getByText(minutes.published, { exact: true }).waitFor()
  await album.take(page, 'bien-ban-da-cong-bo')
}

/** Takes the four results as a person does: by the pages' own buttons. */
export async function downloadAll(
  page: Page,
  meetingUrl: string,
  folder: string,
  album: Album,
): Promise<void> {
  const save = async (name: string, file: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      page.getByRole('link', { name }).first().click(),
    ])
    await download.saveAs(join(folder, file))
  }
  await save(minutes.pdf, 'minutes.pdf')
  await save(minutes.docx, 'minutes.docx')
  await page.goto(meetingUrl)
  await page.locator('#attendance > summary').click()
  await save(texts.attendance.csv, 'attendance.csv')
  await album.take(page, 'ho-so-cuoc-hop', { isWhole: true })
  await save(texts.recordings.download, 'recording.mp4')
}

/** The delegate reads the published minutes on a phone. */
export async function readOnPhone(page: Page, meetingUrl: string, album: Album): Promise<void> {
  await page.goto(meetingUrl)
  await page.getByRole('link', { name: texts.minutes.read }).waitFor()
  await album.take(page, 'cuoc-hop-tren-dien-thoai')
  await page.getByRole('link', { name: texts.minutes.read }).click()
  await page.getByRole('article', { name: minutes.paperLabel }).waitFor()
  await album.take(page, 'bien-ban-tren-dien-thoai')
}
