import { createHash, createHmac, randomBytes } from 'node:crypto'
import { encode } from 'uqr'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { idText, parseInput } from '#contract/input.ts'
import type { Log } from '#contract/log.ts'
import type { Revocation } from '#contract/revocation.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { endSessions } from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database, PrismaTx } from '#db/client.ts'
import { newToken } from '#db/secrets.ts'
import * as kept from '#db/secondFactors.ts'
import { demandConfirmed, guardAccount, guardSession, type Viewer } from '#office/access.ts'
import { demandForAnother } from '#office/people/personInQuestion.ts'
import { decryptSecret, encryptSecret, productName } from './accountsAuth.ts'
import { SignInLimits } from './signInLimits.ts'
import { newTotpSecret, stepOfTotpCode, totpUri } from './totp.ts'
import { trustedDeviceCookie } from './trustedDevice.ts'

/** What an account has beside its password, and may. */
export interface SecondFactorState extends kept.SecondFactors {
  /** How long a browser may be trusted; 0: not at all. */
  trustedDeviceDays: number
}

/** An app that is being set up. */
export interface TotpInvitation {
  /** For typing, in groups of four. */
  secret: string
  /** The same as a QR code: an SVG path of squares on a field of that many. */
  qr: { size: number; path: string }
}

/** Where a code was typed, and whether this browser is to be trusted. */
export interface GivenCode {
  code: string
  isTrusted: boolean
  ipAddress: string
}

/** What was typed is neither a code of the app nor a recovery code; or it was used before. */
export type CodeRefusal = 'wrong' | 'used'

const dayMs = 24 * 3600_000
const recoveryCodeCount = 10
/** Of a million codes three are good at a time: whoever has the password and goes on for a year guesses none. */
const guessesADay = 50
const recoveryAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const code = z.string().trim().min(1).max(40)

/** The second factor of accounts: an authenticator app with recovery codes. Passkeys are in `passkeys.ts`. */
export type SecondFactorService = ReturnType<typeof createSecondFactors>

