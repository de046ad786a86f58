import { AppError } from '#contract/errors.ts'
import { idText, parseInput } from '#contract/input.ts'
import type { Revocation } from '#contract/revocation.ts'
import type { SettingsReader, SettingValues } from '#contract/settings.ts'
import {
  type AccountRow,
  endIdleSessions,
  endSessions,
  findAccount,
  hasSession,
  listSessions,
  touchSession,
} from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { guardAccount, type Viewer } from '#office/access.ts'
import { type createAuth, signedAnew, translatingErrors } from './accountsAuth.ts'

const minuteMs = 60_000

/** What a page learns of its session. */
export interface SessionLeft {
  leftMs: number
}

/** A session of an account that is not locked out. */
export interface AccountSession {
  id: string
  account: AccountRow
  seenAtMs: number
  confirmedAtMs: number
  hasGivenSecondFactor: boolean
}

/** Sessions: whose a browser's is, how long it goes on, and its end. */
export type Sessions = ReturnType<typeof createSessions>

/** Sessions: whose a browser's is, how long it goes on, and its end. */
export function createSessions(options: {
  database: Database
  auth: ReturnType<typeof createAuth>
  /** What signs cookies, the newest first; those after it did before. */
  secrets: readonly string[]
  settings: SettingsReader
  onRevoked: (revocation: Revocation) => void
  now: () => number
}) {
  const { database, auth, secrets, onRevoked, now } = options

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

  return {
    sessionOf,
    inUse,

    async sessionLeft(headers: Headers, isUse: boolean): Promise<SessionLeft> {
      const found = await sessionOf(headers)
      const values = (await options.settings.history()).at(now())
      const session = found && (await inUse(found, values))
      if (!session) throw new AppError('unauthenticated', 'no session')
      if (isUse) await touchSession(database, session.id, now())
      return { leftMs: (isUse ? now() : session.seenAtMs) + values.idleMinutes * minuteMs - now() }
    },

    async endIdle(): Promise<number> {
      const { idleMinutes } = (await options.settings.history()).at(now())
      return await endIdleSince(now() - idleMinutes * minuteMs)
    },

    async sessions(viewer: Viewer) {
      const rows = await listSessions(database, guardAccount(viewer), now())
      return rows.map((row) => ({ ...row, isCurrent: row.id === viewer.account?.sessionId }))
    },

    async revokeSession(viewer: Viewer, sessionId: string): Promise<void> {
      const userId = guardAccount(viewer)
      const id = parseInput(idText, sessionId)
      await database.transact(async (tx) => {
        const ended = await endSessions(tx, userId, id)
        if (ended.length === 0) throw new AppError('not_found', 'no such session')
        appendAudit(tx, { actorId: userId, action: 'session.revoked', subject: id }, now())
      })
      onRevoked({ kind: 'session', sessionId: id })
    },
  }
}
