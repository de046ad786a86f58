import type { Page } from 'playwright-core'
import { call as texts } from '#web/call/call.vi.ts'
import { laterWords } from '#web/call/laterWords.vi.ts'
import { home, meeting as office } from '#web/pages/vi.ts'
import type { CallPage } from '../testing/callPage.ts'
import type { Album } from './album.ts'
import { say } from './report.ts'
import * as story from './story.ts'

/** The three in the call: the chair's and the secretary's laptops, the display of the commune's room. */
export interface Cast {
  chair: CallPage
  secretary: CallPage
  site: CallPage
}

/** Everybody comes: the chair opens, the secretary and the room follow. */
export async function gather(cast: Cast, meetingUrl: string, siteLink: string, album: Album): Promise<void> {
  const { chair, secretary, site } = cast
  await chair.page.goto(new URL('/', meetingUrl).href)
  await chair.page.getByRole('link', { name: home.prepare }).waitFor()
  await album.take(chair.page, 'hom-nay-cua-chu-tri')
  await chair.page.getByRole('link', { name: home.prepare }).click()
  await chair.page.getByText(texts.recordingPlanned).waitFor()
  await chair.page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  await lets(chair.page, 1)
  await album.take(chair.page, 'phong-cho-cua-chu-tri')
  await album.take(chair.page, 'phong-cho-tren-dien-thoai', { size: 'phone' })
  await chair.join()
  say('  the chair opened the meeting')

  await secretary.page.goto(meetingUrl)
  await secretary.page.getByRole('link', { name: office.page.join, exact: true }).click()
  await secretary.page.getByText(texts.recordingPlanned).waitFor()
  await secretary.press(texts.micOff)
  await secretary.join()
  say('  the secretary joined')

  await site.page.goto(siteLink)
  await site.page.waitForURL(/\/call\?display=wall$/)
  await site.page.getByText(texts.recordingPlanned).waitFor()
  await site.press(texts.micOff)
  await lets(site.page, 1)
  await album.take(site.page, 'phong-cho-cua-diem-cau')
  await site.joinButton.click()
  await site.page.getByRole('status').filter({ hasText: texts.micDead }).waitFor()
  say("  the commune's room joined by its link")

  await chair.seesMoving(story.site.name)
  await chair.seesMoving(story.secretary.name)
  await secretary.seesMoving(story.chair.name)
  await album.take(chair.page, 'cuoc-goi')
}

/** The secretary proposes to record, the chair decides, everybody sees it. */
export async function startRecording(cast: Cast, album: Album): Promise<void> {
  await cast.secretary.choose(texts.proposeRecording)
  await cast.chair.page.getByRole('alertdialog', { name: laterWords.proposalTitle }).waitFor()
  await album.take(cast.chair.page, 'chu-tri-quyet-dinh-ghi')
  await cast.chair.page.getByRole('alertdialog').getByRole('button', { name: texts.startRecording }).click()
  for (const one of [cast.chair, cast.secretary, cast.site]) {
    await one.page.getByText(texts.recording, { exact: true }).waitFor({ timeout: 20_000 })
  }
}

/** Item 1: the chair opens, the secretary reports with a shared screen, chat and roll beside. */
export async function firstItem(cast: Cast, album: Album): Promise<void> {
  const { chair, secretary, site } = cast
  await chair.panel(texts.agenda)
  // every item has the button; the last one is the next item's
  await chair.page.getByRole('button', { name: texts.startItem }).last().click()
  await chair.page.getByText(new RegExp(`^${texts.currentItem}`)).waitFor()
  await lets(chair.page, 8)
  await album.take(chair.page, 'chuong-trinh-hop')
  await album.take(site.page, 'man-hinh-diem-cau')

  say('  the secretary reports and shares a screen')
  await secretary.press(texts.micOn)
  await chair.press(texts.micOff)
  await markDelegate(secretary, album)
  const call = secretary.page
  await secretary.press(texts.share)
  await chair.page.getByRole('article', { name: texts.sharesScreen(story.secretary.name) }).waitFor()
  await chair.seesMoving(texts.sharesScreen(story.secretary.name))
  await secretary.post(story.chatMessage)
  await chair.reads(story.chatMessage)
  await lets(chair.page, 7)
  await album.take(chair.page, 'chia-se-man-hinh-va-trao-doi')
  await album.take(site.page, 'man-hinh-diem-cau-khi-trinh-bay')
  await call.getByRole('toolbar').getByRole('button', { name: texts.stopSharing }).click()
}

