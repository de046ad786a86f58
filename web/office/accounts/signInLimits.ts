import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '#contract/errors.ts'

const windowSeconds = 15 * 60

/**
 * Slows down the guessing of passwords. Counted before the check, so that many guesses at once are no way around it,
 * and given back after success: an office behind one address is not locked out by its own morning. Counts per process.
 */
export class SignInLimits {
  readonly #byAccountAndAddress = new RateLimiterMemory({ points: 8, duration: windowSeconds })
  readonly #byAccount = new RateLimiterMemory({ points: 40, duration: windowSeconds })
  readonly #byAddress = new RateLimiterMemory({ points: 200, duration: windowSeconds })

  /** Counts one try. @throws AppError rate_limited with `detail.retryAfterSeconds` */
  async count(account: string, address: string): Promise<void> {
    try {
      await this.#byAccountAndAddress.consume(`${account} ${address}`)
      await this.#byAccount.consume(account)
      await this.#byAddress.consume(address)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      const retryAfterSeconds = Math.ceil(error.msBeforeNext / 1000)
      throw new AppError('rate_limited', 'too many tries to sign in', { detail: { retryAfterSeconds } })
    }
  }

  /** It was the right password. */
  async forgive(account: string, address: string): Promise<void> {
    await this.#byAccountAndAddress.delete(`${account} ${address}`)
    await this.#byAccount.reward(account)
    await this.#byAddress.reward(address)
  }
}
