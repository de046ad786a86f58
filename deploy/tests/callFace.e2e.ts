import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { call as texts } from '#web/call/call.vi.ts'
import { over } from '#web/call/over.vi.ts'
import { callGuests } from '../bench/platformHarness.ts'
import { CallMember } from '../testing/callMember.ts'
import { CallPage } from '../testing/callPage.ts'
import { guestCookie, planMeeting } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

const patient = { timeout: 15_000, interval: 100 }
const crowd = 60

let harness: OfficeHarness
let meetingId: MeetingId
let call: CallPage
let page: Page

beforeAll(async () => {
  harness = await OfficeHarness.start()
})
afterAll(async () => {
  await harness?.close()
})

/** What axe objects to on the page as it stands; empty when nothing. */
async function objections(on: Page): Promise<string[]> {
  // A picture that is fading in has the contrast of neither end.
  await on.evaluate(async () => {
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))
  })
  const { violations } = await new AxeBuilder({ page: on })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))
}

/** What has the keyboard, by its name. */
async function focused(on: Page): Promise<string> {
  return await on.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return 'body'
    return element.getAttribute('aria-label') ?? element.textContent?.trim() ?? ''
  })
}

const microphone = (label: string) =>
  page.getByRole('toolbar').getByRole('button', { name: label, exact: true })

describe('the face of a call', () => {
  beforeEach(async () => {
    meetingId = await harness.plan()
    call = await CallPage.start(harness.url, meetingId, harness.city.chair.cookie)
    page = call.page
    page.setDefaultTimeout(15_000)
  })
  afterEach(async () => {
    await call.close()
    harness.leaveAll()
  })

  it('is read by a screen reader in the waiting room, in the call, in every panel and dialog', async () => {
    await page.getByRole('button', { name: texts.openAndJoin }).waitFor()
    expect(await objections(page)).toEqual([])
    await call.join()
    const delegate = await harness.join(meetingId, harness.city.delegate)
    await delegate.ask('hand:raise', {})
    await delegate.post('Kính thưa các đồng chí')
    await page.getByRole('article', { name: texts.handAt(1) }).waitFor()
    expect(await objections(page)).toEqual([])
    for (const panel of [texts.people, texts.hands, texts.agenda, texts.chat]) {
      await call.panel(panel)
      expect(await objections(page), panel).toEqual([])
    }
    for (const open of [
      () => call.choose(texts.shortcuts),
      () => call.choose(texts.deviceSettings),
      () => call.press(texts.leaveMeeting),
    ]) {
      await open()
      await page.getByRole('dialog').waitFor()
      expect(await objections(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await call.press(texts.leaveMeeting)
    await page.getByRole('dialog').getByRole('button', { name: texts.leaveMeeting }).click()
    await page.getByRole('heading', { name: over.leftTitle }).waitFor()
    expect(await objections(page)).toEqual([])
  })

  it('opens no call long before its time by a double press: the second is not the answer to what the first asks', async () => {
    const startsAtMs = Date.now() + 33 * 3_600_000
    const times = { startsAtMs, endsAtMs: startsAtMs + 3_600_000 }
    const { id } = await planMeeting(harness.office, harness.city, times)
    for (const [width, height] of [
      [390, 844],
      [844, 390],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.goto(`${harness.url}/meetings/${id}/call`)
      await call.joinButton.dblclick()
      await page.getByRole('button', { name: texts.openLater, exact: true }).click()
      await call.joinButton.waitFor()
    }
    await call.joinButton.click()
    await page.getByRole('button', { name: texts.openAllTheSame, exact: true }).dblclick()
    await page.getByRole('toolbar', { name: texts.controls }).waitFor()
  })

  it('lets the Tab key through every control and out again: no trap', async () => {
    await call.join()
    await call.panel(texts.chat)
    await page.getByRole('textbox', { name: texts.writeMessage }).focus()
    const passed: string[] = []
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab')
      const name = await focused(page)
      if (name === 'body' || passed.includes(name)) break
      passed.push(name)
    }
    const controls = await page
      .getByRole('toolbar')
      .getByRole('button')
      .evaluateAll((all) => all.filter((one) => !one.closest('[popover]')).map((one) => one.ariaLabel))
    expect(controls.length).toBeLessThanOrEqual(7)
    expect(passed).toEqual(expect.arrayContaining(controls))
    expect(await focused(page)).not.toBe(passed.at(-1))
  })

  it('gives the keyboard back to where it was after a dialog and after the side panel', async () => {
    await call.join()
    const leave = page.getByRole('button', { name: texts.leaveMeeting, exact: true })
    await leave.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page), patient).toBe(texts.leaveMeeting)
    await page.getByRole('button', { name: texts.panel, exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page), patient).toMatch(new RegExp(`^${texts.people}`))
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page), patient).toBe(texts.panel)
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toBe(texts.more)
  })

  it('speaks while the space bar is held, also after a click on a control, and writes a space in the chat', async () => {
    await call.join()
    await call.press(texts.micOff)
    await microphone(texts.micOn).waitFor()
    await page.keyboard.down(' ')
    await microphone(texts.micOff).waitFor()
    await page.getByRole('status').filter({ hasText: texts.micLive }).waitFor({ state: 'attached' })
    await page.keyboard.up(' ')
    await microphone(texts.micOn).waitFor()
    await page.keyboard.press('m')
    await microphone(texts.micOff).waitFor()
    await page.keyboard.press('m')
    await microphone(texts.micOn).waitFor()
    await call.panel(texts.chat)
    const field = page.getByRole('textbox', { name: texts.writeMessage })
    await field.focus()
    await page.keyboard.type('m v h')
    expect(await field.inputValue()).toBe('m v h')
    await microphone(texts.micOn).waitFor()
  })

  it('keeps seven controls of a thumb’s size in sight on a phone upright and on its side', async () => {
    await call.join()
    for (const [width, height] of [
      [390, 844],
      [844, 390],
      [360, 640],
    ] as const) {
      await page.setViewportSize({ width, height })
      const sizes = await page
        .getByRole('toolbar')
        .getByRole('button')
        .evaluateAll((all) =>
          all
            .filter((one) => !one.closest('[popover]'))
            .map((one) => {
              const box = one.getBoundingClientRect()
              const word = one.querySelector('.word')
              return {
                isLarge: box.width >= 44 && box.height >= 44,
                isInSight: box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
                hasWord: word !== null && getComputedStyle(word).clipPath === 'none',
              }
            }),
        )
      expect(sizes.length).toBeLessThanOrEqual(7)
      expect(sizes.every((size) => size.isLarge && size.isInSight && size.hasWord)).toBe(true)
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    }
    // What a phone on its side has left above its keyboard.
    await page.setViewportSize({ width: 844, height: 390 })
    await call.panel(texts.chat)
    await page.setViewportSize({ width: 844, height: 190 })
    const field = page.getByRole('textbox', { name: texts.writeMessage })
    await field.focus()
    const { top, bottom } = await field.evaluate((element) => element.getBoundingClientRect().toJSON())
    expect(top).toBeGreaterThan(80)
    expect(bottom).toBeLessThanOrEqual(190)
  })
})

