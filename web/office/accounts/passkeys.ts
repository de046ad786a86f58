import { isIP } from 'node:net'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { AppError } from '#contract/errors.ts'
import { line, parseInput } from '#contract/input.ts'
import { limits } from '#contract/limits.ts'
import type { Log } from '#contract/log.ts'
import { appendAudit } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import * as kept from '#db/passkeys.ts'
import { forgetTrustedDevices } from '#db/secondFactors.ts'
import { demandConfirmed, guardAccount, guardSession, type Viewer } from '#office/access.ts'
import { productName } from './accountsAuth.ts'
import { type ChallengeUse, challengeMs, PasskeyChallenges } from './passkeyChallenges.ts'
import { guardChanging, type SecondFactorService } from './secondFactors.ts'
import { SignInLimits } from './signInLimits.ts'

/** EdDSA, ES256 and RS256, which every authenticator has one of. */
const algorithms = [-8, -7, -257]
/** An account has no more. */
const maxPasskeys = 20

const base64url = z.string().regex(/^[\w-]{1,8192}$/)
const id = z.string().regex(/^[\w-]{1,1400}$/)
const Answer = z.object({ id, rawId: id, type: z.literal('public-key') })
/** What a browser answers to a challenge, as far as it is looked at (WebAuthn level 3, 5.1). */
const SignedAnswer = Answer.extend({
  response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }),
})
const NewKeyAnswer = Answer.extend({
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(40)).max(10).default([]),
  }),
})
const name = line(limits.passkeyName, 1)
const Registration = z.object({ name, answer: NewKeyAnswer })

/** Passkeys: a second factor, and both factors in one, as they ask for the holder's finger or number. */
export type PasskeyService = ReturnType<typeof createPasskeys>

