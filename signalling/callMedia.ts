import { AppError } from '#contract/errors.ts'
import type { Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaMessage, MediaTicket } from '#contract/requests.ts'
import type { AdmitKind, MediaEngine } from '#sfu/engine.ts'
import { Turns } from './turns.ts'

interface MediaSession {
  kind: AdmitKind
  /** What the page's engine client can do; kept to admit it again. */
  media: MediaMessage
  /** False once the engine said that it is gone. */
  isAlive: boolean
  /** The rights that the engine knows. */
  applied: Grant
  /** Changes of rights, one after the other. */
  turn: Promise<void>
}

/** Who is let in again at a time after a room was lost, and how long to wait before trying once more. */
const readmittedAtOnce = 16
const retryMs = 1000

/**
 * One call's part in the media engine: lets in, keeps the engine's rights equal to the room's, and lets everyone in
 * again after a loss.
 */
export class CallMedia {
  readonly #engine: MediaEngine
  readonly #meetingId: MeetingId
  readonly #log: Log
  readonly #grantOf: (id: ParticipantId) => Grant | null
  readonly #onTicket: (id: ParticipantId, ticket: MediaTicket) => boolean
  readonly #isThere: (id: ParticipantId) => boolean
  readonly #sessions = new Map<ParticipantId, MediaSession>()
  /** Admissions of one id never cross: the ticket that is given last is the one that counts. */
  readonly #admissions = new Turns<ParticipantId>()
  #opened: Promise<{ clientConfig: Record<string, unknown> }> | null = null
  #recovering: Promise<void> | null = null
  #isClosed = false

  constructor(options: {
    engine: MediaEngine
    meetingId: MeetingId
    log: Log
    /** The rights by the room; null when not in the call. */
    grantOf: (id: ParticipantId) => Grant | null
    /** A new ticket for a page whose media were lost; false when the page is not there to take it. */
    onTicket: (id: ParticipantId, ticket: MediaTicket) => boolean
    /** Whether a page of the participant is there. */
    isThere: (id: ParticipantId) => boolean
  }) {
    this.#engine = options.engine
    this.#meetingId = options.meetingId
    this.#log = options.log
    this.#grantOf = options.grantOf
    this.#onTicket = options.onTicket
    this.#isThere = options.isThere
  }

  get kind(): MediaTicket['engine'] {
    return this.#engine.kind
  }