describe('a full hall', () => {
  it('draws only the rows in sight, and covers no picture with the pager or with news', async () => {
    const { meetingId: id, guestCookies } = await callGuests(harness, crowd)
    const chair = await CallPage.start(harness.url, id, harness.city.chair.cookie)
    await chair.join()
    const members = await Promise.all(guestCookies.map((cookie) => harness.join(id, cookie)))
    await chair.panel(texts.people)
    await chair.page.getByRole('button', { name: texts.inCall(crowd + 1) }).waitFor()
    const rows = chair.page.getByRole('tabpanel').getByRole('listitem')
    expect(await rows.count()).toBeLessThan(40)
    expect(await rows.first().getAttribute('aria-setsize')).toBe(String(crowd + 1))
    await members[0]?.ask('hand:raise', {})
    await chair.page.getByRole('log').getByText(texts.news.handRaised('Đại biểu Mẫu 1')).waitFor()
    const covered = await chair.page.evaluate(() => {
      const boxOf = (element: Element) => element.getBoundingClientRect()
      const faces = [...document.querySelectorAll('article')].map(boxOf)
      return [...document.querySelectorAll('.stage nav, .toast')]
        .map(boxOf)
        .some((box) =>
          faces.some(
            (face) =>
              box.left < face.right &&
              box.right > face.left &&
              box.top < face.bottom &&
              box.bottom > face.top,
          ),
        )
    })
    expect(covered).toBe(false)
    await chair.close()
    harness.leaveAll()
  })
})

describe('the display of a hall', () => {
  it('is what a room’s link opens, is read by a screen reader, and leads to the call and back', async () => {
    const { office, city } = harness
    const site = await office.units.createSite(city.administrator.viewer, {
      unitId: city.communeId,
      name: 'Hội trường Mẫu',
      location: '',
    })
    const { id, detail } = await planMeeting(office, city, { sites: [{ siteId: site.id, role: 'member' }] })
    const room = detail.participants.find((one) => one.kind === 'site')
    if (!room) throw new Error('The room is not invited')
    const chair = new CallMember(harness.url, id, city.chair.cookie)
    harness.closing(chair)
    await chair.join()
    const hall = await CallPage.start(harness.url, id, await guestCookie(office, city, id, room.id))
    const wallChoice = hall.page.getByRole('checkbox', { name: texts.wall })
    expect(await wallChoice.isChecked()).toBe(true)
    expect(await objections(hall.page)).toEqual([])
    await hall.page.getByRole('button', { name: texts.join, exact: true }).click()
    await hall.page.getByText(city.chair.name).waitFor()
    expect(await objections(hall.page)).toEqual([])
    await hall.page.mouse.move(200, 200)
    await hall.page.getByRole('button', { name: texts.wallOff }).click()
    await hall.page.getByRole('toolbar', { name: texts.controls }).waitFor()
    await hall.choose(texts.wall)
    await hall.page.getByRole('toolbar').waitFor({ state: 'detached' })
    expect(hall.complaints).toEqual([])
    await hall.close()
    harness.leaveAll()
  })
})