/** The second factor of accounts: an authenticator app with recovery codes. */
export function createSecondFactors(options: {
  database: Database
  /** Signs the cookies of trusted browsers. */
  secret: string
  /** The first encrypts the apps' secrets and keys the hashes of recovery codes; those after it did before. */
  keys: readonly string[]
  isSecure: boolean
  settings: SettingsReader
  log: Log
  onRevoked: (revocation: Revocation) => void
  now: () => number
}) {
  const { database, secret, keys, isSecure, settings, log, now, onRevoked } = options
  const [newestKey = secret] = keys
  const keyIds = keys.map(idOfKey)
  const tries = new SignInLimits({ accountADay: guessesADay })

  async function trustedDeviceDays(): Promise<number> {
    return (await settings.history()).at(now()).trustedDeviceDays
  }

  /** Takes a code once: of the app, or a recovery code. */
  async function take(userId: string, typed: string): Promise<'totp' | 'recoveryCode' | CodeRefusal> {
    const text = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
    if (/^\d{6}$/.test(text)) {
      const totp = await kept.findTotp(database.prisma, userId)
      const secretOfApp = totp?.isConfirmed ? await opened(totp) : null
      return secretOfApp === null
        ? 'wrong'
        : await takeTotp(database.prisma, userId, secretOfApp.totpSecret, text)
    }
    for (const key of keys) {
      const hash = hashOfRecoveryCode(userId, text, key)
      if (await kept.takeRecoveryCode(database.prisma, userId, hash, now())) return 'recoveryCode'
    }
    return 'wrong'
  }

  /** An app's secret, and in which session it was made; null when its key is not here any more. */
  async function opened(totp: kept.TotpRow): Promise<{ totpSecret: string; sessionId: string } | null> {
    const read = await decryptSecret(keys, totp.secret).catch(() => null)
    if (read === null) {
      log.warn('secondFactorUnreadable')
      return null
    }
    const [totpSecret = '', sessionId = ''] = read.text.split(' ')
    return { totpSecret, sessionId }
  }

  /** The secret of the app that this session sets up; null when it sets none up. */
  async function begunIn({
    userId,
    sessionId,
  }: {
    userId: string
    sessionId: string
  }): Promise<string | null> {
    const totp = await kept.findTotp(database.prisma, userId)
    if (!totp || totp.isConfirmed) return null
    // Who has the password alone may have looked at one before: nobody goes on with what another session was shown.
    const begun = await opened(totp)
    return begun?.sessionId === sessionId ? begun.totpSecret : null
  }

  async function takeTotp(
    tx: PrismaTx,
    userId: string,
    totpSecret: string,
    text: string,
  ): Promise<'totp' | CodeRefusal> {
    const step = stepOfTotpCode(totpSecret, text, now())
    if (step === null) return 'wrong'
    return (await kept.takeTotpStep(tx, userId, step)) ? 'totp' : 'used'
  }

  function noteRefusal(userId: string, reason: CodeRefusal): Promise<void> {
    const fact = { actorId: userId, action: 'secondFactor.refused', subject: userId, detail: { reason } }
    return database.audit.record(fact, now())
  }

  function hashOfRecoveryCode(userId: string, text: string, key = newestKey): string {
    return createHmac('sha256', key).update(`diemcau recovery ${userId} ${text}`).digest('base64url')
  }

  async function newRecoveryCodes(tx: PrismaTx, userId: string): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode)
    const hashes = codes.map((one) => hashOfRecoveryCode(userId, one.replace('-', '')))
    await kept.setRecoveryCodes(tx, userId, { hashes, keyId: idOfKey(newestKey) })
    return codes
  }

  return {
    /** One's own. @throws AppError not_found for who has no account */
    async state(viewer: Viewer): Promise<SecondFactorState> {
      const { userId } = guardSession(viewer)
      return {
        ...(await kept.secondFactorsOf(database, userId, { nowMs: now(), keyIds })),
        trustedDeviceDays: await trustedDeviceDays(),
      }
    },

    /**
     * A secret for an app, until `confirmTotp`.
     * @throws AppError invalid_state when there is an app already; confirmation_needed
     */
    async beginTotp(viewer: Viewer): Promise<TotpInvitation> {
      const session = guardChanging(viewer)
      demandConfirmed(viewer)
      const { userId, sessionId } = session
      const totp = await kept.findTotp(database.prisma, userId)
      if (totp?.isConfirmed) throw new AppError('invalid_state', 'there is an app already')
      // A page that is loaded anew shows the same: the app may have it by now.
      const begun = await begunIn(session)
      if (begun !== null) return invitationOf(begun, viewer)
      const totpSecret = newTotpSecret()
      const text = await encryptSecret(newestKey, `${totpSecret} ${sessionId}`)
      await kept.beginTotp(database.prisma, userId, text)
      return invitationOf(totpSecret, viewer)
    },

    /** The app that is being set up, as `beginTotp` said; null when none is. */
    async invitation(viewer: Viewer): Promise<TotpInvitation | null> {
      const begun = await begunIn(guardChanging(viewer))
      return begun === null ? null : invitationOf(begun, viewer)
    },

    /**
     * The app's first code. Returns recovery codes where there are none yet: shown once, and never again.
     * @throws AppError bad_request with `detail.reason`, invalid_state, rate_limited, confirmation_needed
     */
    async confirmTotp(
      viewer: Viewer,
      input: { code: string; ipAddress: string },
    ): Promise<{ recoveryCodes: string[] | null }> {
      const session = guardChanging(viewer)
      demandConfirmed(viewer)
      const { userId } = session
      const text = parseInput(code, input.code).replaceAll(/\D/g, '')
      const by = { account: `factor ${userId}`, address: input.ipAddress, device: null }
      await tries.count(by)
      const totpSecret = await begunIn(session)
      if (totpSecret === null) throw new AppError('invalid_state', 'no app is being set up')
      const recoveryCodes = await database.transact(async (tx) => {
        const taken = await takeTotp(tx, userId, totpSecret, text)
        if (taken !== 'totp') throw refusedCode(taken)
        await kept.confirmTotp(tx, userId, now())
        return await this.settle(tx, session, 'totp')
      })
      await tries.forgive(by)
      onRevoked({ kind: 'user', userId })
      return { recoveryCodes }
    },

    /**
     * At each start: what a key before the newest has encrypted is encrypted anew, so that the former can go. Recovery
     * codes are hashes, and stay what they are: with their key they go, and are counted no more. @throws AppError storage_unavailable
     */
    async renewKeys(): Promise<void> {
      const outcome = { renewed: 0, unreadable: 0 }
      for (const { userId, secret: before } of await kept.allTotpSecrets(database)) {
        const read = await decryptSecret(keys, before).catch(() => null)
        if (read === null) outcome.unreadable++
        else if (read.key !== newestKey) {
          const after = await encryptSecret(newestKey, read.text)
          if (await kept.replaceTotpSecret(database, userId, before, after)) outcome.renewed++
        }
      }
      if (outcome.unreadable > 0) log.error('secondFactorsUnreadable', outcome)
      else if (outcome.renewed > 0) log.info('secondFactorsRenewed', outcome)
    },

    /**
     * Notes a new factor: a first one brings its recovery codes along, and the browser that set it up has given it.
     * Within the transaction that keeps it.
     */
    async settle(
      tx: PrismaTx,
      session: { userId: string; sessionId: string },
      factor: string,
    ): Promise<string[] | null> {
      const { userId, sessionId } = session
      const codesLeft = await kept.countRecoveryCodes(tx, userId, keyIds)
      const codes = codesLeft === 0 ? await newRecoveryCodes(tx, userId) : null
      await kept.settleSession(tx, sessionId, now())
      appendAudit(
        tx,
        { actorId: userId, action: 'secondFactor.added', subject: userId, detail: { factor } },
        now(),
      )
      return codes
    },

    /** Takes the app away. @throws AppError not_found, confirmation_needed */
    async removeTotp(viewer: Viewer): Promise<void> {
      const userId = guardAccount(viewer)
      demandConfirmed(viewer)
      await database.transact(async (tx) => {
        if (!(await kept.removeTotp(tx, userId))) throw new AppError('not_found', 'there is no app')
        await kept.forgetTrustedDevices(tx, userId)
        const detail = { factor: 'totp' }
        appendAudit(tx, { actorId: userId, action: 'secondFactor.removed', subject: userId, detail }, now())
      })
    },

    /** Ten new ones; the ones before are void. Shown once. @throws AppError confirmation_needed */
    async newRecoveryCodes(viewer: Viewer): Promise<string[]> {
      const userId = guardAccount(viewer)
      demandConfirmed(viewer)
      return database.transact(async (tx) => {
        appendAudit(tx, { actorId: userId, action: 'recoveryCodes.made', subject: userId }, now())
        return await newRecoveryCodes(tx, userId)
      })
    },

    /** Asks for the second factor in every browser again. */
    async forgetTrustedDevices(viewer: Viewer): Promise<void> {
      const userId = guardAccount(viewer)
      await database.transact(async (tx) => {
        await kept.forgetTrustedDevices(tx, userId)
        appendAudit(tx, { actorId: userId, action: 'trustedDevices.forgotten', subject: userId }, now())
      })
    },

    /**
     * Takes a code of the app or a recovery code, once. A refusal is in the audit log, and counts.
     * @throws AppError bad_request with `detail.reason` (a `CodeRefusal`), rate_limited
     */
    async prove(
      userId: string,
      input: { code: string; ipAddress: string },
    ): Promise<'totp' | 'recoveryCode'> {
      const typed = parseInput(code, input.code)
      const by = { account: `factor ${userId}`, address: input.ipAddress, device: null }
      await tries.count(by)
      const taken = await take(userId, typed)
      if (taken === 'wrong' || taken === 'used') {
        log.info('secondFactorRefused', { reason: taken })
        await noteRefusal(userId, taken)
        throw refusedCode(taken)
      }
      await tries.forgive(by)
      return taken
    },

    /**
     * A code of the app, or a recovery code, for the session that asks.
     * @throws AppError bad_request with `detail.reason` (a `CodeRefusal`), rate_limited
     */
    async give(viewer: Viewer, input: GivenCode): Promise<{ setCookies: string[]; isRecovery: boolean }> {
      const { userId, sessionId } = guardSession(viewer)
      const taken = await this.prove(userId, input)
      return {
        ...(await this.settled({ userId, sessionId }, taken, input.isTrusted)),
        isRecovery: taken === 'recoveryCode',
      }
    },

    /** A session has given its second factor: the office opens, and its sockets learn it. */
    async settled(
      session: { userId: string; sessionId: string },
      factor: string,
      isTrusted: boolean,
    ): Promise<{ setCookies: string[] }> {
      const { userId, sessionId } = session
      const days = await trustedDeviceDays()
      const token = isTrusted && days > 0 ? newToken() : null
      await database.transact(async (tx) => {
        await kept.settleSession(tx, sessionId, now())
        if (token)
          await kept.addTrustedDevice(tx, { token, userId, atMs: now(), expiresAtMs: now() + days * dayMs })
        appendAudit(
          tx,
          { actorId: userId, action: 'secondFactor.given', subject: userId, detail: { factor } },
          now(),
        )
      })
      onRevoked({ kind: 'user', userId })
      const maxAgeSeconds = (days * dayMs) / 1000
      return {
        setCookies: token ? [trustedDeviceCookie(secret, { userId, token, maxAgeSeconds, isSecure })] : [],
      }
    },

    /**
     * Takes everything from another person, who lost it, and ends that person's sessions. person:change
     * @throws AppError not_found, invalid_state
     */
    async reset(viewer: Viewer, personId: string): Promise<void> {
      const actorId = guardAccount(viewer)
      const userId = parseInput(idText, personId)
      await database.transact(async (tx) => {
        await demandForAnother(tx, viewer, 'person:change', userId)
        await kept.removeSecondFactors(tx, userId)
        await endSessions(tx, userId)
        appendAudit(tx, { actorId, action: 'secondFactor.reset', subject: userId }, now())
      })
      onRevoked({ kind: 'user', userId })
    },
  }
}

