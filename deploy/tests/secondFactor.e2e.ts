import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toDateInput } from '#contract/cityTime.ts'
import { totpCode, totpStepAt } from '#office/accounts/totp.ts'
import { login, secondFactor as s, setup } from '#web/pages/entry/vi.ts'
import { account, home, people as peopleTexts } from '#web/pages/vi.ts'
import { startBrowser, type TestBrowser } from '../testing/browser.ts'
import { OfficeHarness } from '../testing/officeHarness.ts'
import { sendForm } from '../testing/pageRequest.ts'

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
  page.setDefaultTimeout(20_000)
})
afterAll(async () => {
  await browser?.close()
  await harness?.close()
})
beforeEach(() => browser.context.clearCookies())
afterEach(() => harness.leaveAll())

/** Settles something for the city, from now on, through the page: the platform's own processes know it at once. */
async function settle(key: 'secondFactor', value: string): Promise<void> {
  const { settings } = harness.office
  const { viewer, cookie } = harness.city.administrator
  const { lastId, value: now } = await settings.get(viewer, key)
  if (String(now) === value) return
  const fields = { value, source: '', reason: '', validFrom: toDateInput(Date.now()), seenId: String(lastId) }
  const answer = await sendForm(harness.url, `/admin/settings/${key}?/change`, fields, { cookie })
  expect(answer.status).toBe(200)
}

/** Somebody with a password; who made them is the city's administrator. */
async function newPerson(isAdministrator = false): Promise<{ email: string; password: string; id: string }> {
  const { office, city } = harness
  const email = `${randomUUID().slice(0, 8)}@mau.example`
  const { person, ...made } = await office.people.create(city.administrator.viewer, {
    ...{
      name: 'Hồ Thị Mẫu Lan',
      email,
      unitId: city.unitId,
      role: 'official',
      position: 'Chuyên viên (mẫu)',
    },
  })
  if (isAdministrator) {
    const grant = { userId: person.id, role: 'system_admin', unitId: null } as const
    await office.roles.give(city.administrator.viewer, grant)
  }
  const { setupPath } = isAdministrator
    ? await office.people.newSetupLink(city.administrator.viewer, person.id)
    : made
  const password = `mau-${randomUUID()}`
  const token = setupPath.split('#').at(-1) ?? ''
  await office.accounts.completeSetup({ token, name: '', email, password, ipAddress: '', userAgent: 'x' })
  return { email, password, id: person.id }
}

async function signIn(
  { email, password }: { email: string; password: string },
  path = '/account',
): Promise<void> {
  await page.goto(`${url}/login?next=${encodeURIComponent(path)}`)
  await page.getByLabel(login.email).fill(email)
  await page.getByLabel(login.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: login.submit }).click()
}

async function give(code: string): Promise<void> {
  await page.getByLabel(s.code).fill(code)
  await page.getByRole('button', { name: s.submit }).click()
}

/** Sets an app up on the page that is open. A code is good a step early, and none is taken twice. */
async function setUpApp(): Promise<{ lastCode: string; nextCode: () => string; recoveryCodes: string[] }> {
  await page.getByRole('button', { name: s.appBegin }).click()
  await page.getByRole('img', { name: s.qr }).waitFor()
  const secret = await page.getByRole('textbox', { name: s.secret }).inputValue()
  let step = 0
  const nextCode = () => totpCode(secret, (step = Math.max(step + 1, totpStepAt(Date.now()))))
  const lastCode = nextCode()
  await page.getByLabel(s.firstCode).fill(lastCode)
  await page.getByRole('button', { name: s.confirm }).click()
  await page.getByRole('heading', { name: s.recovery }).waitFor()
  const recoveryCodes = await page.getByRole('listitem').allInnerTexts()
  return { lastCode, nextCode, recoveryCodes: recoveryCodes.map((text) => text.trim()) }
}

const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 })

