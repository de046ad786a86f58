import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { meeting, plan as texts } from '#web/pages/vi.ts'
import { common } from '#web/text/vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { signIn } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

const patient = { timeout: 20_000, interval: 100 }

let harness: OfficeHarness
let browser: TestBrowser
let page: Page

beforeAll(async () => {
  harness = await OfficeHarness.start()
  browser = await startBrowser({ hasNoDevices: true })
  await signIn(browser.context, harness.url, harness.city.secretary.cookie)
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})
beforeEach(async () => {
  page = await browser.context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(`${harness.url}/meetings/new`)
})
afterEach(async () => {
  await page.close()
})

const items = () => page.getByRole('listitem').getByLabel(texts.itemTitle, { exact: true })
const valuesOf = (fields: Locator) =>
  fields.evaluateAll((all: HTMLInputElement[]) => all.map((field) => field.value))

async function pick(label: string, query: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(query)
  await page.getByRole('option', { name }).first().click()
}

/** Each commune gets a hall. */
async function buildHalls(): Promise<void> {
  const { units, database } = harness.office
  const all = await units.all(harness.city.secretary.viewer, { atMs: Date.now() })
  const communes = all.filter(({ level }) => level === 'commune')
  await database.prisma.site.createMany({
    data: communes.map(({ id }) => ({ unitId: id, name: 'Phòng họp trực tuyến' })),
  })
}

/** A slow line: the page is there, its script comes when this is resolved. */
async function holdScripts(): Promise<PromiseWithResolvers<void>> {
  const scripts = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    await scripts.promise
    await route.continue()
  })
  return scripts
}

async function addFirst(button: string, fields: Locator): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await expect.poll(() => fields.count(), patient).toBe(1)
}

