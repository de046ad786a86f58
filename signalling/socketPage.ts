import type { Socket } from 'socket.io'
import { toWireError, type AppError } from '#contract/errors.ts'
import type { ClientId, MeetingId } from '#contract/ids.ts'
import type { Topic } from '#contract/live.ts'
import type { Principal } from '#contract/principal.ts'
import type { ClientToServerEvents } from '#contract/replies.ts'
import type { ServerToClientEvents } from '#contract/pushes.ts'
import type { Budgets } from '#contract/budgets.ts'
import type { PageInCall } from './pageInCall.ts'

/** A socket of ours; `data` is set before the connection is let in. */
export type PageSocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>

/** What the handshake found out. */
export interface SocketData {
  clientId: ClientId
  principal: Principal
  headers: Headers
  /** Whose the page is, for what it may ask. */
  keys: readonly string[]
}

/** A page behind a socket: its principal's, with a call at most, and the topics that it follows. */
export class SocketPage {
  readonly clientId: ClientId
  readonly headers: Headers
  /** Where it comes from. */
  readonly address: string
  readonly topics = new Set<Topic>()
  /** As of the last look-up. */
  principal: Principal
  /** In the call, or before it. */
  place: PageInCall | null = null
  /** Whose call the page is entering now. */
  entersMeetingId: MeetingId | null = null
  /** Settles when the page entered the call that it asked for last, or could not. */
  entering: Promise<unknown> = Promise.resolve()
  /** Requests that are being answered. */
  inFlight = 0
  /** Requests that were refused for being too many. */
  strikes = 0
  checkedAtMs: number
  readonly #socket: PageSocket
  readonly #requests: Budgets<string>
  #isClosed = false

  /** @param requests what each principal may ask, over all its pages */
  constructor(socket: PageSocket, requests: Budgets<string>, address: string, nowMs: number) {
    const { clientId, principal, headers } = socket.data
    this.clientId = clientId
    this.address = address
    this.principal = principal
    this.headers = headers
    this.#requests = requests
    this.checkedAtMs = nowMs
    this.#socket = socket
  }

  /** Takes from what the page's principal may ask; whether it was there. */
  spend(cost: number, nowMs: number): boolean {
    return this.#socket.data.keys.every((key) => this.#requests.take(key, cost, nowMs))
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#socket.connected
  }

  /** Messages that the network has not taken yet. */
  get backlog(): number {
    // Not in engine.io's types, and nowhere else to be had.
    const buffer: unknown = Reflect.get(this.#socket.conn, 'writeBuffer')
    return Array.isArray(buffer) ? buffer.length : 0
  }

  send<E extends keyof ServerToClientEvents>(
    event: E,
    payload: Parameters<ServerToClientEvents[E]>[0],
  ): void {
    if (!this.isOpen) return
    // One payload an event, as ServerToClientEvents has it.
    this.#socket.emit(event, ...([payload] as unknown as Parameters<ServerToClientEvents[E]>))
  }

  /** Hears, or no longer hears, what is sent to a room of sockets. */
  hear(room: string, isHeard: boolean): void {
    void (isHeard ? this.#socket.join(room) : this.#socket.leave(room))
  }

  /** Says why and closes the socket; without a reason only closes it. Idempotent. */
  close(reason: AppError | null): void {
    if (this.#isClosed) return
    if (reason) this.send('connection:closed', { error: toWireError(reason) })
    this.#isClosed = true
    this.#socket.disconnect(true)
  }
}
