import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '#contract/log.ts'
import type { Revocation } from '#contract/revocation.ts'
import { type SettingChange, SettingHistory, type SettingKey, type SettingValue } from '#contract/settings.ts'
import { addAccount } from '#db/accounts.ts'
import { addSetupLink } from '#db/setupLinks.ts'
import { standingIn } from '#db/standing.ts'
import { startTestDatabase, type TestDatabase } from '#db/testing/testDatabase.ts'
import { accessTo, guard, guardAccount, type Viewer } from '#office/access.ts'
import { accountViewer } from '#office/testing/testViewer.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { totpCode, totpStepAt } from './totp.ts'

const client = { ipAddress: '192.0.2.7', userAgent: 'test' }
const password = 'một mật khẩu dài'
const stepMs = 30_000

let db: TestDatabase
let accounts: Accounts
let revoked: Revocation[] = []
let nowMs = Date.now()
let decided: SettingChange[] = []
const settings = { history: () => Promise.resolve(new SettingHistory(decided)) }
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
  accounts = createAccounts({
    database: db.database,
    secret: 'x'.repeat(48),
    baseUrl: 'https://hop.example',
    settings,
    log: silentLog,
    onRevoked: (revocation) => revoked.push(revocation),
    now: () => nowMs,
  })
})

let count = 0
async function newPerson(change: { isSystemAdmin?: boolean } = {}) {
  const email = `nguoi${++count}@mau.example`
  const id = `user${count}`
  await addAccount(db.database.prisma, { id, name: 'Nguyễn Thị Mẫu', email, ...change })
  const token = await addSetupLink(db.database.prisma, id, nowMs)
  const { setCookies } = await accounts.completeSetup({ token, name: '', email, password, ...client })
  return { id, email, headers: browser(setCookies) }
}

function browser(setCookies: string[], before?: Headers): Headers {
  const pairs = setCookies.map((cookie) => cookie.split(';')[0] ?? '')
  return new Headers({ cookie: [...(before ? [before.get('cookie') ?? ''] : []), ...pairs].join('; ') })
}

async function viewerOf(headers: Headers): Promise<Viewer> {
  const viewer = await accounts.viewerOf(headers)
  if (!viewer) throw new Error('nobody')
  return viewer
}

/** An app with the secret as it is typed; each of its codes is of a later step than the one before. */
function app(secret: string) {
  return () => {
    nowMs += stepMs
    return totpCode(secret, totpStepAt(nowMs))
  }
}

/** Somebody with an authenticator app. */
async function newPersonWithApp(change: { isSystemAdmin?: boolean } = {}) {
  const person = await newPerson(change)
  const viewer = await viewerOf(person.headers)
  const { secret } = await accounts.secondFactors.beginTotp(viewer)
  const nextCode = app(secret)
  const code = nextCode()
  const { recoveryCodes } = await accounts.secondFactors.confirmTotp(viewer, { code, ipAddress: '' })
  return { ...person, viewer, nextCode, recoveryCodes: recoveryCodes ?? [] }
}

const signIn = async (email: string, cookies: string | null = null) =>
  browser((await accounts.signIn({ email, password, ...client, cookies })).setCookies)
const give = async (headers: Headers, code: string, isTrusted = false) =>
  accounts.secondFactors.give(await viewerOf(headers), { code, isTrusted, ipAddress: client.ipAddress })
const wrong = { code: 'bad_request', detail: { field: 'code', reason: 'wrong' } }
const used = { code: 'bad_request', detail: { field: 'code', reason: 'used' } }