describe('a plan while it is written', () => {
  it('hears once what was pressed before its script had come over a slow line', async () => {
    const scripts = await holdScripts()
    const loading = page.reload({ waitUntil: 'commit' })
    const add = page.getByRole('button', { name: texts.addItem })
    await add.click()
    await add.click()
    expect(await items().count()).toBe(0)
    scripts.resolve()
    await loading
    expect(await items().count()).toBe(1)
  })

  it('has an agenda that is typed: a new row has the cursor, Enter begins the next and leaves nothing', async () => {
    await addFirst(texts.addItem, items())
    await page.keyboard.type('Khai mạc')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Thảo luận')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Backspace')
    await page.keyboard.type(' chung')
    expect(await valuesOf(items())).toEqual(['Khai mạc', 'Thảo luận chung'])
    await page.getByLabel(texts.title).fill('Họp giao ban')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: texts.addGuest }).click()
    await page.keyboard.type('Tạ Văn Mẫu')
    expect(await valuesOf(page.getByLabel(texts.guestName))).toEqual(['Tạ Văn Mẫu'])
    expect(page.url()).toBe(`${harness.url}/meetings/new`)
  })

  it('stays while the answer of the rules, which typing breaks off, is still coming', async () => {
    await page.addInitScript(() => {
      const ask = window.fetch
      window.fetch = async (path, init) => {
        if (path !== '/api/meetings/check') return await ask(path, init)
        document.documentElement.dataset['checks'] = 'begun'
        return new Response(
          new ReadableStream({
            start: (body) => init?.signal?.addEventListener('abort', () => body.error(init.signal?.reason)),
          }),
        )
      }
    })
    await page.reload()
    await addFirst(texts.addItem, items())
    await page.keyboard.type('Khai mạc')
    await page.locator('html[data-checks]').waitFor({ state: 'attached' })
    await page.getByLabel(texts.from, { exact: true }).fill('10:00')
    await page.getByText('10:00 – 11:00').waitFor()
    expect(await valuesOf(items())).toEqual(['Khai mạc'])
  })

  it('names who plans it as its secretary, until another is chosen', async () => {
    await page.getByText(harness.city.secretary.viewer.name).first().waitFor()
    await page.getByRole('button', { name: `${texts.change}: ${texts.secretary}` }).waitFor()
  })

  it('invites all communes as one entry with exceptions, and shows them so when it is saved', async () => {
    const { groups } = texts
    const all = groups.all('commune', null, 126)
    await pick(texts.units, 'tat ca 126', all)
    await page.getByRole('button', { name: groups.open }).click()
    await page.getByLabel(groups.find).fill('hoan kiem')
    await page.getByRole('checkbox', { name: 'Phường Hoàn Kiếm' }).uncheck()
    await page.getByText(groups.count(125, 126)).waitFor()
    await page.getByLabel(texts.title).fill('Họp toàn Thành phố')
    await pick(texts.chair, harness.city.chair.name, harness.city.chair.name)
    await page.getByRole('button', { name: texts.saveDraft }).click()
    await page.waitForURL(/\/meetings\/(?!new)/)
    const said = `${all} ${groups.except(['Phường Hoàn Kiếm'], 'units')}`
    expect((await page.locator('details summary', { hasText: all }).innerText()).trim()).toBe(said)
    await page.goto(`${page.url()}/edit`)
    await page.getByText(groups.except(['Phường Hoàn Kiếm'], 'units')).waitFor()
    expect(await page.getByText('Phường Ba Đình').count()).toBe(0)
  })

  it('takes the halls of all communes with one press, as one entry that single ones are taken out of and put back', async () => {
    await buildHalls()
    await page.reload()
    const { groups } = texts
    const all = groups.sites('commune', null, 126, 126)
    await page.getByRole('combobox', { name: texts.sites, exact: true }).fill('phong hop truc tuyen')
    await page.getByRole('listbox').getByText(common.combobox.cut(12, 126)).waitFor()
    await pick(texts.units, 'tat ca 126', groups.all('commune', null, 126))
    await page.getByRole('button', { name: groups.addInvited(126) }).click()
    const entry = page.getByRole('listitem').filter({ hasText: all })
    await entry.getByRole('button', { name: groups.open }).click()
    const leaveOut = async (query: string, name: string) => {
      await entry.getByLabel(groups.find).fill(query)
      await entry.getByRole('checkbox', { name }).uncheck()
    }
    await leaveOut('hoan kiem', 'Phường Hoàn Kiếm')
    await leaveOut('ba dinh', 'Phường Ba Đình')
    await leaveOut('tay ho', 'Phường Tây Hồ')
    await entry.getByRole('checkbox', { name: 'Phường Tây Hồ' }).check()
    await entry.getByText(groups.count(124, 126)).waitFor()
    const except = groups.except(['Phường Ba Đình', 'Phường Hoàn Kiếm'], 'sites')
    await entry.getByText(except).waitFor()
    // Who was left out is not offered again.
    expect(await page.getByRole('button', { name: groups.addInvited(2) }).count()).toBe(0)
    await entry.getByRole('button', { name: common.combobox.remove(all) }).click()
    await entry.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: texts.undo }).click()
    await entry.getByText(except).waitFor()
    await entry.getByRole('button', { name: groups.open }).click()
    await entry.getByLabel(groups.chooseCentre).selectOption({ label: 'Phường Tây Hồ' })
    await page.getByLabel(texts.title).fill('Họp trực tuyến toàn Thành phố')
    await pick(texts.chair, harness.city.chair.name, harness.city.chair.name)
    await page.getByRole('button', { name: texts.saveDraft }).click()
    await page.waitForURL(/\/meetings\/(?!new)/)
    const said = [except, groups.centre('Phường Tây Hồ')].join(' · ')
    expect((await page.locator('details summary', { hasText: all }).innerText()).trim()).toBe(
      `${all} ${said}`,
    )
    const rows = page.getByRole('row').filter({ hasText: 'Phòng họp trực tuyến' })
    expect(await rows.count()).toBe(0)
    await page.getByRole('button', { name: meeting.page.showSites(124) }).click()
    await expect.poll(() => rows.count(), patient).toBe(124)
    await page.goto(`${page.url()}/edit`)
    await page.getByText(said).waitFor()
  })

  it('takes a copied agenda and a copied list of guests as rows', async () => {
    await addFirst(texts.addItem, items())
    await paste(items().first(), '1. Khai mạc\r\n2. Thảo luận\r\n3. Kết luận\r\n')
    expect(await valuesOf(items())).toEqual(['Khai mạc', 'Thảo luận', 'Kết luận'])
    const guests = page.getByLabel(texts.guestName)
    await addFirst(texts.addGuest, guests)
    await paste(guests.first(), 'Tạ Văn Mẫu, Chuyên gia, Viện Mẫu\nLý Thị Mẫu, Giảng viên, Trường Mẫu')
    expect(await valuesOf(guests)).toEqual(['Tạ Văn Mẫu', 'Lý Thị Mẫu'])
    expect(await valuesOf(page.getByLabel(texts.guestUnit))).toEqual(['Viện Mẫu', 'Trường Mẫu'])
  })
})

