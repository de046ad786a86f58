import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { callLeaseKey } from '#db/calls.ts'
import { lastHolder } from '#db/leases.ts'
import { call as texts } from '#web/call/call.vi.ts'
import { CallPage } from '../testing/callPage.ts'
import { newCity, startOffice, planMeeting, type City, type Office } from '../testing/city.ts'
import { leaksOf } from '../testing/logReader.ts'
import { ask } from '../testing/pageRequest.ts'
import { cameraFile, speechFile } from '../testing/pictures.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { startRelay, type Relay } from '../testing/relay.ts'
import { startPostgres, startRedis, type TestServer } from '../testing/servers.ts'
import { decodingErrors } from '../testing/videoOracle.ts'

const folder = mkdtempSync(join(tmpdir(), 'diem-cau-split-'))
const roles = {
  front1: 'web,signalling',
  front2: 'web,signalling',
  media1: 'sfu',
  media2: 'sfu',
  recorder: 'recorder',
} as const
type NodeName = keyof typeof roles
const fronts = ['front1', 'front2'] as const
const medias = ['media1', 'media2'] as const

const servers: TestServer[] = []
const nodes = new Map<NodeName, PlatformProcess>()
let office: Office
let city: City
let relay: Relay
let chair: CallPage
let delegate: CallPage
let meetingId: MeetingId

function node(name: NodeName): PlatformProcess {
  const found = nodes.get(name)
  if (!found) throw new Error(`${name} does not run`)
  return found
}
const portOf = (name: NodeName) => Number(new URL(node(name).url).port)

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  servers.push(postgres, redis)
  for (const name of ['front1', 'front2', 'media1', 'media2', 'recorder'] as const) {
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      DATA_DIR: folder,
      ROLES: roles[name],
      NODE_ID: name,
      LEASE_SECONDS: '2',
      LOG_LEVEL: 'debug',
      MEDIA_WORKERS: '1',
    }
    nodes.set(name, await startPlatformProcess(env, 90_000))
  }
  office = await startOffice(folder, postgres.url)
  city = await newCity(office)
  relay = await startRelay(portOf('front1'))
  meetingId = (await planMeeting(office, city)).id
}, 300_000)

afterAll(async () => {
  await chair?.close()
  await delegate?.close()
  await relay?.close()
  await office?.close()
  await Promise.all([...nodes.values()].map((one) => one.stop()))
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
})

it.each([
  ['audit keys', 'AUDIT_KEYS', 'sfu', {}],
  [
    'factor keys',
    'FACTOR_KEYS',
    'web',
    { AUDIT_KEYS: () => keptSecret('audit-keys'), AUTH_SECRET: () => randomBytes(33).toString('base64') },
  ],
  // Alone it would take its own key for the successor of one that is lost.
  ['audit keys, though it has every role,', 'AUDIT_KEYS', 'web,signalling,sfu,recorder', {}],
] as const)(
  'a node with %s of its own is refused, and the setting named',
  async (_, setting, ROLES, shared) => {
    const [postgres, redis] = servers
    const own = mkdtempSync(join(tmpdir(), 'diem-cau-split-own-'))
    const env = Object.fromEntries(Object.entries(shared).map(([name, secret]) => [name, secret()]))
    const starting = startPlatformProcess({
      ...env,
      DATABASE_URL: postgres?.url ?? '',
      REDIS_URL: redis?.url ?? '',
      DATA_DIR: own,
      ROLES,
      NODE_ID: 'apart',
      MEDIA_WORKERS: '1',
    })
    await expect(starting).rejects.toThrow(new RegExp(`ended with code 1:[\\s\\S]*${setting}: `))
    rmSync(own, { recursive: true, force: true })
  },
  60_000,
)

const keptSecret = (name: string) => readFileSync(join(folder, name), 'utf8').trim()

/** The node on which the call lives. */
async function homeNode(): Promise<'front1' | 'front2'> {
  const holder = await lastHolder(office.database, callLeaseKey(meetingId))
  const found = fronts.find((name) => name === holder?.nodeId)
  if (!found) throw new Error(`No front has the call: ${holder?.nodeId}`)
  return found
}

/** Media nodes that have a room now. */
async function mediaNodes(): Promise<NodeName[]> {
  const found: NodeName[] = []
  for (const name of medias) {
    const running = nodes.get(name)
    if (running?.process.exitCode !== null || running.process.signalCode !== null) continue
    const { text } = await ask(running.url, '/metrics')
    if (Number(/^diemcau_sfu_rooms (\d+)/m.exec(text)?.[1]) > 0) found.push(name)
  }
  return found
}

/** Frames advance and sound comes, in both directions. Resolves with when both pictures moved: listening takes seconds. */
async function seeAndHear(timeoutMs = 45_000): Promise<number> {
  const both = [
    [delegate, city.chair.name],
    [chair, city.delegate.name],
  ] as const
  await Promise.all(both.map(([page, other]) => page.seesMoving(other, timeoutMs)))
  await Promise.all(both.map(([page, other]) => page.framesAdvance(other, 15, timeoutMs)))
  const movedAtMs = performance.now()
  await Promise.all(
    both.map(([page]) => expect.poll(() => page.loudness(), { timeout: timeoutMs }).toBeGreaterThan(0.01)),
  )
  return movedAtMs
}