describe('an authenticator app', () => {
  test('is set up by a secret and proven by a code; recovery codes come with it, once', async () => {
    const { headers, id } = await newPerson()
    const viewer = await viewerOf(headers)
    const { secret, qr } = await accounts.secondFactors.beginTotp(viewer)
    expect(secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    expect(qr.path).toMatch(/^(M\d+ \d+h1v1h-1z)+$/)
    expect((await accounts.secondFactors.beginTotp(viewer)).secret).toBe(secret)
    // Until it is proven nothing is asked for.
    expect(await viewerOf(await signIn(viewer.email))).toMatchObject({ owes: null })
    await expect(
      accounts.secondFactors.confirmTotp(viewer, { code: '000000', ipAddress: '' }),
    ).rejects.toMatchObject(wrong)
    const code = app(secret)()
    const { recoveryCodes } = await accounts.secondFactors.confirmTotp(viewer, { code, ipAddress: '' })
    expect(new Set(recoveryCodes).size).toBe(10)
    expect(await accounts.secondFactors.state(viewer)).toMatchObject({ hasTotp: true, recoveryCodesLeft: 10 })
    await expect(accounts.secondFactors.beginTotp(viewer)).rejects.toMatchObject({ code: 'invalid_state' })
    // What is kept is neither secret nor code.
    const dump = JSON.stringify(
      [
        await db.database.prisma.totpFactor.findMany({ where: { userId: id } }),
        await db.database.prisma.recoveryCode.findMany({ where: { userId: id } }),
      ],
      (_, value) => (typeof value === 'bigint' ? String(value) : value),
    )
    expect(dump).not.toContain(secret.replaceAll(' ', ''))
    for (const one of recoveryCodes ?? []) expect(dump).not.toContain(one.slice(0, 5))
  })

  test('is set up in one session: whoever looked at its secret in another has another app', async () => {
    const { email, headers } = await newPerson()
    const [owner, other] = [await viewerOf(headers), await viewerOf(await signIn(email))]
    const seen = await accounts.secondFactors.beginTotp(other)
    expect(await accounts.secondFactors.invitation(owner)).toBeNull()
    const { secret } = await accounts.secondFactors.beginTotp(owner)
    expect(secret).not.toBe(seen.secret)
    const confirm = (viewer: Viewer, of: string) =>
      accounts.secondFactors.confirmTotp(viewer, { code: app(of)(), ipAddress: '' })
    await expect(confirm(other, seen.secret)).rejects.toMatchObject({ code: 'invalid_state' })
    await expect(confirm(owner, seen.secret)).rejects.toMatchObject(wrong)
    await confirm(owner, secret)
    await expect(give(await signIn(email), app(seen.secret)())).rejects.toMatchObject(wrong)
    await give(await signIn(email), app(secret)())
  })

  test('is asked for at the next sign-in: until then the office is shut, for all that its account may do', async () => {
    const person = await newPersonWithApp({ isSystemAdmin: true })
    expect(await viewerOf(person.headers)).toMatchObject({ owes: null, account: { isSystemAdmin: true } })
    const headers = await signIn(person.email)
    const half = await viewerOf(headers)
    expect(half).toMatchObject({ owes: 'code', account: { isSystemAdmin: false, unitRoles: [] }, units: [] })
    const refusal = { code: 'second_factor_needed' }
    expect(() => guardAccount(half)).toThrow(expect.objectContaining(refusal))
    expect(() => guard(half, 'system:administer')).toThrow(expect.objectContaining(refusal))
    await expect(accessTo(db.database, half, 'any')).rejects.toMatchObject(refusal)
    await expect(accounts.sessions(half)).rejects.toMatchObject(refusal)
    await expect(accounts.secondFactors.beginTotp(half)).rejects.toMatchObject(refusal)
    await expect(accounts.secondFactors.removeTotp(half)).rejects.toMatchObject(refusal)
    await expect(give(headers, '000000')).rejects.toMatchObject(wrong)
    revoked = []
    await give(headers, person.nextCode())
    expect(await viewerOf(headers)).toMatchObject({ owes: null, account: { isSystemAdmin: true } })
    expect(revoked).toEqual([{ kind: 'user', userId: person.id }])
  })

  test('is not asked for at a meeting’s door', async () => {
    const person = await newPersonWithApp()
    const { prisma } = db.database
    const unit = await prisma.unit.create({
      data: {
        code: 't1',
        name: 'Thử',
        nameSearch: 'thu',
        level: 'commune',
        kind: 'xã',
        validFrom: new Date(),
      },
    })
    const times = { startsAt: new Date(nowMs), endsAt: new Date(nowMs + 3600_000) }
    const names = { kind: 'work', title: 'Họp thử', titleSearch: 'hop thu', status: 'open' }
    const { id: meetingId } = await prisma.meeting.create({ data: { unitId: unit.id, ...names, ...times } })
    await prisma.participant.create({ data: { meetingId, userId: person.id, name: 'Mẫu', role: 'chair' } })
    const half = await viewerOf(await signIn(person.email))
    expect(half.owes).toBe('code')
    expect(await standingIn(db.database, half, meetingId)).toMatchObject({
      participant: { role: 'chair' },
      by: { kind: 'account' },
    })
  })

  test('takes no code twice, and none of before; of two at once one is taken', async () => {
    const person = await newPersonWithApp()
    const code = person.nextCode()
    const [one, other] = [await signIn(person.email), await signIn(person.email)]
    const both = await Promise.allSettled([give(one, code), give(other, code)])
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(give(one, code)).rejects.toMatchObject(used)
    const later = await signIn(person.email)
    const [before, now] = [person.nextCode(), person.nextCode()]
    await give(later, now)
    await expect(give(later, before)).rejects.toMatchObject(used)
  })

  test('is guessed at no faster than a password', async () => {
    const person = await newPersonWithApp()
    const headers = await signIn(person.email)
    const guesses = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => give(headers, String(100_000 + i))),
    )
    const codes = guesses.map((guess) => guess.status === 'rejected' && guess.reason.code)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(4)
    await expect(give(headers, person.nextCode())).rejects.toMatchObject({ code: 'rate_limited' })
  })

  test('is taken away by its holder, and then no longer asked for', async () => {
    const person = await newPersonWithApp()
    await accounts.secondFactors.removeTotp(person.viewer)
    expect(await viewerOf(await signIn(person.email))).toMatchObject({ owes: null })
  })
})

