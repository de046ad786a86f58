import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { confirmation as c, login, passkeys as w, secondFactor as s } from '#web/pages/entry/vi.ts'
import { common } from '#web/text/common.vi.ts'
import { account, meetings, people as p, shell } from '#web/pages/vi.ts'
import { eventually } from '#signalling/testing/eventually.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'

let harness: OfficeHarness
let browser: TestBrowser
let page: Page
/** Passkeys are for names, not for addresses. */
let url: string

beforeAll(async () => {
  harness = await OfficeHarness.start()
  url = harness.url.replace('127.0.0.1', 'localhost')
  browser = await startBrowser({ hasNoDevices: true })
  page = browser.page
  page.setDefaultTimeout(30_000)
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})
beforeEach(async () => {
  await page.goto('about:blank')
  await browser.context.clearCookies()
})
afterEach(() => harness.leaveAll())

async function signIn({ email, password }: { email: string; password: string }, path: string): Promise<void> {
  await page.goto(`${url}/login?next=${encodeURIComponent(path)}`)
  await page.getByLabel(login.email).fill(email)
  await page.getByLabel(login.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: login.submit }).click()
}

const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 })
const dialog = (name: string) => page.getByRole('dialog', { name })

describe('administration', () => {
  it('asks for the password when it was given long ago, and goes on with what was typed', async () => {
    const { administrator } = harness.city
    await signIn(administrator, '/admin/people')
    await heading(p.title).waitFor()
    const { prisma } = harness.office.database
    await prisma.session.updateMany({ data: { confirmedAt: new Date(Date.now() - 16 * 60_000) } })
    const invite = dialog(p.invite)
    await page.getByRole('button', { name: p.invite }).click()
    const email = `${randomUUID().slice(0, 8)}@mau.example`
    await invite.getByLabel(p.name).fill('Đào Thị Mẫu Nga')
    await invite.getByLabel(p.email).fill(email)
    await invite.getByRole('combobox', { name: p.unit, exact: true }).fill('Hoàn Kiếm')
    await invite.getByRole('listbox').getByRole('option').first().click()
    const send = () => invite.getByRole('button', { name: p.create }).click()
    await send()
    const asked = dialog(c.title)
    await asked.getByText(c.lead).waitFor()
    await asked.getByRole('button', { name: common.cancel }).click()
    expect(await invite.getByLabel(p.email).inputValue()).toBe(email)
    await send()
    await asked.getByLabel(c.password, { exact: true }).fill('không phải mật khẩu')
    await asked.getByRole('button', { name: c.submit }).click()
    await asked.getByText(c.passwordWrong).waitFor()
    expect(await prisma.user.count({ where: { email } })).toBe(0)
    await asked.getByLabel(c.password, { exact: true }).fill(administrator.password)
    await asked.getByRole('button', { name: c.submit }).click()
    await dialog(p.linkTitle('Đào Thị Mẫu Nga')).waitFor()
    expect(await prisma.user.count({ where: { email } })).toBe(1)
  })
})

describe('a session that nobody uses', () => {
  it('is spoken of before it ends, goes on when somebody is there, and leads back to its page', async () => {
    const { secretary } = harness.city
    const { prisma } = harness.office.database
    const unusedFor = (minutes: number) =>
      prisma.session.updateMany({
        where: { userId: secretary.viewer.account?.userId ?? '' },
        data: { updatedAt: new Date(Date.now() - minutes * 60_000) },
      })
    const path = '/meetings?q=giao%20ban'
    await signIn(secretary, path)
    await heading(meetings.title).waitFor()
    const ending = dialog(shell.idle.title)
    // The page looks when it is shown again.
    const look = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await unusedFor(28.5)
    await eventually(async () => {
      await look()
      expect(await ending.isVisible()).toBe(true)
    })
    await ending.getByRole('button', { name: shell.idle.goOn }).click()
    await ending.waitFor({ state: 'hidden' })
    // Whoever has just been at the page is not sent away from it: three minutes later nobody is.
    await page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 3 * 60_000
    })
    await eventually(async () => {
      // The word that somebody goes on may still have been under way.
      await unusedFor(31)
      await look()
      expect(await page.getByText(login.idled).isVisible()).toBe(true)
    })
    await page.getByLabel(login.email).fill(secretary.email)
    await page.getByLabel(login.password, { exact: true }).fill(secretary.password)
    await page.getByRole('button', { name: login.submit }).click()
    await heading(meetings.title).waitFor()
    expect(page.url()).toBe(url + path)
  })
})

describe('a passkey', () => {
  it('is added under a name, is the second factor, signs in by itself, confirms, and is removed', async () => {
    const { delegate } = harness.city
    const cdp = await browser.context.newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    const holds = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    await signIn(delegate, '/second-factor/setup?next=/account')
    await heading(s.setupTitle).waitFor()
    await page.getByLabel(w.name).fill('Máy tính cơ quan')
    await page.getByRole('button', { name: w.add }).click()
    await page.getByRole('heading', { name: s.recovery }).waitFor()
    expect(await holds()).toMatchObject([{ rpId: 'localhost', isResidentCredential: true }])
    await page.getByRole('link', { name: s.stored }).click()
    await page.getByText(account.secondFactorOn, { exact: true }).waitFor()

    /** From nowhere: a page that is open would look by itself what became of its session. */
    const forget = async () => {
      await page.goto('about:blank')
      await browser.context.clearCookies()
    }
    // After the password.
    await forget()
    await signIn(delegate, '/account')
    await heading(s.title).waitFor()
    await page.getByRole('button', { name: w.use }).click()
    await heading(account.title).waitFor()

    // Instead of it.
    await forget()
    await page.goto(`${url}/login?next=/account`)
    await page.getByRole('button', { name: w.use }).waitFor()
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.getByRole('button', { name: w.use }).click()
    await page.getByText(w.cancelled).waitFor()
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await page.getByRole('button', { name: w.use }).click()
    await heading(account.title).waitFor()

    // In place of the password when it is long ago.
    await page.goto(`${url}/second-factor/setup?next=/account`)
    const { prisma } = harness.office.database
    await prisma.session.updateMany({ data: { confirmedAt: new Date(Date.now() - 16 * 60_000) } })
    await page.getByRole('button', { name: w.renameOf('Máy tính cơ quan') }).waitFor()
    const asked = dialog(c.title)
    await page.getByRole('button', { name: w.removeOf('Máy tính cơ quan') }).click()
    await asked.getByRole('button', { name: w.use }).waitFor()
    await asked.getByRole('button', { name: w.use }).click()
    await page.getByText(w.text).waitFor()
    expect(await prisma.passkey.count()).toBe(0)
  })

  it('is not offered where the browser would not use it, and the page says why', async () => {
    const { chair } = harness.city
    await page.goto(`${harness.url}/login`)
    expect(await page.getByRole('button', { name: w.use }).count()).toBe(0)
    await page.goto(`${harness.url}/login?next=${encodeURIComponent('/second-factor/setup')}`)
    await page.getByLabel(login.email).fill(chair.email)
    await page.getByLabel(login.password, { exact: true }).fill(chair.password)
    await page.getByRole('button', { name: login.submit }).click()
    await page.getByText(w.insecure).waitFor()
  })
})
