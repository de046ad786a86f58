import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { parseInput } from '#contract/input.ts'
import { confirmSession, passwordHashOf } from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { guardAccount, guardSession, type Viewer } from '#office/access.ts'
import type { PasswordHashing } from './passwordHashing.ts'
import type { PasskeyService } from './passkeys.ts'
import type { SecondFactorService } from './secondFactors.ts'
import { SignInLimits } from './signInLimits.ts'

/** One proof of who sits there: the password, a code of the app (or a recovery code), or a passkey's answer. */
export const ConfirmationInput = z.union([
  z.strictObject({ password: z.string().min(1).max(1024) }),
  z.strictObject({ code: z.string().min(1).max(40) }),
  z.strictObject({ passkey: z.unknown() }),
])

/** How an account may say again who it is, beside the password. */
export interface ConfirmationWays {
  hasTotp: boolean
  hasPasskey: boolean
}

/** Whoever is signed in says again who they are; then they may administer for a while. */
export type ConfirmationService = ReturnType<typeof createConfirmation>

/** Whoever is signed in says again who they are; then they may administer for a while. */
export function createConfirmation(options: {
  database: Database
  passwords: Pick<PasswordHashing, 'verify'>
  secondFactors: Pick<SecondFactorService, 'prove' | 'state'>
  passkeys: Pick<PasskeyService, 'isPossibleAt' | 'proveOwn'>
  now: () => number
}) {
  const { database, passwords, secondFactors, passkeys, now } = options
  const tries = new SignInLimits()

  async function provePassword(userId: string, password: string, ipAddress: string): Promise<'password'> {
    const by = { account: userId, address: ipAddress, device: null }
    await tries.count(by)
    const hash = await passwordHashOf(database.prisma, userId)
    if (hash !== null && (await passwords.verify({ hash, password }))) {
      await tries.forgive(by)
      return 'password'
    }
    const detail = { factor: 'password' }
    await database.audit.record(
      { actorId: userId, action: 'confirmation.refused', subject: userId, detail },
      now(),
    )
    throw new AppError('bad_request', 'not the password', { detail: { field: 'password', reason: 'wrong' } })
  }

  async function prove(
    viewer: Viewer,
    proof: z.output<typeof ConfirmationInput>,
    ipAddress: string,
  ): Promise<'password' | 'totp' | 'recoveryCode' | 'passkey'> {
    const { userId } = guardSession(viewer)
    if ('password' in proof) return await provePassword(userId, proof.password, ipAddress)
    if ('code' in proof) return await secondFactors.prove(userId, { code: proof.code, ipAddress })
    await passkeys.proveOwn(viewer, proof.passkey, ipAddress)
    return 'passkey'
  }

  return {
    /** Ways to confirm beside the password, on a page at this host. */
    async ways(viewer: Viewer, hostname: string): Promise<ConfirmationWays> {
      const { hasTotp, passkeys: own } = await secondFactors.state(viewer)
      return { hasTotp, hasPasskey: passkeys.isPossibleAt(hostname) && own.length > 0 }
    },

    /**
     * Notes that the holder of the session is who they were.
     * @throws AppError bad_request with `detail.field` and `detail.reason`; rate_limited; second_factor_needed
     */
    async confirm(viewer: Viewer, input: unknown, ipAddress: string): Promise<void> {
      const { userId, sessionId } = guardSession(viewer)
      // Who has none to give sets one up, which takes a while.
      if (viewer.owes === 'code') guardAccount(viewer)
      const proof = parseInput(ConfirmationInput, input)
      const factor = await prove(viewer, proof, ipAddress)
      await database.transact(async (tx) => {
        await confirmSession(tx, sessionId, now())
        const detail = { factor }
        appendAudit(tx, { actorId: userId, action: 'session.confirmed', subject: userId, detail }, now())
      })
    },
  }
}
