import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MeetingId } from '#contract/ids.ts'
import { maxMessageBytes } from '#contract/protocol.ts'
import { errors as english } from '#web/text/errors.en.ts'
import { errors as vietnamese } from '#web/text/errors.vi.ts'
import { planMeeting, testSecret } from '../testing/city.ts'
import { logEvents } from '../testing/logReader.ts'
import { OfficeHarness, textOf } from '../testing/officeHarness.ts'
import { ask, sendForm } from '../testing/pageRequest.ts'
import { startRawSocket } from '../testing/rawSocket.ts'

let harness: OfficeHarness
let url: string
let meetingId: MeetingId

beforeAll(async () => {
  harness = await OfficeHarness.start()
  url = harness.url
})
afterAll(() => harness?.close())
beforeEach(async () => {
  meetingId = await harness.plan()
})
afterEach(() => harness.leaveAll())

/** Sends a request exactly as it is written. */
async function rawStatus(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Sends bytes; the first line of what is answered, or '' when the connection just closes. Who hangs up is not waited for. */
async function rawAnswer(bytes: string, { hangsUp = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => (hangsUp ? socket.end(bytes) : socket.write(bytes)))
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
    socket.on('error', reject)
  })
}

describe('cookies', () => {
  it('are out of scripts’ reach and for this site only', async () => {
    const { email, password } = harness.city.delegate
    const { guestId, id } = await harness.planWithGuest()
    const [page = '', token = ''] = (await harness.newLink(id, guestId)).path.split('#')
    for (const answer of [
      await sendForm(url, '/login', { email, password }),
      await sendForm(url, page, { token }),
    ]) {
      expect(answer.status).toBe(303)
      const cookies = answer.headers.getSetCookie()
      expect(cookies.length).toBeGreaterThan(0)
      for (const cookie of cookies) expect(cookie).toMatch(/; HttpOnly.*; SameSite=Lax/i)
    }
  })
})

describe('a form of another site (CSRF)', () => {
  it('is refused, whatever it is for', async () => {
    const cookie = harness.city.secretary.cookie
    for (const origin of ['https://evil.example', 'null', url.replace('127.0.0.1', 'localhost')]) {
      const sent = await sendForm(url, `/meetings/${meetingId}?/cancel`, { reason: 'x' }, { cookie, origin })
      expect(sent.status).toBe(403)
      const out = await sendForm(url, '/account?/signOut', {}, { cookie, origin })
      expect(out.status).toBe(403)
    }
    const auth = await ask(url, '/api/auth/sign-out', {
      method: 'POST',
      cookie,
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: '{}',
    })
    expect(auth.status).toBe(403)
    expect((await ask(url, '/meetings', { cookie })).status).toBe(200)
    expect((await harness.office.meetings.get(harness.city.secretary.viewer, meetingId)).status).toBe(
      'scheduled',
    )
  })
})

