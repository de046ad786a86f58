import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError, assertNever } from '#contract/errors.ts'
import { idText, line, parseInput } from '#contract/input.ts'
import type { MeetingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { AccountCredential, LinkCredential } from '#contract/principal.ts'
import type { Revocation } from '#contract/revocation.ts'
import {
  type AccountRow,
  addAccount,
  beginSession,
  endIdleSessions,
  endOtherSessions,
  endSessions,
  findAccount,
  hasSession,
  listSessions,
  passwordHashOf,
  replacePasswordHash,
  setLocale,
  setPasswordHash,
  touchSession,
  userIdOf,
} from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { goodJoinLinks, type JoinLinkRow, readJoinLink } from '#db/joinLinks.ts'
import { forgetTrustedDevices, isTrustedDevice } from '#db/secondFactors.ts'
import { heldRoles } from '#db/roleGrants.ts'
import { firstAdministratorPath, readSetupLink, useSetupLink } from '#db/setupLinks.ts'
import { brokenUniqueIndex } from '#db/storage.ts'
import { limits } from '#contract/limits.ts'
import type { SettingsReader, SettingValues } from '#contract/settings.ts'
import {
  translatingErrors,
  asAsked,
  clientHeaders,
  createAuth,
  refusalOf,
  signedAnew,
} from './accountsAuth.ts'
import { guardAccount, guardSession, type SecondFactorDebt, type Viewer } from '#office/access.ts'
import { administrationGate, type AdministrationLimits } from './administrationLimits.ts'
import { clearJoinCookies, clearOldestJoinCookies, heldLinks, joinCookie } from './joinLinks.ts'
import { deviceCookie, knownDevice } from './deviceCookie.ts'
import { type ConfirmationService, createConfirmation } from './confirmation.ts'
import { createPasswordHashing } from './passwordHashing.ts'
import { createPasswordRules, type PasswordRules, passwordRulesOf } from './passwordRules.ts'
import { createPasskeys, type PasskeyService } from './passkeys.ts'
import { createSecondFactors, type SecondFactorService } from './secondFactors.ts'
import { SignInLimits } from './signInLimits.ts'
import { trustedDeviceToken } from './trustedDevice.ts'

/** How a session is used by being asked of: not at all, by a request of a person, or by being in a call. */
export type SessionUse = 'none' | 'request' | 'call'

/** What `createAccounts` needs. */
export interface AccountsOptions {
  database: Database
  /** Signs cookies; 32 characters or more, the same on all nodes. */
  secret: string
  /** What signed them before it, and is still believed. */
  formerSecrets?: readonly string[]
  /** Encrypt what apps for second factors share with us, the newest first; when not given, what signs cookies does. */
  factorKeys?: readonly string[]
  /** What people type; https makes cookies Secure. */
  baseUrl: string
  /** What the city decided about passwords and sessions. */
  settings: SettingsReader
  log: Log
  /** Told after the database knows. */
  onRevoked?: (revocation: Revocation) => void
  /** From where and when administrators are that; everywhere and always when not given. */
  administration?: AdministrationLimits
  now?: () => number
}

/** Accounts, sessions and links, as pages, sockets and the start use them. */
export interface Accounts {
  /** Answers `/api/auth/*` (the authentication library's own routes that we expose). */
  handler(request: Request): Promise<Response>
  /**
   * Who asks, by the cookies of a page's, an API's or a socket's request; null when nobody. An administrator is one only
   * from where and when that may be; without an address never where that is limited. A session that nobody used for
   * long is over.
   * @param use a page that asks by itself uses nothing
   */
  viewerOf(headers: Headers, address?: string, use?: SessionUse): Promise<Viewer | null>
  /** How long the session goes on if nobody uses it after this. @throws AppError unauthenticated */
  sessionLeft(headers: Headers, isUse: boolean): Promise<SessionLeft>
  /** Ends what nobody used for as long as is settled; their sockets close. @throws AppError storage_unavailable */
  endIdle(): Promise<number>
  /**
   * Set-Cookie values of a new session. Throws `unauthenticated` for a wrong pair and for a disabled account alike,
   * `rate_limited`, `busy`.
   */
  signIn(input: {
    email: string
    password: string
    ipAddress: string
    userAgent: string
    /** The request's cookies: whether the account signed in from this browser before, and which session ends now. */
    cookies?: string | null
  }): Promise<{ setCookies: string[] }>
  /** Both factors in one. Throws what `PasskeyService.proveAnybody` does; `unauthenticated` for a disabled account. */
  signInByPasskey(input: {
    answer: unknown
    ipAddress: string
    userAgent: string
    cookies?: string | null
  }): Promise<{ setCookies: string[] }>
  signOut(headers: Headers): Promise<{ setCookies: string[] }>
  /** What a set-up link is for. Throws `not_found`, `link_expired`. */
  setupLink(
    token: string,
  ): Promise<{ isFirstAdministrator: boolean; name: string; email: string; expiresAtMs: number }>
  /** What a new password has to be, for whoever chooses one. */
  passwordRules(): Promise<PasswordRules>
  /**
   * Uses a set-up link once; signs the person in.
   * Throws `bad_request` with `detail.reason` for a password that the rules refuse.
   */
  completeSetup(input: {
    token: string
    name: string
    email: string
    password: string
    ipAddress: string
    userAgent: string
    cookies?: string | null
  }): Promise<{ setCookies: string[] }>
  /** Throws `bad_request`: `detail.field` says which, and of the new one `detail.reason` why. */
  changePassword(
    viewer: Viewer,
    headers: Headers,
    input: { current: string; next: string },
  ): Promise<{ setCookies: string[] }>
  setLocale(viewer: Viewer, locale: 'vi' | 'en'): Promise<void>
  sessions(viewer: Viewer): Promise<
    {
      id: string
      createdAtMs: number
      seenAtMs: number
      userAgent: string
      ipAddress: string
      isCurrent: boolean
    }[]
  >
  /** Ends a session of one's own; its sockets close at once. */
  revokeSession(viewer: Viewer, sessionId: string): Promise<void>
  /**
   * Exchanges a join link's token for a cookie; a site's room belongs on the wall display.
   * @param headers of the request: of very many links that the browser holds, the oldest are forgotten
   * Throws `not_found`, `link_expired`, `meeting_ended`, `meeting_cancelled`, `removed`.
   */
  openJoinLink(
    token: string,
    headers: Headers,
    isSecure: boolean,
  ): Promise<{ meetingId: MeetingId; isSite: boolean; setCookies: string[] }>
  /** What an account has beside its password. */
  secondFactors: SecondFactorService
  passkeys: PasskeyService
  /** The password again, or a code, before what administers. */
  confirmation: ConfirmationService
  /** The address of the link that makes the first administrator; null when there is one. Voids the one before. */
  firstAdministratorLink(): Promise<string | null>
}

const minuteMs = 60_000
/** A session's use is noted this often. */
const touchEveryMs = 30_000

/** What a page learns of its session. */
export interface SessionLeft {
  leftMs: number
}

/** The routes of the authentication library that are open to the world. */
const openRoutes = new Set(['POST /api/auth/sign-out', 'GET /api/auth/ok'])

const passwordText = z.string().min(1).max(limits.password)
const Credentials = z.object({ email: z.email().max(254), password: z.string().min(1).max(1024) })
const Setup = z.object({
  token: z.string().max(200),
  name: line(limits.personName),
  email: z.string().max(254),
  password: passwordText,
})
const ChangePassword = z.object({ current: z.string().min(1).max(1024), next: passwordText })

/** Accounts, sessions and links. One per process. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { database, log } = options
  const secrets = [options.secret, ...(options.formerSecrets ?? [])]
  const passwords = createPasswordHashing()
  const auth = createAuth({ ...options, passwords })
  const rules = createPasswordRules(passwords)
  const tries = new SignInLimits()
  const now = options.now ?? Date.now
  const onRevoked = options.onRevoked ?? (() => undefined)
  const isSecure = options.baseUrl.startsWith('https:')

  async function sessionOf(headers: Headers): Promise<{
    id: string
    account: AccountRow
    seenAtMs: number
    confirmedAtMs: number
    hasGivenSecondFactor: boolean
  } | null> {
    if (!headers.has('cookie')) return null
    const cookie = new Headers({ cookie: headers.get('cookie') ?? '' })
    const found = await translatingErrors(() => auth.api.getSession({ headers: signedAnew(cookie, secrets) }))
    if (!found) return null
    const account = await findAccount(database.prisma, found.user.id)
    if (!account || account.isDisabled) return null
    return {
      id: found.session.id,
      account,
      seenAtMs: found.session.updatedAt.getTime(),
      confirmedAtMs: found.session.confirmedAt?.getTime() ?? 0,
      hasGivenSecondFactor: found.session.secondFactorAt instanceof Date,
    }
  }

  async function signIn(input: Parameters<Accounts['signIn']>[0]): Promise<{ setCookies: string[] }> {
    const parsed = Credentials.safeParse(input)
    if (!parsed.success) throw new AppError('unauthenticated', 'not an email and a password')
    const { password } = parsed.data
    const email = parsed.data.email.toLowerCase()
    const device = knownDevice(secrets, email, input.cookies ?? null)
    const by = { account: email, address: input.ipAddress, device }
    await tries.count(by)
    try {
      const { headers, response } = await translatingErrors(() =>
        auth.api.signInEmail({
          body: { email, password },
          headers: clientHeaders(input),
          returnHeaders: true,
        }),
      )
      await tries.forgive(by)
      const userId = response.user.id
      const trusted = trustedDeviceToken(secrets, userId, input.cookies ?? null)
      const days = (await options.settings.history()).at(now()).trustedDeviceDays
      const isTrusted =
        trusted !== null && (await isTrustedDevice(database, trusted, userId, { nowMs: now(), days }))
      const { token } = response
      return await begin({ token, userId, email, headers, isTrusted, device, factor: 'password' }, input)
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') await tries.giveBack(by)
      const refusal = refusalOf(error)
      if (refusal === null) throw error
      log.info('signInRefused', { refusal })
      await note(await userIdOf(database, email), 'session.refused')
      throw new AppError('unauthenticated', refusal)
    }
  }

  /** A session that the library has made is the browser's one, with what it owes. */
  async function begin(
    made: {
      token: string
      userId: string
      email: string
      headers: Headers
      isTrusted: boolean
      device: string | null
      factor: 'password' | 'passkey'
    },
    { cookies }: { cookies?: string | null },
  ): Promise<{ setCookies: string[] }> {
    const { token, userId, email, headers, isTrusted, device, factor } = made
    const before = await sessionOf(new Headers({ cookie: cookies ?? '' }))
    await database.transact(async (tx) => {
      // One browser, one session: the one before would live on unseen, and its pages with it.
      if (before) await endSessions(tx, before.account.id, before.id)
      await beginSession(tx, token, { atMs: now(), hasGivenSecondFactor: isTrusted })
      const detail = { factor }
      appendAudit(tx, { actorId: userId, action: 'session.started', subject: userId, detail }, now())
    })
    if (before) onRevoked({ kind: 'session', sessionId: before.id })
    const known = device === null ? [deviceCookie(options.secret, email, isSecure)] : []
    return { setCookies: [...headers.getSetCookie(), ...known] }
  }

  async function signInByPasskey(
    input: Parameters<Accounts['signInByPasskey']>[0],
  ): Promise<{ setCookies: string[] }> {
    const { ipAddress, cookies } = input
    const userId = await passkeys.proveAnybody(input.answer, ipAddress)
    try {
      const { headers, response } = await translatingErrors(() =>
        auth.api.openSession({ body: { userId }, headers: clientHeaders(input), returnHeaders: true }),
      )
      const { token, user } = response
      const device = knownDevice(secrets, user.email, cookies ?? null)
      const made = { token, userId, email: user.email, headers, device }
      return await begin({ ...made, isTrusted: true, factor: 'passkey' }, input)
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === null) throw error
      await note(userId, 'session.refused')
      throw new AppError('unauthenticated', refusal)
    }
  }

  const mayAdministerFrom = administrationGate(options.administration ?? {})
  const secondFactors = createSecondFactors({
    ...options,
    keys: [...(options.factorKeys ?? []), ...secrets],
    isSecure,
    now,
    onRevoked,
  })

  const passkeys = createPasskeys({ ...options, secondFactors, now, onRevoked })
  const confirmation = createConfirmation({ database, passwords, secondFactors, passkeys, now })

  /** What somebody did to the own account; nobody's when there is none. */
  function note(userId: string | null, action: string): Promise<void> {
    const who = userId ?? 'nobody'
    return database.audit.record({ actorId: who, action, subject: who }, now())
  }

  async function ended({ id, account }: { id: string; account: AccountRow }): Promise<void> {
    onRevoked({ kind: 'session', sessionId: id })
    await note(account.id, 'session.ended')
  }

  /** A session that may go on; null when it was not used for too long, which ends it. */
  async function inUse<T extends { id: string; seenAtMs: number }>(
    session: T,
    { idleMinutes }: SettingValues,
  ): Promise<T | null> {
    const unusedSinceMs = now() - idleMinutes * minuteMs
    if (session.seenAtMs > unusedSinceMs) return session
    // None is ended that was used in this moment; one that is gone was ended by who asked at the same time.
    const isEnded = (await endIdleSince(unusedSinceMs, session.id)) > 0
    return isEnded || !(await hasSession(database, session.id)) ? null : session
  }

  async function endIdleSince(unusedSinceMs: number, sessionId?: string): Promise<number> {
    const ended = await database.transact(async (tx) => {
      const rows = await endIdleSessions(tx, unusedSinceMs, sessionId)
      for (const { userId } of rows)
        appendAudit(tx, { actorId: userId, action: 'session.expired', subject: userId }, now())
      return rows
    })
    for (const { id } of ended) onRevoked({ kind: 'session', sessionId: id })
    return ended.length
  }

  async function passwordRules(): Promise<PasswordRules> {
    return passwordRulesOf((await options.settings.history()).at(now()))
  }

  return {
    async handler(request) {
      const { pathname } = new URL(request.url)
      if (!openRoutes.has(`${request.method} ${pathname}`)) return new Response(null, { status: 404 })
      if (!pathname.endsWith('/sign-out')) return auth.handler(asAsked(request, secrets))
      const session = await sessionOf(request.headers)
      const response = await auth.handler(asAsked(request, secrets))
      if (session && response.ok) await ended(session)
      return response
    },

    async viewerOf(headers, address, use = 'none') {
      const [found, rows] = await Promise.all([
        sessionOf(headers),
        goodJoinLinks(database, heldLinks(headers, secrets, isSecure), now()),
      ])
      const links = rows.map(credentialOfLink)
      const values = (await options.settings.history()).at(now())
      // Who is in a call uses the session by that, also when nothing could be stored of it for long.
      const session = use === 'call' ? found : found && (await inUse(found, values))
      if (session) {
        const { id, account, seenAtMs, confirmedAtMs } = session
        const owes = session.hasGivenSecondFactor ? null : debtOf(account, values)
        if (use !== 'none' && now() - seenAtMs > touchEveryMs) {
          detach(log, 'sessionNotTouched', touchSession(database, id, now()))
        }
        const { name, email, locale } = account
        // A password alone opens meetings, and nothing of the office.
        const mayOffice =
          owes === null ? account : { ...account, isSystemAdmin: false, units: [], grants: [] }
        const rights = mayAdministerFrom(address, now()) ? mayOffice : withoutAdministration(mayOffice)
        const credential = await credentialOf(database, rights, id)
        const isConfirmed = now() - confirmedAtMs < values.confirmationMinutes * minuteMs
        return { account: credential, links, owes, isConfirmed, name, email, locale, units: rights.units }
      }
      const [newest] = rows
      if (!newest) return null
      const shown = { name: newest.name, email: '', locale: 'vi' as const, units: [] }
      return { account: null, links, owes: null, isConfirmed: false, ...shown }
    },

    async sessionLeft(headers, isUse) {
      const found = await sessionOf(headers)
      const values = (await options.settings.history()).at(now())
      const session = found && (await inUse(found, values))
      if (!session) throw new AppError('unauthenticated', 'no session')
      if (isUse) await touchSession(database, session.id, now())
      return { leftMs: (isUse ? now() : session.seenAtMs) + values.idleMinutes * minuteMs - now() }
    },

    async endIdle() {
      const { idleMinutes } = (await options.settings.history()).at(now())
      return await endIdleSince(now() - idleMinutes * minuteMs)
    },

    signIn,
    signInByPasskey,

    async signOut(headers) {
      const session = await sessionOf(headers)
      const { headers: answer } = await translatingErrors(() =>
        auth.api.signOut({ headers: signedAnew(headers, secrets), returnHeaders: true }),
      )
      if (session) await ended(session)
      return { setCookies: [...answer.getSetCookie(), ...clearJoinCookies(headers)] }
    },

    async setupLink(token) {
      const link = await readSetupLink(database.prisma, parseInput(z.string().max(200), token), now())
      const { name, email, expiresAtMs } = link
      return { isFirstAdministrator: link.userId === null, name, email, expiresAtMs }
    },

    passwordRules,

    async completeSetup(input) {
      const { token, name, password, ...rest } = parseInput(Setup, input)
      // Judging and hashing take a while, and belong neither in a transaction nor before a good link.
      const found = await readSetupLink(database.prisma, token, now())
      const account = found.userId === null ? null : await findAccount(database.prisma, found.userId)
      const person = account
        ? { ...account, units: account.units.map((unit) => unit.name) }
        : { name, email: rest.email.trim(), units: [] }
      await rules.demandGood({ password, field: 'password', person, rules: await passwordRules() })
      const hash = await passwords.hash(password)
      let email = ''
      let ended: string[] = []
      try {
        await database.transact(async (tx) => {
          const link = await useSetupLink(tx, token, now())
          const id = link.userId ?? randomUUID()
          if (link.userId === null) {
            email = parseInput(z.email(), rest.email.trim())
            await addAccount(tx, {
              id,
              name: parseInput(line(limits.personName, 1), name),
              email,
              isSystemAdmin: true,
            })
          } else {
            email = link.email
            ended = await endSessions(tx, id)
            await forgetTrustedDevices(tx, id)
          }
          await setPasswordHash(tx, id, hash)
          const action = link.userId === null ? 'administrator.created' : 'password.set'
          appendAudit(tx, { actorId: id, action, subject: id }, now())
        })
      } catch (error) {
        if (brokenUniqueIndex(error) !== 'user_email_key') throw error
        throw new AppError('conflict', 'the email has an account', {
          cause: error,
          detail: { field: 'email' },
        })
      }
      for (const sessionId of ended) onRevoked({ kind: 'session', sessionId })
      const { ipAddress, userAgent, cookies } = input
      return signIn({ email, password, ipAddress, userAgent, cookies: cookies ?? null })
    },

    async changePassword(viewer, headers, input) {
      const userId = guardAccount(viewer)
      const { current, next } = parseInput(ChangePassword, input)
      const by = { account: userId, address: 'change', device: null }
      await tries.count(by)
      const person = { ...viewer, units: viewer.units.map((unit) => unit.name) }
      await rules.demandGood({ password: next, field: 'next', person, rules: await passwordRules() })
      const before = await passwordHashOf(database.prisma, userId)
      const isRight = before !== null && (await passwords.verify({ hash: before, password: current }))
      if (!isRight) throw wrongPassword('INVALID_PASSWORD')
      await tries.forgive(by)
      const hash = await passwords.hash(next)
      const session = await sessionOf(headers)
      await database.transact(async (tx) => {
        if (!(await replacePasswordHash(tx, userId, before, hash))) throw wrongPassword('changed meanwhile')
        await endOtherSessions(tx, userId, session?.id ?? '')
        await forgetTrustedDevices(tx, userId)
        appendAudit(tx, { actorId: userId, action: 'password.changed', subject: userId }, now())
      })
      onRevoked({ kind: 'user', userId })
      // Whoever has this session's cookie beside its holder has nothing of it either.
      const { headers: answer, response } = await translatingErrors(() =>
        auth.api.signInEmail({
          body: { email: viewer.email, password: next },
          headers: clientHeaders({ ipAddress: '', userAgent: headers.get('user-agent') ?? '' }),
          returnHeaders: true,
        }),
      )
      await database.transact(async (tx) => {
        if (session) await endSessions(tx, userId, session.id)
        const hasGivenSecondFactor = session?.hasGivenSecondFactor ?? false
        await beginSession(tx, response.token, { atMs: now(), hasGivenSecondFactor })
      })
      if (session) onRevoked({ kind: 'session', sessionId: session.id })
      return { setCookies: answer.getSetCookie() }
    },

    async setLocale(viewer, locale) {
      await setLocale(database, guardSession(viewer).userId, parseInput(z.enum(['vi', 'en']), locale))
    },

    async sessions(viewer) {
      const rows = await listSessions(database, guardAccount(viewer), now())
      return rows.map((row) => ({ ...row, isCurrent: row.id === viewer.account?.sessionId }))
    },

    async revokeSession(viewer, sessionId) {
      const userId = guardAccount(viewer)
      const id = parseInput(idText, sessionId)
      await database.transact(async (tx) => {
        const ended = await endSessions(tx, userId, id)
        if (ended.length === 0) throw new AppError('not_found', 'no such session')
        appendAudit(tx, { actorId: userId, action: 'session.revoked', subject: id }, now())
      })
      onRevoked({ kind: 'session', sessionId: id })
    },

    async openJoinLink(token, headers, isSecureRequest) {
      const link = await readJoinLink(database, parseInput(z.string().max(200), token), now())
      if (link.meetingStatus === 'ended') throw new AppError('meeting_ended')
      const maxAgeMs = link.expiresAtMs - now()
      const { meetingId, isSite } = link
      await database.audit.record(
        {
          actorId: link.participantId,
          action: 'joinLink.opened',
          subject: meetingId,
          detail: { linkId: link.id },
        },
        now(),
      )
      const cookie = joinCookie(options.secret, link, maxAgeMs, isSecure || isSecureRequest)
      return { meetingId, isSite, setCookies: [cookie, ...clearOldestJoinCookies(headers, meetingId)] }
    },

    secondFactors,
    passkeys,
    confirmation,

    async firstAdministratorLink() {
      const { setupLinkHours } = (await options.settings.history()).at(now())
      const path = await firstAdministratorPath(database, now(), setupLinkHours)
      return path && new URL(path, options.baseUrl).href
    },
  }
}

