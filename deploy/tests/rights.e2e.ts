import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { httpStatusOf, type ErrorCode } from '#contract/errors.ts'
import type { MeetingId } from '#contract/ids.ts'
import { home as homeTexts } from '#web/pages/vi.ts'
import { errors as english } from '#web/text/errors.en.ts'
import { errors as vietnamese } from '#web/text/errors.vi.ts'
import { CallMember, refusal } from '../testing/callMember.ts'
import { tokenOf } from '../testing/city.ts'
import { logEvents } from '../testing/logReader.ts'
import { OfficeHarness, textOf } from '../testing/officeHarness.ts'
import { ask, beginForm, cookiesOf, sendForm } from '../testing/pageRequest.ts'

const patient = { timeout: 30_000, interval: 100 }

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

/** Exchanges a join link; what the page says has to be the code's text in the reader's language. */
async function openLink(path: string, code: ErrorCode): Promise<void> {
  for (const [language, texts] of [
    ['vi', vietnamese],
    ['en', english],
  ] as const) {
    const answer = await sendForm(
      url,
      '/join',
      { token: tokenOf(path) },
      { headers: { 'accept-language': language } },
    )
    expect(answer.status).toBe(httpStatusOf(code))
    expect(textOf(answer.text)).toContain(texts[code].what)
    expect(answer.headers.getSetCookie()).toEqual([])
  }
}

describe('a meeting link', () => {
  it('that nobody made is not found', async () => {
    await openLink(`/join#${'x'.repeat(43)}`, 'not_found')
    await openLink('/join#x', 'not_found')
  })

  it('that expired, or was replaced by a newer one, says so', async () => {
    const { id, guestId } = await harness.planWithGuest()
    const { path } = await harness.newLink(id, guestId)
    await harness.office.database.prisma.joinLink.updateMany({
      where: { participantId: guestId },
      data: { expiresAt: new Date(Date.now() - 1000) },
    })
    await openLink(path, 'link_expired')
    const older = await harness.newLink(id, guestId)
    await harness.newLink(id, guestId)
    await openLink(older.path, 'link_expired')
  })

  it('of a cancelled meeting says that it was cancelled', async () => {
    const { id, guestId, cookie } = await harness.planWithGuest()
    const { path } = await harness.newLink(id, guestId)
    await harness.office.meetings.cancel(harness.city.secretary.viewer, id, 'Có việc đột xuất')
    await openLink(path, 'meeting_cancelled')
    expect(await harness.joinRefusal(id, harness.city.chair.cookie)).toBe('meeting_cancelled')
    expect(await harness.joinRefusal(id, cookie)).not.toBe(null)
  })

  it('of an ended meeting says that it ended, and its call lets nobody in', async () => {
    const { id, guestId } = await harness.planWithGuest()
    const { path } = await harness.newLink(id, guestId)
    const chair = await harness.join(id, harness.city.chair)
    const delegate = await harness.join(id, harness.city.delegate)
    await chair.ask('call:end', {})
    await expect.poll(() => delegate.closedWith, patient).toEqual(['meeting_ended'])
    await expect
      .poll(
        async () => (await harness.office.meetings.get(harness.city.secretary.viewer, id)).status,
        patient,
      )
      .toBe('ended')
    await openLink(path, 'meeting_ended')
    expect(await harness.joinRefusal(id, harness.city.delegate.cookie)).toBe('meeting_ended')
    expect(await harness.joinRefusal(id, harness.city.chair.cookie)).toBe('meeting_ended')
  })

  it('for setting up an account works once', async () => {
    const { setupPath } = await harness.office.people.create(harness.city.administrator.viewer, {
      name: 'Vũ Thị Mẫu Hai',
      email: 'hai.lan@mau.example',
      unitId: harness.city.unitId,
      role: 'official',
      position: '',
    })
    const password = 'mau-mat-khau-du-dai'
    const token = tokenOf(setupPath)
    const form = { token, name: 'x', email: 'x@mau.example', password, repeat: password }
    expect((await sendForm(url, '/setup?/complete', form)).status).toBe(303)
    const again = await sendForm(url, '/setup?/complete', form)
    expect(again.status).toBe(410)
    expect(textOf(again.text)).toContain(vietnamese.link_expired.what)
    expect((await sendForm(url, '/setup?/open', { token })).status).toBe(410)
    expect((await sendForm(url, '/setup?/open', { token: 'nosuchlink' })).status).toBe(404)
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
    const files = ['attendance.csv', 'attendance.xlsx', 'minutes.pdf', 'minutes.docx']
    for (const path of [...files.map((file) => `/meetings/${meetingId}/${file}`), '/recordings/any/video']) {
      expect((await ask(url, path)).status).toBe(303)
    }
    for (const path of ['/api/search/people?q=a', `/api/meetings/${meetingId}/attendance`]) {
      const answer = await ask(url, path, { headers: { accept: 'application/json' } })
      expect(answer.status).toBe(401)
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'unauthenticated' })
    }
    expect(await harness.joinRefusal(meetingId, '')).toBe('unauthenticated')
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
    const page = await ask(url, '/meetings/new', { cookie: harness.city.delegate.cookie })
    expect(page.status).toBe(403)
    expect(textOf(page.text)).toContain(vietnamese.forbidden.what)
    const sent = await sendForm(url, '/meetings/new', plan, { cookie: harness.city.delegate.cookie })
    expect([400, 403]).toContain(sent.status)
    for (const path of ['/admin/people', '/admin/units', '/admin/sites']) {
      const answer = await ask(url, path, { cookie: harness.city.secretary.cookie })
      expect(answer.status).toBe(404)
      expect(textOf(answer.text)).toContain(vietnamese.not_found.what)
    }
    const invite = {
      name: 'x',
      email: 'y@mau.example',
      unitId: harness.city.unitId,
      role: 'secretary',
      position: '',
    }
    const invited = await sendForm(url, '/admin/people?/create', invite, {
      cookie: harness.city.secretary.cookie,
    })
    expect([403, 404]).toContain(invited.status)
  })
})

