import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import type { MeetingId } from '#contract/ids.ts'
import { common } from '#web/text/common.vi.ts'
import { login } from '#web/pages/entry/vi.ts'
import { meeting as meetingTexts, minutes as texts } from '#web/pages/vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { signIn, type Citizen } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { cookiesOf, sendForm } from '../testing/pageRequest.ts'

const patient = { timeout: 20_000, interval: 100 }

let harness: OfficeHarness
let browser: TestBrowser
let page: Page
let meetingId: MeetingId

beforeAll(async () => {
  harness = await OfficeHarness.start()
  browser = await startBrowser({ hasNoDevices: true })
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})
beforeEach(async () => {
  meetingId = await harness.hold()
  await harness.office.minutes.createDraft(harness.city.secretary.viewer, meetingId)
  await browser.context.clearCookies()
  await signIn(browser.context, harness.url, await newSession(harness.city.secretary))
  page = await browser.context.newPage()
  page.setDefaultTimeout(15_000)
})
afterEach(async () => {
  await page.close()
  harness.leaveAll()
})

/** The cookie of a session that a test may end. */
async function newSession({ email, password }: Citizen): Promise<string> {
  return cookiesOf((await sendForm(harness.url, '/login', { email, password })).headers)
}

async function endSession(): Promise<void> {
  const cookie = (await browser.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  expect((await sendForm(harness.url, '/account?/signOut', {}, { cookie })).status).toBe(303)
}

const desk = () => `${harness.url}/meetings/${meetingId}/minutes`

/** The number of the document, a field of one line. */
const number = (on: Page = page) => on.getByLabel(texts.fields.docNumber, { exact: true })

async function openDesk(on: Page = page): Promise<void> {
  await on.goto(desk())
  await number(on).waitFor()
}

async function addConclusion(): Promise<Locator> {
  const conclusion = page.getByLabel(texts.fields.conclusion(1), { exact: true })
  await page.getByRole('button', { name: texts.addConclusion }).click()
  await conclusion.waitFor()
  return conclusion
}

/** Pastes into a field where its cursor is. */
async function paste(field: Locator, text: string): Promise<void> {
  await field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

/** The number as the platform has it. */
async function stored(): Promise<string> {
  const found = await harness.office.minutes.get(harness.city.secretary.viewer, meetingId)
  return found?.content.docNumber ?? 'no minutes'
}

async function storedConclusions(): Promise<number> {
  const found = await harness.office.minutes.get(harness.city.secretary.viewer, meetingId)
  return found?.content.conclusions.length ?? 0
}

/** What stands on each sheet of paper, as the browser prints it. */
async function printed(): Promise<string[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true })
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' })
  return text.normalize('NFC').split('\f').slice(0, -1)
}

describe('on paper', () => {
  it('minutes are the document alone, as it is laid out on a wide screen, its sheets numbered from the second', async () => {
    const { viewer } = harness.city.secretary
    const { version, content } = (await harness.office.minutes.get(viewer, meetingId)) ?? {}
    const conclusions = Array.from({ length: 40 }, (_, n) => `Kết luận thứ ${n + 1}.`)
    await harness.office.minutes.save(viewer, meetingId, { version, content: { ...content, conclusions } })
    await harness.office.minutes.submit(viewer, meetingId, (version ?? 0) + 1)
    await page.goto(desk())
    await page.getByText('Kết luận thứ 40.').waitFor()
    const [first = '', second = ''] = await printed()
    expect(first.trimStart()).toMatch(/^ỦY BAN NHÂN DÂN +CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM/)
    expect(second.trimStart()).toMatch(/^2\n/)
    expect(first + second).not.toContain(texts.pdf)
  })

  it('a meeting’s page has what is folded on the screen, and no buttons', async () => {
    await page.goto(`${harness.url}/meetings/${meetingId}`)
    const hidden = page.getByText('Báo cáo tình hình tháng 11')
    expect(await hidden.isVisible()).toBe(false)
    const sheets = (await printed()).join('\n')
    expect(sheets).toContain('Báo cáo tình hình tháng 11')
    expect(sheets).not.toContain(meetingTexts.minutes.open)
  })
})

