import { AppError } from '#contract/errors.ts'
import type { MeetingId, ParticipantId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { MediaTicket } from '#contract/media.ts'
import { allows } from '#contract/permissions.ts'
import type { RequestPayload } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { CallMedia, PageAdmission } from './callMedia.ts'
import type { CallPages } from './callPages.ts'
import type { Page } from './page.ts'
import type { PlanFollower } from './planFollower.ts'
import { recordBan } from './recordBan.ts'
import type { Room } from './room/room.ts'
import type { Entry } from './room/seats.ts'
import type { CallStore } from './stores.ts'
import { Turns } from './turns.ts'

/** What the seats of a call are made of: the call's own parts. */
export interface CallSeatsOptions {
  meetingId: MeetingId
  epoch: number
  store: CallStore
  /** How long an answer waits for the database, in milliseconds. */
  timeoutMs: number
  room: Room
  media: CallMedia
  pages: CallPages
  /** The call's time. */
  now: () => number
  plan: PlanFollower
  /** Takes what happened in the room; returns what to wait for until it is stored. */
  commit: (events: readonly RoomEvent[]) => number
  /** @throws AppError storage_unavailable */
  stored: (seq: number) => Promise<void>
  /** `Call.act`. */
  act: (command: (room: Room, nowMs: number) => readonly RoomEvent[]) => Promise<void>
  /** Somebody sits. */
  onJoined: () => void
  /** Whether the call still lives here. */
  isServing: () => boolean
  log: Log
}

/**
 * Who comes into a call and goes, with which page. Pages come in one at a time for each participant: the plan, the
 * media, the seat, the store.
 */
export class CallSeats {
  readonly #parts: CallSeatsOptions
  readonly #joining = new Turns<ParticipantId>()

  constructor(options: CallSeatsOptions) {
    this.#parts = options
  }

  /** Whether the participant is there with another page. */
  isElsewhere(page: Page): boolean {
    const { seats } = this.#parts.room
    const { participantId } = page.identity
    return seats.isPresent(participantId) && !seats.isSeated(participantId, page.clientId)
  }

  /**
   * Gives the page its participant's seat and lets it into the media; answers when that is stored. The ticket may go
   * ahead, so that media connect meanwhile. A page that comes back to its seat, or takes it over, does not wait for the
   * database. Another page in the seat keeps it, and its media, until this one can be answered.
   * @throws AppError meeting_not_open, meeting_ended, meeting_cancelled, removed, already_joined, media_unavailable,
   * storage_unavailable (then the page is not in the call), wrong_node
   */
  async join(
    page: Page,
    payload: RequestPayload<'call:join'>,
    site: Entry['site'],
  ): Promise<RequestReply<'call:join'>> {
    this.#assertServing()
    const reply = await this.#joining.run(page.identity.participantId, () => this.#join(page, payload, site))
    this.#parts.onJoined()
    return reply
  }

  /** The page goes, by its own will. Idempotent. */
  leave(page: Page): void {
    const { room, pages, commit } = this.#parts
    const { participantId } = page.identity
    if (!pages.unseat(page)) return
    if (room.participant(participantId) && room.view.phase === 'open') {
      commit(room.seats.leave(participantId, this.#parts.now()))
    }
  }

  /** A page says that it goes, by a word that may come after its connection is lost. Idempotent. */
  depart(page: Page): void {
    const { room, pages, commit, isServing } = this.#parts
    if (!isServing()) return
    if (pages.isSeated(page)) return this.leave(page)
    const { participantId } = page.identity
    if (room.view.phase === 'open' && room.seats.isLost(participantId, page.clientId)) {
      commit(room.seats.leave(participantId, this.#parts.now()))
    }
  }

  /** A page's socket is gone. */
  disconnect(page: Page): void {
    const { room, pages, commit, isServing } = this.#parts
    if (!pages.disconnect(page) || !isServing()) return
    commit(room.seats.disconnect(page.identity.participantId, page.clientId, this.#parts.now()))
  }

  /**
   * Takes somebody out; a ban holds in the meeting's record too.
   * @throws AppError forbidden, not_in_call, storage_unavailable
   */
  async remove(id: ParticipantId, isBanned: boolean, by: ParticipantId): Promise<void> {
    const { meetingId, pages, store, timeoutMs, isServing, act } = this.#parts
    await act((room, nowMs) => {
      const events = room.seats.remove(id, isBanned, by, nowMs)
      pages.closeOf(id, new AppError('removed'))
      return events
    })
    // Here it holds already.
    if (isBanned) await recordBan({ store, meetingId, participantId: id, timeoutMs, isServing })
  }

  /** Rights ended: out at once, media too. */
  revoke(page: Page, reason: AppError): void {
    const { room, pages, commit, isServing } = this.#parts
    if (pages.unseat(page) && isServing()) {
      commit(room.seats.revoke(page.identity.participantId, this.#parts.now()))
    }
    page.close(reason)
  }

  async #join(
    page: Page,
    payload: RequestPayload<'call:join'>,
    site: Entry['site'],
  ): Promise<RequestReply<'call:join'>> {
    const { room, media, pages, log } = this.#parts
    await this.#checkPlan(page)
    const entry = entryOf(page, payload, site)
    const { id } = entry.member
    room.seats.checkEntry(entry)
    const isNew = !room.seats.resumes(entry)
    const { resume } = payload
    const keepsMedia =
      !isNew && resume?.hasMedia === true && resume.epoch === this.#parts.epoch && media.isAlive(id)
    const isBeside = isNew && media.isAlive(id)
    const admission: PageAdmission = {
      kind: 'page',
      grant: room.seats.grantFor(entry),
      media: payload.media,
    }
    const ticket = keepsMedia
      ? null
      : await (isBeside ? media.admitBeside(id, admission) : media.admit(id, admission))
    const seatedSeq = this.#seat(page, entry, ticket, isBeside ? admission : null)
    const seq = Math.max(seatedSeq, this.#takeNotice(id, payload))
    if (isBeside) await media.take(id, admission)
    // The room may have changed while the engine let the page in.
    detach(log, 'regrantFailed', media.regrant(id))
    const isAhead = isNew && ticket !== null && payload.takesTicketAhead
    if (isAhead) page.send('media:ticket', { ticket })
    if (isNew && !isBeside) await this.#storedOrUndone(id, page, seq)
    const views = room.viewsFor(id, pages.scopesOf(page))
    return { views, ticket: isAhead ? null : ticket, participantId: id, serverTimeMs: this.#parts.now() }
  }

  /** Who waits may have been told of an older plan: it may be cancelled, or another be the chair. */
  async #checkPlan(page: Page): Promise<void> {
    const { room, plan } = this.#parts
    if (room.view.phase === 'waiting') await plan.compare()
    this.#assertServing()
    if (room.view.phase === 'waiting' && !allows(page.identity.actor, 'call:open')) {
      throw new AppError('meeting_not_open')
    }
    if (plan.current.status === 'cancelled') throw new AppError('meeting_cancelled')
    if (plan.current.status === 'draft') throw new AppError('meeting_not_open')
  }

  /** Only what was there to be known counts: a page says it of what its waiting room showed. */
  #takeNotice(id: ParticipantId, { sawRecordingNotice }: RequestPayload<'call:join'>): number {
    const { room, plan, commit, now } = this.#parts
    const isThere = room.recording.isGoing || plan.current.isRecordingPlanned
    return sawRecordingNotice && isThere ? commit(room.recording.acknowledge(id, now())) : 0
  }

  /** @param beside with what it was let in beside media that live */
  #seat(page: Page, entry: Entry, ticket: MediaTicket | null, beside: PageAdmission | null): number {
    const { room, media, pages, commit, log } = this.#parts
    const { id } = entry.member
    try {
      this.#assertServing()
      if (!page.isOpen) throw new AppError('timeout', 'the page went while it joined')
      const { events } = room.seats.join(entry, this.#parts.now())
      pages.seat(page)
      const seq = commit(events)
      if (ticket) commit(room.sound.dropTracks(id, this.#parts.now()))
      return seq
    } catch (error) {
      if (beside) detach(log, 'withdrawalFailed', media.withdraw(id, beside))
      else if (ticket && !room.participant(id)) media.evict(id)
      throw error
    }
  }

  async #storedOrUndone(id: ParticipantId, page: Page, seq: number): Promise<void> {
    const { room, pages, commit, stored, isServing } = this.#parts
    try {
      await stored(seq)
    } catch (error) {
      if (isServing() && room.participant(id) && pages.unseat(page)) {
        commit(room.seats.leave(id, this.#parts.now()))
      }
      throw error
    }
  }

  #assertServing(): void {
    if (!this.#parts.isServing()) throw new AppError('wrong_node', 'the call is closed here')
  }
}

function entryOf(page: Page, payload: RequestPayload<'call:join'>, site: Entry['site']): Entry {
  const { participantId: id, name, unitName, position, role, kind } = page.identity
  return {
    member: { id, name, unitName, position, role, kind },
    clientId: page.clientId,
    microphone: payload.microphone,
    camera: payload.camera,
    site,
    takeOver: payload.takeOver,
    isResume: payload.resume !== undefined,
  }
}
