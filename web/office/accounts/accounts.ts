import { z } from 'zod'
import { Budgets } from '#contract/budgets.ts'
import { AppError } from '#contract/errors.ts'
import { parseInput } from '#contract/input.ts'
import type { MeetingId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { Revocation } from '#contract/revocation.ts'
import {
  type AccountRow,
  beginSession,
  endSessions,
  setLocale,
  touchSession,
  userIdOf,
} from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { goodJoinLinks, linkMemoryMs, readJoinLink } from '#db/joinLinks.ts'
import { isTrustedDevice } from '#db/secondFactors.ts'
import { firstAdministratorPath } from '#db/setupLinks.ts'
import type { SettingsReader } from '#contract/settings.ts'
import {
  translatingErrors,
  asAsked,
  clientHeaders,
  createAuth,
  refusalOf,
  signedAnew,
} from './accountsAuth.ts'
import { guardSession, type Viewer } from '#office/access.ts'
import { administrationGate, type AdministrationLimits } from './administrationLimits.ts'
import { clearJoinCookies, clearOldestJoinCookies, heldLinks, joinCookie } from './joinLinks.ts'
import { deviceCookie, knownDevice } from './deviceCookie.ts'
import { type ConfirmationService, createConfirmation } from './confirmation.ts'
import { createPasswordHashing } from './passwordHashing.ts'
import { createPasskeys, type PasskeyService } from './passkeys.ts'
import { createSecondFactors, type SecondFactorService } from './secondFactors.ts'
import { SignInLimits } from './signInLimits.ts'
import { trustedDeviceToken } from './trustedDevice.ts'
import { credentialOf, credentialOfLink, debtOf, withoutAdministration } from './accountRights.ts'
import { createPasswordSetting, type PasswordSetting } from './passwordSetting.ts'
import { createSessions, type SessionLeft } from './sessions.ts'

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
export interface Accounts extends PasswordSetting {
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
   * Throws `not_found`, `link_expired`, `meeting_ended`, `meeting_cancelled`, `removed`, `rate_limited`.
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
/** How often a link is opened: each time is kept in the audit log, and its holder may be anybody. */
const openingBudget = { burst: 20, perSecond: 1 / 30, maxKeys: 20_000 }
/** A session's use is noted this often. */
const touchEveryMs = 30_000

/** The routes of the authentication library that are open to the world. */
const openRoutes = new Set(['POST /api/auth/sign-out', 'GET /api/auth/ok'])

const Credentials = z.object({ email: z.email().max(254), password: z.string().min(1).max(1024) })

/** Accounts, sessions and links. One per process. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { database, log } = options
  const secrets = [options.secret, ...(options.formerSecrets ?? [])]
  const passwords = createPasswordHashing()
  const auth = createAuth({ ...options, passwords })
  const tries = new SignInLimits()
  const openings = new Budgets<string>(openingBudget)
  const now = options.now ?? Date.now
  const onRevoked = options.onRevoked ?? (() => undefined)
  const isSecure = options.baseUrl.startsWith('https:')
  const sessions = createSessions({ ...options, auth, secrets, onRevoked, now })
  const { sessionOf, inUse } = sessions

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
          const touching = touchSession(database, id, now())
          detach(log, 'sessionNotTouched', touching)
          // Before a page of the same session asks that would find it idle.
          if (use === 'call') await touching.catch(() => undefined)
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

    sessionLeft: sessions.sessionLeft,
    endIdle: sessions.endIdle,
    sessions: sessions.sessions,
    revokeSession: sessions.revokeSession,
    ...createPasswordSetting({ ...options, auth, passwords, tries, sessionOf, signIn, onRevoked, now }),
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

    async setLocale(viewer, locale) {
      await setLocale(database, guardSession(viewer).userId, parseInput(z.enum(['vi', 'en']), locale))
    },

    async openJoinLink(token, headers, isSecureRequest) {
      const link = await readJoinLink(database, parseInput(z.string().max(200), token), now())
      if (link.meetingStatus === 'ended') throw new AppError('meeting_ended')
      if (!openings.take(link.id, 1, now())) throw new AppError('rate_limited', 'opened again and again')
      // Its link is asked at every use, and is good again when the meeting is moved.
      const maxAgeMs = link.expiresAtMs - now() + linkMemoryMs
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