describe('a plan that two people change at once', () => {
  let meetingId: string
  let other: Page
  beforeEach(async () => {
    meetingId = await harness.plan()
    other = await browser.context.newPage()
    other.setDefaultTimeout(15_000)
    for (const one of [page, other]) await one.goto(`${harness.url}/meetings/${meetingId}/edit`)
  })
  afterEach(async () => {
    await other.close()
  })

  const { conflict } = texts
  const titleOf = (where: Page) => where.getByRole('textbox', { name: texts.title })
  const stored = () => harness.office.meetings.get(harness.city.secretary.viewer, meetingId)
  const dispute = (about: string) => page.getByRole('group', { name: conflict.both(about) })
  const save = (where: Page) => where.getByRole('button', { name: texts.saveChanges }).click()

  async function addItem(where: Page, title: string): Promise<void> {
    await where.getByRole('button', { name: texts.addItem }).click()
    await where.keyboard.type(title)
  }

  async function otherSaves(): Promise<void> {
    await titleOf(other).fill('Họp giao ban tháng 12')
    await other.getByLabel(texts.place).fill('Phòng họp số 1')
    await addItem(other, 'Việc của người kia')
    await save(other)
    await other.waitForURL(/\/meetings\/[^/]+$/)
  }

  it('shows the difference at the field, takes what is none, and saves what was chosen with both', async () => {
    await titleOf(page).fill('Họp giao ban quý IV')
    await addItem(page, 'Việc của tôi')
    await otherSaves()
    await save(page)
    await dispute(texts.title).getByText('tháng 12').waitFor()
    await page.getByText(harness.city.secretary.viewer.name).first().waitFor()
    expect(await titleOf(page).inputValue()).toBe('Họp giao ban quý IV')
    expect(await page.getByRole('textbox', { name: texts.place }).inputValue()).toBe('Phòng họp số 1')
    // Not sent while something is to be chosen: the choice has the focus.
    await save(page)
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent?.trim()), patient)
      .toBe(conflict.keepMine)
    expect((await stored()).title).toBe('Họp giao ban tháng 12')
    await page.keyboard.press('Enter')
    await dispute(texts.title).waitFor({ state: 'detached' })
    await expect.poll(() => titleOf(page).evaluate((field) => field === document.activeElement)).toBe(true)
    await save(page)
    await page.waitForURL(/\/meetings\/[^/]+$/)
    const saved = await stored()
    expect([saved.title, saved.place]).toEqual(['Họp giao ban quý IV', 'Phòng họp số 1'])
    const added = saved.agenda.map((item) => item.title).filter((title) => title.startsWith('Việc của'))
    expect(added.toSorted()).toEqual(['Việc của người kia', 'Việc của tôi'])
  })

  it('goes through the same when it was left and is taken up again over the newer version', async () => {
    await titleOf(page).fill('Họp giao ban quý IV')
    await otherSaves()
    await page.reload()
    await dispute(texts.title).getByRole('button', { name: conflict.takeTheirs }).click()
    await expect.poll(() => titleOf(page).inputValue(), patient).toBe('Họp giao ban tháng 12')
    await page.getByLabel(texts.description).fill('Theo hai người')
    await save(page)
    await page.waitForURL(/\/meetings\/[^/]+$/)
    expect(await stored()).toMatchObject({
      ...{ title: 'Họp giao ban tháng 12', description: 'Theo hai người', place: 'Phòng họp số 1' },
    })
  })
})

/** Pastes into a field where its cursor is. */
async function paste(field: Locator, text: string): Promise<void> {
  await field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

describe('a menu', () => {
  it('that was opened before its script had come is open still when it has, and closes', async () => {
    const meetingId = await harness.plan()
    const scripts = await holdScripts()
    const loading = page.goto(`${harness.url}/meetings/${meetingId}`, { waitUntil: 'commit' })
    const button = page.getByRole('button', { name: common.more, exact: true })
    const copy = page.getByRole('menuitem', { name: meeting.page.copy })
    await button.click()
    await copy.waitFor()
    scripts.resolve()
    await loading
    await page.locator('html[data-live]').waitFor({ state: 'attached' })
    expect(await copy.isVisible()).toBe(true)
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('Escape')
    await copy.waitFor({ state: 'hidden' })
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('false')
  })
})
