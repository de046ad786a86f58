import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import { addressKey } from '#contract/addressKey.ts'
import type { Log } from '#contract/log.ts'
import { addressOf, clientHeaders, isClientHeader, type ClientTrust } from '../../web/pages.ts'
import { handOn } from '../handOn.ts'
import { answerAway } from './awayPage.ts'

/** Requests that are being answered at a time: beyond them it is better to say so than to wait. */
const maxInFlight = 1_000
/** How long an answer may say nothing; minutes of a long meeting take a while to print. */
const silenceTimeoutMs = 120_000
/**
 * Hands requests to the process of the pages and its answers back, as streams: bodies, ranges, several cookies and a
 * client that goes away all come through. What a client says of itself under the names of `clientHeaders` does not.
 */
export class PagesProxy {
  readonly #path: string
  readonly #isReady: () => boolean
  readonly #trust: ClientTrust
  readonly #log: Log
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  #inFlight = 0
  /** Of these, by the address of who asks. */
  readonly #inFlightOf = new Map<string, number>()

  /** @param path of the socket file on which the pages take requests */
  constructor(options: { path: string; isReady: () => boolean; trust: ClientTrust; log: Log }) {
    this.#path = options.path
    this.#isReady = options.isReady
    this.#trust = options.trust
    this.#log = options.log
  }

  /** Answers a request; 503 while the pages are away. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    const address = addressKey(addressOf(req, this.#trust))
    if (!this.#isReady() || !this.#hasRoomFor(address)) return answerAway(req, res)
    this.#count(address, 1)
    res.once('close', () => this.#count(address, -1))
    handOn(
      req,
      res,
      { socketPath: this.#path, agent: this.#agent, timeout: silenceTimeoutMs },
      {
        isOurs: isClientHeader,
        ours: clientHeaders(req, this.#trust),
        onAway: (error) => {
          this.#log.warn('pageUnanswered', { error: error.message })
          answerAway(req, res)
        },
        onBroken: (error) => this.#log.warn('pageBrokenOff', { error: error.message }),
      },
    )
  }

  /** One address has no more than is left for all others: who opens a thousand slow ones shuts out only themselves. */
  #hasRoomFor(address: string): boolean {
    return (this.#inFlightOf.get(address) ?? 0) < maxInFlight - this.#inFlight
  }

  #count(address: string, by: 1 | -1): void {
    this.#inFlight += by
    const count = (this.#inFlightOf.get(address) ?? 0) + by
    if (count > 0) this.#inFlightOf.set(address, count)
    else this.#inFlightOf.delete(address)
  }
}
