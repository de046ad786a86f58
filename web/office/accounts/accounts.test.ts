import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '#contract/log.ts'
import { type SettingChange, SettingHistory, type SettingKey, type SettingValue } from '#contract/settings.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { addAccount } from '#db/accounts.ts'
import { openDatabase } from '#db/client.ts'
import { addSetupLink } from '#db/setupLinks.ts'
import { asCaller } from '#db/audit.ts'
import { proveAudit } from '#db/auditProof.ts'
import { addJoinLink, moveJoinLinks, revokeJoinLinks } from '#db/joinLinks.ts'
import type { Revocation } from '#contract/revocation.ts'
import { callStanding } from '#contract/standing.ts'
import { standingIn } from '#db/standing.ts'
import { createPeople } from '#office/people/people.ts'
import { accountViewer } from '#office/testing/testViewer.ts'
import { type Accounts, type AccountsOptions, createAccounts } from './accounts.ts'

const dayMs = 24 * 3600_000
const client = { ipAddress: '192.0.2.7', userAgent: 'test' }
const password = 'một mật khẩu dài'

let db: TestDatabase
let accounts: Accounts
let revoked: Revocation[] = []
let nowMs = Date.now()
let decided: SettingChange[] = []
const settings = { history: () => Promise.resolve(new SettingHistory(decided)) }
/** Settles something from the beginning on. */
function decide<K extends SettingKey>(key: K, value: SettingValue<K>): void {
  decided = [...decided, { id: decided.length + 1, key, value, source: '', validFromMs: 0 }]
}

beforeAll(async () => {
  db = await startTestDatabase()
})
afterAll(() => db.drop())
beforeEach(() => {
  revoked = []
  decided = []
  nowMs = Date.now()
  accounts = createAccounts(options())
})

const options = (): AccountsOptions => ({
  database: db.database,
  secret: 'x'.repeat(48),
  baseUrl: 'https://hop.example',
  settings,
  log: silentLog,
  onRevoked: (revocation) => revoked.push(revocation),
  now: () => nowMs,
})

let count = 0
/** Somebody with an account; returns a signed-in browser's headers. */
async function newPerson(
  email = `nguoi${++count}@mau.example`,
): Promise<{ id: string; email: string; headers: Headers }> {
  const user = await db.database.prisma.user.create({
    data: { id: `user${++count}`, name: 'Nguyễn Thị Mẫu', email },
  })
  const token = await addSetupLink(db.database.prisma, user.id, nowMs)
  const { setCookies } = await accounts.completeSetup({ token, name: '', email: '', password, ...client })
  return { id: user.id, email, headers: browser(setCookies) }
}

function browser(setCookies: string[]): Headers {
  return new Headers({ cookie: setCookies.map((cookie) => cookie.split(';')[0]).join('; ') })
}

function tokenOf(link: string | null): string {
  return link?.split('#').at(-1) ?? ''
}

async function viewerOf(headers: Headers) {
  const viewer = await accounts.viewerOf(headers)
  if (!viewer) throw new Error('nobody')
  return viewer
}

/** Who a browser is in a meeting's call. */
async function inCall(headers: Headers, meetingId: string) {
  const standing = await standingIn(db.database, await viewerOf(headers), meetingId)
  return standing && callStanding(standing)
}

