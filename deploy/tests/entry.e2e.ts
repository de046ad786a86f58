import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join, login, setup } from '#web/pages/entry/vi.ts'
import { home } from '#web/pages/vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

let harness: OfficeHarness
let browser: TestBrowser

beforeAll(async () => {
  harness = await OfficeHarness.start()
  browser = await startBrowser({ hasNoDevices: true, hasNoScript: true })
  // A slow network: the page is there, its script is not.
  await browser.page.route(/\/_app\/.*\.js$/, (route) => route.abort())
  browser.page.setDefaultTimeout(15_000)
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})

describe('links that are used before the page’s script has come', () => {
  it('complete an account', async () => {
    const { office, city, url } = harness
    const { setupPath } = await office.people.create(city.administrator.viewer, {
      name: 'Hồ Thị Mẫu Lan',
      email: `${randomUUID().slice(0, 8)}@mau.example`,
      unitId: city.unitId,
      role: 'official',
      position: 'Chuyên viên (mẫu)',
    })
    const { page } = browser
    await page.goto(new URL(setupPath, url).href)
    await page.getByRole('button', { name: setup.proceed }).click()
    const password = `mau-${randomUUID()}`
    await page.getByLabel(login.password, { exact: true }).fill(password)
    await page.getByLabel(setup.repeat).fill(password)
    await page.getByRole('button', { name: setup.submit }).click()
    await page.getByRole('heading', { name: home.title, exact: true }).waitFor()
    await browser.context.clearCookies()
  })

  it('let a guest into the call', async () => {
    const { id, guestId } = await harness.planWithGuest()
    const { path } = await harness.newLink(id, guestId)
    const { page } = browser
    await page.goto(new URL(path, harness.url).href)
    await page.getByRole('button', { name: join.proceed }).click()
    await page.waitForURL(`${harness.url}/meetings/${id}/call`)
    expect((await browser.context.cookies()).length).toBeGreaterThan(0)
  })
})
