import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database } from '#db/client.ts'
import { takeChallenge } from '#db/passkeys.ts'

/** How long one may look for the key. */
export const challengeMs = 5 * 60_000

const [randomSize, momentSize, macSize] = [16, 8, 32]

/** What a challenge is for: an answer is good for nothing else, and in that session alone. */
export type ChallengeUse = 'signIn' | `register ${string}` | `session ${string}`

/**
 * Challenges that passkeys answer. Each carries its end and our seal, so that strangers who ask for many fill nothing;
 * what was answered is kept until its end, so that no answer is taken twice.
 */
export class PasskeyChallenges {
  readonly #database: Database
  readonly #secret: string
  readonly #now: () => number

  constructor(options: { database: Database; secret: string; now: () => number }) {
    this.#database = options.database
    this.#secret = options.secret
    this.#now = options.now
  }

  make(use: ChallengeUse): Uint8Array<ArrayBuffer> {
    const moment = Buffer.alloc(momentSize)
    moment.writeBigUInt64BE(BigInt(this.#now() + challengeMs))
    const head = Buffer.concat([randomBytes(randomSize), moment])
    return Uint8Array.from(Buffer.concat([head, this.#seal(use, head)]))
  }

  /** Whether an answer to it may be looked at: ours, for this, not too old, and never before. */
  async take(use: ChallengeUse, challenge: string): Promise<boolean> {
    const bytes = Buffer.from(challenge, 'base64url')
    if (bytes.length !== randomSize + momentSize + macSize) return false
    const head = bytes.subarray(0, randomSize + momentSize)
    if (!timingSafeEqual(this.#seal(use, head), bytes.subarray(head.length))) return false
    const endsAtMs = Number(head.readBigUInt64BE(randomSize))
    if (endsAtMs <= this.#now()) return false
    return await takeChallenge(this.#database.prisma, bytes.toString('base64url'), endsAtMs)
  }

  #seal(use: ChallengeUse, head: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(`diemcau passkey ${use} `).update(head).digest()
  }
}