describe('authorisation by room', () => {
  it('who administers a new platform is guided, and may put the guide away; nobody else sees it', async () => {
    const { administrator, secretary } = harness.city
    const home = async (cookie: string) => textOf((await ask(url, '/', { cookie })).text)
    const { guide } = homeTexts
    expect(await home(secretary.cookie)).not.toContain(guide.title)
    expect(await home(administrator.cookie)).toContain(guide.steps.backup.title)
    const { headers } = await sendForm(url, '/preferences', { guide: 'away', next: '/' }, administrator)
    const away = await home(`${administrator.cookie}; ${cookiesOf(headers)}`)
    expect([away.includes(guide.show), away.includes(guide.steps.backup.title)]).toEqual([true, false])
  })

  it('a name is corrected without its address, and an address is typed twice', async () => {
    const { administrator, delegate } = harness.city
    const { userId, email } = delegate
    const change = (fields: Record<string, string>) =>
      sendForm(url, '/admin/people?/change', { userId, emailBefore: email, ...fields }, administrator)
    expect((await change({ name: delegate.name, email })).status).toBe(200)
    expect((await change({ name: delegate.name, email: 'moi@mau.example' })).status).toBe(400)
  })

  it('a foreign meeting and an absent one look alike, on pages and on sockets', async () => {
    const cookie = harness.city.stranger.cookie
    const known = await harness.office.meetings.get(harness.city.secretary.viewer, meetingId)
    for (const id of [meetingId, 'no-such-meeting' as MeetingId]) {
      for (const path of ['', '/minutes', '/attendance.csv', '/attendance.xlsx', '/minutes.pdf']) {
        const answer = await ask(url, `/meetings/${id}${path}`, { cookie, headers: { accept: 'text/html' } })
        expect(answer.status).toBe(404)
        expect(textOf(answer.text)).toContain(vietnamese.not_found.what)
        expect(answer.text).not.toContain(known.title)
      }
      expect(await harness.joinRefusal(id, cookie)).toBe('not_found')
    }
  })

  it('minutes that nobody has begun lead who writes them to the meeting, and are nothing to others', async () => {
    const id = await harness.hold()
    const due = await ask(url, `/meetings/${id}/minutes`, { cookie: harness.city.secretary.cookie })
    expect([due.status, due.headers.get('location')]).toEqual([303, `/meetings/${id}`])
    expect((await ask(url, `/meetings/${id}/minutes`, { cookie: harness.city.delegate.cookie })).status).toBe(
      404,
    )
  })

  it('the holder of a link is in that call only, and nowhere in the office', async () => {
    const { id, cookie } = await harness.planWithGuest()
    await harness.join(id, harness.city.chair)
    await harness.join(id, cookie)
    expect(await harness.joinRefusal(meetingId, cookie)).toBe('not_found')
    for (const path of ['/', '/meetings', `/meetings/${meetingId}`, `/meetings/${meetingId}/call`]) {
      const answer = await ask(url, path, { cookie })
      expect(answer.headers.get('location')).toBe(`/meetings/${id}/call`)
    }
    expect((await ask(url, '/api/search/people?q=a', { cookie })).status).toBe(404)
  })

  it('every request of a moderator is refused to a delegate', async () => {
    const chair = await harness.join(meetingId, harness.city.chair)
    const delegate = await harness.join(meetingId, harness.city.delegate)
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
    expect(await harness.joinRefusal(meetingId, harness.city.delegate.cookie)).toBe('meeting_not_open')
    await harness.join(meetingId, harness.city.chair)
    const outside = new CallMember(url, meetingId, harness.city.delegate.cookie)
    harness.closing(outside)
    await outside.ask('call:hello', {})
    expect(await outside.refusalOf('chat:post', { id: 'from-outside', text: 'x' })).toBe('not_in_call')
    expect(await outside.refusalOf('hand:raise', {})).toBe('not_in_call')
  })
})

