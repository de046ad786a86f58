import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { setup as englishSetup } from '#web/pages/entry/setup/setup.en.ts'
import { setup } from '#web/pages/entry/vi.ts'
import { meeting as texts, minutes, people as peopleTexts, shell } from '#web/pages/vi.ts'
import { common } from '#web/text/common.vi.ts'
import type { Viewer } from '#office/access.ts'
import type { MeetingListItem } from '#office/meetings/meetingsHome.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { startOffice, signIn, type Office } from '../testing/city.ts'
import { cookiesOf } from '../testing/pageRequest.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

let platform: PlatformProcess
let office: Office
let browser: TestBrowser
/** The sample data's people by what they do. */
let people: Record<'administrator' | 'secretary' | 'chair', { cookie: string; viewer: Viewer }>
/** Meetings that the secretary sees, by the stage of their life. */
let meetings: Record<'draft' | 'scheduled' | 'cancelled' | 'written' | 'published', MeetingListItem>
let bodyId: string

beforeAll(async () => {
  platform = await startPlatformProcess({ SAMPLE_DATA: '1', MEDIA_ENGINE: 'fake' }, 90_000)
  office = await startOffice(platform.dataDir)
  people = {
    administrator: await signInAs('Vũ Minh Quân'),
    secretary: await signInAs('Lê Thị Thanh Hà'),
    chair: await signInAs('Nguyễn Văn Hải'),
  }
  const all = await office.meetings.list(people.secretary.viewer, { limit: 100 })
  const ended = all.filter((one) => one.status === 'ended' && one.myRole === 'secretary')
  meetings = {
    draft: defined(all.find((one) => one.status === 'draft')),
    scheduled: defined(all.find((one) => one.status === 'scheduled')),
    cancelled: defined(all.find((one) => one.status === 'cancelled')),
    written: defined(ended[0]),
    published: defined(ended[1]),
  }
  const councils = await office.bodies.list(people.secretary.viewer, { query: 'hoi dong thanh pho' })
  bodyId = defined(councils[0]).id
  await office.minutes.createDraft(people.secretary.viewer, meetings.written.id)
  await publish(meetings.published)
  browser = await startBrowser({ hasNoDevices: true })
})
afterAll(async () => {
  await browser?.close()
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The sample data lack it')
  return value
}

/** Signs in with what the platform wrote into its owner's file. */
async function signInAs(name: string): Promise<{ cookie: string; viewer: Viewer }> {
  const rows = readFileSync(join(platform.dataDir, 'first-setup.txt'), 'utf8').split('\n')
  const [, email = '', password = ''] = defined(rows.find((row) => row.startsWith(`${name}\t`))).split('\t')
  const { setCookies } = await office.accounts.signIn({
    email,
    password,
    ipAddress: '127.0.0.1',
    userAgent: 'test',
  })
  const cookie = cookiesOf(new Headers(setCookies.map((value): [string, string] => ['set-cookie', value])))
  const viewer = await office.accounts.viewerOf(new Headers({ cookie }))
  return { cookie, viewer: defined(viewer ?? undefined) }
}

async function publish(meeting: MeetingListItem): Promise<void> {
  const { secretary, chair } = people
  const version = async () => (await office.minutes.createDraft(secretary.viewer, meeting.id)).version
  await office.minutes.submit(secretary.viewer, meeting.id, await version())
  await office.minutes.approve(chair.viewer, meeting.id, await version())
  await office.minutes.publish(secretary.viewer, meeting.id, await version())
}

/** Opens a page as somebody, or as nobody, and waits until its scripts have taken over. */
async function open(path: string, who?: keyof typeof people): Promise<void> {
  await browser.context.clearCookies()
  if (who) await signIn(browser.context, platform.url, people[who].cookie)
  await browser.page.goto(`${platform.url}${path}`, { waitUntil: 'networkidle' })
}

/** What a checker finds wrong on the page as it is, one line a fault; of the dark theme only what depends on colours. */
async function faults(): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await browser.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Within the page itself, since it has no frames: else each look opens another page to sum up in.
    const checker = new AxeBuilder({ page: browser.page }).setLegacyMode()
    if (colorScheme === 'dark') checker.withRules(['color-contrast', 'link-in-text-block'])
    const { violations } = await checker.analyze()
    for (const { id, nodes } of violations)
      for (const node of nodes) found.push(`${colorScheme} ${id}: ${node.html} ${node.failureSummary ?? ''}`)
  }
  return found
}