function wrongPassword(why: string): AppError {
  return new AppError('bad_request', why, { detail: { field: 'current', reason: 'wrong' } })
}

/** What an account owes whose session has given a password alone. */
function debtOf(account: AccountRow, { secondFactor }: SettingValues): SecondFactorDebt | null {
  if (account.hasSecondFactor) return 'code'
  return isRequiredOf(account, secondFactor) ? 'enrolment' : null
}

/** Somebody from where or when nobody administers: what else they may stays. */
function withoutAdministration(account: AccountRow): AccountRow {
  const grants = account.grants.filter(({ role }) => role !== 'system_admin' && role !== 'unit_admin')
  return { ...account, isSystemAdmin: false, grants }
}

function isRequiredOf(
  { isSystemAdmin, units, grants }: AccountRow,
  secondFactor: SettingValues['secondFactor'],
): boolean {
  switch (secondFactor) {
    case 'nobody':
      return false
    case 'administrators':
      return isSystemAdmin || grants.some((grant) => grant.role === 'unit_admin')
    case 'secretaries':
      return grants.length > 0 || units.some((unit) => unit.role === 'secretary')
    case 'everybody':
      return true
    default:
      return assertNever(secondFactor)
  }
}

async function credentialOf(
  database: Database,
  account: AccountRow,
  sessionId: string,
): Promise<AccountCredential> {
  return {
    ...{ kind: 'account', userId: account.id, sessionId, isSystemAdmin: account.isSystemAdmin },
    isAuditor: account.grants.some((grant) => grant.role === 'auditor'),
    unitRoles: await heldRoles(database, account),
  }
}

function credentialOfLink({ id, meetingId, participantId }: JoinLinkRow): LinkCredential {
  return { kind: 'link', linkId: id, meetingId, participantId }
}
