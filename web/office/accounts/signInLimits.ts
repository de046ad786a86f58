import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { addressKey } from '#contract/addressKey.ts'
import { AppError } from '#contract/errors.ts'

const windowSeconds = 15 * 60

/** Who tries to sign in. */
export interface SignInTry {
  /** Null for what nobody can guess, as a passkey's answer: it counts against its address alone, and locks no owner out. */
  account: string | null
  address: string
  /** A browser in which the account signed in before, by `knownDevice`; null for any other. */
  device: string | null
}

/**
 * Slows down the guessing of passwords. Counted before the check, so that many guesses at once are no way around it,
 * and given back after success: an office behind one address is not locked out by its own morning. A device that the
 * account knows is counted by itself, so that nobody's guesses lock its owner out there. Counts per process.
 */
export class SignInLimits {
  readonly #byDevice = new RateLimiterMemory({ points: 8, duration: windowSeconds })
  readonly #byAccountAndAddress = new RateLimiterMemory({ points: 8, duration: windowSeconds })
  readonly #byAccount = new RateLimiterMemory({ points: 40, duration: windowSeconds })
  readonly #byAddress = new RateLimiterMemory({ points: 200, duration: windowSeconds })
  readonly #byAccountInADay: RateLimiterMemory | null

  /** @param accountADay for what is short enough to be guessed in the end: so many tries an account in a day */
  constructor({ accountADay }: { accountADay?: number } = {}) {
    this.#byAccountInADay =
      accountADay === undefined ? null : new RateLimiterMemory({ points: accountADay, duration: 24 * 3600 })
  }

  /** Counts one try. @throws AppError rate_limited with `detail.retryAfterSeconds` */
  async count(by: SignInTry): Promise<void> {
    try {
      for (const [limiter, key] of this.#limitsOf(by)) await limiter.consume(key)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      const retryAfterSeconds = Math.ceil(error.msBeforeNext / 1000)
      throw new AppError('rate_limited', 'too many tries to sign in', { detail: { retryAfterSeconds } })
    }
  }

  /** It was the right password. */
  async forgive(by: SignInTry): Promise<void> {
    if (by.account === null) return await this.giveBack(by)
    const [[own, key], ...shared] = this.#limitsOf(by)
    await own.delete(key)
    for (const [limiter, sharedKey] of shared) await limiter.reward(sharedKey)
  }

  /** It was not checked at all. */
  async giveBack(by: SignInTry): Promise<void> {
    for (const [limiter, key] of this.#limitsOf(by)) await limiter.reward(key)
  }

  /** What a try counts against; first what is the asker's own. */
  #limitsOf({ account, address, device }: SignInTry): [Limit, ...Limit[]] {
    if (account !== null && device !== null) return [[this.#byDevice, `${account} ${device}`]]
    const key = addressKey(address)
    if (account === null) return [[this.#byAddress, key]]
    return [
      [this.#byAccountAndAddress, `${account} ${key}`],
      [this.#byAccount, account],
      [this.#byAddress, key],
      ...(this.#byAccountInADay === null ? [] : [[this.#byAccountInADay, account] as Limit]),
    ]
  }
}

type Limit = [limiter: RateLimiterMemory, key: string]
