import type { Page } from 'playwright-core'
import { randomBytes } from 'node:crypto'
import { fromDateAndTime, toDateInput, toTimeInput } from '#contract/cityTime.ts'
import { common } from '#web/text/common.vi.ts'
import { login, setup } from '#web/pages/entry/vi.ts'
import { home, meeting as texts, people, plan, sites } from '#web/pages/vi.ts'
import type { Album } from './album.ts'
import * as story from './story.ts'

/** Sets a password by a one-time link; the first administrator says name and address too. */
export async function setPassword(
  page: Page,
  link: string,
  album: Album,
  picture: string | null,
  founder?: { name: string; email: string },
): Promise<void> {
  await page.goto(link)
  if (founder) {
    await page.getByLabel(setup.name).fill(founder.name)
    await page.getByLabel(login.email).fill(founder.email)
    // The story's people have no telephones.
    await page.getByLabel(setup.requireFactor).uncheck()
  }
  const password = `mau-${randomBytes(12).toString('base64url')}`
  await page.getByLabel(login.password, { exact: true }).fill(password)
  await page.getByLabel(setup.repeat).fill(password)
  if (picture) await album.take(page, picture)
  await page.getByRole('button', { name: setup.submit }).click()
  await page.getByRole('heading', { name: home.title, exact: true }).waitFor()
}

/** The administrator makes an account; returns the link to set its password, as the page shows it once. */
export async function invite(page: Page, role: story.Role, album: Album, isShown: boolean): Promise<string> {
  await page.getByRole('button', { name: people.invite, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: people.invite })
  await dialog.getByLabel(people.name).fill(role.name)
  await dialog.getByLabel(people.email).fill(role.email)
  await pick(page, people.unit, role.unit)
  await dialog.getByLabel(people.role).selectOption(role.unitRole)
  await dialog.getByLabel(people.position).fill(role.position)
  if (isShown) await album.take(page, 'moi-can-bo')
  await dialog.getByRole('button', { name: people.create }).click()
  const title = people.linkTitle(role.name)
  const field = page.getByRole('textbox', { name: title })
  await field.waitFor()
  const link = await field.inputValue()
  if (isShown) await album.take(page, 'duong-dan-dat-mat-khau')
  await page.getByRole('dialog', { name: title }).getByRole('button', { name: common.close }).click()
  await field.waitFor({ state: 'detached' })
  return link
}

/** The administrator adds the commune's room. */
export async function addSite(page: Page, url: string, album: Album): Promise<void> {
  await page.goto(`${url}/admin/sites`)
  await page.getByRole('button', { name: sites.create, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: sites.create })
  await dialog.getByLabel(sites.name).fill(story.site.name)
  await pick(page, sites.unit, story.site.unit)
  await dialog.getByLabel(sites.location).fill(story.site.location)
  await dialog.getByRole('button', { name: common.save, exact: true }).click()
  await page.getByRole('rowheader', { name: story.site.name }).waitFor()
  await album.take(page, 'diem-cau')
}

/** The secretary plans the meeting through the form; returns its address. */
export async function planMeeting(page: Page, url: string, album: Album): Promise<string> {
  await page.goto(`${url}/meetings/new`)
  await page.getByLabel(plan.title).fill(story.meeting.title)
  await page.getByLabel(plan.kind).selectOption({ label: common.kinds.briefing })
  await page.getByLabel(plan.description).fill(story.meeting.description)
  const { date, from, to } = hourFromNow()
  await page.getByLabel(plan.date, { exact: true }).fill(date.split('-').toReversed().join('/'))
  await page.getByLabel(plan.from, { exact: true }).fill(from)
  await page.getByLabel(plan.to, { exact: true }).fill(to)
  await page.getByLabel(plan.place).fill(story.meeting.place)
  await pick(page, plan.chair, story.chair.name)
  await pick(page, plan.people, story.delegate.name)
  await pick(page, plan.sites, story.site.name)
  await page.getByLabel(plan.siteRole(story.site.name)).selectOption({ label: plan.siteRoles.member })
  await pick(page, plan.units, story.site.unit)
  for (const [index, item] of story.meeting.agenda.entries()) {
    await page.getByRole('button', { name: plan.addItem }).click()
    const row = page.getByRole('listitem', { name: plan.item(index + 1), exact: true })
    await row.getByLabel(plan.itemTitle, { exact: true }).fill(item.title)
    await row.getByLabel(plan.presenter).fill(item.presenter)
    await row.getByLabel(plan.minutes, { exact: true }).fill(String(item.minutes))
  }
  await page.getByLabel(plan.recording).check()
  await page.getByLabel(plan.unclassified).check()
  await page.getByLabel(plan.overrideReason).fill(story.meeting.overrideReason)
  await page.evaluate(() => window.scrollTo(0, 0))
  await album.take(page, 'len-lich-hop', { isWhole: true })
  await page.getByRole('button', { name: plan.schedule }).click()
  await page.waitForURL((at) => /^\/meetings\/(?!new$)[^/]+$/.test(at.pathname))
  await page.getByRole('heading', { name: story.meeting.title }).waitFor()
  await album.take(page, 'cuoc-hop-da-len-lich')
  return page.url()
}

/** The secretary makes the room's join link; shown once. */
export async function makeSiteLink(page: Page, album: Album): Promise<string> {
  await page.getByRole('button', { name: `${texts.links.make}: ${story.site.name}` }).click()
  const title = texts.links.madeFor(story.site.name)
  const field = page.getByRole('textbox', { name: title })
  await field.waitFor()
  const link = await field.inputValue()
  await album.take(page, 'duong-dan-diem-cau')
  await page.getByRole('dialog', { name: title }).getByRole('button', { name: common.close }).click()
  return link
}

/** Somebody invited says that they come. */
export async function accept(page: Page, meetingUrl: string): Promise<void> {
  await page.goto(meetingUrl)
  await page.getByRole('button', { name: texts.respond.accept, exact: true }).click()
  // What a page shows that was loaded anew too: before its script has come, the form goes the browser's own way.
  await page.getByRole('button', { name: texts.respond.change }).waitFor()
}

/** Types into a picker and takes the first thing found that shows the wanted text. */
export async function pick(page: Page, label: string, query: string, wanted: string = query): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true })
  await box.fill(query)
  const option = page
    .getByRole('listbox', { name: label, exact: true })
    .getByRole('option')
    .filter({ hasText: wanted })
    .first()
  await option.waitFor()
  await option.click()
}

/** From the next minutes on, for an hour; before midnight ends in Hà Nội, since the form asks for one day. */
function hourFromNow(): { date: string; from: string; to: string } {
  const nowMs = Date.now()
  const startMs = Math.ceil((nowMs + 60_000) / 60_000) * 60_000
  const date = toDateInput(startMs)
  const lastMs = fromDateAndTime(date, '23:59') ?? startMs
  const endMs = Math.min(startMs + 60 * 60_000, lastMs)
  return { date, from: toTimeInput(Math.min(startMs, endMs - 60_000)), to: toTimeInput(endMs) }
}
