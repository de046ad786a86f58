import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { laterWords as later } from '#web/call/laterWords.vi.ts'
import { over } from '#web/call/over.vi.ts'
import { shell } from '#web/shell/shell.vi.ts'
import { common } from '#web/text/common.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'

// A person stays in the call whatever the browser is told or loses: Back, another tab, a part of the page.

let platform: PlatformProcess
let office: Office
let city: City
let meetingId: string
let title: string
let chair: CallPage

beforeAll(async () => {
  platform = await startPlatformProcess({ MEDIA_WORKERS: '1' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
})
beforeEach(async () => {
  const meeting = await planMeeting(office, city)
  meetingId = meeting.id
  title = meeting.detail.title
  chair = await CallPage.start(platform.url, meetingId, city.chair.cookie)
})
afterEach(() => chair?.close())
afterAll(async () => {
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

/** The file of the pages' build that holds a text. */
function chunkWith(text: string): string {
  const folder = fileURLToPath(new URL('../../web/build/client/', import.meta.url))
  const found = globSync('_app/immutable/**/*.js', { cwd: folder }).find((file) =>
    readFileSync(join(folder, file), 'utf8').includes(text),
  )
  if (!found) throw new Error(`no chunk holds ${text}`)
  return found
}

const controls = () => chair.page.getByRole('toolbar', { name: texts.controls })
const goBack = () => chair.page.evaluate(() => history.back())

describe('Back in a call', () => {
  const isGuarded = () =>
    expect
      .poll(() => chair.page.evaluate(() => history.state?.isInCall === true), { timeout: 10_000 })
      .toBe(true)

  it('closes the panel, then asks, then closes the question, and leaves nobody out', async () => {
    await chair.join()
    await chair.panel(texts.chat)
    await isGuarded()
    await goBack()
    await chair.page.getByRole('tabpanel').waitFor({ state: 'detached' })
    await isGuarded()
    await goBack()
    const question = chair.page.getByRole('dialog', { name: later.leaveTitle })
    await question.waitFor()
    await isGuarded()
    await goBack()
    await question.waitFor({ state: 'hidden' })
    await isGuarded()
    await controls().waitFor()
    await goBack()
    await question.getByRole('button', { name: texts.leaveMeeting }).click()
    await chair.page.getByRole('heading', { name: over.leftTitle }).waitFor()
    // What stood above the page's own entry is out of the way.
    await expect.poll(() => chair.page.evaluate(() => history.state?.isInCall === true)).toBe(false)
    expect(chair.complaints).toEqual([])
  })
})

it('a page of the office says that one is in a call in another tab, and leads there, until one has left', async () => {
  await chair.join()
  const other = await chair.browser.context.newPage()
  await other.goto(platform.url)
  const strip = other.getByText(shell.stillInCall(title))
  await strip.waitFor()
  await other.getByRole('link', { name: shell.toCall }).click()
  await other.getByRole('button', { name: texts.takeOver }).click()
  await other.getByRole('toolbar', { name: texts.controls }).waitFor()
  await chair.page.getByRole('heading').first().waitFor()
  await chair.page.goto(platform.url)
  await chair.page.getByText(shell.stillInCall(title)).waitFor()
  await other.close()
  await chair.page.getByText(shell.stillInCall(title)).waitFor({ state: 'detached' })
})

describe('a part of the page that is lost on its way', () => {
  it('is asked for again: one joins, and every panel opens', async () => {
    const lost = new Set<string>()
    const document = await (await chair.page.request.get(chair.page.url())).text()
    await chair.page.route('**/_app/immutable/**', async (route) => {
      const { pathname } = new URL(route.request().url())
      // What the document itself names comes before any script of ours.
      if (lost.has(pathname) || document.includes(pathname)) return route.continue()
      lost.add(pathname)
      await route.fulfill({ status: 503 })
    })
    await chair.page.reload()
    await chair.join()
    for (const panel of [texts.people, texts.hands, texts.agenda, texts.chat]) await chair.panel(panel)
    await chair.page.getByRole('textbox', { name: texts.writeMessage }).waitFor()
    await chair.press(texts.leaveMeeting)
    await chair.page.getByRole('dialog', { name: later.leaveTitle }).waitFor()
    expect(lost.size).toBeGreaterThan(5)
  })

  it('for good, since the platform was updated, is told; the page loaded anew is in the call', async () => {
    const ofRoom = chunkWith('(max-width: 599px), (max-height: 479px)')
    await chair.page.route(`**/${ofRoom}`, (route) => route.fulfill({ status: 404 }))
    await chair.page.route('**/_app/version.json', (route) => route.fulfill({ json: { version: 'later' } }))
    await chair.page.reload()
    await chair.page.getByRole('button', { name: texts.openAndJoin }).click()
    await chair.page.getByText(common.newVersion).waitFor()
    await chair.page.unrouteAll()
    await chair.page.getByRole('button', { name: common.reload }).click()
    await controls().waitFor()
  })
})
