import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { callEvents } from '#db/calls.ts'
import { setup } from '#web/pages/entry/vi.ts'
import { CallMember, refusal } from '../testing/callMember.ts'
import { newCity, startOffice, planMeeting, tokenOf, type City, type Office } from '../testing/city.ts'
import { textOf } from '../testing/officeHarness.ts'
import { leaksOf, logEvents } from '../testing/logReader.ts'
import { ask, cookiesOf, sendForm } from '../testing/pageRequest.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { freePort } from '../testing/servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'diem-cau-operations-'))
const dataDir = join(folder, 'data')
const patient = { timeout: 30_000, interval: 100 }
const members: CallMember[] = []
let settings: Record<string, string>
let platform: PlatformProcess
let office: Office
let city: City
let meetingId: MeetingId
/** Everything that every start of the platform on this folder printed. */
let printed = ''

async function start(env: Record<string, string> = {}): Promise<void> {
  platform = await startPlatformProcess({ ...settings, ...env }, 90_000)
}

async function stop(): Promise<number | null> {
  const code = await platform.stop()
  printed += platform.output()
  return code
}

async function member(cookie: string): Promise<CallMember> {
  const joined = await CallMember.join(platform.url, meetingId, cookie)
  members.push(joined)
  return joined
}

/** The embedded server's first process. */
const postgresPid = () =>
  Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])

beforeAll(async () => {
  settings = {
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    MEDIA_ENGINE: 'fake',
    LOG_LEVEL: 'debug',
    LEASE_SECONDS: '2',
  }
  await start()
  office = await startOffice(dataDir)
})

afterAll(async () => {
  for (const one of members) one.close()
  await office?.close()
  await platform?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the first start', () => {
  it('prints a one-time link for the first administrator and keeps it where only its owner can read', async () => {
    const path = join(dataDir, 'first-setup.txt')
    const link = readFileSync(path, 'utf8').trim()
    expect(platform.output()).toContain(link)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect((await ask(platform.url, new URL(link).pathname)).status).toBe(200)
  })

  it('has the units of the city and nothing invented', async () => {
    const { prisma } = office.database
    expect(await prisma.unit.count()).toBeGreaterThan(150)
    expect(await Promise.all([prisma.user.count(), prisma.meeting.count(), prisma.site.count()])).toEqual([
      0, 0, 0,
    ])
  })
})

describe('health, readiness and metrics', () => {
  it('are answered without an account', async () => {
    expect(await ask(platform.url, '/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
    const { status, text } = await ask(platform.url, '/readyz')
    expect(status).toBe(200)
    const all = { database: true, bus: true, pages: true, sfu: true, recorder: true, signalling: true }
    expect(JSON.parse(text)).toEqual({ checks: all })
  })

  it('metrics are for this machine only, and not for what a proxy on it hands on', async () => {
    const metrics = await ask(platform.url, '/metrics')
    expect(metrics.status).toBe(200)
    expect(metrics.text).toMatch(/^diemcau_signalling_sockets \d+$/m)
    expect(metrics.text).toMatch(/^process_cpu_seconds_total /m)
    const proxied: Record<string, string>[] = [
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-real-ip': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7' },
      { via: '1.1 proxy' },
    ]
    for (const headers of proxied) expect((await ask(platform.url, '/metrics', { headers })).status).toBe(404)
  })
})

describe('the log', () => {
  it('says what happened as one JSON object a line, without secrets, names or what people wrote', async () => {
    city = await newCity(office)
    meetingId = (await planMeeting(office, city)).id
    const wrong = 'sai-mat-khau-rat-dai-0123'
    const { email, password } = city.chair
    const refused = await sendForm(platform.url, '/login', { email, password: wrong })
    expect(refused.status).toBe(401)
    const signedIn = await sendForm(platform.url, '/login', { email, password })
    expect(signedIn.status).toBe(303)
    const cookie = cookiesOf(signedIn.headers)
    const chair = await member(cookie)
    const delegate = await member(city.delegate.cookie)
    await delegate.post('Nội dung mật của tin nhắn')
    await expect.poll(() => chair.chat, patient).toEqual(['Nội dung mật của tin nhắn'])
    await delegate.ask('hand:raise', {})
    expect((await ask(platform.url, `/meetings/${meetingId}`, { cookie })).status).toBe(200)
    expect((await ask(platform.url, '/join/khong-co-duong-dan-nao-nhu-the-nay')).status).toBe(303)
    const needles = {
      password,
      'wrong password': wrong,
      email,
      'session of the form': cookie.split('=').at(-1) ?? '',
      'session of another': city.delegate.cookie.split('=').at(-1) ?? '',
      'chat text': 'Nội dung mật',
      "chair's name": city.chair.name,
      "delegate's name": city.delegate.name,
      "meeting's title": 'Họp giao ban trực tuyến',
      'set-up token': readFileSync(join(dataDir, 'first-setup.txt'), 'utf8').trim().split('#').at(-1) ?? '',
      'join token': 'khong-co-duong-dan-nao-nhu-the-nay',
    }
    expect(leaksOf(platform.output(), needles)).toEqual([])
    const events = logEvents(platform.output())
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['platformReady', 'signInRefused', 'callHomeTaken']),
    )
    for (const { event, time } of events) {
      expect(event).toMatch(/^[a-z]+([A-Z][a-z]+)+$/)
      expect(Date.parse(time)).toBeGreaterThan(0)
    }
    expect(events.filter(({ level }) => level >= 50)).toEqual([])
  })
})