describe('recovery codes', () => {
  test('stand in for the app, each once, however they are typed', async () => {
    const person = await newPersonWithApp()
    const [first = '', second = ''] = person.recoveryCodes
    const headers = await signIn(person.email)
    expect(await give(headers, ` ${first.toUpperCase().replace('-', ' ')} `)).toMatchObject({
      isRecovery: true,
    })
    const next = await signIn(person.email)
    await expect(give(next, first)).rejects.toMatchObject(wrong)
    await give(next, second)
    expect(await accounts.secondFactors.state(await viewerOf(next))).toMatchObject({ recoveryCodesLeft: 8 })
  })

  test('of somebody else, and of before they were made anew, are none', async () => {
    const [person, other] = [await newPersonWithApp(), await newPersonWithApp()]
    const headers = await signIn(person.email)
    await expect(give(headers, other.recoveryCodes[0] ?? '')).rejects.toMatchObject(wrong)
    const [made = ''] = await accounts.secondFactors.newRecoveryCodes(person.viewer)
    await expect(give(headers, person.recoveryCodes[0] ?? '')).rejects.toMatchObject(wrong)
    await give(headers, made)
  })
})

describe('a trusted browser', () => {
  test('is not asked again for as long as is settled, for that account and no other', async () => {
    const person = await newPersonWithApp()
    const first = await signIn(person.email)
    const { setCookies } = await give(first, person.nextCode(), true)
    expect(setCookies[0]).toMatch(
      /^diemcau_trusted_.*Path=\/login; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/,
    )
    const cookies = browser(setCookies).get('cookie')
    expect(await viewerOf(await signIn(person.email, cookies))).toMatchObject({ owes: null })
    const other = await newPersonWithApp()
    expect(await viewerOf(await signIn(other.email, cookies))).toMatchObject({ owes: 'code' })
    nowMs += 31 * 24 * 3600_000
    expect(await viewerOf(await signIn(person.email, cookies))).toMatchObject({ owes: 'code' })
  })

  test('is one no longer when all are forgotten, when the password is changed, and where none may be', async () => {
    const person = await newPersonWithApp()
    const trust = async () =>
      browser((await give(await signIn(person.email), person.nextCode(), true)).setCookies).get('cookie')
    const owed = async (cookies: string | null) => (await viewerOf(await signIn(person.email, cookies))).owes
    const first = await trust()
    await accounts.secondFactors.forgetTrustedDevices(person.viewer)
    expect(await owed(first)).toBe('code')
    const second = await trust()
    const change = { current: password, next: 'một mật khẩu khác', ipAddress: client.ipAddress }
    const { setCookies } = await accounts.changePassword(person.viewer, person.headers, change)
    // Who changes it has given the second factor, and is not asked once more.
    expect(await viewerOf(browser(setCookies))).toMatchObject({ owes: null })
    const again = await accounts.signIn({
      ...{ email: person.email, password: change.next, ...client },
      cookies: second,
    })
    expect(await viewerOf(browser(again.setCookies))).toMatchObject({ owes: 'code' })
    const other = await newPersonWithApp()
    const theirs = browser((await give(await signIn(other.email), other.nextCode(), true)).setCookies)
    decide('trustedDeviceDays', 0)
    const { setCookies: none } = await give(browser(again.setCookies), person.nextCode(), true)
    expect(none).toEqual([])
    expect(await viewerOf(await signIn(other.email, theirs.get('cookie')))).toMatchObject({ owes: 'code' })
  })
})

