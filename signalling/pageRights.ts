import { AppError } from '#contract/errors.ts'
import { detach, type Log } from '#contract/log.ts'
import { credentialsOf } from '#contract/principal.ts'
import { effectOn, type Revocation } from '#contract/revocation.ts'
import { effectInCall, identityOf, type Principals } from './identity.ts'
import type { SignallingSettings } from './settings.ts'
import type { SocketPage } from './socketPage.ts'
import type { Topics } from './topics.ts'

/** Look-ups of rights at a time. */
const rechecksAtOnce = 20

/** Keeps what pages may do true to what the office knows: at once when told, and now and then unasked. */
export class PageRights {
  readonly #principals: Principals
  readonly #topics: Topics
  readonly #recheckMs: number
  readonly #awayMs: number
  readonly #log: Log

  constructor(options: { principals: Principals; topics: Topics; settings: SignallingSettings; log: Log }) {
    this.#principals = options.principals
    this.#topics = options.topics
    this.#recheckMs = options.settings.recheckMs
    this.#awayMs = options.settings.recheckAwayMs
    this.#log = options.log
  }

  /** What certainly ended ends at once, whether the database answers or not; what may have is looked up. */
  follow(page: SocketPage, revocation: Revocation): void {
    const { principal, place } = page
    const inCall = place && effectInCall(revocation, place.identity, place.meetingId)
    if (place && inCall === 'ended') place.call.seats.revoke(place, new AppError('unauthenticated'))
    const effects = credentialsOf(principal).map((held) => effectOn(revocation, held))
    if (effects.every((effect) => effect === 'ended')) page.close(new AppError('unauthenticated'))
    else if (
      inCall !== null ||
      effects.some((effect) => effect !== null) ||
      ('meetingId' in revocation && isConcernedWith(page, revocation.meetingId))
    ) {
      detach(this.#log, 'recheckFailed', this.#recheck(page, 'strict'))
    }
  }

  /** Looks up who was not looked up for long. */
  async recheckDue(pages: Iterable<SocketPage>): Promise<void> {
    const dueMs = Date.now() - this.#recheckMs
    const due = [...pages].filter((page) => page.checkedAtMs <= dueMs)
    for (let i = 0; i < due.length; i += rechecksAtOnce) {
      await Promise.all(due.slice(i, i + rechecksAtOnce).map((page) => this.#recheck(page, 'lenient')))
    }
  }

  /** @param mode strict: who cannot be looked up goes; lenient: the database may be away for a while */
  async #recheck(page: SocketPage, mode: 'strict' | 'lenient'): Promise<void> {
    page.checkedAtMs = Date.now()
    try {
      const principal = await this.#principals.resolve(page.headers, isInCall(page))
      if (!page.isOpen) return
      if (!principal) throw new AppError('unauthenticated')
      page.principal = principal
      // Its right to enter may have been looked up before it ended.
      await page.entering
      await this.#recheckCall(page, mode)
      await this.#topics.recheck(page)
    } catch (error) {
      if (this.#mayWait(page, error, mode)) return
      const reason = error instanceof AppError && !isAway(error) ? error : new AppError('unauthenticated')
      page.place?.call.seats.revoke(page.place, reason)
      page.close(reason)
    }
  }

  async #recheckCall(page: SocketPage, mode: 'strict' | 'lenient'): Promise<void> {
    const { place, principal } = page
    if (!place) return
    try {
      const identity = identityOf(await this.#principals.standingIn(principal, place.meetingId))
      if (!place.isOpen) return
      if (identity.participantId !== place.identity.participantId) throw new AppError('unauthenticated')
      place.renew(identity)
      place.call.pages.rescope(place)
    } catch (error) {
      if (this.#mayWait(page, error, mode)) return
      place.call.seats.revoke(
        place,
        error instanceof AppError && !isAway(error) ? error : new AppError('unauthenticated'),
      )
    }
  }

  /** While the database is away, who was known stays, unless something of theirs is known to have ended. */
  #mayWait(page: SocketPage, error: unknown, mode: 'strict' | 'lenient'): boolean {
    if (!isAway(error) || mode === 'strict') return false
    page.checkedAtMs = Math.min(page.checkedAtMs, Date.now() - this.#recheckMs + this.#awayMs)
    this.#log.warn('recheckFailed', { error: String(error) })
    return true
  }
}

/** In a call, or before one that is not over: whoever waits for it is there. */
function isInCall({ place }: SocketPage): boolean {
  return place !== null && place.call.view.phase !== 'ended'
}

/** Whether the page follows the meeting, or is entering its call. */
function isConcernedWith(page: SocketPage, meetingId: string): boolean {
  return page.entersMeetingId === meetingId || page.topics.has(`meeting:${meetingId}`)
}

function isAway(error: unknown): boolean {
  return !(error instanceof AppError) || ['storage_unavailable', 'timeout'].includes(error.code)
}