describe('a database server that dies under a running platform', () => {
  it('is started again; what was not stored was not acked, and is stored after', async () => {
    const [chair, delegate] = members
    if (!chair || !delegate) throw new Error('the call is not there')
    const killed = postgresPid()
    process.kill(killed, 'SIGKILL')
    // Posted into the gap: a connection that still lives may store it, else it is refused.
    const id = 'posted-while-away'
    const code = await refusal(delegate.post('Gửi lúc mất cơ sở dữ liệu', id))
    if (code !== null) expect(code).toMatch(/^(storage_unavailable|timeout)$/)
    await expect
      .poll(() => platform.output().includes('databaseRestarted'), { timeout: 60_000, interval: 200 })
      .toBe(true)
    await expect.poll(async () => (await ask(platform.url, '/readyz')).status, patient).toBe(200)
    expect(postgresPid()).not.toBe(killed)
    if (code === null) expect(await storedChat()).toContain('Gửi lúc mất cơ sở dữ liệu')
    // The same message again is not a second one.
    await expect.poll(() => refusal(delegate.post('Gửi lúc mất cơ sở dữ liệu', id)), patient).toBe(null)
    await expect.poll(storedChat, patient).toEqual(['Nội dung mật của tin nhắn', 'Gửi lúc mất cơ sở dữ liệu'])
    expect(chair.view?.epoch).toBe(delegate.view?.epoch)
    expect(chair.closedWith).toEqual([])
  })
})

async function storedChat(): Promise<string[]> {
  const events = await callEvents(office.database, meetingId)
  return events.flatMap(({ event }) => (event.type === 'chatPosted' ? [event.message.text] : []))
}