/** The delegate sits in the commune's room: the secretary notes it in the roll. */
async function markDelegate(secretary: CallPage, album: Album): Promise<void> {
  await secretary.panel(texts.people)
  const panel = secretary.page.getByRole('tabpanel')
  // "Điểm danh: 3/4", however many are there by now
  const [roll] = texts.rollCall(0, 0).split(':')
  await panel.getByRole('button', { name: new RegExp(`^${roll}`) }).click()
  await panel.getByRole('button', { name: texts.markPresent }).first().click()
  await secretary.page
    .getByRole('menuitem', { name: texts.markAtSite(story.site.name) })
    .first()
    .click()
  await panel.getByText(texts.markedAt(story.site.name)).waitFor()
  await album.take(secretary.page, 'diem-danh-trong-cuoc-hop')
}

/** Item 2: the room raises its hand, is given the floor, and speaks. */
export async function secondItem(cast: Cast, album: Album): Promise<void> {
  const { chair, secretary, site } = cast
  await chair.panel(texts.agenda)
  await chair.page.getByRole('button', { name: texts.nextItem }).click()
  await secretary.press(texts.micOff)
  await site.page.keyboard.press('h')
  await chair.panel(texts.hands)
  await chair.page.getByRole('tabpanel').getByText(story.site.name).first().waitFor()
  await lets(chair.page, 1)
  await album.take(chair.page, 'xin-phat-bieu')
  await chair.page.keyboard.press('n')
  await site.page.getByRole('alertdialog').waitFor()
  await album.take(site.page, 'diem-cau-duoc-moi-phat-bieu')
  await site.page.keyboard.press('m')
  await site.page.getByRole('status').filter({ hasText: texts.micLive }).waitFor()
  say("  the commune's room speaks")
  await lets(chair.page, 8)
  await chair.page.getByRole('toolbar').getByRole('button', { name: texts.closePanel }).click()
  await lets(chair.page, 4)
  await album.take(chair.page, 'diem-cau-phat-bieu')
  await secretary.page.getByRole('toolbar').getByRole('button', { name: texts.closePanel }).click()
  await album.take(secretary.page, 'cuoc-goi-tren-dien-thoai', { size: 'phone' })
}

/** Item 3: the chair takes all microphones, concludes, and ends the meeting for everyone. */
export async function lastItem(cast: Cast, album: Album): Promise<void> {
  const { chair, site } = cast
  await chair.panel(texts.agenda)
  await chair.page.getByRole('button', { name: texts.nextItem }).click()
  await chair.panel(texts.people)
  await chair.choose(texts.muteAll, texts.muteAll)
  await site.page.getByRole('status').filter({ hasText: texts.micDead }).waitFor()
  await album.take(chair.page, 'tat-micro-tat-ca')
  await chair.press(texts.micOn)
  say('  the chair concludes')
  await lets(chair.page, 8)
  await album.take(site.page, 'man-hinh-diem-cau-ket-luan')
  await chair.press(texts.leaveMeeting)
  await chair.page.getByRole('button', { name: texts.endForAll }).click()
  await chair.page.getByRole('textbox', { name: texts.endTyped(texts.endWord) }).fill(texts.endWord)
  await album.take(chair.page, 'ket-thuc-cuoc-hop')
  await chair.page.getByRole('button', { name: texts.end, exact: true }).click()
  await chair.page.getByRole('toolbar', { name: texts.controls }).waitFor({ state: 'hidden' })
  await cast.secretary.page.getByRole('toolbar', { name: texts.controls }).waitFor({ state: 'hidden' })
  await album.take(chair.page, 'sau-cuoc-hop')
}

/** Lets the meeting go on for a while: a demo takes the time that a meeting takes. */
async function lets(page: Page, seconds: number): Promise<void> {
  await page.waitForTimeout(seconds * 1000)
}