describe('data of another site (CSRF)', () => {
  it('is refused, whatever it says that it is', async () => {
    const cookie = harness.city.secretary.cookie
    const held = await harness.hold(meetingId)
    const { version, content } = await harness.office.minutes.createDraft(harness.city.secretary.viewer, held)
    const body = JSON.stringify({ version, content: { ...content, docNumber: '66' } })
    const types = ['application/json', 'text/plain', 'application/csp-report', '']
    for (const origin of ['https://evil.example', 'null', url.replace('127.0.0.1', 'localhost')]) {
      for (const type of types) {
        const headers = { origin, accept: 'application/json', ...(type ? { 'content-type': type } : {}) }
        const path = `/api/meetings/${held}/minutes`
        // As bytes, since a text would be given a type by the client.
        const bytes = new TextEncoder().encode(body)
        const answer = await ask(url, path, { method: 'POST', cookie, headers, body: bytes })
        expect([origin, type, answer.status]).toEqual([origin, type, 403])
      }
    }
    const preflight = await ask(url, `/api/meetings/${held}/minutes`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(null)
    expect((await harness.office.minutes.get(harness.city.secretary.viewer, held))?.version).toBe(version)
  })
})

describe('secrets', () => {
  it('of the platform and of others are in no page and in no data of one', async () => {
    const { cookie } = harness.city.administrator
    const { guestId, id } = await harness.planWithGuest()
    const { path } = await harness.newLink(id, guestId)
    const token = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? ''
    const { prisma } = harness.office.database
    const hashes = await prisma.account.findMany({ select: { password: true } })
    const needles = [testSecret, token, path, ...hashes.map((row) => row.password ?? '')].filter(Boolean)
    expect(needles.length).toBeGreaterThan(5)
    for (const page of ['/admin/people', '/account', '/', `/meetings/${id}`, `/meetings/${id}/call`]) {
      for (const suffix of ['', '/__data.json']) {
        const { text } = await ask(url, page === '/' ? suffix || page : page + suffix, {
          cookie: page.startsWith('/meetings') ? harness.city.secretary.cookie : cookie,
        })
        for (const needle of needles) expect(text.includes(needle)).toBe(false)
      }
    }
  })
})

describe('open redirects', () => {
  it('after signing in lead nowhere else', async () => {
    const { email, password } = harness.city.delegate
    for (const next of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/%09/evil.example',
      'javascript:1',
    ]) {
      const path = `/login?next=${encodeURIComponent(next)}`
      const sent = await sendForm(url, path, { email, password })
      const location = sent.headers.get('location') ?? ''
      expect(new URL(location, url).origin).toBe(url)
      const again = await ask(url, path, { cookie: harness.city.delegate.cookie })
      expect(new URL(again.headers.get('location') ?? '', url).origin).toBe(url)
    }
    const preference = await sendForm(url, '/preferences', { theme: 'dark', next: '//evil.example' })
    expect(preference.headers.get('location')).toBe('/')
  })
})

