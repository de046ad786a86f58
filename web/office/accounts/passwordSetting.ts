import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { line, parseInput } from '#contract/input.ts'
import { limits } from '#contract/limits.ts'
import type { Revocation } from '#contract/revocation.ts'
import type { SettingsReader } from '#contract/settings.ts'
import {
  addAccount,
  beginSession,
  endOtherSessions,
  endSessions,
  findAccount,
  passwordHashOf,
  replacePasswordHash,
  setPasswordHash,
} from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { forgetTrustedDevices } from '#db/secondFactors.ts'
import { readSetupLink, useSetupLink, voidSetupLinks } from '#db/setupLinks.ts'
import { brokenUniqueIndex } from '#db/storage.ts'
import { guardAccount, type Viewer } from '#office/access.ts'
import { clientHeaders, type createAuth, translatingErrors } from './accountsAuth.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import { createPasswordRules, type PasswordRules, passwordRulesOf } from './passwordRules.ts'
import type { Sessions } from './sessions.ts'
import type { SignInLimits } from './signInLimits.ts'

const passwordText = z.string().min(1).max(limits.password)
const Setup = z.object({
  token: z.string().max(200),
  name: line(limits.personName),
  email: z.string().max(254),
  password: passwordText,
})
const ChangePassword = z.object({ current: z.string().min(1).max(1024), next: passwordText })

/** Setting a password, by a link or by the one before. */
export interface PasswordSetting {
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
    input: { current: string; next: string; ipAddress: string },
  ): Promise<{ setCookies: string[] }>
}

/** Makes `PasswordSetting`. */
export function createPasswordSetting(options: {
  database: Database
  auth: ReturnType<typeof createAuth>
  passwords: PasswordHashing
  settings: SettingsReader
  tries: SignInLimits
  sessionOf: Sessions['sessionOf']
  signIn: (input: {
    email: string
    password: string
    ipAddress: string
    userAgent: string
    cookies?: string | null
  }) => Promise<{ setCookies: string[] }>
  onRevoked: (revocation: Revocation) => void
  now: () => number
}): PasswordSetting {
  const { database, auth, passwords, tries, sessionOf, signIn, onRevoked, now } = options
  const rules = createPasswordRules(passwords)

  async function passwordRules(): Promise<PasswordRules> {
    return passwordRulesOf((await options.settings.history()).at(now()))
  }

  return {
    passwordRules,

    async setupLink(token) {
      const link = await readSetupLink(database.prisma, parseInput(z.string().max(200), token), now())
      const { name, email, expiresAtMs } = link
      return { isFirstAdministrator: link.userId === null, name, email, expiresAtMs }
    },

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
      const by = { account: userId, address: input.ipAddress, device: null }
      await tries.count(by)
      const before = await passwordHashOf(database.prisma, userId)
      const isRight = before !== null && (await passwords.verify({ hash: before, password: current }))
      if (!isRight) throw wrongPassword('INVALID_PASSWORD')
      await tries.forgive(by)
      const person = { ...viewer, units: viewer.units.map((unit) => unit.name) }
      await rules.demandGood({ password: next, field: 'next', person, rules: await passwordRules() })
      const hash = await passwords.hash(next)
      const session = await sessionOf(headers)
      await database.transact(async (tx) => {
        if (!(await replacePasswordHash(tx, userId, before, hash))) throw wrongPassword('changed meanwhile')
        await endOtherSessions(tx, userId, session?.id ?? '')
        await forgetTrustedDevices(tx, userId)
        await voidSetupLinks(tx, userId)
        appendAudit(tx, { actorId: userId, action: 'password.changed', subject: userId }, now())
      })
      onRevoked({ kind: 'user', userId })
      // Whoever has this session's cookie beside its holder has nothing of it either.
      const { headers: answer, response } = await translatingErrors(() =>
        auth.api.signInEmail({
          body: { email: viewer.email, password: next },
          headers: clientHeaders({
            ipAddress: input.ipAddress,
            userAgent: headers.get('user-agent') ?? '',
          }),
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
  }
}

function wrongPassword(why: string): AppError {
  return new AppError('bad_request', why, { detail: { field: 'current', reason: 'wrong' } })
}
