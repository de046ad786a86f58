import type { Socket } from 'socket.io'
import { toWireError, type AppError } from '#contract/errors.ts'
import type { ClientId, MeetingId } from '#contract/ids.ts'
import type { ClientToServerEvents, ServerToClientEvents } from '#contract/requests.ts'
import type { Principal } from '#contract/principal.ts'
import type { Identity } from './identity.ts'
import type { Page } from './page.ts'
import type { Session } from './session.ts'
import { TokenBucket } from '#contract/tokenBucket.ts'

/** A socket of ours; `data` is set before the connection is let in. */
export type PageSocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>

/** What the handshake found out. */
export interface SocketData {
  meetingId: MeetingId
  clientId: ClientId
  principal: Principal
  identity: Identity
  headers: Headers
  session: Session
}

/** The socket.io room of a call's pages, or of those before it. */
export function audienceRoom(meetingId: MeetingId, audience: 'lobby' | 'call'): string {
  return `${audience}:${meetingId}`
}

/** A page behind a socket. */
export class SocketPage implements Page {
  readonly clientId: ClientId
  readonly meetingId: MeetingId
  readonly session: Session
  readonly headers: Headers
  readonly bucket: TokenBucket
  /** Requests that are being answered. */
  inFlight = 0
  /** Requests that were refused for being too many. */
  strikes = 0
  checkedAtMs: number
  readonly #socket: PageSocket
  #identity: Identity
  #isClosed = false

  constructor(socket: PageSocket, rate: { burst: number; perSecond: number }, nowMs: number) {
    const { clientId, meetingId, session, headers, identity } = socket.data
    this.clientId = clientId
    this.meetingId = meetingId
    this.session = session
    this.headers = headers
    this.bucket = new TokenBucket(rate, nowMs)
    this.checkedAtMs = nowMs
    this.#socket = socket
    this.#identity = identity
  }

  get identity(): Identity {
    return this.#identity
  }

  /** What a new look-up found; the participant stays the same. */
  renew(identity: Identity): void {
    this.#identity = identity
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

  listen(audience: 'lobby' | 'call'): void {
    const other = audience === 'lobby' ? 'call' : 'lobby'
    void this.#socket.leave(audienceRoom(this.meetingId, other))
    void this.#socket.join(audienceRoom(this.meetingId, audience))
  }

  close(reason: AppError | null): void {
    if (this.#isClosed) return
    if (reason) this.send('call:closed', { error: toWireError(reason) })
    this.#isClosed = true
    this.#socket.disconnect(true)
  }
}