describe('who has to have one', () => {
  test('is settled; whoever has none is to set one up, and does nothing else', async () => {
    const administrator = await newPerson({ isSystemAdmin: true })
    const official = await newPerson()
    const secretary = await newPerson()
    const unit = await db.database.prisma.unit.create({
      data: {
        code: 't2',
        name: 'Thử',
        nameSearch: 'thu',
        level: 'commune',
        kind: 'xã',
        validFrom: new Date(),
      },
    })
    await db.database.prisma.unitMember.create({
      data: { unitId: unit.id, userId: secretary.id, role: 'secretary' },
    })
    const owed = async () =>
      Promise.all([administrator, secretary, official].map(async (one) => (await viewerOf(one.headers)).owes))
    expect(await owed()).toEqual([null, null, null])
    decide('secondFactor', 'administrators')
    expect(await owed()).toEqual(['enrolment', null, null])
    decide('secondFactor', 'secretaries')
    expect(await owed()).toEqual(['enrolment', 'enrolment', null])
    decide('secondFactor', 'everybody')
    expect(await owed()).toEqual(['enrolment', 'enrolment', 'enrolment'])
    const viewer = await viewerOf(administrator.headers)
    expect(() => guardAccount(viewer)).toThrow(expect.objectContaining({ code: 'second_factor_needed' }))
    const { secret } = await accounts.secondFactors.beginTotp(viewer)
    await accounts.secondFactors.confirmTotp(viewer, { code: app(secret)(), ipAddress: '' })
    expect(await viewerOf(administrator.headers)).toMatchObject({
      owes: null,
      account: { isSystemAdmin: true },
    })
  })
})