describe('a platform split over five processes, on PostgreSQL and Redis', () => {
  it('each is ready by its own parts', async () => {
    const parts = {
      front1: ['pages', 'signalling'],
      front2: ['pages', 'signalling'],
      media1: ['sfu'],
      media2: ['sfu'],
      recorder: ['recorder'],
    }
    for (const name of [...fronts, ...medias, 'recorder'] as const) {
      const { status, text } = await ask(node(name).url, '/readyz')
      const checks = Object.fromEntries(['database', 'bus', ...parts[name]].map((part) => [part, true]))
      expect([name, status, JSON.parse(text)]).toEqual([name, 200, { checks }])
    }
  })

  it('carries a call of two browsers, each by another front', async () => {
    // The chair comes by what stands in front of the fronts; the delegate's front passes the socket on to the home.
    chair = await CallPage.start(relay.url, meetingId, city.chair.cookie, {
      camera: cameraFile('Chủ trì'),
      microphone: speechFile('Kính thưa các đồng chí, hôm nay chúng ta họp giao ban tháng mười một.'),
    })
    await chair.join()
    delegate = await CallPage.start(node('front2').url, meetingId, city.delegate.cookie, {
      camera: cameraFile('Phường Hoàn Kiếm', ['0x3d405b', '0x81b29a']),
      microphone: speechFile('Báo cáo đồng chí chủ trì, phường đã hoàn thành các nhiệm vụ được giao.', 70),
    })
    await delegate.join()
    for (const page of [chair, delegate])
      await page.page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    await seeAndHear()
    await delegate.post('Tin đầu tiên')
    await chair.reads('Tin đầu tiên')
    await delegate.press(texts.raiseHand)
    await chair.panel(texts.hands)
    await chair.page.getByRole('tabpanel').getByText(city.delegate.name).waitFor()
    expect(await mediaNodes()).toHaveLength(1)
  })

  it('records it on the recorder’s node', async () => {
    await chair.choose(texts.startRecording)
    for (const page of [chair, delegate])
      await page.page.getByText(texts.recording, { exact: true }).waitFor({ timeout: 20_000 })
    await chair.framesAdvance(city.delegate.name, 60, 40_000)
  })

  it('goes on when its home is killed: on another front, with chat, hand, roster, picture and sound', async () => {
    const home = await homeNode()
    const other = home === 'front1' ? 'front2' : 'front1'
    if (home === 'front2') throw new Error('the delegate’s own front would be gone')
    const atMs = performance.now()
    await node(home).kill()
    relay.turn(portOf(other))
    await expect.poll(homeNode, { timeout: 30_000 }).toBe(other)
    for (const page of [chair, delegate])
      await page.page.getByText(texts.reconnecting).waitFor({ state: 'hidden', timeout: 30_000 })
    await delegate.post('Sau khi máy chủ bị tắt')
    await chair.reads('Sau khi máy chủ bị tắt', 20_000)
    console.log(`home killed; chat again after ${((performance.now() - atMs) / 1000).toFixed(1)} s`)
    const movedAtMs = await seeAndHear()
    console.log(
      `home killed; 15 more pictures on both sides after ${((movedAtMs - atMs) / 1000).toFixed(1)} s`,
    )
    await chair.reads('Tin đầu tiên')
    await chair.panel(texts.hands)
    await chair.page.getByRole('tabpanel').getByText(city.delegate.name).waitFor()
    await chair.panel(texts.people)
    for (const one of [city.chair, city.delegate])
      await chair.page.getByRole('tabpanel').getByText(one.name).first().waitFor()
    for (const page of [chair, delegate]) {
      await page.page.getByText(texts.recording, { exact: true }).waitFor({ timeout: 20_000 })
      expect(await page.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
    }
  })

  it('goes on when its media node is killed: on the other one', async () => {
    const [carrier] = await mediaNodes()
    if (!carrier) throw new Error('no media node has the room')
    const atMs = performance.now()
    await node(carrier).kill()
    await expect.poll(mediaNodes, { timeout: 30_000 }).toEqual(medias.filter((name) => name !== carrier))
    const movedAtMs = await seeAndHear()
    console.log(
      `media node killed; 15 more pictures on both sides after ${((movedAtMs - atMs) / 1000).toFixed(1)} s`,
    )
    for (const page of [chair, delegate])
      expect(await page.page.evaluate(() => 'neverReloaded' in window)).toBe(true)
    await delegate.post('Sau khi máy hình bị tắt')
    await chair.reads('Sau khi máy hình bị tắt')
    await chair.framesAdvance(city.delegate.name, 60, 40_000)
  })

  it('has one recording of it all, through both deaths, that plays', async () => {
    await chair.endForAll()
    await delegate.page.getByRole('toolbar', { name: texts.controls }).waitFor({ state: 'hidden' })
    const list = () => office.recordings.list(city.secretary.viewer, meetingId)
    await expect
      .poll(async () => (await list()).map(({ state }) => state), { timeout: 100_000, interval: 500 })
      .toEqual(['ready'])
    const [recording] = await list()
    expect(recording?.durationMs).toBeGreaterThan(10_000)
    const response = await fetch(`${node('front2').url}/recordings/${recording?.id}/video`, {
      headers: { cookie: city.secretary.cookie },
    })
    expect(response.status).toBe(200)
    const path = join(folder, 'recording.mp4')
    writeFileSync(path, Buffer.from(await response.arrayBuffer()))
    expect(await decodingErrors(path)).toBe('')
  })

  it('wrote nothing into any log that is nobody’s business', () => {
    const needles = {
      'chat text': 'Tin đầu tiên',
      'chair’s name': city.chair.name,
      'delegate’s name': city.delegate.name,
      session: city.chair.cookie.split('=').at(-1) ?? '',
      candidate: 'candidate:',
      'session description': 'a=fingerprint',
      'ice password': 'usernameFragment',
      'dtls fingerprint': 'sha-256',
    }
    for (const [name, { output }] of nodes) expect([name, leaksOf(output(), needles)]).toEqual([name, []])
  })
})