describe('minutes while they are written', () => {
  it('are stored by themselves, and at once when the page is left', async () => {
    await openDesk()
    await number().fill('17')
    await expect.poll(stored, patient).toBe('17')
    await number().fill('18')
    await page
      .getByRole('link', { name: /giao ban/ })
      .first()
      .click()
    await page.waitForURL((at) => at.pathname === `/meetings/${meetingId}`)
    expect(await stored()).toBe('18')
  })

  it('outlive the end of the session: the writer is told, and finds the text after signing in again', async () => {
    await openDesk()
    await endSession()
    await number().fill('19')
    await page.getByText(texts.signedOutTitle).waitFor()
    expect(await stored()).toBe('')
    await page.getByRole('link', { name: common.signInAgain }).click()
    await page.getByLabel(login.email).fill(harness.city.secretary.email)
    await page.getByLabel(login.password, { exact: true }).fill(harness.city.secretary.password)
    await page.getByRole('button', { name: login.submit }).click()
    await page.waitForURL(desk())
    await expect.poll(() => number().inputValue(), patient).toBe('19')
    await page.getByText(texts.restored).waitFor()
    await expect.poll(stored, patient).toBe('19')
  })

  it('are stored when the writer signs in again in another tab', async () => {
    await openDesk()
    await endSession()
    await number().fill('20')
    await page.getByText(texts.signedOutTitle).waitFor()
    await signIn(browser.context, harness.url, await newSession(harness.city.secretary))
    await expect.poll(stored, patient).toBe('20')
    await page.getByText(texts.signedOutTitle).waitFor({ state: 'detached' })
  })

  it('are not lost by a link that is pressed while nothing can be stored', async () => {
    await openDesk()
    await endSession()
    await number().fill('21')
    await page.getByText(texts.signedOutTitle).waitFor()
    await page
      .getByRole('link', { name: /giao ban/ })
      .first()
      .click()
    await page.getByText(texts.stillUnsaved).waitFor()
    expect(page.url()).toBe(desk())
    expect(await number().inputValue()).toBe('21')
  })

  it('of two writers at once: the second is told, keeps the text, and chooses', async () => {
    const other = await browser.context.newPage()
    try {
      await openDesk()
      await openDesk(other)
      await number().fill('22')
      await expect.poll(stored, patient).toBe('22')
      await number(other).fill('23')
      const dispute = (where: Page) => where.getByRole('group', { name: texts.conflict.changed })
      await expect.poll(() => dispute(other).locator('ins').innerText(), patient).toContain('22')
      expect(await stored()).toBe('22')
      await other.getByRole('button', { name: texts.conflict.show }).first().press('Enter')
      await other.keyboard.press('Enter')
      await dispute(other).waitFor({ state: 'detached' })
      const hasFocus = () => number(other).evaluate((field) => field === document.activeElement)
      await expect.poll(hasFocus, patient).toBe(true)
      await expect.poll(stored, patient).toBe('23')
      // What is no dispute comes in by itself, while one's own is kept; the rest is chosen where it stands.
      await addConclusion()
      await number().fill('24')
      await dispute(page).getByRole('button', { name: texts.conflict.choices.theirs }).click()
      await expect.poll(() => number().inputValue(), patient).toBe('23')
      await expect.poll(storedConclusions, patient).toBe(1)
      expect(await stored()).toBe('23')
    } finally {
      await other.close()
    }
  })

  it('that are submitted by the keyboard leave it on the page, which says what they are now', async () => {
    await openDesk()
    // A page that stores by itself is alive: before that, the form goes the browser's own way and the page is a new one.
    await number().fill('24')
    await expect.poll(stored, patient).toBe('24')
    await page.getByRole('button', { name: texts.submit, exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(texts.states.submitted).waitFor()
    const hasFocus = () => page.evaluate(() => document.activeElement?.closest('main')?.id ?? null)
    await expect.poll(hasFocus, patient).toBe('content')
    await number().waitFor({ state: 'detached' })
  })

  it('that somebody submitted meanwhile say so, and do not try for ever', async () => {
    await openDesk()
    const { secretary } = harness.city
    const { version } = (await harness.office.minutes.get(secretary.viewer, meetingId)) ?? { version: 0 }
    await harness.office.minutes.submit(secretary.viewer, meetingId, version)
    await number().fill('25')
    await page.getByText(texts.notSavableTitle).waitFor()
    expect(await number().inputValue()).toBe('25')
    expect(await stored()).toBe('')
  })

  it('take what is pasted from a word processor as plain text', async () => {
    await openDesk()
    const conclusion = await addConclusion()
    await conclusion.fill('Kết luận: .')
    await conclusion.evaluate((field: HTMLTextAreaElement) => {
      field.setSelectionRange(10, 10)
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', '\uF0B7\tchủ trì\u000bphối\u00ad hợp')
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    expect(await conclusion.inputValue()).toBe('Kết luận: - chủ trì\nphối hợp.')
    await page.getByRole('button', { name: texts.save }).click()
    await expect
      .poll(
        async () =>
          (await harness.office.minutes.get(harness.city.secretary.viewer, meetingId))?.content.conclusions,
        patient,
      )
      .toEqual(['Kết luận: - chủ trì\nphối hợp.'])
  })

  it('have lists that are typed: a new line has the cursor, Enter begins the next, an empty one goes', async () => {
    await openDesk()
    await addConclusion()
    await page.keyboard.type('Giao Sở Nội vụ')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Giao Văn phòng')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Backspace')
    await page.keyboard.type(' tổng hợp')
    await page.getByRole('button', { name: texts.addPresent }).click()
    await page.keyboard.type('Lê Văn Mẫu')
    await expect
      .poll(async () => {
        const found = await harness.office.minutes.get(harness.city.secretary.viewer, meetingId)
        return [found?.content.conclusions, found?.content.present.at(-1)?.name]
      }, patient)
      .toEqual([['Giao Sở Nội vụ', 'Giao Văn phòng tổng hợp'], 'Lê Văn Mẫu'])
  })

  it('take many lines as a row each, people by name, position and unit, and sort them by rank', async () => {
    await openDesk()
    await paste(await addConclusion(), '1. Giao Sở Nội vụ\r\n2. Giao Sở Tài chính\r\n')
    await page.getByRole('button', { name: texts.addAbsent }).click()
    const { fields } = texts
    const last = page
      .getByLabel(new RegExp(`^${fields.absentPerson(1).slice(0, -2)} \\d+: ${fields.name}$`))
      .last()
    await paste(last, 'Ngô Văn Mẫu\tChuyên viên\tSở Y tế\nVõ Thị Mẫu\tGiám đốc\tSở Y tế\n')
    await page.getByRole('button', { name: texts.sortByRank }).last().click()
    const found = async () => {
      const { content } = (await harness.office.minutes.get(harness.city.secretary.viewer, meetingId)) ?? {}
      const typed = content?.absent.filter((one) => one.unitName === 'Sở Y tế') ?? []
      return [content?.conclusions, typed.map(({ name, position }) => `${name}, ${position}`)]
    }
    await expect.poll(found, patient).toEqual([
      ['Giao Sở Nội vụ', 'Giao Sở Tài chính'],
      ['Võ Thị Mẫu, Giám đốc', 'Ngô Văn Mẫu, Chuyên viên'],
    ])
  })

  it('undo what was typed at one go, not letter by letter', async () => {
    await openDesk()
    const conclusion = await addConclusion()
    await conclusion.pressSequentially('Giao Văn phòng tổng hợp báo cáo')
    await page.getByRole('button', { name: texts.undo }).click()
    const left = await conclusion.inputValue()
    expect(left.length).toBeLessThan('Giao Văn phòng tổng hợp'.length)
    await page.getByRole('button', { name: texts.redo }).click()
    expect(await conclusion.inputValue()).toBe('Giao Văn phòng tổng hợp báo cáo')
  })

  it('are read, compared and restored from their history', async () => {
    await openDesk()
    await number().fill('12')
    // Fetched as the pointer comes near, before what was typed is stored.
    const fetched = page.waitForResponse((answer) => answer.url().includes('/history/__data.json'))
    await page.getByRole('link', { name: texts.history.title }).hover()
    await fetched
    await page.getByRole('link', { name: texts.history.title }).click()
    const list = page.getByRole('navigation', { name: texts.history.list })
    await expect.poll(() => list.getByRole('link').count(), patient).toBe(2)
    await list.getByRole('link').last().click()
    await page.getByLabel(texts.history.compare).check()
    await page.getByText('Số: 12/').waitFor()
    await page.getByRole('button', { name: texts.history.restore }).click()
    await number().waitFor()
    expect(await number().inputValue()).toBe('')
    await expect.poll(stored, patient).toBe('')
    const versions = await harness.office.minutes.versions(harness.city.secretary.viewer, meetingId)
    expect(versions.map((one) => one.version)).toEqual([3, 2, 1])
  })
})