describe('a start that cannot be', () => {
  it('a second platform on the same folder ends with an error that names it', async () => {
    const second = startPlatformProcess({ ...settings, PORT: '0' })
    await expect(second).rejects.toThrow(/ended with code 1:[\s\S]*DATA_DIR .* is in use by process \d+/)
    expect((await ask(platform.url, '/readyz')).status).toBe(200)
  })

  it('wrong settings end it with code 1, each by its name', async () => {
    const wrong = {
      PORT: 'http',
      MEDIA_ENGINE: 'zoom',
      DATABASE_URL: 'mysql://somewhere/else',
      REDIS_URL: 'localhost:6379',
      SEAT_SECONDS: 'soon',
    }
    const message = await startPlatformProcess({ DATA_DIR: join(folder, 'never'), ...wrong }).then(
      () => '',
      (error: unknown) => String(error),
    )
    expect(message).toContain('ended with code 1')
    for (const name of Object.keys(wrong)) expect(message).toContain(`${name}=`)
    const lacking = startPlatformProcess({ DATA_DIR: join(folder, 'never'), ROLES: 'sfu' })
    await expect(lacking).rejects.toThrow(/ended with code 1:[\s\S]*DATABASE_URL is missing/)
  })

  it('a file of the secret that signs cookies with nothing in it ends it with code 1, and starts nothing', async () => {
    const own = join(folder, 'emptied')
    mkdirSync(own)
    writeFileSync(join(own, 'auth-secret'), '', { mode: 0o600 })
    const emptied = startPlatformProcess({ ...settings, DATA_DIR: own, AUTH_SECRET: '' })
    await expect(emptied).rejects.toThrow(/ended with code 1:[\s\S]*auth-secret is empty/)
    expect(readdirSync(own)).toEqual(['auth-secret', 'nodes']) // its name alone
  })

  it('a database that does not answer ends it with code 1', async () => {
    const url = `postgresql://nobody@127.0.0.1:${await freePort()}/none`
    const away = startPlatformProcess({ DATA_DIR: join(folder, 'never'), DATABASE_URL: url })
    await expect(away).rejects.toThrow(/ended with code 1:[\s\S]*does not answer/)
  })

  it('a taken port ends it with code 1, and its database with it', async () => {
    const own = join(folder, 'port-taken')
    const taken = startPlatformProcess({ ...settings, DATA_DIR: own })
    await expect(taken).rejects.toThrow(/ended with code 1:[\s\S]*EADDRINUSE/)
    expect(workersIn(join(own, 'postgres'))).toEqual([])
  })
})

/** Processes that work in a folder. */
function workersIn(path: string): string[] {
  return execFileSync('ls', ['/proc'], { encoding: 'utf8' })
    .split('\n')
    .filter((pid) => {
      if (!/^\d+$/.test(pid)) return false
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === path
      } catch {
        return false // ended meanwhile
      }
    })
}

