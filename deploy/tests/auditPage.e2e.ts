import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '#signalling/testing/eventually.ts'
import { confirmation as c } from '#web/pages/entry/vi.ts'
import { audit as texts } from '#web/pages/vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { signIn } from '../testing/city.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

let harness: OfficeHarness
let browser: TestBrowser
beforeAll(async () => {
  harness = await OfficeHarness.start()
  browser = await startBrowser({ hasNoDevices: true })
  browser.page.setDefaultTimeout(30_000)
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})

it('shows an administrator who did what, filtered, with what was before and after, and proves the chain', async () => {
  const { page, context } = browser
  const { office, city, url } = harness
  const meetingId = await harness.plan()
  const { administrator, chair } = city
  await signIn(context, url, administrator.cookie)
  await page.goto(`${url}/admin/audit`)
  await page.getByRole('row').filter({ hasText: texts.actions['meeting.created'] }).first().waitFor()
  // Until the page lives, nothing follows what is typed.
  await eventually(async () => {
    await page.getByRole('searchbox', { name: texts.person }).fill('')
    await page.getByRole('searchbox', { name: texts.person }).fill('mau cuong')
    await page.waitForURL(/q=mau\+cuong/, { timeout: 2000 })
  })
  await page.getByLabel(texts.action, { exact: true }).selectOption('meeting.created')
  const row = page.getByRole('row').filter({ hasText: 'Lê Văn Mẫu Cường' })
  await row.getByText(texts.fields.startsAt).waitFor()
  await row.getByRole('link', { name: 'Họp giao ban trực tuyến (mẫu)' }).waitFor()
  await expect.poll(() => page.url()).toContain('action=meeting.created')

  await page.getByRole('button', { name: texts.verify }).click()
  await page.getByText(/Nguyên vẹn khi kiểm tra lúc/).waitFor()

  const download = await context.request.get(page.url().replace('/admin/audit?', '/admin/audit/log.csv?'))
  expect(await download.text()).toContain(meetingId)
  const logged = await office.audit.list(administrator.viewer, { action: 'audit.exported' })
  expect(logged.entries).toHaveLength(1)

  const { prisma } = office.database
  await prisma.session.updateMany({ data: { confirmedAt: new Date(Date.now() - 3600_000) } })
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: texts.csv }).click()
  const asked = page.getByRole('dialog', { name: c.title })
  await asked.getByLabel(c.password, { exact: true }).fill(administrator.password)
  await asked.getByRole('button', { name: c.submit }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/^nhat-ky-kiem-tra-\d{8}\.csv$/)
  expect(await readFile(await file.path(), 'utf8')).toContain(meetingId)

  const folder = process.env['SHOTS']
  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['laptop', 1366, 768],
  ] as const) {
    if (folder === undefined) break
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: `${folder}/audit-${name}.png`, fullPage: name === 'phone' })
    await page.goto(`${url}/admin/audit`)
    await page.screenshot({ path: `${folder}/audit-all-${name}.png` })
  }
  await page.getByRole('searchbox', { name: texts.person }).fill('khong co ai nhu the')
  await page.getByText(texts.emptyFiltered).waitFor()

  await signIn(context, url, chair.cookie)
  expect((await page.goto(`${url}/admin/audit`))?.status()).toBe(404)
})
