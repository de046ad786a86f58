import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { CallMember } from '../testing/callMember.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { logLines } from '../testing/logReader.ts'
import { ask, sendForm } from '../testing/pageRequest.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { freePort } from '../testing/servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'diem-cau-apart-'))
const dataDir = join(folder, 'data')
const patient = { timeout: 30_000, interval: 50 }
let settings: Record<string, string>
let platform: PlatformProcess
let office: Office
let city: City
let meetingId: MeetingId
let chair: CallMember
let delegate: CallMember

/** Log lines of an event, oldest first. */
function logged(event: string): Record<string, unknown>[] {
  return logLines(platform.output())
    .map((line) => JSON.parse(line) as Record<string, unknown>) // our own log
    .filter((line) => line['event'] === event)
}

const pagesPid = () => Number(logged('pagesStarted').at(-1)?.['pid'])

/** Dead processes that nobody collected yet do not count. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  return existsSync(file) && !/\) Z/.test(readFileSync(file, 'utf8'))
}

const readiness = async () => {
  const { status, text } = await ask(platform.url, '/readyz')
  return { status, pages: (JSON.parse(text) as { checks: { pages: boolean } }).checks.pages }
}

beforeAll(async () => {
  settings = { DATA_DIR: dataDir, PORT: String(await freePort()), MEDIA_ENGINE: 'fake', LEASE_SECONDS: '2' }
  platform = await startPlatformProcess(settings, 90_000)
  office = await startOffice(dataDir)
  city = await newCity(office)
  meetingId = (await planMeeting(office, city)).id
  chair = await CallMember.join(platform.url, meetingId, city.chair.cookie)
  delegate = await CallMember.join(platform.url, meetingId, city.delegate.cookie)
})

afterAll(async () => {
  chair?.close()
  delegate?.close()
  await office?.close()
  await platform?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('pages beside calls', () => {
  it('are rendered by a process of their own, which writes into the same log and the same metrics', async () => {
    expect(pagesPid()).toBeGreaterThan(1)
    expect(pagesPid()).not.toBe(platform.process.pid)
    const { email } = city.chair
    expect((await sendForm(platform.url, '/login', { email, password: 'sai-mat-khau-0123' })).status).toBe(
      401,
    )
    await expect.poll(() => logged('signInRefused').at(-1)?.['process'], patient).toBe('pages')
    const { text } = await ask(platform.url, '/metrics')
    expect(text).toMatch(/^diemcau_pages_up 1$/m)
    expect(text).toMatch(/^diemcau_pages_process_resident_memory_bytes \d{7,}$/m)
  })

  it('are compressed for a browser, but not for what a page of another site had it ask for', async () => {
    const path = `/meetings/${meetingId}`
    const read = async (headers: Record<string, string>) => {
      const {
        status,
        headers: answered,
        text,
      } = await ask(platform.url, path, { cookie: city.chair.cookie, headers })
      expect([status, text.includes('Họp giao ban trực tuyến')]).toEqual([200, true])
      return answered.get('content-encoding')
    }
    expect(await read({ 'accept-encoding': 'gzip, br', 'sec-fetch-site': 'same-origin' })).toBe('br')
    expect(await read({ 'accept-encoding': 'gzip, br', 'sec-fetch-site': 'cross-site' })).toBe(null)
    expect(await read({ 'accept-encoding': 'identity' })).toBe(null)
  })

  it('die without the calls: these go on, pages say 503 and when to come again, and are back in seconds', async () => {
    const killed = pagesPid()
    process.kill(killed, 'SIGKILL')
    const atMs = performance.now()
    const page = () => ask(platform.url, '/login', { headers: { accept: 'text/html' } })
    await expect.poll(async () => (await readiness()).pages, patient).toBe(false)
    expect((await readiness()).status).toBe(503)
    const away = await page()
    expect(away.status).toBe(503)
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(away.text).toContain('Điểm Cầu')
    await delegate.post('Trong lúc không có trang')
    await expect.poll(() => chair.chat, patient).toContain('Trong lúc không có trang')
    expect((await ask(platform.url, '/healthz')).status).toBe(200)
    expect((await ask(platform.url, '/metrics')).text).toMatch(/^diemcau_pages_up 0$/m)
    await expect.poll(async () => (await page()).status, { timeout: 30_000, interval: 20 }).toBe(200)
    console.log(`pages killed; back after ${((performance.now() - atMs) / 1000).toFixed(2)} s`)
    expect((await readiness()).status).toBe(200)
    expect(pagesPid()).not.toBe(killed)
    expect(logged('pagesDied').at(-1)).toMatchObject({ signal: 'SIGKILL' })
    expect(chair.closedWith).toEqual([])
    expect(delegate.view?.epoch).toBe(chair.view?.epoch)
  })

  it('end by themselves when the process of the calls is killed, and the next start has its own', async () => {
    const orphan = pagesPid()
    await platform.kill()
    await expect.poll(() => isRunning(orphan), patient).toBe(false)
    platform = await startPlatformProcess(settings, 90_000)
    expect((await ask(platform.url, '/login')).status).toBe(200)
    await expect.poll(() => chair.sees(delegate)?.isConnected, patient).toBe(true)
  })

  it('end with the platform, in good order, also when a terminal tells both', async () => {
    const pid = pagesPid()
    process.kill(pid, 'SIGINT')
    platform.process.kill('SIGINT')
    expect(await platform.stop()).toBe(0)
    expect(isRunning(pid)).toBe(false)
    for (const event of ['pagesDied', 'pagesKilled', 'partNotClosed']) expect(logged(event)).toEqual([])
    // What the killed one left is removed by a later start: it is not old enough yet.
    expect(readdirSync(join(dataDir, 'run')).length).toBeLessThanOrEqual(1)
  })
})
