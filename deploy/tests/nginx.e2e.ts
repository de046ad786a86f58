import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login, setup } from '#web/pages/entry/vi.ts'
import { startBrowser } from '../testing/browser.ts'
import { CallPage } from '../testing/callPage.ts'
import {
  newCity,
  startOffice,
  planMeeting,
  tokenOf,
  type Citizen,
  type City,
  type Office,
} from '../testing/city.ts'
import { startNginx, type TestNginx } from '../testing/nginx.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { freePort } from '../testing/servers.ts'

let nginx: TestNginx
let platform: PlatformProcess
let office: Office
let city: City
let meetingId: string
let chair: CallPage
let delegate: CallPage

beforeAll(async () => {
  const [https, port] = [await freePort(), await freePort()]
  platform = await startPlatformProcess({
    PORT: String(port),
    PUBLIC_URL: `https://localhost:${https}`,
    TRUST_PROXY: '1',
  })
  nginx = await startNginx({ https, platform: port })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
  meetingId = (await planMeeting(office, city)).id
})

afterAll(async () => {
  await chair?.close()
  await delegate?.close()
  await office?.close()
  await nginx?.stop()
  await platform?.stop()
  platform?.remove()
})

/** Signs in as a person does, and opens the waiting room. */
async function enter(who: Citizen): Promise<CallPage> {
  const browser = await startBrowser({ args: ['--ignore-certificate-errors'] })
  const page = CallPage.of(browser)
  await page.page.goto(`${nginx.url}/login?next=/meetings/${meetingId}/call`)
  await page.page.locator('input[type=email]').fill(who.email)
  await page.page.locator('input[type=password]').fill(who.password)
  await page.page.locator('form button[type=submit]').click()
  await page.page.waitForURL((url) => url.pathname === `/meetings/${meetingId}/call`)
  return page
}

/** Status and headers of an answer over the unknown certificate. */
function ask(path: string): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    request(`${nginx.url}${path}`, { rejectUnauthorized: false }, (answer) => {
      answer.resume()
      resolve({ status: answer.statusCode, headers: answer.headers })
    })
      .on('error', reject)
      .end()
  })
}

describe('the platform behind nginx, with the files of deploy/production', () => {
  it('leads from http to https, says so for the future once, and hides its metrics and what nodes ask each other', async () => {
    const plain = await fetch(`${nginx.plainUrl}/login`, { redirect: 'manual' })
    expect(plain.status).toBe(301)
    expect(plain.headers.get('location')).toBe('https://localhost/login')
    const page = await ask('/login')
    expect(page.status).toBe(200)
    expect(page.headers['strict-transport-security']).toMatch(/^max-age=\d+/)
    expect((await ask('/metrics')).status).toBe(404)
    const inner = await ask('/internal/media')
    expect([inner.status, inner.headers['x-content-type-options']]).toEqual([404, undefined]) // nginx itself
    expect((await ask('/readyz')).status).toBe(200)
  })

  it('gives a session whose cookie never travels in the clear', async () => {
    chair = await enter(city.chair)
    const session = (await chair.browser.context.cookies()).filter((cookie) => cookie.httpOnly)
    expect(session.length).toBeGreaterThan(0)
    for (const cookie of session) expect(cookie).toMatchObject({ secure: true, sameSite: 'Lax' })
  })

  it('lets people in by links whose tokens nobody on the way writes down, as they are sent now and once were', async () => {
    const guests = ['Khách Mẫu Một', 'Khách Mẫu Hai'].map((name) => ({ name, position: '', unitName: '' }))
    const { id, detail } = await planMeeting(office, city, { guests })
    const rows = detail.participants.filter(({ role }) => role === 'guest')
    const paths = await Promise.all(
      rows.map(async (row) => (await office.meetings.newJoinLink(city.secretary.viewer, id, row.id)).path),
    )
    const { setupPath } = await office.people.create(city.administrator.viewer, {
      name: 'Hồ Thị Mẫu Lan',
      email: 'ho.thi.mau.lan@mau.example',
      unitId: city.unitId,
      role: 'official',
      position: '',
    })
    const [now = '', once = ''] = paths
    const asOnce = once.replace('#', '/')
    const plain = await fetch(`${nginx.plainUrl}${asOnce}`, { redirect: 'manual' })
    expect(plain.headers.get('location')).toBe(`https://localhost${asOnce}`)
    for (const address of [now, asOnce]) {
      const guest = await startBrowser({ args: ['--ignore-certificate-errors'], hasNoDevices: true })
      await guest.page.goto(new URL(address, nginx.url).href)
      await guest.page.waitForURL(`${nginx.url}/meetings/${id}/call`)
      // Going back leads to no link: what this browser's next user finds are pages.
      await guest.page.goBack().catch(() => null)
      expect(guest.page.url()).not.toContain('/join')
      await guest.close()
    }
    const official = await startBrowser({ args: ['--ignore-certificate-errors'], hasNoDevices: true })
    await official.page.goto(new URL(setupPath, nginx.url).href)
    await official.page.getByRole('heading', { name: setup.title }).waitFor()
    const password = official.page.getByLabel(login.password, { exact: true })
    await password.waitFor()
    await official.page.reload()
    await password.fill('Mau-lan-vao-2026-hop')
    await official.page.getByLabel(setup.repeat).fill('Mau-lan-vao-2026-hop')
    await official.page.getByRole('button', { name: setup.submit }).click()
    await official.page.waitForURL(`${nginx.url}/`)
    await official.close()
    const kept = nginx.logs() + platform.output()
    expect(kept).toContain('POST /join')
    for (const token of [now, once, setupPath].map(tokenOf)) {
      expect(token.length).toBeGreaterThan(40)
      expect(kept).not.toContain(token)
    }
  })

  it('carries a call: pictures, chat and its end', async () => {
    await chair.join()
    delegate = await enter(city.delegate)
    await delegate.join()
    await delegate.seesMoving(city.chair.name)
    await chair.seesMoving(city.delegate.name)
    await chair.post('Kính chào các đồng chí.')
    await delegate.reads('Kính chào các đồng chí.')
    await chair.endForAll()
    await delegate.page.getByRole('toolbar').waitFor({ state: 'detached' })
    expect([...chair.complaints, ...delegate.complaints]).toEqual([])
  })
})
