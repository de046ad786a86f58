import type { AppError } from '#contract/errors.ts'
import type { ClientId } from '#contract/ids.ts'
import type { ServerToClientEvents } from '#contract/pushes.ts'
import type { Scope, SharedScope } from '#contract/room/scope.ts'
import type { Identity } from './identity.ts'

/** One page in one call, as the call sees it; the gateway's side of the socket. */
export interface Page {
  readonly clientId: ClientId
  /** As of now: rights may change while the page is there. */
  readonly identity: Identity
  readonly isOpen: boolean
  /** What a new look-up found, or the plan says now; the participant stays the same. */
  renew(identity: Identity): void
  send<E extends keyof ServerToClientEvents>(event: E, payload: Parameters<ServerToClientEvents[E]>[0]): void
  /** Whose broadcasts it hears: the lobby's, or those of its scopes of the call. */
  listen(to: 'lobby' | readonly Scope[]): void
  /** Says why and ends the page's place in the call; without a reason the page is gone with its socket. */
  close(reason: AppError | null): void
}

/** All pages of one call, by scope: what is sent is encoded once for each. */
export interface Audience {
  send<E extends keyof ServerToClientEvents>(
    to: 'lobby' | SharedScope,
    event: E,
    payload: Parameters<ServerToClientEvents[E]>[0],
    options?: { mayDrop?: boolean },
  ): void
}