describe('a second join of the same person', () => {
  it('is told so, and takes the seat when it asks to; the first page is told why', async () => {
    await harness.join(meetingId, harness.city.chair)
    const first = await harness.join(meetingId, harness.city.delegate)
    const second = first.again(url, meetingId)
    harness.closing(second)
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
    const { id, guestId, cookie } = await harness.planWithGuest()
    const chair = await harness.join(id, harness.city.chair)
    const delegate = await harness.join(id, harness.city.delegate)
    const guest = await harness.join(id, cookie)
    for (const banned of [delegate, guest]) {
      if (!banned.participantId) throw new Error('no seat')
      await chair.ask('participant:remove', { participantId: banned.participantId, isBanned: true })
      await expect.poll(() => banned.closedWith, patient).toEqual(['removed'])
      await expect.poll(() => chair.sees(banned), patient).toBe(undefined)
    }
    expect(await harness.joinRefusal(id, harness.city.delegate.cookie)).toBe('removed')
    expect(await harness.joinRefusal(id, cookie)).not.toBe(null)
    expect(await refusal(harness.newLink(id, guestId))).toBe('removed')
  })

  it('a session that ends closes its sockets at once', async () => {
    const { email, password } = harness.city.delegate
    const signedIn = await sendForm(url, '/login', { email, password })
    const cookie = cookiesOf(signedIn.headers)
    await harness.join(meetingId, harness.city.chair)
    const page = await harness.join(meetingId, cookie)
    const sessions = await harness.office.accounts.sessions(harness.city.delegate.viewer)
    const sessionId = sessions.find((session) => !session.isCurrent)?.id ?? ''
    const own = { cookie: harness.city.delegate.cookie }
    expect((await sendForm(url, '/account?/revoke', { sessionId }, own)).status).toBe(200)
    await expect.poll(() => page.closedWith, { timeout: 3000, interval: 20 }).toEqual(['unauthenticated'])
    expect((await ask(url, '/meetings', { cookie })).status).toBe(303)
    expect(await harness.joinRefusal(meetingId, cookie)).toBe('unauthenticated')
    // Of somebody else's sessions nobody learns, nor ends them.
    const [foreign] = await harness.office.accounts.sessions(harness.city.chair.viewer)
    expect((await sendForm(url, '/account?/revoke', { sessionId: foreign?.id ?? '' }, own)).status).toBe(404)
  })

  it('authorisation at the right moment: what is sent slowly counts by who one is at its end', async () => {
    const { administrator, delegate } = harness.city
    const { session, setupLink } = harness.office.database.prisma
    const signedIn = await sendForm(url, '/login', {
      email: administrator.email,
      password: administrator.password,
    })
    const cookie = cookiesOf(signedIn.headers)
    const own = { userId: administrator.userId, id: { not: administrator.viewer.account?.sessionId ?? '' } }
    const longAgo = new Date(Date.now() - 60_000)
    await session.updateMany({ where: own, data: { updatedAt: longAgo } })
    const fields = { userId: delegate.userId, name: delegate.name }
    const slow = beginForm(url, '/admin/people?/newLink', fields, { cookie })
    // It was looked up whose the request is: that is noted as a use.
    const isKnown = { where: { ...own, updatedAt: { gt: longAgo } } }
    await expect.poll(() => session.count(isKnown), patient).toBe(1)
    await session.deleteMany({ where: own })
    expect((await slow.finish()).status).toBe(401)
    expect(await setupLink.count({ where: { userId: delegate.userId, usedAt: null } })).toBe(0)
  })

  it('a link that was taken back closes its guest’s socket at once', async () => {
    const { id, guestId, cookie } = await harness.planWithGuest()
    await harness.join(id, harness.city.chair)
    const guest = await harness.join(id, cookie)
    const sent = await sendForm(
      url,
      `/meetings/${id}?/revokeLink`,
      { participantId: guestId },
      harness.city.secretary,
    )
    expect(sent.status).toBe(200)
    await expect.poll(() => guest.closedWith.length, { timeout: 3000, interval: 20 }).toBe(1)
    expect(await harness.joinRefusal(id, cookie)).not.toBe(null)
  })
})

