import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { startOfficeProxy, type OfficeProxy, type SocketManners } from '../testing/officeProxy.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { freePort } from '../testing/servers.ts'

// Networks that let pages through and nothing else, or everything but media.

const isRoot = process.getuid?.() === 0

let platform: PlatformProcess
let office: Office
let city: City
let meetingId: string
let mediaPort: number
const cleanup: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  mediaPort = await freePort()
  platform = await startPlatformProcess({ MEDIA_PORT: String(mediaPort), MEDIA_WORKERS: '1' })
  office = await startOffice(platform.dataDir)
  city = await newCity(office)
})
beforeEach(async () => {
  meetingId = (await planMeeting(office, city)).id
})
afterEach(async () => {
  for (const end of cleanup.splice(0).toReversed()) await end()
})
afterAll(async () => {
  await office?.close()
  await platform?.stop()
  platform?.remove()
})

async function openBehind(
  sockets: SocketManners,
  passesPolls = true,
  cookie = city.chair.cookie,
): Promise<[CallPage, OfficeProxy]> {
  const proxy = await startOfficeProxy(Number(new URL(platform.url).port), sockets)
  cleanup.push(() => proxy.close())
  proxy.passesPolls = passesPolls
  const page = await CallPage.start(proxy.url, meetingId, cookie)
  cleanup.push(() => page.close())
  return [page, proxy]
}

describe('behind a proxy that lets no WebSocket through', () => {
  it.each(['hangs', 'forbids', 'mutes'] as const)('which %s it, one joins and is heard', async (manners) => {
    const [page] = await openBehind(manners)
    await page.join()
    const text = `qua proxy ${manners}`
    await page.post(text)
    await page.reads(text)
  })

  it('a page that is closed is gone from the call at once', async () => {
    const chair = await CallPage.start(platform.url, meetingId, city.chair.cookie)
    cleanup.push(() => chair.close())
    await chair.join()
    const [delegate] = await openBehind('forbids', true, city.delegate.cookie)
    await delegate.join()
    const seat = chair.page.locator(`article[aria-label^="${city.delegate.name}"]`)
    await seat.waitFor()
    await delegate.page.close()
    await seat.waitFor({ state: 'detached', timeout: 3000 })
  })

  it('nor polls, the page says that the way is blocked and what to ask, and joins once it is not', async () => {
    const [{ page }, proxy] = await openBehind('hangs', false)
    await page.getByText(texts.wayBlockedTitle).waitFor()
    const { hostname: host, port } = new URL(proxy.url)
    await page.getByText(texts.wayBlockedAsk({ protocol: 'ws', host, port })).waitFor()
    proxy.sockets = 'passes'
    proxy.passesPolls = true
    proxy.cut()
    await page.getByRole('button', { name: new RegExp(`^(${texts.join}|${texts.openAndJoin})$`) }).waitFor()
    await page.getByText(texts.wayBlockedTitle).waitFor({ state: 'detached' })
  })
})

describe('in a network that lets no media through', () => {
  it.skipIf(!isRoot)('the page says so and what to ask, and has them by itself once they pass', async () => {
    const rules = ['udp', 'tcp'].map((protocol) => {
      return ['INPUT', '-i', 'lo', '-p', protocol, '--dport', String(mediaPort), '-j', 'DROP']
    })
    for (const rule of rules) execFileSync('iptables', ['-I', ...rule])
    cleanup.push(async () => {
      for (const rule of rules.splice(0)) execFileSync('iptables', ['-D', ...rule])
    })
    const page = await CallPage.start(platform.url, meetingId, city.chair.cookie)
    cleanup.push(() => page.close())
    await page.join()
    const ask = texts.mediaBlockedAsk({ hosts: ['127.0.0.1'], ports: [mediaPort] })
    const told = page.page.getByRole('status').filter({ hasText: ask })
    await told.waitFor()
    for (const rule of rules.splice(0)) execFileSync('iptables', ['-D', ...rule])
    await told.waitFor({ state: 'detached', timeout: 60_000 })
    await expect
      .poll(async () => (await page.stats('outbound-rtp')).some(({ packetsSent }) => Number(packetsSent) > 0))
      .toBe(true)
  })
})