describe('a platform that is stopped and started again', () => {
  it('ends with 0 within seconds, tells the pages, and leaves nothing running', async () => {
    const [chair, delegate] = members
    if (!chair || !delegate) throw new Error('the call is not there')
    const atMs = performance.now()
    expect(await stop()).toBe(0)
    const tookMs = performance.now() - atMs
    console.log(`SIGTERM to the end: ${(tookMs / 1000).toFixed(2)} s`)
    expect(tookMs).toBeLessThan(15_000)
    for (const one of [chair, delegate])
      await expect.poll(() => one.closedWith, patient).toEqual(['node_closing'])
    expect(workersIn(join(dataDir, 'postgres'))).toEqual([])
  })

  it('starts again on what is there, and the pages come back to their call by themselves', async () => {
    const [chair, delegate] = members
    if (!chair || !delegate) throw new Error('the call is not there')
    const epoch = chair.view?.epoch ?? 0
    await start({ METRICS_TOKEN: 'a-token-of-some-length' })
    console.log(`second start: ready after ${(platform.readyAfterMs / 1000).toFixed(2)} s`)
    expect(platform.readyAfterMs).toBeLessThan(30_000)
    expect(platform.output()).not.toContain('/setup')
    await expect
      .poll(() => (chair.view?.epoch ?? 0) > epoch && chair.sees(delegate)?.isConnected, patient)
      .toBe(true)
    expect(chair.chat).toEqual(['Nội dung mật của tin nhắn', 'Gửi lúc mất cơ sở dữ liệu'])
    expect(chair.sees(delegate)?.handRaisedAtMs).toBeGreaterThan(0)
    const { email, password } = city.delegate
    expect((await sendForm(platform.url, '/login', { email, password })).status).toBe(303)
  })

  it('metrics with a token are for who has it, wherever from', async () => {
    const token = 'a-token-of-some-length'
    const status = async (headers: Record<string, string>) =>
      (await ask(platform.url, '/metrics', { headers })).status
    expect(await status({})).toBe(404)
    expect(await status({ authorization: 'Bearer a-token-of-some-lengtH' })).toBe(404)
    expect(await status({ authorization: token })).toBe(404)
    expect(await status({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' })).toBe(200)
  })

  it('survives a kill -9: the database that lives on is taken over, and the call goes on', async () => {
    const [chair, delegate] = members
    if (!chair || !delegate) throw new Error('the call is not there')
    await delegate.post('Trước khi mất điện')
    const database = postgresPid()
    const epoch = chair.view?.epoch ?? 0
    await platform.kill()
    printed += platform.output()
    expect(workersIn(join(dataDir, 'postgres'))).toContain(String(database))
    await start()
    expect(postgresPid()).toBe(database)
    await expect
      .poll(() => (chair.view?.epoch ?? 0) > epoch && chair.sees(delegate)?.isConnected, patient)
      .toBe(true)
    expect(chair.chat.at(-1)).toBe('Trước khi mất điện')
    // under its own name: nobody waits for the lease of a process that is gone
    const names = `${printed}${platform.output()}`.match(/"node":"[^"]*"/g)
    expect(new Set(names).size).toBe(1)
  })

  it('stopped while it starts, it ends with 0 and leaves nothing running', async () => {
    const own = join(folder, 'impatient')
    const starting = startPlatformProcess({ ...settings, DATA_DIR: own, PORT: '0' }, 90_000)
    await expect.poll(() => workersIn(join(own, 'postgres')).length, patient).toBeGreaterThan(0)
    const [pid] = readFileSync(join(own, 'postgres.owner'), 'utf8').split(' ')
    process.kill(Number(pid), 'SIGTERM')
    const begun = await starting.catch((error: unknown) => {
      expect(String(error)).toContain('ended with code 0')
      return null
    })
    if (begun) expect(await begun.stop()).toBe(0)
    expect(workersIn(join(own, 'postgres'))).toEqual([])
  })
})

describe('SAMPLE_DATA=1', () => {
  it('invents people with random passwords in the owner’s file, once, and they can sign in', async () => {
    const own = join(folder, 'sample')
    // Without AUTH_SECRET: one is made and kept.
    const env = { DATA_DIR: own, MEDIA_ENGINE: 'fake', SAMPLE_DATA: '1', AUTH_SECRET: '' }
    const sample = await startPlatformProcess(env, 120_000)
    const path = join(own, 'first-setup.txt')
    try {
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(statSync(join(own, 'auth-secret')).mode & 0o777).toBe(0o600)
      const people = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.includes('\t'))
        .map((line) => line.split('\t'))
      expect(people.length).toBeGreaterThan(5)
      expect(new Set(people.map(([, , password]) => password)).size).toBe(people.length)
      const [[, email = '', password = ''] = []] = people
      expect(sample.output()).not.toContain(password)
      const signedIn = await sendForm(sample.url, '/login', { email, password })
      expect(signedIn.status).toBe(303)
      const home = await ask(sample.url, '/meetings', { cookie: cookiesOf(signedIn.headers) })
      expect(home.status).toBe(200)
    } finally {
      await sample.stop()
    }
  })
})

describe('the founder', () => {
  it.each([
    ['is led to setting up the second factor that is required with the account', '127.0.0.1', 303],
    ['is in all the same where nobody administers, and is asked by the guide', '203.0.113.0/24', 200],
  ])('%s', async (_, addresses, status) => {
    const own = join(folder, `founded-${status}`)
    const env = { DATA_DIR: own, MEDIA_ENGINE: 'fake', ADMIN_ADDRESSES: addresses }
    const founded = await startPlatformProcess(env, 120_000)
    try {
      const token = tokenOf(readFileSync(join(own, 'first-setup.txt'), 'utf8').trim())
      const opened = await sendForm(founded.url, '/setup?/open', { token })
      expect(textOf(opened.text)).toContain(setup.requireFactor)
      const password = `mau-${randomUUID()}`
      const who = { name: 'Quản Trị Mẫu', email: 'quan-tri@mau.example', password, repeat: password }
      const made = await sendForm(founded.url, '/setup?/complete', { token, ...who, requireFactor: 'on' })
      expect(made.status).toBe(303)
      const home = await ask(founded.url, '/', { cookie: cookiesOf(made.headers) })
      const where = status === 303 ? '/second-factor/setup?next=%2F' : null
      expect([home.status, home.headers.get('location')]).toEqual([status, where])
    } finally {
      await founded.stop()
    }
  })
})