/** Passkeys: a second factor, and both factors in one, as they ask for the holder's finger or number. */
export function createPasskeys(options: {
  database: Database
  /** Seals challenges. */
  secret: string
  /** What people type: keys are of its name, and answer there alone. */
  baseUrl: string
  secondFactors: Pick<SecondFactorService, 'settle' | 'settled'>
  log: Log
  onRevoked: (revocation: { kind: 'user'; userId: string }) => void
  now: () => number
}) {
  const { database, secondFactors, log, now, onRevoked } = options
  const challenges = new PasskeyChallenges(options)
  const tries = new SignInLimits()
  const { hostname: rpId, origin, protocol } = new URL(options.baseUrl)
  // Browsers know keys of names alone, and hand them to nobody whom they cannot be sure of.
  const isPossible =
    rpId === 'localhost' || (protocol === 'https:' && isIP(rpId.replaceAll(/[[\]]/g, '')) === 0)

  function demandPossible(): void {
    if (!isPossible) throw new AppError('invalid_state', 'passkeys need https and a name')
  }

  /** Where an answer may come from. On a machine of its own, without a public address, whatever the port is. */
  function originOf(clientDataJSON: string): string {
    if (rpId !== 'localhost') return origin
    try {
      const data: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
      const { origin: said } = z.object({ origin: z.url() }).parse(data)
      return new URL(said).hostname === 'localhost' ? said : origin
    } catch {
      return origin
    }
  }

  async function optionsFor(use: ChallengeUse, keys: readonly kept.PasskeyKey[]) {
    demandPossible()
    return await generateAuthenticationOptions({
      rpID: rpId,
      challenge: challenges.make(use),
      allowCredentials: keys.map((key) => ({ id: key.id, transports: key.transports })),
      userVerification: 'required',
      timeout: challengeMs,
    })
  }

  async function refuse(userId: string | null, reason: string): Promise<never> {
    log.info('passkeyRefused', { reason })
    // Of whom nobody knows, strangers would write as much as they like.
    if (userId !== null) {
      const detail = { factor: 'passkey', reason }
      const fact = { actorId: userId, action: 'secondFactor.refused', subject: userId, detail }
      await database.audit.record(fact, now())
    }
    throw new AppError('bad_request', `the passkey's answer is refused: ${reason}`, {
      detail: { field: 'passkey', reason: 'wrong' },
    })
  }

  /**
   * Whose key answered. Counted and, when an account's is refused, in the audit log.
   * @param ownerId who it has to be; null: anybody
   */
  async function prove(
    use: ChallengeUse,
    input: unknown,
    { ownerId, ipAddress }: { ownerId: string | null; ipAddress: string },
  ): Promise<string> {
    demandPossible()
    const answer = parseInput(SignedAnswer, input)
    const key = await kept.findPasskey(database.prisma, answer.id)
    const by = { account: null, address: ipAddress, device: null }
    await tries.count(by)
    if (!key || (ownerId !== null && key.userId !== ownerId)) return await refuse(ownerId, 'unknown')
    let isTaken = false
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, clientExtensionResults: {} },
      expectedChallenge: async (challenge) => (isTaken = await challenges.take(use, challenge)),
      expectedOrigin: originOf(answer.response.clientDataJSON),
      expectedRPID: rpId,
      credential: key,
      requireUserVerification: true,
    }).catch(translated)
    if (!verified || !authenticationInfo) return await refuse(key.userId, isTaken ? 'wrong' : 'challenge')
    const { newCounter: counter } = authenticationInfo
    if (!(await kept.usePasskey(database.prisma, { id: key.id, before: key.counter, counter, atMs: now() })))
      return await refuse(key.userId, 'counter')
    await tries.forgive(by)
    return key.userId
  }

  return {
    /** Whether a page that was opened at this host may use them: at the platform's own name alone. */
    isPossibleAt: (hostname: string) => isPossible && hostname === rpId,

    /** A challenge for whoever has a passkey, of whichever account. @throws AppError invalid_state */
    signInOptions: () => optionsFor('signIn', []),

    /** Who answered that. @throws AppError bad_request, rate_limited */
    async proveAnybody(input: unknown, ipAddress: string): Promise<string> {
      return await prove('signIn', input, { ownerId: null, ipAddress })
    },

    /** A challenge for the keys of the session's account. @throws AppError not_found, invalid_state */
    async sessionOptions(viewer: Viewer) {
      const { userId, sessionId } = guardSession(viewer)
      const keys = await kept.passkeysOf(database.prisma, userId)
      if (keys.length === 0) throw new AppError('not_found', 'no passkeys')
      return await optionsFor(`session ${sessionId}`, keys)
    },

    /** Takes the answer of one of them. @throws AppError bad_request, rate_limited */
    async proveOwn(viewer: Viewer, input: unknown, ipAddress: string): Promise<void> {
      const { userId, sessionId } = guardSession(viewer)
      await prove(`session ${sessionId}`, input, { ownerId: userId, ipAddress })
    },

    /** Their answer as the session's second factor. @throws AppError bad_request, rate_limited */
    async give(
      viewer: Viewer,
      input: { answer: unknown; isTrusted: boolean; ipAddress: string },
    ): Promise<{ setCookies: string[] }> {
      await this.proveOwn(viewer, input.answer, input.ipAddress)
      return await secondFactors.settled(guardSession(viewer), 'passkey', input.isTrusted)
    },

    /** What a browser makes another key from. @throws AppError confirmation_needed, invalid_state */
    async registrationOptions(viewer: Viewer) {
      const { userId, sessionId } = guardChanging(viewer)
      demandConfirmed(viewer)
      demandPossible()
      const keys = await kept.passkeysOf(database.prisma, userId)
      if (keys.length >= maxPasskeys) throw new AppError('invalid_state', 'that many passkeys')
      return await generateRegistrationOptions({
        rpName: productName,
        rpID: rpId,
        userID: Uint8Array.from(Buffer.from(userId)),
        userName: viewer.email,
        userDisplayName: viewer.name,
        challenge: challenges.make(`register ${sessionId}`),
        timeout: challengeMs,
        supportedAlgorithmIDs: algorithms,
        attestationType: 'none',
        excludeCredentials: keys.map((key) => ({ id: key.id, transports: key.transports })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      })
    },

    /**
     * Keeps the key that a browser made, under a name. Returns recovery codes where there are none yet: shown once.
     * @throws AppError bad_request, conflict, confirmation_needed, invalid_state, rate_limited
     */
    async register(
      viewer: Viewer,
      input: unknown,
      ipAddress: string,
    ): Promise<{ recoveryCodes: string[] | null }> {
      const session = guardChanging(viewer)
      demandConfirmed(viewer)
      demandPossible()
      const { userId, sessionId } = session
      const { name: called, answer } = parseInput(Registration, input)
      const by = { account: null, address: ipAddress, device: null }
      await tries.count(by)
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: {
          ...answer,
          response: { ...answer.response, transports: answer.response.transports },
          clientExtensionResults: {},
        },
        expectedChallenge: (challenge) => challenges.take(`register ${sessionId}`, challenge),
        expectedOrigin: originOf(answer.response.clientDataJSON),
        expectedRPID: rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      }).catch(translated)
      if (!verified || !registrationInfo) return await refuse(userId, 'registration')
      const { id: keyId, publicKey, counter } = registrationInfo.credential
      const recoveryCodes = await database.transact(async (tx) => {
        const key = { id: keyId, userId, publicKey, counter, transports: answer.response.transports }
        if (!(await kept.addPasskey(tx, { ...key, name: called, atMs: now() })))
          throw new AppError('conflict', 'the key is there already')
        if ((await kept.passkeysOf(tx, userId)).length > maxPasskeys)
          throw new AppError('invalid_state', 'that many passkeys')
        return await secondFactors.settle(tx, session, 'passkey')
      })
      await tries.forgive(by)
      onRevoked({ kind: 'user', userId })
      return { recoveryCodes }
    },

    /** @throws AppError not_found */
    async rename(viewer: Viewer, keyId: string, newName: string): Promise<void> {
      const userId = guardAccount(viewer)
      const called = parseInput(name, newName)
      await database.transact(async (tx) => {
        if (!(await kept.renamePasskey(tx, userId, parseInput(id, keyId), called)))
          throw new AppError('not_found', 'no such passkey')
        appendAudit(tx, { actorId: userId, action: 'passkey.renamed', subject: userId }, now())
      })
    },

    /** @throws AppError not_found, confirmation_needed */
    async remove(viewer: Viewer, keyId: string): Promise<void> {
      const userId = guardAccount(viewer)
      demandConfirmed(viewer)
      await database.transact(async (tx) => {
        if (!(await kept.removePasskey(tx, userId, parseInput(id, keyId))))
          throw new AppError('not_found', 'no such passkey')
        await forgetTrustedDevices(tx, userId)
        const detail = { factor: 'passkey' }
        appendAudit(tx, { actorId: userId, action: 'secondFactor.removed', subject: userId, detail }, now())
      })
    },
  }
}

/** The library throws for all that does not fit: a refusal, unless the database could not be asked. */
function translated(error: unknown): {
  verified: false
  authenticationInfo?: never
  registrationInfo?: never
} {
  if (error instanceof AppError) throw error
  return { verified: false }
}