  /** What pages may prepare with; opens the engine's room. @throws AppError media_unavailable */
  async open(): Promise<{ clientConfig: Record<string, unknown> }> {
    const opening = (this.#opened ??= this.#engine.openRoom(this.#meetingId))
    try {
      return await opening
    } catch (error) {
      if (this.#opened === opening) this.#opened = null
      throw error
    }
  }

  /** Whether the participant's media session lives, as far as is known. */
  isAlive(id: ParticipantId): boolean {
    return this.#sessions.get(id)?.isAlive === true
  }

  /** Lets somebody in, in place of an earlier session of the same id. @throws AppError media_unavailable, media_rejected */
  admit(id: ParticipantId, kind: AdmitKind, grant: Grant, media: MediaMessage): Promise<MediaTicket> {
    return this.#admissions.run(id, () => this.#admit(id, kind, grant, media))
  }

  async #admit(id: ParticipantId, kind: AdmitKind, grant: Grant, media: MediaMessage): Promise<MediaTicket> {
    await this.open()
    let ticket: MediaTicket
    try {
      ticket = await this.#engine.admit(this.#meetingId, id, { kind, grant, media })
    } catch (error) {
      // The engine lost the room and has not said so yet.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      this.#opened = null
      await this.open()
      ticket = await this.#engine.admit(this.#meetingId, id, { kind, grant, media })
    }
    this.#sessions.set(id, { kind, media, isAlive: true, applied: grant, turn: Promise.resolve() })
    return ticket
  }

  /**
   * Brings the engine's rights of a participant to the room's; resolves when what is no longer open has stopped.
   * Tried again in the background when it fails.
   * @throws AppError media_unavailable
   */
  regrant(id: ParticipantId): Promise<void> {
    const session = this.#sessions.get(id)
    if (!session?.isAlive) return Promise.resolve()
    const turn = session.turn.then(() => this.#apply(id, session))
    session.turn = turn.catch((error: unknown) => {
      this.#log.warn('regrant_failed', { participantId: id, error: String(error) })
      const timer = setTimeout(() => {
        if (!this.#isClosed && this.#sessions.get(id) === session) {
          detach(this.#log, 'regrant_failed_again', this.regrant(id))
        }
      }, retryMs)
      timer.unref()
    })
    return turn
  }

  async #apply(id: ParticipantId, session: MediaSession): Promise<void> {
    const grant = this.#grantOf(id)
    if (
      !grant ||
      this.#sessions.get(id) !== session ||
      !session.isAlive ||
      isSameGrant(grant, session.applied)
    )
      return
    try {
      await this.#engine.regrant(this.#meetingId, id, grant)
      session.applied = grant
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      this.lose(id) // no media, nothing flows; admitted again with the rights of then
    }
  }

  /** @throws AppError not_in_call, media_unavailable, media_rejected */
  async negotiate(id: ParticipantId, message: MediaMessage): Promise<MediaMessage> {
    if (!this.isAlive(id)) throw new AppError('media_unavailable', 'the media session is being renewed')
    try {
      return await this.#engine.negotiate(this.#meetingId, id, message)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') {
        this.lose(id)
        throw new AppError('media_unavailable', 'the media session is gone', { cause: error })
      }
      throw error
    }
  }

  /** Takes somebody out of the media; a failure is logged, as the engine drops who is gone by itself. */
  evict(id: ParticipantId): void {
    if (!this.#sessions.delete(id)) return
    detach(this.#log, 'evict_failed', this.#engine.evict(this.#meetingId, id))
  }

  /** The engine lost one media session: it is renewed when its page is there. */
  lose(id: ParticipantId): void {
    const session = this.#sessions.get(id)
    if (!session) return
    session.isAlive = false
    if (session.kind === 'participant') this.#recover()
  }

  /** The engine lost the room: it is opened again and everyone let in. */
  loseRoom(): void {
    this.#opened = null
    for (const session of this.#sessions.values()) session.isAlive = false
    this.#recover()
  }

  #recover(): void {
    if (this.#isClosed) return
    this.#recovering ??= this.#readmitAll().finally(() => {
      this.#recovering = null
    })
    detach(this.#log, 'readmission_failed', this.#recovering)
  }

  async #readmitAll(): Promise<void> {
    for (;;) {
      const lost = [...this.#sessions].filter(
        ([id, session]) => !session.isAlive && session.kind === 'participant' && this.#isThere(id),
      )
      if (this.#isClosed || lost.length === 0) return
      let failures = 0
      for (let i = 0; i < lost.length; i += readmittedAtOnce) {
        const some = lost.slice(i, i + readmittedAtOnce)
        const done = await Promise.allSettled(some.map(([id, session]) => this.#readmit(id, session)))
        for (const outcome of done) {
          if (outcome.status === 'fulfilled') continue
          failures++
          this.#log.warn('readmission_failed', { meetingId: this.#meetingId, error: String(outcome.reason) })
        }
      }
      if (failures > 0) await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  #readmit(id: ParticipantId, lost: MediaSession): Promise<void> {
    return this.#admissions.run(id, async () => {
      const grant = this.#grantOf(id)
      if (this.#isClosed || !grant || this.#sessions.get(id) !== lost || lost.isAlive) return
      const ticket = await this.#admit(id, lost.kind, grant, lost.media)
      if (this.#isClosed) return
      if (!this.#grantOf(id)) {
        this.evict(id)
        return
      }
      // A page that is away gets a ticket of its own when it comes back.
      if (!this.#onTicket(id, ticket)) this.lose(id)
      await this.regrant(id)
    })
  }

  /** Idempotent. @param isOver whether the call is over, rather than moving to another home */
  async close(isOver: boolean): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#sessions.clear()
    if (isOver && this.#opened) await this.#engine.closeRoom(this.#meetingId)
  }
}

function isSameGrant(a: Grant, b: Grant): boolean {
  return (
    a.microphone === b.microphone &&
    a.camera === b.camera &&
    a.screen === b.screen &&
    a.screenAudio === b.screenAudio
  )
}