/** Pixels by which the page is wider than a phone. */
async function overflowOnPhone(): Promise<number> {
  await browser.page.setViewportSize({ width: 390, height: 844 })
  const px = await browser.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  await browser.page.setViewportSize({ width: 1366, height: 768 })
  return px
}

type Page = [name: string, path: () => string, who?: keyof typeof people]
const pages: Page[] = [
  ['sign-in', () => '/login'],
  ['today of a secretary', () => '/', 'secretary'],
  ['the list of meetings', () => '/meetings?period=all', 'secretary'],
  ['a list in which nothing was found', () => '/meetings?q=zzzz', 'secretary'],
  ['a draft', () => `/meetings/${meetings.draft.id}`, 'secretary'],
  ['a planned meeting', () => `/meetings/${meetings.scheduled.id}`, 'secretary'],
  ['a cancelled meeting', () => `/meetings/${meetings.cancelled.id}`, 'secretary'],
  ['a meeting that ended', () => `/meetings/${meetings.published.id}`, 'chair'],
  ['the form of a new meeting', () => '/meetings/new', 'secretary'],
  ['the form of a planned meeting', () => `/meetings/${meetings.scheduled.id}/edit`, 'secretary'],
  ['minutes being written', () => `/meetings/${meetings.written.id}/minutes`, 'secretary'],
  ['published minutes', () => `/meetings/${meetings.published.id}/minutes`, 'chair'],
  ['the history of minutes', () => `/meetings/${meetings.written.id}/minutes/history`, 'secretary'],
  ['the account', () => '/account', 'secretary'],
  ['the people', () => '/admin/people', 'administrator'],
  ['the units', () => '/admin/units', 'administrator'],
  ['the sites', () => '/admin/sites', 'administrator'],
  ['the rules', () => '/admin/settings', 'administrator'],
  ['the bodies', () => '/bodies?which=all', 'secretary'],
  ['a body with members', () => `/bodies/${bodyId}`, 'secretary'],
  ['a rule of deciding', () => '/admin/settings/decisions.council_session', 'administrator'],
  ['a rule', () => '/admin/settings/workingCalendar', 'administrator'],
  ['a page that is not there', () => '/khong-co', 'secretary'],
]
it.each(pages)('%s has no fault in either theme, and fits a phone', async (_, path, who) => {
  await open(path(), who)
  expect(await faults()).toEqual([])
  expect(await overflowOnPhone()).toBe(0)
})

it('the command palette and the list of shortcuts have no fault in either theme', async () => {
  await open('/', 'secretary')
  await browser.page.keyboard.press('Control+k')
  await browser.page.getByRole('combobox', { name: shell.palette.title }).fill('giao ban')
  await browser.page.getByRole('option').first().waitFor()
  expect(await faults()).toEqual([])
  await browser.page.keyboard.press('Escape')
  await browser.page.getByRole('combobox', { name: shell.palette.title }).waitFor({ state: 'hidden' })
  await browser.page.keyboard.press('?')
  await browser.page.getByRole('dialog', { name: shell.shortcuts.title }).waitFor()
  expect(await faults()).toEqual([])
})

it('a menu is one to readers, is walked by keys and letters, and gives the focus back', async () => {
  await open(`/meetings/${meetings.scheduled.id}`, 'secretary')
  const { page } = browser
  const button = page.getByRole('button', { name: common.more, exact: true })
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  await button.focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('menu', { name: common.more }).waitFor()
  expect(await faults()).toEqual([])
  await expect.poll(focused).toBe(texts.page.copy)
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe(texts.page.cancel)
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe(texts.deleting.act)
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toBe(texts.page.copy)
  // "Hủy cuộc họp", and as it is typed without its mark
  await page.keyboard.press('h')
  expect(await focused()).toBe(texts.page.cancel)
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'hidden' })
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
})