describe('token confusion', () => {
  it('a cookie that was changed, swapped or made up is nobody’s', async () => {
    const [name = '', value = ''] = harness.city.chair.cookie.split('=')
    const [token = '', signature = ''] = decodeURIComponent(value).split('.')
    const [, other = ''] = decodeURIComponent(harness.city.stranger.cookie.split('=')[1] ?? '').split('.')
    const guest = await harness.planWithGuest()
    const joinToken = guest.cookie.split('=')[1] ?? ''
    const forged = [
      `${name}=${encodeURIComponent(`${token}.${other}`)}`,
      `${name}=${encodeURIComponent(`${token}.${signature.slice(0, -3)}AA=`)}`,
      `${name}=${token}`,
      `${name}=${joinToken}`,
      `diemcau_join_${meetingId}=${joinToken}x`,
      `${name}=; diemcau_join_${meetingId}=`,
    ]
    for (const cookie of forged) {
      expect((await ask(url, '/meetings', { cookie })).headers.get('location')).toContain('/login')
      expect(await harness.joinRefusal(meetingId, cookie)).toBe('unauthenticated')
    }
  })
})

describe('the log', () => {
  it('has all of this as codes: no refusal is an error of ours', () => {
    expect(logEvents(harness.platform.output()).filter(({ level }) => level >= 50)).toEqual([])
  })
})