describe('set-up links', () => {
  test('the first administrator is made once, by the newest link', async () => {
    const older = tokenOf(await accounts.firstAdministratorLink())
    const link = await accounts.firstAdministratorLink()
    expect(link).toMatch(/^https:\/\/hop\.example\/setup#[\w-]{43}$/)
    const token = tokenOf(link)
    const input = { name: 'Lê Quản Trị', email: 'Admin@mau.example', password, ...client }
    await expect(accounts.setupLink(older)).rejects.toMatchObject({ code: 'not_found' })
    expect(await accounts.setupLink(token)).toMatchObject({ isFirstAdministrator: true })
    await expect(accounts.completeSetup({ ...input, token, password: 'ngắn' })).rejects.toMatchObject({
      code: 'bad_request',
      detail: { field: 'password', reason: 'short' },
    })
    for (const [guessed, reason] of [
      ['123456789012', 'common'],
      ['Lê Quản Trị 1', 'personal'],
      ['admin@mau.example', 'personal'],
    ] as const) {
      await expect(accounts.completeSetup({ ...input, token, password: guessed })).rejects.toMatchObject({
        code: 'bad_request',
        detail: { field: 'password', reason },
      })
    }
    const both = await Promise.allSettled([
      accounts.completeSetup({ ...input, token }),
      accounts.completeSetup({ ...input, token, email: 'other@mau.example' }),
    ])
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(accounts.completeSetup({ ...input, token })).rejects.toMatchObject({ code: 'link_expired' })
    expect(await db.database.prisma.user.count({ where: { isSystemAdmin: true } })).toBe(1)
    expect(await accounts.firstAdministratorLink()).toBeNull()
  })

  test('a link is good for a day, and for as long as is settled', async () => {
    const { id } = await newPerson()
    const people = createPeople({ database: db.database, settings, now: () => nowMs })
    const maker = await newPerson()
    await db.database.prisma.roleGrant.create({ data: { userId: maker.id, role: 'system_admin' } })
    const administrator = accountViewer(maker.id, { isSystemAdmin: true })
    const newLink = async () => {
      const { setupPath, expiresAtMs } = await people.newSetupLink(administrator, id)
      return { token: setupPath.split('#').at(-1) ?? '', expiresAtMs }
    }
    const short = await newLink()
    expect(short.expiresAtMs).toBe(nowMs + dayMs)
    expect(await accounts.setupLink(short.token)).toMatchObject({ expiresAtMs: nowMs + dayMs })
    decide('setupLinkHours', 72)
    const { token } = await newLink()
    await expect(accounts.setupLink(short.token)).rejects.toMatchObject({ code: 'not_found' })
    nowMs += 2 * dayMs
    expect(await accounts.setupLink(token)).toMatchObject({ isFirstAdministrator: false })
    nowMs += dayMs
    await expect(
      accounts.completeSetup({ token, name: '', email: '', password, ...client }),
    ).rejects.toMatchObject({ code: 'link_expired' })
    await expect(accounts.setupLink(token)).rejects.toMatchObject({ code: 'link_expired' })
    await expect(accounts.setupLink('nonsense')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a new password ends the sessions of the old one', async () => {
    const person = await newPerson()
    const token = await addSetupLink(db.database.prisma, person.id, nowMs)
    await accounts.completeSetup({ token, name: '', email: '', password: `${password}!`, ...client })
    expect(await accounts.viewerOf(person.headers)).toBeNull()
    expect(revoked).toHaveLength(1)
  })
})

describe('sessions', () => {
  test('cookies are out of reach of scripts, of other sites and of plain HTTP', async () => {
    const { email } = await newPerson()
    const { setCookies } = await accounts.signIn({ email: email.toUpperCase(), password, ...client })
    expect(setCookies).toHaveLength(2)
    for (const cookie of setCookies) expect(cookie).toMatch(/; HttpOnly.*SameSite=Lax/i)
    expect(setCookies[0]).toMatch(/^__Secure-diemcau\.session_token=.*HttpOnly/)
    expect(setCookies[0]).toMatch(/Secure/)
    expect(setCookies[0]).toMatch(/SameSite=Lax/i)
  })

  test('a wrong password, an unknown email and a disabled account look alike', async () => {
    const person = await newPerson()
    await db.database.prisma.user.update({ where: { id: person.id }, data: { disabledAt: new Date() } })
    const tries = [
      { email: person.email, password },
      { email: (await newPerson()).email, password: 'wrong password' },
      { email: 'nobody@mau.example', password },
      { email: 'not an email', password },
    ]
    for (const wrong of tries) {
      await expect(accounts.signIn({ ...wrong, ...client })).rejects.toMatchObject({
        code: 'unauthenticated',
      })
    }
    expect(await accounts.viewerOf(person.headers)).toBeNull()
  })

  test('an unknown email and an account without a password take as long as a wrong password (timing)', async () => {
    const known = await newPerson()
    const invited = `${randomUUID()}@mau.example`
    await addAccount(db.database.prisma, { id: randomUUID(), name: 'Được mời', email: invited })
    const medianMs = async (email: string): Promise<number> => {
      const times: number[] = []
      for (let i = 0; i < 5; i++) {
        const startedAtMs = performance.now()
        await expect(accounts.signIn({ email, password: 'wrong', ...client })).rejects.toMatchObject({
          code: 'unauthenticated',
        })
        times.push(performance.now() - startedAtMs)
      }
      return times.sort((a, b) => a - b)[2] ?? 0
    }
    const wrong = await medianMs(known.email)
    // Without the work of hashing it would be a tenth at most.
    expect(await medianMs('nobody@mau.example')).toBeGreaterThan(wrong / 3)
    expect(await medianMs(invited)).toBeGreaterThan(wrong / 3)
  })

  test('guessing is slowed down, and the right password does not help then', async () => {
    const { email } = await newPerson()
    const guess = { email, ...client, ipAddress: '192.0.2.99' }
    const tries = Array.from({ length: 12 }, () => accounts.signIn({ ...guess, password: 'guess' }))
    const codes = (await Promise.allSettled(tries)).map((r) => r.status === 'rejected' && r.reason.code)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(4)
    await expect(accounts.signIn({ ...guess, password })).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(accounts.signIn({ email, password, ...client })).resolves.toBeDefined()
  })

  test('guesses from everywhere lock nobody out of a browser that the account signed in from before', async () => {
    const { email } = await newPerson()
    const { setCookies } = await accounts.signIn({ email, password, ...client })
    const cookies = browser(setCookies).get('cookie')
    const guess = async (address: string) =>
      accounts.signIn({ email, password: 'guess', ipAddress: address, userAgent: 'x' })
    const guesses = Array.from({ length: 45 }, (_, count) => guess(`198.51.100.${count % 6}`))
    const codes = (await Promise.allSettled(guesses)).map((r) => r.status === 'rejected' && r.reason.code)
    expect(codes).toContain('rate_limited')
    await expect(accounts.signIn({ email, password, ...client })).rejects.toMatchObject({
      code: 'rate_limited',
    })
    await expect(accounts.signIn({ email, password, ...client, cookies })).resolves.toBeDefined()
    // It is proof for that account only, and no way to guess without end.
    const other = await newPerson()
    const wrong = { ...client, password: 'guess', cookies, ipAddress: '198.51.100.99' }
    const tries = (to: string) =>
      Promise.allSettled(Array.from({ length: 9 }, () => accounts.signIn({ ...wrong, email: to })))
    const refusedOf = (results: PromiseSettledResult<unknown>[]) =>
      results.filter((r) => r.status === 'rejected' && r.reason.code === 'rate_limited').length
    expect(refusedOf(await tries(email))).toBe(1)
    expect(refusedOf(await tries(other.email))).toBe(1)
    await expect(
      accounts.signIn({ ...client, email, password, cookies: cookies?.replace(/.{4}$/, 'AAAA') ?? null }),
    ).rejects.toMatchObject({ code: 'rate_limited' })
  })

  test('an IPv6 subscriber is one address, whichever of theirs they use', async () => {
    const { email } = await newPerson()
    const guesses = Array.from({ length: 9 }, (_, count) =>
      accounts.signIn({ email, password: 'guess', ipAddress: `2001:db8:0:1::${count + 1}`, userAgent: 'x' }),
    )
    const codes = (await Promise.allSettled(guesses)).map((r) => r.status === 'rejected' && r.reason.code)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(1)
  })

  test('too many sign-ins at once are told to come again, and no try is held against them', async () => {
    const { email } = await newPerson()
    const all = await Promise.allSettled(
      Array.from({ length: 120 }, (_, count) =>
        accounts.signIn({
          email: `nobody${count}@mau.example`,
          password,
          ipAddress: '203.0.113.9',
          userAgent: 'x',
        }),
      ),
    )
    const codes = all.map((r) => (r.status === 'rejected' ? r.reason.code : ''))
    expect(codes).toContain('busy')
    expect(codes).toContain('unauthenticated')
    await expect(accounts.signIn({ email, password, ...client })).resolves.toBeDefined()
  })

  test('a revoked session is nobody at once, and its sockets are told', async () => {
    const person = await newPerson()
    const viewer = await viewerOf(person.headers)
    const other = await newPerson()
    const [session] = await accounts.sessions(viewer)
    expect(session).toMatchObject({ isCurrent: true, ipAddress: '192.0.2.7', userAgent: 'test' })
    const id = session?.id ?? ''
    await expect(accounts.revokeSession(await viewerOf(other.headers), id)).rejects.toMatchObject({
      code: 'not_found',
    })
    await accounts.revokeSession(viewer, id)
    expect(revoked).toEqual([{ kind: 'session', sessionId: id }])
    expect(await accounts.viewerOf(person.headers)).toBeNull()
  })

  test('signing in anew ends the session that the browser had, whoever’s it was, and its sockets', async () => {
    const [person, other] = [await newPerson(), await newPerson()]
    const again = async (email: string, headers: Headers, typed = password) =>
      browser(
        (await accounts.signIn({ email, password: typed, ...client, cookies: headers.get('cookie') }))
          .setCookies,
      )
    const { sessionId } = (await viewerOf(person.headers)).account ?? {}
    await expect(again(person.email, person.headers, 'wrong')).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect(await accounts.viewerOf(person.headers)).not.toBeNull()
    const second = await again(person.email, person.headers)
    expect(await accounts.viewerOf(person.headers)).toBeNull()
    expect(revoked).toEqual([{ kind: 'session', sessionId }])
    const third = await again(other.email, second)
    expect(await accounts.viewerOf(second)).toBeNull()
    expect(await viewerOf(third)).toMatchObject({ account: { userId: other.id } })
    // Another browser of the same account stays signed in.
    expect(await accounts.sessions(await viewerOf(other.headers))).toHaveLength(2)
  })

  test('signing out ends the session on the server', async () => {
    const { headers } = await newPerson()
    const { setCookies } = await accounts.signOut(headers)
    expect(setCookies.join()).toMatch(/Max-Age=0/)
    expect(await accounts.viewerOf(headers)).toBeNull()
    expect(revoked).toHaveLength(1)
  })

  test('changing the password ends the other sessions', async () => {
    const person = await newPerson()
    const elsewhere = browser(
      (await accounts.signIn({ email: person.email, password, ...client })).setCookies,
    )
    const viewer = await viewerOf(person.headers)
    const change = (current: string) =>
      accounts.changePassword(viewer, person.headers, { current, next: 'một mật khẩu khác', ...client })
    await expect(change('wrong')).rejects.toMatchObject({ code: 'bad_request', detail: { field: 'current' } })
    const { setCookies } = await change(password)
    expect(await accounts.viewerOf(elsewhere)).toBeNull()
    expect(await accounts.viewerOf(browser(setCookies))).toMatchObject({ account: { userId: person.id } })
  })

  test('changing the password is kept with its entry in the audit log or not at all', async () => {
    const person = await newPerson()
    const change = (by: Accounts) =>
      viewerOf(person.headers).then((viewer) =>
        by.changePassword(viewer, person.headers, {
          current: password,
          next: 'một mật khẩu khác',
          ...client,
        }),
      )
    const silent = await openDatabase(db.url, { poolSize: 2 }) // without keys nothing is logged
    await expect(change(createAccounts({ ...options(), database: silent }))).rejects.toThrow(/keys/)
    await silent.close()
    expect(await accounts.viewerOf(person.headers)).not.toBeNull()
    const { setCookies } = await change(accounts)
    expect(await accounts.viewerOf(browser(setCookies))).not.toBeNull()
    // Not even the session that asked: its cookie may be somebody else's too.
    expect(await accounts.viewerOf(person.headers)).toBeNull()
  })

  test('a new password keeps the rules that are settled: nothing that is known of its holder', async () => {
    const person = await newPerson('hongle@mau.example')
    const viewer = { ...(await viewerOf(person.headers)), name: 'Lê Thị Mẫu Hồng' }
    const change = (next: string) =>
      accounts.changePassword(viewer, person.headers, { current: password, next, ...client })
    const refused = (reason: string) => ({ code: 'bad_request', detail: { field: 'next', reason } })
    await expect(change('lethimauhong')).rejects.toMatchObject(refused('personal'))
    await expect(change('hongle@mau.example')).rejects.toMatchObject(refused('personal'))
    await expect(change('qwertyuiop12')).rejects.toMatchObject(refused('common'))
    decide('passwordLength', 20)
    decide('passwordKinds', 4)
    expect(await accounts.passwordRules()).toEqual({ length: 20, kinds: 4, strength: 'strong' })
    await expect(change('một mật khẩu khác')).rejects.toMatchObject(refused('short'))
    await expect(change('một mật khẩu khác nữa vẫn dài')).rejects.toMatchObject(refused('kinds'))
    await expect(change('Một mật khẩu khác nữa: số 7')).resolves.toBeDefined()
  })

  test('a forged or foreign cookie is nobody', async () => {
    const { headers } = await newPerson()
    const cookie = headers.get('cookie') ?? ''
    expect(await accounts.viewerOf(new Headers({ cookie: cookie.replace(/.{4}(?=;|$)/, 'AAAA') }))).toBeNull()
    expect(await accounts.viewerOf(new Headers({ cookie: '__Secure-diemcau.session_token=abc' }))).toBeNull()
    expect(await accounts.viewerOf(new Headers())).toBeNull()
  })

  test('nobody signs up or reads a session over the library’s own routes', async () => {
    const { headers } = await newPerson()
    for (const path of ['sign-up/email', 'sign-in/email', 'get-session', 'list-sessions', 'update-user']) {
      for (const method of ['GET', 'POST']) {
        const request = new Request(`https://hop.example/api/auth/${path}`, { method, headers })
        expect((await accounts.handler(request)).status).toBe(404)
      }
    }
  })

  test('the library’s sign-out route refuses another site', async () => {
    const { headers } = await newPerson()
    const post = (origin: string) =>
      accounts.handler(
        new Request('https://hop.example/api/auth/sign-out', {
          method: 'POST',
          headers: { cookie: headers.get('cookie') ?? '', origin, 'content-type': 'application/json' },
          body: '{}',
        }),
      )
    expect((await post('https://evil.example')).status).toBe(403)
    expect(await accounts.viewerOf(headers)).not.toBeNull()
    expect((await post('https://hop.example')).status).toBe(200)
    expect(await accounts.viewerOf(headers)).toBeNull()
  })
})

describe('join links', () => {
  async function newMeeting(status = 'scheduled') {
    const { prisma } = db.database
    const unit = await prisma.unit.create({
      data: {
        code: `t${++count}`,
        name: 'Thử',
        nameSearch: 'thu',
        level: 'commune',
        kind: 'xã',
        validFrom: new Date(),
      },
    })
    const meeting = await prisma.meeting.create({
      data: {
        unitId: unit.id,
        kind: 'work',
        title: 'Họp thử',
        titleSearch: 'hop thu',
        status,
        startsAt: new Date(nowMs),
        endsAt: new Date(nowMs + 3600_000),
      },
    })
    const guest = await prisma.participant.create({
      data: { meetingId: meeting.id, name: '<script>alert(1)</script>', role: 'guest' },
    })
    const link = { meetingId: meeting.id, participantId: guest.id, expiresAtMs: nowMs + dayMs }
    const token = await addJoinLink(prisma, link, nowMs)
    return { meeting, guest, token, link }
  }
  const open = (token: string, held = new Headers()) => accounts.openJoinLink(token, held, false)

  test('a link of a site’s room says so: it opens the wall display', async () => {
    const { prisma } = db.database
    const { meeting, link } = await newMeeting()
    const room = { meetingId: meeting.id, kind: 'site', name: 'Phòng họp UBND phường', role: 'delegate' }
    const { id } = await prisma.participant.create({ data: room })
    const token = await addJoinLink(prisma, { ...link, participantId: id }, nowMs)
    expect(await open(token)).toMatchObject({ meetingId: meeting.id, isSite: true })
  })

  test('a link is exchanged for a cookie that lets its holder into that meeting only', async () => {
    const here = await newMeeting()
    const there = await newMeeting()
    const { meetingId, isSite, setCookies } = await open(here.token)
    expect(meetingId).toBe(here.meeting.id)
    expect(isSite).toBe(false)
    expect(setCookies[0]).toMatch(/^__Host-diemcau_join_.*; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/)
    const headers = browser(setCookies)
    const viewer = await viewerOf(headers)
    expect(viewer).toMatchObject({ account: null, links: [{ meetingId, participantId: here.guest.id }] })
    expect(viewer.name).toBe('<script>alert(1)</script>')
    expect(await inCall(headers, here.meeting.id)).toMatchObject({
      participant: { id: here.guest.id, role: 'guest' },
      by: { kind: 'link' },
      subject: { meetingStatus: 'scheduled' },
    })
    await expect(inCall(headers, there.meeting.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await inCall(headers, 'absent')).toBeNull()
    expect(await accounts.viewerOf(new Headers())).toBeNull()
  })

  test('the cookie says nothing of the link’s token, and none but ours counts', async () => {
    const [mine, other] = [await newMeeting(), await newMeeting()]
    const [cookie = ''] = (await open(mine.token)).setCookies.map((set) => set.split(';')[0] ?? '')
    const [foreign = ''] = (await open(other.token)).setCookies.map((set) => set.split(';')[0] ?? '')
    expect(cookie).not.toContain(mine.token)
    const [name = '', value = ''] = cookie.split('=')
    const [id, proof] = value.split('.')
    const [otherId] = foreign.split('=').at(-1)?.split('.') ?? []
    for (const forged of [
      `${name}=${otherId}.${proof}`, // another's link with one's own proof
      `${name}=${id}.${'A'.repeat(43)}`,
      `${name}=${id}`,
      // A host beside this one can set cookies for both, but none that begins so.
      `${name.replace('__Host-', '')}=${value}`,
    ])
      expect([forged, await accounts.viewerOf(new Headers({ cookie: forged }))]).toEqual([forged, null])
  })

  test('that a link was opened stands in the audit log', async () => {
    const { meeting, guest, token } = await newMeeting()
    await asCaller('192.0.2.7', () => open(token))
    expect(await db.database.prisma.auditEntry.findMany({ where: { subject: meeting.id } })).toMatchObject([
      { actorId: guest.id, action: 'joinLink.opened', address: '192.0.2.7' },
    ])
  })

  test('exhaustion: the holder of a link fills no log by opening it again and again', async () => {
    const { meeting, token } = await newMeeting()
    const codes: string[] = []
    for (let i = 0; i < 25; i++) await open(token).catch((error: { code: string }) => codes.push(error.code))
    expect(codes).toEqual(Array(5).fill('rate_limited'))
    expect(await db.database.prisma.auditEntry.count({ where: { subject: meeting.id } })).toBe(20)
    nowMs += 30_000
    await open(token)
    const other = await newMeeting()
    await open(other.token)
  })

  test('a cookie of an earlier release holds until its link is over or taken back', async () => {
    const { meeting, guest, token } = await newMeeting()
    const headers = new Headers({ cookie: `diemcau_join_${meeting.id}=${token}` })
    expect((await viewerOf(headers)).links).toMatchObject([{ participantId: guest.id }])
    await revokeJoinLinks(db.database.prisma, guest.id, nowMs)
    expect(await accounts.viewerOf(headers)).toBeNull()
  })

  test('the link that was opened last holds, however many a browser has; the oldest are forgotten', async () => {
    const jar = new Map<string, string>()
    const headers = () => new Headers({ cookie: [...jar].map((pair) => pair.join('=')).join('; ') })
    for (let i = 0; i < 60; i++) {
      const { meeting, guest, token } = await newMeeting()
      const { setCookies } = await open(token, headers())
      for (const set of setCookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        // A browser keeps a cookie's place when it is set again, and sends the oldest first (RFC 6265, 5.4).
        if (set.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      const { links } = await viewerOf(headers())
      expect(links.map((link) => link.participantId)).toContain(guest.id)
      if (i % 10 === 0) expect(await inCall(headers(), meeting.id)).toMatchObject({ by: { kind: 'link' } })
    }
    // What proxies take of cookies in one line is 8 kB at the usual settings.
    expect(headers().get('cookie')?.length).toBeLessThan(4_000)
  })

  test('an expired, a revoked and an unknown link are told apart from a good one', async () => {
    const expired = await newMeeting()
    const headers = browser((await open(expired.token)).setCookies)
    nowMs += 2 * dayMs
    await expect(open(expired.token)).rejects.toMatchObject({ code: 'link_expired' })
    expect(await accounts.viewerOf(headers)).toBeNull()
    const { guest, token, link } = await newMeeting()
    const newer = await addJoinLink(db.database.prisma, link, nowMs)
    await expect(open(token)).rejects.toMatchObject({ code: 'link_expired' })
    const viewerHeaders = browser((await open(newer)).setCookies)
    await revokeJoinLinks(db.database.prisma, guest.id, nowMs)
    await expect(open(newer)).rejects.toMatchObject({ code: 'link_expired' })
    expect(await accounts.viewerOf(viewerHeaders)).toBeNull()
    await expect(open('A'.repeat(43))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('the cookie outlives its link, which lets in again once its meeting is moved', async () => {
    const { link, token } = await newMeeting()
    const { setCookies } = await open(token)
    expect(Number(/Max-Age=(\d+)/.exec(setCookies[0] ?? '')?.[1])).toBeGreaterThan((31 * dayMs) / 1000)
    const headers = browser(setCookies)
    nowMs += 2 * dayMs
    expect(await accounts.viewerOf(headers)).toBeNull()
    await moveJoinLinks(db.database.prisma, link.meetingId, nowMs + 5 * dayMs, nowMs)
    expect((await viewerOf(headers)).links).toMatchObject([{ participantId: link.participantId }])
  })

  test('the banned stay out, whatever link they hold', async () => {
    const { guest, token, link } = await newMeeting()
    const headers = browser((await open(token)).setCookies)
    await db.database.prisma.participant.update({ where: { id: guest.id }, data: { bannedAt: new Date() } })
    await expect(open(token)).rejects.toMatchObject({ code: 'removed' })
    await expect(open(await addJoinLink(db.database.prisma, link, nowMs))).rejects.toMatchObject({
      code: 'removed',
    })
    expect(await accounts.viewerOf(headers)).toBeNull()
  })

  test('links of a cancelled, an ended and an unpublished meeting say so', async () => {
    await expect(open((await newMeeting('cancelled')).token)).rejects.toMatchObject({
      code: 'meeting_cancelled',
    })
    await expect(open((await newMeeting('ended')).token)).rejects.toMatchObject({ code: 'meeting_ended' })
    await expect(open((await newMeeting('draft')).token)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('an official who holds a guest’s link stays the official', async () => {
    const { meeting, token } = await newMeeting()
    const chair = await newPerson()
    const { id } = await db.database.prisma.participant.create({
      data: { meetingId: meeting.id, userId: chair.id, name: 'Chủ tọa', role: 'chair' },
    })
    const cookie = `${browser((await open(token)).setCookies).get('cookie')}; ${chair.headers.get('cookie')}`
    const headers = new Headers({ cookie })
    expect(await inCall(headers, meeting.id)).toMatchObject({
      participant: { id, role: 'chair' },
      by: { kind: 'account' },
    })
    expect(await viewerOf(headers)).toMatchObject({ account: { userId: chair.id }, name: 'Nguyễn Thị Mẫu' })
    const stranger = new Headers({
      cookie: `${browser((await open(token)).setCookies).get('cookie')}; ${(await newPerson()).headers.get('cookie')}`,
    })
    expect(await inCall(stranger, meeting.id)).toMatchObject({
      participant: { role: 'guest' },
      by: { kind: 'link' },
    })
  })

  test('links of two meetings stand side by side in one browser; a later one of the same meeting replaces it', async () => {
    const [here, there] = [await newMeeting(), await newMeeting()]
    const second = await db.database.prisma.participant.create({
      data: { meetingId: here.meeting.id, name: 'Khách thứ hai', role: 'guest' },
    })
    const other = await addJoinLink(db.database.prisma, { ...here.link, participantId: second.id }, nowMs)
    const jar = new Map<string, string>()
    const keep = async (token: string) => {
      for (const cookie of (await open(token)).setCookies) {
        const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
        jar.set(name, value)
      }
      return new Headers({ cookie: [...jar].map((pair) => pair.join('=')).join('; ') })
    }
    await keep(here.token)
    let headers = await keep(there.token)
    expect(await inCall(headers, here.meeting.id)).toMatchObject({ participant: { id: here.guest.id } })
    expect(await inCall(headers, there.meeting.id)).toMatchObject({ participant: { id: there.guest.id } })
    headers = await keep(other)
    expect(await inCall(headers, here.meeting.id)).toMatchObject({ participant: { id: second.id } })
    expect(await inCall(headers, there.meeting.id)).toMatchObject({ participant: { id: there.guest.id } })
    await revokeJoinLinks(db.database.prisma, second.id, nowMs)
    await expect(inCall(headers, here.meeting.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await inCall(headers, there.meeting.id)).toMatchObject({ participant: { id: there.guest.id } })
    const cleared = (await accounts.signOut(headers)).setCookies.filter((cookie) =>
      cookie.includes('Max-Age=0'),
    )
    expect(cleared.filter((cookie) => cookie.startsWith('__Host-diemcau_join_'))).toHaveLength(2)
  })
})

test('the audit log has who signed in, who could not, and who left, and from where', async () => {
  const { prisma } = db.database
  const person = await newPerson()
  const last = await prisma.auditEntry.findFirstOrThrow({ orderBy: { id: 'desc' } })
  await asCaller('192.0.2.7', async () => {
    for (const email of [person.email, 'nobody@mau.example'])
      await expect(accounts.signIn({ ...client, email, password: 'wrong' })).rejects.toThrow()
    const { setCookies } = await accounts.signIn({ ...client, email: person.email, password })
    await accounts.signOut(browser(setCookies))
  })
  const rows = await prisma.auditEntry.findMany({ where: { id: { gt: last.id } }, orderBy: { id: 'asc' } })
  expect(rows.map(({ actorId, action, subject, address }) => [actorId, action, subject, address])).toEqual([
    [person.id, 'session.refused', person.id, '192.0.2.7'],
    ['nobody', 'session.refused', 'nobody', '192.0.2.7'],
    [person.id, 'session.started', person.id, '192.0.2.7'],
    [person.id, 'session.ended', person.id, '192.0.2.7'],
  ])
})

test('the audit log is a whole chain, and refuses to be changed', async () => {
  await newPerson()
  const { prisma } = db.database
  expect(await prisma.auditEntry.count()).toBeGreaterThan(4)
  expect((await proveAudit(db.database)).broken).toBeNull()
  await expect(prisma.auditEntry.updateMany({ data: { actorId: 'x' } })).rejects.toThrow(/append-only/)
  await expect(prisma.auditEntry.deleteMany()).rejects.toThrow(/append-only/)
  await db.database.pool.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
  const victim = await prisma.auditEntry.findFirstOrThrow({ skip: 2, orderBy: { id: 'asc' } })
  await prisma.auditEntry.update({ where: { id: victim.id }, data: { subject: 'somebody else' } })
  expect((await proveAudit(db.database)).broken).toEqual({ id: victim.id, why: 'changed' })
})

test('an administrator is one only from where that may be, and goes on being a person elsewhere', async () => {
  const limited = createAccounts({
    database: db.database,
    secret: 'x'.repeat(48),
    baseUrl: 'https://hop.example',
    settings,
    log: silentLog,
    now: () => nowMs,
    administration: { addresses: ['10.1.0.0/16'] },
  })
  const person = await newPerson()
  await db.database.prisma.roleGrant.create({ data: { userId: person.id, role: 'system_admin' } })
  const seen = async (address?: string) => (await limited.viewerOf(person.headers, address))?.account
  expect(await seen('10.1.2.3')).toMatchObject({ userId: person.id, isSystemAdmin: true })
  expect(await seen('10.2.0.1')).toMatchObject({ userId: person.id, isSystemAdmin: false })
  expect(await seen()).toMatchObject({ userId: person.id, isSystemAdmin: false })
  expect((await accounts.viewerOf(person.headers))?.account?.isSystemAdmin).toBe(true)
})
