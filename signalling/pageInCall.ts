import { toWireError, type AppError } from '#contract/errors.ts'
import type { ClientId, MeetingId } from '#contract/ids.ts'
import type { ServerToClientEvents } from '#contract/pushes.ts'
import type { Scope, SharedScope } from '#contract/room/scope.ts'
import type { Call } from './call.ts'
import type { Identity } from './identity.ts'
import type { Page } from './page.ts'

/** The socket.io room of a call's pages with a scope, or of those before it. */
export function audienceRoom(meetingId: MeetingId, audience: 'lobby' | SharedScope): string {
  return `${audience}:${meetingId}`
}

/** What a place needs of its socket, which holds one at most. */
export interface PlaceSocket {
  readonly clientId: ClientId
  readonly isOpen: boolean
  place: PageInCall | null
  send<E extends keyof ServerToClientEvents>(event: E, payload: Parameters<ServerToClientEvents[E]>[0]): void
  /** Joins or leaves a socket.io room. */
  hear(room: string, isHeard: boolean): void
  close(reason: AppError | null): void
}

/** A socket's place in one call: from entering to leaving, whichever of the two ends it. */
export class PageInCall implements Page {
  readonly call: Call
  readonly #page: PlaceSocket
  #identity: Identity
  #heard = new Set<'lobby' | SharedScope>()
  #isClosed = false

  constructor(page: PlaceSocket, call: Call, identity: Identity) {
    this.#page = page
    this.call = call
    this.#identity = identity
  }

  get meetingId(): MeetingId {
    return this.call.meetingId
  }

  get clientId(): ClientId {
    return this.#page.clientId
  }

  get identity(): Identity {
    return this.#identity
  }

  /** In the call, and not before it. */
  get isSeated(): boolean {
    return this.#heard.has('all')
  }

  renew(identity: Identity): void {
    this.#identity = identity
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#page.isOpen
  }

  send<E extends keyof ServerToClientEvents>(
    event: E,
    payload: Parameters<ServerToClientEvents[E]>[0],
  ): void {
    if (!this.#isClosed) this.#page.send(event, payload)
  }

  listen(to: 'lobby' | readonly Scope[]): void {
    if (this.#isClosed) return
    this.#hear(to === 'lobby' ? ['lobby'] : to.filter((scope) => scope !== 'own'))
  }

  #hear(audiences: readonly ('lobby' | SharedScope)[]): void {
    const wanted = new Set(audiences)
    for (const audience of this.#heard.difference(wanted)) {
      this.#page.hear(audienceRoom(this.meetingId, audience), false)
    }
    for (const audience of wanted.difference(this.#heard)) {
      this.#page.hear(audienceRoom(this.meetingId, audience), true)
    }
    this.#heard = wanted
  }

  close(reason: AppError | null): void {
    if (this.#isClosed) return
    if (reason) this.send('call:closed', { error: toWireError(reason) })
    this.end()
    if (!reason) this.#page.close(null)
  }

  /** Ends the place without a word: the page left, or its socket is gone. Idempotent. */
  end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#hear([])
    if (this.#page.place === this) this.#page.place = null
    this.call.seats.disconnect(this)
  }
}