describe('a link to set a password', () => {
  it('stays open when a password is refused, says why at its field, and takes the next', async () => {
    const { office, city } = harness
    const name = 'Vũ Thị Mẫu Hoa'
    const email = `${randomUUID().slice(0, 8)}@mau.example`
    const place = { unitId: city.unitId, role: 'official', position: 'Chuyên viên (mẫu)' } as const
    const { setupPath } = await office.people.create(city.administrator.viewer, { name, email, ...place })
    await page.goto(url + setupPath)
    const choose = async (password: string): Promise<void> => {
      await page.getByLabel(login.password, { exact: true }).fill(password)
      await page.getByLabel(setup.repeat).fill(password)
      await page.getByRole('button', { name: setup.submit }).click()
    }
    await choose(name)
    await page.getByText(setup.rules.refused.personal()).waitFor()
    await choose('123456789012')
    await page.getByText(setup.rules.refused.common()).waitFor()
    await choose(`mau-${randomUUID()}`)
    await heading(home.title).waitFor()
  })
})

describe('an authenticator app', () => {
  it('is set up from the account, asked for at the next sign-in, and not in a trusted browser', async () => {
    const person = await newPerson()
    await signIn(person)
    await page.getByRole('link', { name: account.secondFactorSetUp }).click()
    const { lastCode, nextCode, recoveryCodes } = await setUpApp()
    expect(recoveryCodes).toHaveLength(10)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: s.download }).click(),
    ])
    expect(download.suggestedFilename()).toBe(s.fileName)
    await page.getByRole('link', { name: s.stored }).click()
    await page.getByText(account.secondFactorOn, { exact: true }).waitFor()

    await browser.context.clearCookies()
    await signIn(person)
    await heading(s.title).waitFor()
    await give(lastCode)
    const refusals = [s.refused.used ?? '', s.refused.wrong ?? ''] as const // the latter of a slow machine
    await page.getByText(refusals[0]).or(page.getByText(refusals[1])).waitFor()
    await page.getByRole('checkbox', { name: s.trust(30) }).check()
    await give(nextCode())
    await heading(account.title).waitFor()

    const cookies = await browser.context.cookies(`${url}/login`)
    await browser.context.clearCookies()
    await browser.context.addCookies(cookies.filter((cookie) => cookie.name.startsWith('diemcau_trusted_')))
    await signIn(person)
    await heading(account.title).waitFor()
  })

  it('that is lost is replaced by a recovery code', async () => {
    const person = await newPerson()
    await signIn(person, '/second-factor/setup')
    const { recoveryCodes } = await setUpApp()
    await browser.context.clearCookies()
    await signIn(person)
    await give(recoveryCodes[3] ?? '')
    await heading(account.title).waitFor()
  })
})

describe('an administrator', () => {
  it('lets somebody in again by a reset of what was lost', async () => {
    const person = await newPerson()
    await signIn(person, '/second-factor/setup')
    await setUpApp()
    await browser.context.clearCookies()
    const { administrator } = harness.city
    await signIn(administrator, `/admin/people?q=${person.email}`)
    await page.getByRole('button', { name: peopleTexts.actsOf('Hồ Thị Mẫu Lan') }).click()
    await page.getByRole('menuitem', { name: peopleTexts.resetSecondFactor }).click()
    await page.getByText(peopleTexts.secondFactorReset('Hồ Thị Mẫu Lan')).waitFor()
    await browser.context.clearCookies()
    await signIn(person, '/')
    await heading(home.title).waitFor()
  })
})

// Last: it holds for the city's administrator, too.
describe('who has to have a second factor', () => {
  it('is led to setting it up wherever they go, and to a meeting all the same', async () => {
    await settle('secondFactor', 'administrators')
    const person = await newPerson(true)
    const meetingId = await harness.plan()
    await harness.office.database.prisma.participant.create({
      data: { meetingId, userId: person.id, name: 'Hồ Thị Mẫu Lan', role: 'delegate' },
    })
    await signIn(person, '/admin/people')
    await heading(s.setupTitle).waitFor()
    for (const path of ['/', '/meetings', `/meetings/${meetingId}`, '/admin/people', '/account']) {
      await page.goto(url + path)
      await heading(s.setupTitle).waitFor()
    }
    const data = await page.request.get(`${url}/api/search/people?q=a`)
    expect(data.status()).toBe(403)
    await page.goto(`${url}/meetings/${meetingId}/call`)
    expect(new URL(page.url()).pathname).toBe(`/meetings/${meetingId}/call`)
    const cookie = (await browser.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    await harness.join(meetingId, harness.city.chair)
    const member = await harness.join(meetingId, cookie)
    expect(member).toBeDefined()
    await page.goto(`${url}/admin/people`)
    await setUpApp()
    await page.getByRole('link', { name: s.stored }).click()
    await heading(peopleTexts.title).waitFor()
  })
})