describe('an administrator', () => {
  test('resets the second factor of whoever lost it; nobody else may, and it is written down', async () => {
    const [person, other] = [await newPersonWithApp(), await newPersonWithApp()]
    const administrator = accountViewer('admin', { isSystemAdmin: true })
    await expect(accounts.secondFactors.reset(other.viewer, person.id)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(accounts.secondFactors.reset(administrator, 'nobody')).rejects.toMatchObject({
      code: 'not_found',
    })
    // A session that somebody took over cannot rid its account of the factor.
    await expect(
      accounts.secondFactors.reset(accountViewer(person.id, { isSystemAdmin: true }), person.id),
    ).rejects.toMatchObject({ code: 'invalid_state' })
    revoked = []
    await accounts.secondFactors.reset(administrator, person.id)
    expect(await accounts.viewerOf(person.headers)).toBeNull()
    expect(revoked).toEqual([{ kind: 'user', userId: person.id }])
    expect(await viewerOf(await signIn(person.email))).toMatchObject({ owes: null })
    const audit = await db.database.prisma.auditEntry.findMany({ where: { subject: person.id } })
    expect(audit.map((entry) => [entry.actorId, entry.action])).toContainEqual([
      'admin',
      'secondFactor.reset',
    ])
  })
})

describe('secrets that take turns', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(48)) as [string, string, string]
  /** The platform after a start with these: what signs cookies, the newest first, and what encrypts factors. */
  const start = (secrets: readonly [string, ...string[]], factorKeys: readonly string[] = []): Accounts =>
    (accounts = createAccounts({
      database: db.database,
      secret: secrets[0],
      formerSecrets: secrets.slice(1),
      factorKeys,
      baseUrl: 'https://hop.example',
      settings,
      log: silentLog,
      now: () => nowMs,
    }))

  test('end no session and no trust while both are believed, and no longer', async () => {
    start([a])
    const person = await newPersonWithApp()
    const { setCookies } = await give(await signIn(person.email), person.nextCode(), true)
    const trusted = browser(setCookies, await signIn(person.email))
    start([b, a])
    expect(await viewerOf(person.headers)).toMatchObject({ email: person.email, owes: null })
    const again = await signIn(person.email, trusted.get('cookie'))
    expect(await viewerOf(again)).toMatchObject({ owes: null })
    start([b])
    expect(await accounts.viewerOf(person.headers)).toBeNull()
    expect(await viewerOf(again)).toMatchObject({ owes: null })
    expect((await accounts.signOut(again)).setCookies).not.toEqual([])
    expect(await accounts.viewerOf(again)).toBeNull()
  })

  test('sign a session out that one before has signed', async () => {
    start([a])
    const { headers } = await newPerson()
    start([b, a])
    await accounts.signOut(headers)
    expect(await accounts.viewerOf(headers)).toBeNull()
  })

  test('lose no app and no recovery code: what one before encrypted is encrypted anew at the start', async () => {
    start([a])
    const person = await newPersonWithApp()
    await start([b, a], [c]).secondFactors.renewKeys()
    await give(await signIn(person.email), person.recoveryCodes[0] ?? '')
    start([b], [c])
    await give(await signIn(person.email), person.nextCode())
    await expect(give(await signIn(person.email), person.recoveryCodes[1] ?? '')).rejects.toMatchObject(wrong)
  })

  test('take recovery codes along when they go: those are counted no more, and new ones are made', async () => {
    start([a], [b])
    const { headers, viewer } = await newPersonWithApp()
    await start([a], [c, b]).secondFactors.renewKeys()
    expect(await accounts.secondFactors.state(viewer)).toMatchObject({ recoveryCodesLeft: 10 })
    start([a], [c])
    expect(await accounts.secondFactors.state(viewer)).toMatchObject({ hasTotp: true, recoveryCodesLeft: 0 })
    await accounts.secondFactors.removeTotp(await viewerOf(headers))
    const { secret } = await accounts.secondFactors.beginTotp(viewer)
    const code = app(secret)()
    const { recoveryCodes } = await accounts.secondFactors.confirmTotp(viewer, { code, ipAddress: '' })
    expect(recoveryCodes).toHaveLength(10)
    expect(await accounts.secondFactors.state(viewer)).toMatchObject({ recoveryCodesLeft: 10 })
  })

  test('lost while an app is being set up let it begin anew; of a proven one codes are refused', async () => {
    start([a], [b])
    const { headers } = await newPerson()
    const person = await newPersonWithApp()
    const before = await accounts.secondFactors.beginTotp(await viewerOf(headers))
    start([a], [c])
    const viewer = await viewerOf(headers)
    expect(await accounts.secondFactors.invitation(viewer)).toBeNull()
    const { secret } = await accounts.secondFactors.beginTotp(viewer)
    expect(secret).not.toBe(before.secret)
    const code = app(secret)()
    const { recoveryCodes } = await accounts.secondFactors.confirmTotp(viewer, { code, ipAddress: '' })
    expect(recoveryCodes).toHaveLength(10)
    await expect(give(await signIn(person.email), person.nextCode())).rejects.toMatchObject(wrong)
  })
})
