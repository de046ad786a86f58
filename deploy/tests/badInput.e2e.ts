import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { httpStatusOf, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { maxMessageBytes } from '#contract/protocol.ts'
import { callEvents } from '#db/calls.ts'
import { errors as english } from '#web/messages/errors.en.ts'
import { errors as vietnamese } from '#web/messages/errors.vi.ts'
import { CallMember, refusal } from '../testing/callMember.ts'
import {
  foundCity,
  guestCookie,
  openOffice,
  planMeeting,
  type City,
  type Citizen,
  type Office,
} from '../testing/city.ts'
import { logEvents } from '../testing/logReader.ts'
import { ask, cookiesOf, sendForm } from '../testing/pageRequest.ts'
import { startPlatformProcess, type PlatformProcess } from '../testing/platformProcess.ts'
import { openRawSocket } from '../testing/rawSocket.ts'
import { startPostgres, type TestPostgres } from '../testing/servers.ts'

const patient = { timeout: 30_000, interval: 100 }
const open: { close(): unknown }[] = []
let postgres: TestPostgres
let platform: PlatformProcess
let office: Office
let city: City
let url: string
let meetingId: MeetingId

beforeAll(async () => {
  postgres = await startPostgres()
  platform = await startPlatformProcess({ DATABASE_URL: postgres.url, MEDIA_ENGINE: 'fake' }, 90_000)
  url = platform.url
  office = await openOffice(platform.dataDir, postgres.url)
  city = await foundCity(office)
})
afterAll(async () => {
  await office?.close()
  await platform?.stop()
  await postgres?.stop()
  platform?.remove()
})
beforeEach(async () => {
  await postgres.resume()
  meetingId = (await planMeeting(office, city)).id
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

async function join(who: Citizen | string, id = meetingId): Promise<CallMember> {
  const member = await CallMember.join(url, id, typeof who === 'string' ? who : who.cookie)
  open.push(member)
  return member
}

/** The code with which a join is refused. */
async function joinRefusal(cookie: string, id = meetingId): Promise<ErrorCode | null> {
  return await refusal(join(cookie, id))
}

/** A meeting with a guest; its guest's cookie. */
async function meetingWithGuest(): Promise<{ id: MeetingId; guestId: ParticipantId; cookie: string }> {
  const guests = [{ name: 'Tạ Văn Mẫu Khách', position: 'Chuyên gia', unitName: 'Viện Mẫu' }]
  const { id, detail } = await planMeeting(office, city, { guests })
  const guestId = detail.participants.find((one) => one.kind === 'person' && one.userId === null)?.id
  if (!guestId) throw new Error('The guest is not there')
  return { id, guestId, cookie: await guestCookie(office, city, id, guestId) }
}

/** Posts a join link; what the page says has to be the code's text in the reader's language. */
async function openLink(path: string, code: ErrorCode): Promise<void> {
  for (const [language, texts] of [
    ['vi', vietnamese],
    ['en', english],
  ] as const) {
    const answer = await sendForm(url, path, {}, { headers: { 'accept-language': language } })
    expect(answer.status).toBe(httpStatusOf(code))
    expect(textOf(answer.text)).toContain(texts[code].what)
    expect(answer.headers.getSetCookie()).toEqual([])
  }
}

const textOf = (html: string) => html.replaceAll('&#39;', "'").replaceAll('&amp;', '&').normalize('NFC')

/** A newly made link of the meeting's guest. */
async function newLink(id: MeetingId, guestId: ParticipantId): Promise<{ path: string }> {
  return await office.meetings.newJoinLink(city.secretary.viewer, id, guestId)
}

describe('a meeting link', () => {
  it('that nobody made is not found', async () => {
    await openLink(`/join/${'x'.repeat(43)}`, 'not_found')
    await openLink('/join/x', 'not_found')
  })

  it('that expired, or was replaced by a newer one, says so', async () => {
    const { id, guestId } = await meetingWithGuest()
    const { path } = await newLink(id, guestId)
    await office.database.prisma.joinLink.updateMany({
      where: { participantId: guestId },
      data: { expiresAt: new Date(Date.now() - 1000) },
    })
    await openLink(path, 'link_expired')
    const older = await newLink(id, guestId)
    await newLink(id, guestId)
    await openLink(older.path, 'link_expired')
  })

  it('of a cancelled meeting says that it was cancelled', async () => {
    const { id, guestId, cookie } = await meetingWithGuest()
    const { path } = await newLink(id, guestId)
    await office.meetings.cancel(city.secretary.viewer, id, 'Có việc đột xuất')
    await openLink(path, 'meeting_cancelled')
    expect(await joinRefusal(city.chair.cookie, id)).toBe('meeting_cancelled')
    expect(await joinRefusal(cookie, id)).not.toBe(null)
  })

  it('of an ended meeting says that it ended, and its call lets nobody in', async () => {
    const { id, guestId } = await meetingWithGuest()
    const { path } = await newLink(id, guestId)
    const chair = await join(city.chair, id)
    const delegate = await join(city.delegate, id)
    await chair.ask('call:end', {})
    await expect.poll(() => delegate.closedWith, patient).toEqual(['meeting_ended'])
    await expect
      .poll(async () => (await office.meetings.get(city.secretary.viewer, id)).status, patient)
      .toBe('ended')
    await openLink(path, 'meeting_ended')
    expect(await joinRefusal(city.delegate.cookie, id)).toBe('meeting_ended')
    expect(await joinRefusal(city.chair.cookie, id)).toBe('meeting_ended')
  })

  it('for setting up an account works once', async () => {
    const { setupPath } = await office.people.create(city.administrator.viewer, {
      name: 'Vũ Thị Mẫu Hai',
      email: 'hai.lan@mau.example',
      unitId: city.unitId,
      role: 'official',
      position: '',
    })
    const password = 'mau-mat-khau-du-dai'
    const form = { name: 'x', email: 'x@mau.example', password, repeat: password }
    expect((await sendForm(url, setupPath, form)).status).toBe(303)
    const again = await sendForm(url, setupPath, form)
    expect(again.status).toBe(410)
    expect(textOf(again.text)).toContain(vietnamese.link_expired.what)
    expect((await ask(url, setupPath)).status).toBe(410)
    expect((await ask(url, '/setup/nosuchlink')).status).toBe(404)
  })
})

describe('insecure defaults', () => {
  it('nobody sees a page, its data or a file without signing in', async () => {
    for (const path of [
      '/',
      '/meetings',
      `/meetings/${meetingId}`,
      `/meetings/${meetingId}/call`,
      '/admin/people',
    ]) {
      const answer = await ask(url, path)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(`/login?next=${encodeURIComponent(path)}`)
      const data = await ask(url, `${path === '/' ? '' : path}/__data.json`)
      expect(data.text).not.toContain('giao ban')
      if (data.status === 200) expect(JSON.parse(data.text)).toMatchObject({ type: 'redirect' })
    }
    const files = ['attendance.csv', 'minutes.pdf', 'minutes.docx']
    for (const path of [...files.map((file) => `/meetings/${meetingId}/${file}`), '/recordings/any/video']) {
      expect((await ask(url, path)).status).toBe(303)
    }
    for (const path of ['/api/search/people?q=a', `/api/meetings/${meetingId}/attendance`]) {
      const answer = await ask(url, path, { headers: { accept: 'application/json' } })
      expect(answer.status).toBe(401)
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'unauthenticated' })
    }
    expect(await joinRefusal('')).toBe('unauthenticated')
  })

  it('nobody can make an account, or reach what the authentication library offers besides', async () => {
    const headers = { 'content-type': 'application/json', origin: url }
    const account = JSON.stringify({ name: 'x', email: 'x@mau.example', password: 'mau-mat-khau-du-dai' })
    for (const path of [
      'sign-up/email',
      'sign-in/email',
      'update-user',
      'change-email',
      'list-sessions',
      'error',
    ]) {
      for (const method of ['GET', 'POST']) {
        const body = method === 'POST' ? { body: account } : {}
        expect((await ask(url, `/api/auth/${path}`, { method, headers, ...body })).status).toBe(404)
      }
    }
  })

  it('only who runs a unit plans meetings, and only administrators see the administration', async () => {
    const plan = { plan: '{}', status: 'scheduled' }
    const page = await ask(url, '/meetings/new', { cookie: city.delegate.cookie })
    expect(page.status).toBe(403)
    expect(textOf(page.text)).toContain(vietnamese.forbidden.what)
    const sent = await sendForm(url, '/meetings/new', plan, { cookie: city.delegate.cookie })
    expect([400, 403]).toContain(sent.status)
    for (const path of ['/admin/people', '/admin/units', '/admin/sites']) {
      const answer = await ask(url, path, { cookie: city.secretary.cookie })
      expect(answer.status).toBe(404)
      expect(textOf(answer.text)).toContain(vietnamese.not_found.what)
    }
    const invite = { name: 'x', email: 'y@mau.example', unitId: city.unitId, role: 'secretary', position: '' }
    const invited = await sendForm(url, '/admin/people?/create', invite, { cookie: city.secretary.cookie })
    expect([403, 404]).toContain(invited.status)
  })
})

describe('authorisation by room', () => {
  it('a foreign meeting and an absent one look alike, on pages and on sockets', async () => {
    const cookie = city.stranger.cookie
    const known = await office.meetings.get(city.secretary.viewer, meetingId)
    for (const id of [meetingId, 'no-such-meeting' as MeetingId]) {
      for (const path of ['', '/minutes', '/attendance.csv', '/minutes.pdf']) {
        const answer = await ask(url, `/meetings/${id}${path}`, { cookie, headers: { accept: 'text/html' } })
        expect(answer.status).toBe(404)
        expect(textOf(answer.text)).toContain(vietnamese.not_found.what)
        expect(answer.text).not.toContain(known.title)
      }
      expect(await joinRefusal(cookie, id)).toBe('not_found')
    }
  })

  it('the holder of a link is in that call only, and nowhere in the office', async () => {
    const { id, cookie } = await meetingWithGuest()
    await join(city.chair, id)
    await join(cookie, id)
    expect(await joinRefusal(cookie, meetingId)).toBe('not_found')
    for (const path of ['/', '/meetings', `/meetings/${meetingId}`, `/meetings/${meetingId}/call`]) {
      const answer = await ask(url, path, { cookie })
      expect(answer.headers.get('location')).toBe(`/meetings/${id}/call`)
    }
    expect((await ask(url, '/api/search/people?q=a', { cookie })).status).toBe(404)
  })

  it('every request of a moderator is refused to a delegate', async () => {
    const chair = await join(city.chair)
    const delegate = await join(city.delegate)
    const participantId = chair.participantId
    if (!participantId) throw new Error('the chair has no seat')
    const itemId = Object.values(chair.view?.agenda ?? [])[0]?.id
    if (!itemId) throw new Error('there is no agenda')
    expect(await delegate.refusalOf('call:end', {})).toBe('forbidden')
    expect(await delegate.refusalOf('participants:muteAll', { forbidUnmute: true })).toBe('forbidden')
    expect(await delegate.refusalOf('participants:allowUnmute', {})).toBe('forbidden')
    expect(await delegate.refusalOf('participant:remove', { participantId, isBanned: true })).toBe(
      'forbidden',
    )
    const mute = { participantId, source: 'microphone', level: 'forbidden' } as const
    expect(await delegate.refusalOf('participant:mute', mute)).toBe('forbidden')
    expect(await delegate.refusalOf('agenda:start', { itemId })).toBe('forbidden')
    expect(await delegate.refusalOf('recording:start', {})).toBe('forbidden')
    expect(await delegate.refusalOf('hand:lower', { participantId })).toBe('forbidden')
    const mark = { participantId, siteId: null, isPresent: true }
    expect(await delegate.refusalOf('presence:mark', mark)).toBe('forbidden')
    expect(chair.view?.phase).toBe('open')
  })

  it('before the meeting is opened a delegate waits, and outside the call nothing is done', async () => {
    expect(await joinRefusal(city.delegate.cookie)).toBe('meeting_not_open')
    await join(city.chair)
    const outside = new CallMember(url, meetingId, city.delegate.cookie)
    open.push(outside)
    await outside.ask('call:hello', {})
    expect(await outside.refusalOf('chat:post', { id: 'from-outside', text: 'x' })).toBe('not_in_call')
    expect(await outside.refusalOf('hand:raise', {})).toBe('not_in_call')
  })
})

describe('a second join of the same person', () => {
  it('is told so, and takes the seat when it asks to; the first page is told why', async () => {
    await join(city.chair)
    const first = await join(city.delegate)
    const second = first.again(url, meetingId)
    open.push(second)
    expect(await second.refusalOf('call:hello', {})).toBe(null)
    expect(await refusal(second.join())).toBe('already_joined')
    expect(await refusal(second.join({ takeOver: true }))).toBe(null)
    await expect.poll(() => first.closedWith, patient).toEqual(['taken_over'])
    expect(first.signal.state).toBe('closed')
    await second.post('Tôi ở trang này')
  })
})

describe('rights that end', () => {
  it('a ban that holds: on every page, with the session and with a link', async () => {
    const { id, guestId, cookie } = await meetingWithGuest()
    const chair = await join(city.chair, id)
    const delegate = await join(city.delegate, id)
    const guest = await join(cookie, id)
    for (const banned of [delegate, guest]) {
      if (!banned.participantId) throw new Error('no seat')
      await chair.ask('participant:remove', { participantId: banned.participantId, isBanned: true })
      await expect.poll(() => banned.closedWith, patient).toEqual(['removed'])
      await expect.poll(() => chair.sees(banned), patient).toBe(undefined)
    }
    expect(await joinRefusal(city.delegate.cookie, id)).toBe('removed')
    expect(await joinRefusal(cookie, id)).not.toBe(null)
    expect(await refusal(newLink(id, guestId))).toBe('removed')
  })

  it('a session that ends closes its sockets at once', async () => {
    const { email, password } = city.delegate
    const signedIn = await sendForm(url, '/login', { email, password })
    const cookie = cookiesOf(signedIn.headers)
    await join(city.chair)
    const page = await join(cookie)
    const sessions = await office.accounts.sessions(city.delegate.viewer)
    const sessionId = sessions.find((session) => !session.isCurrent)?.id ?? ''
    const own = { cookie: city.delegate.cookie }
    expect((await sendForm(url, '/account?/revoke', { sessionId }, own)).status).toBe(200)
    await expect.poll(() => page.closedWith, { timeout: 3000, interval: 20 }).toEqual(['unauthenticated'])
    expect((await ask(url, '/meetings', { cookie })).status).toBe(303)
    expect(await joinRefusal(cookie)).toBe('unauthenticated')
    // Of somebody else's sessions nobody learns, nor ends them.
    const [foreign] = await office.accounts.sessions(city.chair.viewer)
    expect((await sendForm(url, '/account?/revoke', { sessionId: foreign?.id ?? '' }, own)).status).toBe(404)
  })

  it('a link that was taken back closes its guest’s socket at once', async () => {
    const { id, guestId, cookie } = await meetingWithGuest()
    await join(city.chair, id)
    const guest = await join(cookie, id)
    const sent = await sendForm(
      url,
      `/meetings/${id}?/revokeLink`,
      { participantId: guestId },
      city.secretary,
    )
    expect(sent.status).toBe(200)
    await expect.poll(() => guest.closedWith.length, { timeout: 3000, interval: 20 }).toBe(1)
    expect(await joinRefusal(cookie, id)).not.toBe(null)
  })
})

describe('token confusion', () => {
  it('a cookie that was changed, swapped or made up is nobody’s', async () => {
    const [name = '', value = ''] = city.chair.cookie.split('=')
    const [token = '', signature = ''] = decodeURIComponent(value).split('.')
    const [, other = ''] = decodeURIComponent(city.stranger.cookie.split('=')[1] ?? '').split('.')
    const guest = await meetingWithGuest()
    const joinToken = guest.cookie.split('=')[1] ?? ''
    const forged = [
      `${name}=${encodeURIComponent(`${token}.${other}`)}`,
      `${name}=${encodeURIComponent(`${token}.${signature.slice(0, -3)}AA=`)}`,
      `${name}=${token}`,
      `${name}=${joinToken}`,
      `diemcau_join=${token}`,
      `${name}=; diemcau_join=`,
    ]
    for (const cookie of forged) {
      expect((await ask(url, '/meetings', { cookie })).headers.get('location')).toContain('/login')
      expect(await joinRefusal(cookie)).toBe('unauthenticated')
    }
  })
})

describe('cookies', () => {
  it('are out of scripts’ reach and for this site only', async () => {
    const { email, password } = city.delegate
    const { guestId, id } = await meetingWithGuest()
    const { path } = await newLink(id, guestId)
    for (const answer of [
      await sendForm(url, '/login', { email, password }),
      await sendForm(url, path, {}),
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
    const cookie = city.secretary.cookie
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
    expect((await office.meetings.get(city.secretary.viewer, meetingId)).status).toBe('scheduled')
  })
})

describe('open redirects', () => {
  it('after signing in lead nowhere else', async () => {
    const { email, password } = city.delegate
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
      const again = await ask(url, path, { cookie: city.delegate.cookie })
      expect(new URL(again.headers.get('location') ?? '', url).origin).toBe(url)
    }
    const preference = await sendForm(url, '/preferences', { theme: 'dark', next: '//evil.example' })
    expect(preference.headers.get('location')).toBe('/')
  })
})

describe('script where it does not belong', () => {
  it('pages carry a strict policy, and no inline script or style without its nonce', async () => {
    const { id } = await planMeeting(office, city, { title: '<script>alert(1)</script> "họp" \' &' })
    const cookie = city.secretary.cookie
    for (const path of ['/login', '/', `/meetings/${id}`, `/meetings/${id}/call`, '/no-such-page']) {
      const { headers, text } = await ask(url, path, { cookie: path === '/login' ? '' : cookie })
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("object-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'self'")
      expect(policy).not.toContain('unsafe-eval')
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

/** Sends bytes; the first line of what is answered, or '' when the connection just closes. */
async function rawAnswer(bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes))
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
    socket.on('error', reject)
  })
}

describe('paths', () => {
  it('that climb out of a folder lead to nothing', async () => {
    const cookie = city.secretary.cookie
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
    for (const path of ['//', 'http://[', '/socket.io/?meeting=../../x', '/elsewhere']) {
      expect(await rawAnswer(`GET ${path} HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 40[04] /)
    }
    expect(await rawAnswer('rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await ask(url, '/healthz')).status).toBe(200)
  })

  it('HEAD answers as GET does, without a body; methods that a page does not have are refused', async () => {
    const cookie = city.secretary.cookie
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
    const cookie = city.secretary.cookie
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

  it('a body that is not what it says, or not of the shape, is bad_request', async () => {
    const cookie = city.secretary.cookie
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
    const chair = await join(city.chair)
    const socket = await openRawSocket(url, meetingId, city.delegate.cookie)
    open.push(socket)
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
      textOf((await ask(url, '/setup/nosuch', { headers })).text)
    expect(await said({})).toContain(vietnamese.not_found.what)
    expect(await said({ 'accept-language': 'fr-FR, en;q=0.8' })).toContain(english.not_found.what)
    expect(await said({ 'accept-language': 'en', cookie: 'locale=vi' })).toContain(vietnamese.not_found.what)
    expect(await said({ cookie: 'locale=en' })).toContain(english.not_found.what)
    expect(await said({ cookie: 'locale=xx' })).toContain(vietnamese.not_found.what)
    const own = await ask(url, '/no-such-page', { cookie: `${city.stranger.cookie}; locale=en` })
    expect(textOf(own.text)).toContain(vietnamese.not_found.what)
  })
})

describe('an unreachable database', () => {
  it('pages say so with 503 in Vietnamese, the call goes on, and nothing is lost', async () => {
    const chair = await join(city.chair)
    const delegate = await join(city.delegate)
    await delegate.post('Trước')
    await postgres.halt()
    await expect.poll(async () => (await ask(url, '/readyz')).status, patient).toBe(503)
    expect(JSON.parse((await ask(url, '/readyz')).text)).toMatchObject({
      checks: { database: false, bus: true },
    })
    expect((await ask(url, '/healthz')).status).toBe(200)
    for (const [path, cookie] of [
      ['/', city.chair.cookie],
      [`/meetings/${meetingId}`, city.chair.cookie],
      ['/setup/any-token', ''],
    ] as const) {
      const answer = await ask(url, path, { cookie, headers: { accept: 'text/html' } })
      expect([path, answer.status]).toEqual([path, 503])
      expect(textOf(answer.text)).toContain(vietnamese.storage_unavailable.what)
      expect(answer.text).not.toMatch(/prisma|ECONNREFUSED|at \w+ \(/)
    }
    const json = await ask(url, '/api/search/people?q=a', {
      cookie: city.chair.cookie,
      headers: { accept: 'application/json' },
    })
    expect(json.status).toBe(503)
    expect(JSON.parse(json.text)).toMatchObject({ code: 'storage_unavailable' })
    const login = await sendForm(url, '/login', { email: city.chair.email, password: city.chair.password })
    expect(login.status).toBe(503)
    expect(textOf(login.text)).toContain(vietnamese.storage_unavailable.what)

    // Who talks goes on; what cannot be kept is not said to be kept.
    await delegate.ask('hand:raise', {})
    await expect.poll(() => chair.sees(delegate)?.handRaisedAtMs ?? 0, patient).toBeGreaterThan(0)
    expect(await delegate.refusalOf('chat:post', { id: 'away-away', text: 'Trong lúc' })).toMatch(
      /^(storage_unavailable|timeout)$/,
    )

    await postgres.resume()
    await expect.poll(async () => (await ask(url, '/readyz')).status, patient).toBe(200)
    await expect
      .poll(() => delegate.refusalOf('chat:post', { id: 'away-away', text: 'Trong lúc' }), patient)
      .toBe(null)
    expect((await ask(url, `/meetings/${meetingId}`, { cookie: city.chair.cookie })).status).toBe(200)
    const events = await callEvents(office.database, meetingId)
    const kept = events.flatMap(({ event }) => (event.type === 'chatPosted' ? [event.message.text] : []))
    expect(kept).toEqual(['Trước', 'Trong lúc'])
    expect(events.some(({ event }) => event.type === 'handRaised')).toBe(true)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
    expect(chair.closedWith).toEqual([])
  })

  it('and all of this is in the log as codes; only the missing database was an error', () => {
    const wrong = logEvents(platform.output()).filter(({ level }) => level >= 50)
    expect([...new Set(wrong.map(({ event }) => event))].filter((event) => !/heartbeat/.test(event))).toEqual(
      [],
    )
  })
})
