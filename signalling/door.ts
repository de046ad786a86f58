import type { IncomingMessage } from 'node:http'
import { addressKey } from '#contract/addressKey.ts'
import { Budgets } from '#contract/budgets.ts'
import { AppError } from '#contract/errors.ts'
import type { Principal } from '#contract/principal.ts'
import type { Principals } from './identity.ts'

/** Who is let through an upgrade: somebody. */
export interface Caller {
  principal: Principal
  headers: Headers
  /** Whose the socket is: the account, or the participants of the links. */
  keys: readonly string[]
}

/** What an address may cost as long as it is nobody's: sockets that are told so, and look-ups that find nobody. */
const strangers = { burst: 30, perSecond: 2, maxKeys: 10_000 }
/** Look-ups at a time for an address that used that up: somebody may be behind it too. */
const maxLookUpsOfStrangers = 4
/** How often one account, or one link's holder, may connect. */
const connects = { burst: 60, perSecond: 1, maxKeys: 20_000 }

/**
 * Finds out who asks for a socket before there is one. Who is somebody is counted by who they are alone, so that a
 * hall behind one address comes in at once; who is nobody, by the address.
 */
export class Door {
  readonly #principals: Principals
  readonly #addressOf: (request: IncomingMessage) => string
  readonly #strangers = new Budgets<string>(strangers)
  readonly #connects = new Budgets<string>(connects)
  /** Look-ups that are under way, by address. */
  readonly #lookUps = new Map<string, number>()

  constructor(options: { principals: Principals; addressOf: (request: IncomingMessage) => string }) {
    this.#principals = options.principals
    this.#addressOf = options.addressOf
  }

  /**
   * Null is refused without a word: that address asked too often as nobody.
   * @throws AppError unauthenticated, rate_limited, storage_unavailable, for a socket that is told so and closed
   */
  async ask(request: IncomingMessage): Promise<Caller | null> {
    const address = addressKey(this.#addressOf(request))
    const headers = headersOf(request.headers)
    const principal = await this.#look(address, headers)
    if (principal === 'many') return null
    if (!principal) {
      if (!this.#strangers.take(address, 1, Date.now())) return null
      throw new AppError('unauthenticated')
    }
    const keys = keysOf(principal)
    const nowMs = Date.now()
    if (!keys.every((key) => this.#connects.take(key, 1, nowMs))) {
      throw new AppError('rate_limited', 'too many connections')
    }
    return { principal, headers, keys }
  }

  async #look(address: string, headers: Headers): Promise<Principal | null | 'many'> {
    const underWay = this.#lookUps.get(address) ?? 0
    const isKnownAsNobody = !this.#strangers.has(address, 1, Date.now())
    // Cookies are all that anybody is known by.
    if (!headers.has('cookie')) return isKnownAsNobody ? 'many' : null
    if (isKnownAsNobody && underWay >= maxLookUpsOfStrangers) return 'many'
    this.#lookUps.set(address, underWay + 1)
    try {
      return await this.#principals.resolve(headers)
    } finally {
      const left = (this.#lookUps.get(address) ?? 1) - 1
      if (left > 0) this.#lookUps.set(address, left)
      else this.#lookUps.delete(address)
    }
  }
}

/** Whose a page is: an account, or the participants of its links. */
function keysOf({ account, links }: Principal): string[] {
  return account ? [account.userId] : links.map((link) => link.participantId)
}

function headersOf(raw: IncomingMessage['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}