describe('script where it does not belong', () => {
  it('pages carry a strict policy, and no inline script or style without its nonce', async () => {
    const { id } = await planMeeting(harness.office, harness.city, {
      title: '<script>alert(1)</script> "họp" \' &',
    })
    const cookie = harness.city.secretary.cookie
    for (const path of ['/login', '/', `/meetings/${id}`, `/meetings/${id}/call`, '/no-such-page']) {
      const { headers, text } = await ask(url, path, { cookie: path === '/login' ? '' : cookie })
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("object-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'self'")
      // Of what is evaluated, a call's page may have WebAssembly, which no text becomes.
      expect(policy.includes("'wasm-unsafe-eval'")).toBe(path.endsWith('/call'))
      expect(policy.replace("'wasm-unsafe-eval'", '')).not.toContain('unsafe-eval')
      expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain('unsafe-inline')
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
      expect(nonce).toBeTruthy()
      for (const [, attributes = ''] of text.matchAll(/<script\b([^>]*)>/g)) {
        if (!/\bsrc=/.test(attributes)) expect(attributes).toContain(`nonce="${nonce}"`)
      }
      expect(text).not.toContain('<script>alert(1)')
      expect(text).not.toMatch(/\son[a-z]+="/)
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toContain('no-store')
    }
    const asset = /\/_app\/immutable\/[^"']+\.js/.exec((await ask(url, '/login')).text)?.[0] ?? ''
    const script = await ask(url, asset)
    expect(script.status).toBe(200)
    expect(script.headers.get('x-content-type-options')).toBe('nosniff')
    expect(script.headers.get('cache-control')).toContain('immutable')
  })
})

describe('paths', () => {
  it('that climb out of a folder lead to nothing', async () => {
    const cookie = harness.city.secretary.cookie
    for (const path of [
      '/_app/../../../package.json',
      '/_app/%2e%2e/%2e%2e/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/_app/..%5c..%5cpackage.json',
      '/recordings/..%2f..%2f..%2fetc%2fpasswd/video',
      '/recordings/%2e%2e/video',
      `/meetings/..%2f${meetingId}/attendance.csv`,
      '/recordings/a%00b/video',
    ]) {
      const status = await rawStatus('GET', path, { cookie })
      expect([path, status >= 400 && status < 500]).toEqual([path, true])
    }
  })

  it('and requests that are none are refused, and harm nobody', async () => {
    for (const line of ['GET //', 'GET http://[', 'GET /%', 'GET /%ff%fe', 'GET /\\..\\', 'OPTIONS *']) {
      const answer = await rawAnswer(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
      expect([line, answer]).toEqual([line, expect.stringMatching(/^HTTP\/1\.1 [2345]\d\d/)])
      expect([line, answer]).not.toEqual([line, expect.stringContaining(' 500 ')])
    }
    const upgrade = 'host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
    for (const path of [
      '//',
      'http://[',
      '/socket.io/?at=call:../../x',
      '/socket.io/?at=elsewhere',
      '/elsewhere',
    ]) {
      expect(await rawAnswer(`GET ${path} HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 40[04] /)
    }
    expect(await rawAnswer('rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await ask(url, '/healthz')).status).toBe(200)
  })

  it('and queries with characters that no text has are no error of ours', async () => {
    const cookie = harness.city.secretary.cookie
    for (const path of [
      '/meetings?q=%00&status=%00&period=%ff',
      '/api/search/people?q=abc%00def',
      '/api/search/units?q=%00%ff',
      '/api/search/sites?q=%ED%A0%80',
      '/api/search/meetings?q=%00',
      '/meetings/new?from=%00',
      '/meetings/a%00b',
      '/meetings/a%00b/minutes.pdf',
      '/meetings/a%00b/attendance.csv',
      '/api/meetings/a%00b/minutes',
      '/api/meetings/a%00b/attendance',
      '/recordings/a%00b/video',
      '/setup/a%00b',
    ]) {
      const { status } = await ask(url, path, { cookie })
      expect([path, status < 500]).toEqual([path, true])
    }
  })

  it('HEAD answers as GET does, without a body; methods that a page does not have are refused', async () => {
    const cookie = harness.city.secretary.cookie
    for (const path of ['/login', `/meetings/${meetingId}`, '/healthz', '/readyz', '/favicon.svg']) {
      const own = path === '/login' ? '' : cookie
      const got = await ask(url, path, { cookie: own })
      const head = await ask(url, path, { method: 'HEAD', cookie: own })
      expect([path, head.status, head.text]).toEqual([path, got.status, ''])
    }
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const status = await rawStatus(method, `/meetings/${meetingId}`, { cookie, origin: url })
      expect([method, status]).toEqual([method, 405])
    }
  })
})

describe('exhaustion', () => {
  it('a body over the limit is refused with too_large, on forms and in JSON', async () => {
    const cookie = harness.city.secretary.cookie
    const huge = 'x'.repeat(5 * 1024 * 1024)
    const form = await sendForm(url, '/login', { email: 'a@mau.example', password: huge })
    expect(form.status).toBe(413)
    expect(textOf(form.text)).toContain(vietnamese.too_large.what)
    const json = await ask(url, `/api/meetings/${meetingId}/minutes`, {
      method: 'POST',
      cookie,
      headers: { 'content-type': 'application/json', accept: 'application/json', origin: url },
      body: JSON.stringify({ version: 1, content: huge }),
    })
    expect(json.status).toBe(413)
    expect(JSON.parse(json.text)).toMatchObject({ code: 'too_large' })
  })

  it('a body of unknown length is cut at the limit, and one that breaks off is nobody’s error', async () => {
    const { hostname, port } = new URL(url)
    const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' }
    const answered = new Promise<number>((resolve, reject) => {
      const sent = httpRequest({ hostname, port, method: 'POST', path: '/login', headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
      for (let i = 0; i < 5; i++) sent.write('x'.repeat(1024 * 1024))
      sent.end()
    })
    expect(await answered).toBe(413)
    const head = `POST /login HTTP/1.1\r\nhost: ${hostname}:${port}\r\norigin: ${url}\r\n`
    const type = 'content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\n'
    await rawAnswer(`${head}${type}email=half`, { hangsUp: true })
    expect((await ask(url, '/healthz')).status).toBe(200)
  })

  it('a body that is not what it says, or not of the shape, is bad_request', async () => {
    const cookie = harness.city.secretary.cookie
    const path = `/api/meetings/${meetingId}/minutes`
    const deep = `{"version":1,"content":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const polluting = '{"version":1,"content":{},"__proto__":{"isSystemAdmin":true}}'
    for (const body of ['', 'no json', '[]', 'null', '{"version":"1"}', deep, polluting]) {
      const answer = await ask(url, path, {
        method: 'POST',
        cookie,
        headers: { 'content-type': 'application/json', accept: 'application/json', origin: url },
        body,
      })
      expect([body.slice(0, 20), answer.status]).toEqual([body.slice(0, 20), 400])
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'bad_request' })
    }
    const headers = { origin: url, 'content-type': 'multipart/form-data; boundary=x' }
    for (const body of ['rubbish', '--x\r\n\r\n']) {
      const answer = await ask(url, '/login', { method: 'POST', headers, body })
      expect([body, answer.status]).toEqual([body, 400])
    }
  })

  it('guessing passwords is rate_limited, in the reader’s language', async () => {
    const headers = { 'accept-language': 'en' }
    const email = 'doan-mat-khau@mau.example'
    const statuses: number[] = []
    let text = ''
    for (let i = 0; i < 10; i++) {
      const answer = await sendForm(url, '/login', { email, password: `guess-${i}` }, { headers })
      statuses.push(answer.status)
      text = answer.text
    }
    expect(statuses.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 401))
    expect(statuses.at(-1)).toBe(429)
    expect(textOf(text)).toContain(english.rate_limited.what)
  })

  it('an oversized or malformed message ends at most its own socket', async () => {
    const chair = await harness.join(meetingId, harness.city.chair)
    const socket = await startRawSocket(url, meetingId, harness.city.delegate.cookie)
    harness.closing(socket)
    for (const [name, payload] of [
      ['call:join', null],
      ['call:join', { media: [], microphone: 'loud' }],
      ['chat:post', { id: '../x', text: 1 }],
      ['constructor', {}],
      ['__proto__', {}],
      ['no:such', {}],
    ] as const) {
      expect(await socket.ask(name, payload)).toEqual({ ok: false, error: { code: 'bad_request' } })
    }
    await socket.sendUntilClosed('chat:post', { id: 'oversized', text: 'x'.repeat(maxMessageBytes + 1) })
    await chair.post('Vẫn họp bình thường')
    expect(chair.closedWith).toEqual([])
  })
})

describe('the language of what is said', () => {
  it('is the account’s, else the cookie’s, else the browser’s, else Vietnamese', async () => {
    const said = async (headers: Record<string, string>) =>
      textOf((await sendForm(url, '/setup?/open', { token: 'nosuch' }, { headers })).text)
    expect(await said({})).toContain(vietnamese.not_found.what)
    expect(await said({ 'accept-language': 'fr-FR, en;q=0.8' })).toContain(english.not_found.what)
    expect(await said({ 'accept-language': 'en', cookie: 'locale=vi' })).toContain(vietnamese.not_found.what)
    expect(await said({ cookie: 'locale=en' })).toContain(english.not_found.what)
    expect(await said({ cookie: 'locale=xx' })).toContain(vietnamese.not_found.what)
    const own = await ask(url, '/no-such-page', { cookie: `${harness.city.stranger.cookie}; locale=en` })
    expect(textOf(own.text)).toContain(vietnamese.not_found.what)
  })
})

describe('the log', () => {
  it('has all of this as codes: no bad request is an error of ours', () => {
    expect(logEvents(harness.platform.output()).filter(({ level }) => level >= 50)).toEqual([])
  })
})