it('what is found in a dialog is not cut off by it, and is chosen by keys or a touch', async () => {
  await open('/admin/people', 'administrator')
  const { page } = browser
  await page.getByRole('button', { name: peopleTexts.invite }).first().click()
  const dialog = page.getByRole('dialog')
  const field = dialog.getByRole('combobox', { name: peopleTexts.unit, exact: true })
  await field.fill('ho')
  const options = dialog.getByRole('listbox').getByRole('option')
  await options.nth(4).waitFor()
  expect(await faults()).toEqual([])
  const isWhole = await dialog.getByRole('listbox').evaluate((list) => {
    const { left, right, bottom } = list.getBoundingClientRect()
    const seen = document.elementFromPoint((left + right) / 2, bottom - 8)
    return bottom <= innerHeight && list.contains(seen)
  })
  expect(isWhole).toBe(true)
  await options.nth(1).hover()
  const wanted = await options.nth(1).locator('span').first().innerText()
  await page.keyboard.press('Enter')
  await dialog.getByText(wanted).first().waitFor()
  await page.keyboard.press('Escape')
})

it('the command palette names what is to come before what is past', async () => {
  await open('/', 'secretary')
  const nowMs = Date.now()
  const found = await browser.page.evaluate(async () => {
    const answer = await fetch('/api/search/meetings?q=')
    return ((await answer.json()) as { found: { endsAtMs: number }[] }).found
  })
  const isPast = found.map((one) => one.endsAtMs < nowMs - 24 * 3600_000)
  expect(isPast).toEqual(isPast.toSorted((a, b) => Number(a) - Number(b)))
  expect(isPast).toContain(false)
})

it('published minutes show what the file says: letterhead, numbers present, speeches, signatures', async () => {
  await open(`/meetings/${meetings.published.id}/minutes`, 'chair')
  const paper = browser.page.getByRole('article', { name: minutes.paperLabel })
  for (const text of ['Độc lập - Tự do - Hạnh phúc', 'BIÊN BẢN', 'THƯ KÝ', 'CHỦ TỌA'])
    await expect.poll(() => paper.getByText(text, { exact: true }).isVisible()).toBe(true)
  expect(await paper.getByText(/^Thành phần tham dự: \d{2} điểm cầu và \d{2} đại biểu/).count()).toBe(1)
  expect(await paper.getByRole('textbox').count()).toBe(0)
  // The line of time leads to the place in the text.
  await browser.page.getByRole('link', { name: /^1\. / }).click()
  expect(await paper.locator('#item-1:target').count()).toBe(1)
})

it('the language can be changed on a page whose address is a secret', async () => {
  const { setupPath } = await office.people.create(people.administrator.viewer, {
    name: 'Ngô Thị Mới',
    email: 'ngo.thi.moi@mau.example',
    unitId: defined(people.secretary.viewer.units[0]).id,
    role: 'official',
    position: 'Chuyên viên',
  })
  await open(setupPath)
  await browser.page.getByRole('heading', { name: setup.title }).waitFor()
  await browser.page.getByRole('button', { name: 'English' }).click()
  await browser.page.getByRole('heading', { name: englishSetup.title }).waitFor()
})

it('who may answer an invitation finds that act before all others on a phone', async () => {
  const asked = defined(
    (await office.meetings.list(people.chair.viewer, { limit: 100 })).find(
      (one) =>
        one.status === 'scheduled' &&
        one.myResponse === 'pending' &&
        one.startsAtMs > Date.now() + 24 * 3600_000,
    ),
  )
  await open(`/meetings/${asked.id}`, 'chair')
  await browser.page.setViewportSize({ width: 390, height: 844 })
  const accept = browser.page.getByRole('button', { name: texts.respond.accept, exact: true })
  const box = await accept.boundingBox()
  await browser.page.setViewportSize({ width: 1366, height: 768 })
  expect(box?.height).toBeGreaterThanOrEqual(44)
  expect(box && box.y + box.height).toBeLessThan(844)
})
