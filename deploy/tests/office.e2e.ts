import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '#web/call/call.vi.ts'
import { common } from '#web/text/common.vi.ts'
import { errors } from '#web/text/errors.vi.ts'
import { home, meeting as texts, people, plan, settings as rules, shell } from '#web/pages/vi.ts'
import { Album } from '../demo/album.ts'
import { accept, addSite, invite, makeSiteLink, pick, planMeeting, setPassword } from '../demo/officeActs.ts'
import * as story from '../demo/story.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { startOffice, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

// The office from the first start to a call, as people work in it: by the names of what they see.

const late = { ...story.delegate, name: 'Đặng Thị Mẫu Hoà', email: 'hoa@mau.example' }
let platform: PlatformProcess
let office: Office
let album: Album
let administrator: Page
let secretary: Page
let delegate: Page
let meetingUrl: string
const folder = mkdtempSync(join(tmpdir(), 'diem-cau-office-'))
const browsers: TestBrowser[] = []

beforeAll(async () => {
  album = new Album(join(folder, 'pictures'))
  platform = await startPlatformProcess({ MEDIA_ENGINE: 'fake' }, 90_000)
  office = await startOffice(platform.dataDir)
})
afterAll(async () => {
  for (const browser of browsers) await browser.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function newPage(): Promise<Page> {
  const browser = await startBrowser({ hasNoDevices: true })
  browsers.push(browser)
  browser.page.setDefaultTimeout(45_000)
  return browser.page
}

/** The secretary in another browser. */
async function startClerk(): Promise<TestBrowser> {
  const browser = await startBrowser({ hasNoDevices: true })
  browsers.push(browser)
  browser.page.setDefaultTimeout(45_000)
  await browser.context.addCookies(await secretary.context().cookies())
  return browser
}

async function meetings(): Promise<string[]> {
  const rows = await office.database.prisma.meeting.findMany({ select: { title: true } })
  return rows.map((row) => row.title)
}

describe('the office', () => {
  it('is founded by the one-time link, and people come in by links of their own', async () => {
    const link = readFileSync(join(platform.dataDir, 'first-setup.txt'), 'utf8').trim()
    administrator = await newPage()
    // The token stands behind the #.
    const { pathname, hash } = new URL(link)
    const first = new URL(`${pathname}${hash}`, platform.url).href
    await setPassword(administrator, first, album, null, story.administrator)
    await administrator.goto(`${platform.url}/admin/people`)
    const links = {
      chair: await invite(administrator, story.chair, album, false),
      secretary: await invite(administrator, story.secretary, album, false),
      delegate: await invite(administrator, story.delegate, album, false),
      late: await invite(administrator, late, album, false),
    }
    await addSite(administrator, platform.url, album)
    secretary = await newPage()
    delegate = await newPage()
    await setPassword(secretary, links.secretary, album, null)
    await setPassword(delegate, links.delegate, album, null)
    expect(links.late).not.toBe(links.chair)
  })

  it('says a refusal where it was asked for, and keeps what was typed there when it is closed', async () => {
    await administrator.goto(`${platform.url}/admin/people`)
    await administrator.getByRole('button', { name: people.invite }).first().click()
    const dialog = administrator.getByRole('dialog')
    await dialog.getByRole('button', { name: people.create }).click()
    await dialog.getByText(people.invalid.name).waitFor()
    await dialog.getByLabel(people.name).fill('Người Thứ Hai')
    await dialog.getByLabel(people.email).fill(story.chair.email)
    await pick(administrator, people.unit, 'hoan kiem', 'Hoàn Kiếm')
    await dialog.getByRole('button', { name: people.create }).click()
    await dialog.getByText(people.invalid.takenEmail).waitFor()
    await administrator.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await administrator.getByRole('button', { name: people.invite }).first().click()
    expect(await dialog.getByLabel(people.name).inputValue()).toBe('Người Thứ Hai')
    await dialog.getByText(people.invalid.takenEmail).waitFor({ state: 'hidden' })
    await administrator.context().setOffline(true)
    await dialog.getByRole('button', { name: people.create }).click()
    await dialog.getByText(errors.timeout.what).waitFor()
    await administrator.context().setOffline(false)
    expect(await dialog.getByLabel(people.name).inputValue()).toBe('Người Thứ Hai')
    await administrator.goto('about:blank')
  })

  it('has a rule set from a day on by its administrator, who sees what was refused and what was decided', async () => {
    const page = administrator
    await page.goto(`${platform.url}/admin/settings`)
    await page.getByRole('link', { name: rules.names.noticeWorkingDays }).click()
    await page.getByText(rules.historyEmpty).waitFor()
    const value = page.getByLabel(new RegExp(`^${rules.value}`))
    const set = async (days: string, from: string): Promise<void> => {
      await value.fill(days)
      await page.getByLabel(rules.validFrom, { exact: true }).fill(from)
      await page.getByRole('button', { name: rules.save }).click()
      await page.getByRole('dialog').getByRole('button', { name: rules.save }).click()
    }
    await set('nhiều', '01/06/2027')
    await page.getByText(rules.invalid.value).waitFor()
    expect(await value.inputValue()).toBe('nhiều')
    await set('7', '01/06/2027')
    await page.getByText(rules.saved('01/06/2027')).waitFor()
    await page
      .getByRole('region', { name: rules.upcoming })
      .getByText(rules.amount('7', 'workingDays'))
      .waitFor()
    const decided = page.getByRole('table', { name: rules.history }).getByRole('row')
    expect(await decided.count()).toBe(2)
    expect(await decided.last().innerText()).toMatch(/7 ngày làm việc[^]*01\/06\/2027/)
    expect(await decided.last().innerText()).toContain(story.administrator.name)
    const inForce = page.getByRole('region', { name: rules.inForce, exact: true })
    expect(await inForce.innerText()).toContain(rules.standard)
    await page.getByRole('button', { name: rules.withdrawOf('01/06/2027') }).click()
    await page.getByText(rules.nothingUpcoming).waitFor()
    await expect.poll(() => decided.count()).toBe(3)
  })

  it('gives the focus back to a person’s menu when the link that it made is closed', async () => {
    const page = administrator
    await page.goto(`${platform.url}/admin/people`)
    const menu = page.getByRole('button', { name: people.actsOf(late.name) })
    await menu.click()
    await page.getByRole('menuitem', { name: people.newLink }).click()
    await page.getByRole('dialog', { name: people.linkTitle(late.name) }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => menu.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  it('keeps a plan that is left for another page, and makes one meeting of two presses', async () => {
    await secretary.goto(`${platform.url}/meetings/new`)
    await secretary.getByLabel(plan.title).fill('Họp chuẩn bị (mẫu)')
    await pick(secretary, plan.chair, story.chair.name)
    await secretary.getByRole('link', { name: shell.nav.today }).click()
    await secretary.getByRole('heading', { name: home.title, exact: true }).waitFor()
    await secretary.goBack()
    await secretary.getByText(plan.restored).waitFor()
    expect(await secretary.getByLabel(plan.title).inputValue()).toBe('Họp chuẩn bị (mẫu)')
    await secretary.getByLabel(plan.unclassified).check()
    await secretary.getByRole('button', { name: plan.saveDraft }).dblclick()
    await secretary.getByText(texts.page.draftTitle).waitFor()
    expect(await meetings()).toEqual(['Họp chuẩn bị (mẫu)'])
    await secretary.goBack()
    await secretary.getByLabel(plan.title).waitFor()
    expect(await secretary.getByLabel(plan.title).inputValue()).toBe('')
  })

  it('has a meeting planned with its people, room, units and agenda', async () => {
    meetingUrl = await planMeeting(secretary, platform.url, album)
    const link = await makeSiteLink(secretary, album)
    // The dialog that showed it gave the focus back to where it was asked for.
    expect(await secretary.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      `${texts.links.makeNew}: ${story.site.name}`,
    )
    expect(link).toMatch(/\/join#[A-Za-z0-9_-]{43}$/)
    for (const { title } of story.meeting.agenda) await secretary.getByText(title).waitFor()
  })

  it('shows it to the invited, who answer, and are one press away from it wherever it is listed', async () => {
    await accept(delegate, meetingUrl)
    await delegate.goto(platform.url)
    await delegate.getByRole('heading', { name: story.meeting.title }).waitFor()
    await delegate.getByRole('link', { name: home.prepare }).waitFor()
    await delegate.goto(`${platform.url}/meetings`)
    await delegate.getByRole('link', { name: `${texts.page.join}: ${story.meeting.title}` }).click()
    await delegate.getByRole('button', { name: call.joinWhenOpen }).waitFor()
  })

  it('lets the secretary add somebody who was forgotten to the call that goes on', async () => {
    await secretary.goto(meetingUrl)
    await secretary.getByRole('link', { name: texts.page.open, exact: true }).click()
    await secretary.getByRole('button', { name: call.openAndJoin }).click()
    await secretary.getByRole('toolbar', { name: call.controls }).waitFor()
    const desk = await secretary.context().newPage()
    await desk.goto(meetingUrl)
    await desk.getByRole('link', { name: texts.page.edit }).click()
    // Typed as older keyboards do, and without the diacritics.
    await pick(desk, plan.people, 'dang thi mau hòa', late.name)
    await desk.getByRole('button', { name: plan.saveChanges }).click()
    await desk.waitForURL(meetingUrl)
    await desk.getByText(late.name).first().waitFor()
    await desk.close()
  })

  it('does not hold up a plan because somebody in it has lost the account', async () => {
    await administrator.goto(`${platform.url}/admin/people`)
    const row = await office.database.prisma.user.findUniqueOrThrow({ where: { email: late.email } })
    await office.database.prisma.user.update({ where: { id: row.id }, data: { disabledAt: new Date() } })
    const desk = await secretary.context().newPage()
    await desk.goto(`${meetingUrl}/edit`)
    await desk.getByLabel(plan.place).fill('Phòng họp số 2 (mẫu)')
    await desk.getByRole('button', { name: plan.saveChanges }).click()
    await desk.waitForURL(meetingUrl)
    await desk.getByText('Phòng họp số 2 (mẫu)', { exact: true }).waitFor()
    // Invited anew it is not, and the field is named.
    await desk.goto(`${platform.url}/meetings/new?from=${meetingUrl.split('/').at(-1)}`)
    await desk.getByLabel(plan.unclassified).check()
    await desk.getByRole('button', { name: plan.saveDraft }).click()
    await desk.getByText(plan.refusedPerson(plan.people, late.name)).waitFor()
    await desk.close()
  })

  it('brings who was signed out while planning back to the plan as it was', async () => {
    const { page: clerk, context } = await startClerk()
    await clerk.goto(`${meetingUrl}/edit`)
    const title = clerk.getByLabel(plan.title)
    await expect.poll(() => title.inputValue(), { timeout: 20_000 }).toBe(story.meeting.title)
    await clerk.getByLabel(plan.place).fill('Phòng họp số 3 (mẫu)')
    await expect
      .poll(() => clerk.evaluate(() => JSON.stringify(sessionStorage)), { timeout: 20_000 })
      .toContain('số 3')
    const cookies = await context.cookies()
    await context.clearCookies()
    await clerk.getByRole('button', { name: plan.saveChanges }).click()
    await clerk.getByRole('link', { name: common.signInAgain }).click()
    await clerk.waitForURL(/\/login\?next=/)
    const next = new URL(clerk.url()).searchParams.get('next') ?? ''
    expect(new URL(next, platform.url).href).toBe(`${meetingUrl}/edit`)
    await context.addCookies(cookies)
    await clerk.goto(new URL(next, platform.url).href)
    await clerk.getByText(plan.restored).waitFor()
    expect(await clerk.getByLabel(plan.place).inputValue()).toBe('Phòng họp số 3 (mẫu)')
  })

  it('sends a plan that was refused, as soon as what was wrong is put right', async () => {
    await secretary.goto(`${platform.url}/meetings/new?from=${meetingUrl.split('/').at(-1)}`)
    await secretary.getByRole('button', { name: common.combobox.remove(late.name) }).click()
    await secretary.getByLabel(plan.title).fill('Họp sau khi sửa (mẫu)')
    await secretary.getByRole('button', { name: plan.schedule }).click()
    await secretary.getByText(plan.invalid.isDeclaredUnclassified).waitFor()
    await secretary.getByLabel(plan.unclassified).check()
    await secretary.getByRole('button', { name: plan.schedule }).click()
    await secretary.waitForURL((at) => /^\/meetings\/(?!new$)[^/]+$/.test(at.pathname))
  })

  it('calls a meeting off with its reason, which the invited read', async () => {
    await secretary.goto(`${platform.url}/meetings/new?from=${meetingUrl.split('/').at(-1)}`)
    await secretary.getByRole('button', { name: common.combobox.remove(late.name) }).click()
    await secretary.getByLabel(plan.title).fill('Họp sẽ hủy (mẫu)')
    await secretary.getByLabel(plan.unclassified).check()
    await secretary.getByRole('button', { name: plan.schedule }).click()
    await secretary.waitForURL((at) => /^\/meetings\/(?!new$)[^/]+$/.test(at.pathname))
    const url = secretary.url()
    await secretary.getByRole('button', { name: common.more, exact: true }).click()
    await secretary.getByRole('menuitem', { name: texts.page.cancel }).click()
    const dialog = secretary.getByRole('dialog')
    await dialog.getByLabel(texts.cancelling.reason).fill('Chủ trì đi công tác')
    await dialog.getByLabel(texts.cancelling.type).fill(texts.cancelling.word)
    await dialog.getByRole('button', { name: texts.cancelling.submit }).click()
    await secretary.getByText('Chủ trì đi công tác').waitFor()
    await delegate.goto(url)
    await delegate.getByText('Chủ trì đi công tác').waitFor()
    expect(await delegate.getByRole('link', { name: texts.page.join, exact: true }).count()).toBe(0)
  })
})
