import { AppError } from '#contract/errors.ts'
import type { Grant } from '#contract/grant.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaMessage, MediaTicket, OpenedRoom } from '#contract/media.ts'
import type { Admission, AdmissionKind, MediaEngine } from '#sfu/engine.ts'
import { Turns } from './turns.ts'

/** Somebody who was let into the media. */
interface Admitted<A extends Admission = Admission> {
  /** With what; kept to admit a page again. Its grant is the one that the engine knows. */
  admission: A
  /** False once the engine said that it is gone. */
  isAlive: boolean
  /** Changes of rights, one after the other. */
  turn: Promise<void>
}
/** A page's coming in. */
export type PageAdmission = Extract<Admission, { kind: 'page' }>
type AdmittedPage = Admitted<PageAdmission>

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
  readonly #admitted = new Map<ParticipantId, Admitted>()
  /** Admissions of one id never cross: the ticket that is given last is the one that counts. */
  readonly #admissions = new Turns<ParticipantId>()
  #opened: Promise<OpenedRoom> | null = null
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

  /** Opens the engine's room. @throws AppError media_unavailable */
  async open(): Promise<OpenedRoom> {
    const opening = (this.#opened ??= this.#engine.openRoom(this.#meetingId))
    try {
      return await opening
    } catch (error) {
      if (this.#opened === opening) this.#opened = null
      throw error
    }
  }

  /** Whether the participant's media live, as far as is known. */
  isAlive(id: ParticipantId): boolean {
    return this.#admitted.get(id)?.isAlive === true
  }

  /** Lets somebody in, in place of an earlier admission of the same id. @throws AppError media_unavailable, media_rejected */
  admit(id: ParticipantId, admission: Admission): Promise<MediaTicket> {
    return this.#admissions.run(id, () => this.#admit(id, admission))
  }

  /**
   * Lets a page in beside the one whose media live, which keeps them until `take`, or for good after `withdraw`.
   * @throws AppError media_unavailable, media_rejected
   */
  admitBeside(id: ParticipantId, admission: PageAdmission): Promise<MediaTicket> {
    return this.#admissions.run(id, async () => {
      // Lost since it was asked for: nobody is left to be spared.
      if (!this.isAlive(id)) return this.#admit(id, admission)
      try {
        return await this.#engine.admit(this.#meetingId, id, { ...admission, isBeside: true })
      } catch (error) {
        // The engine lost the room and has not said so yet.
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error
        return this.#admit(id, admission)
      }
    })
  }

  /** The page beside takes the media's place; media that could not be given are renewed. */
  take(id: ParticipantId, admission: PageAdmission): Promise<void> {
    return this.#admissions.run(id, async () => {
      if (this.#admitted.get(id)?.admission === admission) return
      this.#admitted.set(id, { admission, isAlive: true, turn: Promise.resolve() })
      try {
        await this.#engine.settle(this.#meetingId, id, true)
      } catch (error) {
        this.#log.warn('takeOverFailed', { participantId: id, error: String(error) })
        this.lose(id)
      }
    })
  }

  /** The page beside goes, and the earlier one has its media as before. */
  withdraw(id: ParticipantId, admission: PageAdmission): Promise<void> {
    return this.#admissions.run(id, async () => {
      if (this.#admitted.get(id)?.admission !== admission) {
        await this.#engine.settle(this.#meetingId, id, false)
      } else if (this.#grantOf(id)) this.lose(id)
      else this.evict(id)
    })
  }

  async #admit(id: ParticipantId, admission: Admission): Promise<MediaTicket> {
    await this.open()
    let ticket: MediaTicket
    try {
      ticket = await this.#engine.admit(this.#meetingId, id, admission)
    } catch (error) {
      // The engine lost the room and has not said so yet.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      this.#opened = null
      await this.open()
      ticket = await this.#engine.admit(this.#meetingId, id, admission)
    }
    this.#admitted.set(id, { admission, isAlive: true, turn: Promise.resolve() })
    return ticket
  }

  /**
   * Brings the engine's rights of a participant to the room's; resolves when what is no longer open has stopped.
   * Tried again in the background when it fails.
   * @throws AppError media_unavailable
   */
  regrant(id: ParticipantId): Promise<void> {
    const admitted = this.#admitted.get(id)
    if (!admitted?.isAlive || !isPage(admitted)) return Promise.resolve()
    const turn = admitted.turn.then(() => this.#apply(id, admitted))
    admitted.turn = turn.catch((error: unknown) => {
      this.#log.warn('regrantFailed', { participantId: id, error: String(error) })
      const timer = setTimeout(() => {
        if (!this.#isClosed && this.#admitted.get(id) === admitted) {
          detach(this.#log, 'regrantFailedAgain', this.regrant(id))
        }
      }, retryMs)
      timer.unref()
    })
    return turn
  }

  async #apply(id: ParticipantId, admitted: AdmittedPage): Promise<void> {
    const grant = this.#grantOf(id)
    if (!grant || this.#admitted.get(id) !== admitted || !admitted.isAlive) return
    if (isSameGrant(grant, admitted.admission.grant)) return
    try {
      await this.#engine.regrant(this.#meetingId, id, grant)
      admitted.admission = { ...admitted.admission, grant }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      this.lose(id) // no media, nothing flows; admitted again with the rights of then
    }
  }

  /** @throws AppError not_in_call, media_unavailable, media_rejected */
  async negotiate(id: ParticipantId, message: MediaMessage): Promise<MediaMessage> {
    if (!this.isAlive(id)) throw new AppError('media_unavailable', 'the media are being renewed')
    try {
      return await this.#engine.negotiate(this.#meetingId, id, message)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') {
        this.lose(id)
        throw new AppError('media_unavailable', 'the media are gone', { cause: error })
      }
      throw error
    }
  }

  /** Takes somebody out of the media; tried again in the background until it is done, or they are let in again. */
  evict(id: ParticipantId): void {
    if (this.#admitted.delete(id)) this.#evictUntilDone(id)
  }

  #evictUntilDone(id: ParticipantId): void {
    this.#engine.evict(this.#meetingId, id).catch((error: unknown) => {
      this.#log.warn('evictFailed', { participantId: id, error: String(error) })
      const timer = setTimeout(() => {
        if (!this.#isClosed && !this.#admitted.has(id)) this.#evictUntilDone(id)
      }, retryMs)
      timer.unref()
    })
  }

  /**
   * The engine lost the media of one; returns what kind of admission that was, null for nobody. A page's media are
   * renewed when the page is there; who let in anybody else sees to it.
   */
  lose(id: ParticipantId): AdmissionKind | null {
    const admitted = this.#admitted.get(id)
    if (!admitted) return null
    admitted.isAlive = false
    if (isPage(admitted)) this.#recover()
    return admitted.admission.kind
  }

  /** The engine lost the room: it is opened again and every page let in. */
  loseRoom(): void {
    this.#opened = null
    for (const admitted of this.#admitted.values()) admitted.isAlive = false
    this.#recover()
  }

  #recover(): void {
    if (this.#isClosed) return
    this.#recovering ??= this.#readmitAll().finally(() => {
      this.#recovering = null
    })
    detach(this.#log, 'readmissionFailed', this.#recovering)
  }

  async #readmitAll(): Promise<void> {
    for (;;) {
      const lost = [...this.#admitted].flatMap(([id, admitted]) =>
        !admitted.isAlive && isPage(admitted) && this.#isThere(id) ? [{ id, admitted }] : [],
      )
      if (this.#isClosed || lost.length === 0) return
      let failures = 0
      for (let i = 0; i < lost.length; i += readmittedAtOnce) {
        const some = lost.slice(i, i + readmittedAtOnce)
        const done = await Promise.allSettled(some.map(({ id, admitted }) => this.#readmit(id, admitted)))
        for (const outcome of done) {
          if (outcome.status === 'fulfilled') continue
          failures++
          this.#log.warn('readmissionFailed', { meetingId: this.#meetingId, error: String(outcome.reason) })
        }
      }
      if (failures > 0) await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  #readmit(id: ParticipantId, lost: AdmittedPage): Promise<void> {
    return this.#admissions.run(id, async () => {
      const grant = this.#grantOf(id)
      if (this.#isClosed || !grant || this.#admitted.get(id) !== lost || lost.isAlive) return
      const ticket = await this.#admit(id, { ...lost.admission, grant })
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
    this.#admitted.clear()
    if (isOver && this.#opened) await this.#engine.closeRoom(this.#meetingId)
  }
}

function isPage(admitted: Admitted): admitted is AdmittedPage {
  return admitted.admission.kind === 'page'
}

function isSameGrant(a: Grant, b: Grant): boolean {
  return (
    a.microphone === b.microphone &&
    a.camera === b.camera &&
    a.screen === b.screen &&
    a.screenAudio === b.screenAudio
  )
}