/** For changing factors: whoever has one gives it before; whoever has none and has to is here to set one up. */
export function guardChanging(viewer: Viewer): { userId: string; sessionId: string } {
  const session = guardSession(viewer)
  if (viewer.owes === 'code') guardAccount(viewer)
  return session
}

/** Names a key, and tells nothing of it. */
function idOfKey(key: string): string {
  return createHash('sha256').update(`diemcau factor key ${key}`).digest('hex').slice(0, 12)
}

function refusedCode(reason: CodeRefusal): AppError {
  return new AppError('bad_request', `the code is ${reason}`, { detail: { field: 'code', reason } })
}

/** 10 letters, 49 bits: no two of them look alike. */
function newRecoveryCode(): string {
  const letters: string[] = []
  while (letters.length < 10) {
    const [byte = 0] = randomBytes(1)
    // Of 256, what would make some letters likelier is drawn again.
    if (byte < recoveryAlphabet.length * 8)
      letters.push(recoveryAlphabet.charAt(byte % recoveryAlphabet.length))
  }
  return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`
}

function invitationOf(totpSecret: string, { email }: Viewer): TotpInvitation {
  return {
    secret: totpSecret.replaceAll(/(.{4})(?=.)/g, '$1 '),
    qr: qrOf(totpUri(totpSecret, productName, email)),
  }
}

function qrOf(text: string): TotpInvitation['qr'] {
  const { size, data } = encode(text, { ecc: 'M', border: 2 })
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return { size, path: squares.join('') }
}
