import { AppError } from '#contract/errors.ts'
import type { Grant, TrackSource } from '#contract/grant.ts'
import type { AgendaItemId, ClientId, ParticipantId, SiteId, TrackId } from '#contract/ids.ts'
import type { MeetingRole, ParticipantKind } from '#contract/meeting.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import { type RoomEvent, type RoomView, applyRoomEvent } from '#contract/room/room.ts'
import type { LeaveReason } from '#contract/room/seatsEvents.ts'
import {
  forbiddenByModerator,
  isExemptFromBan,
  mayUse,
  moderatedGrant,
  ownGrant,
  startGrant,
} from './roomGrants.ts'
import { nextRecording, type RecordingCommand } from './roomRecording.ts'

/** Who comes in, as the meeting's record has them. */
export interface Member {
  id: ParticipantId
  name: string
  unitName: string
  position: string
  role: MeetingRole
  kind: ParticipantKind
}

/** How somebody comes in. */
export interface Entry {
  member: Member
  clientId: ClientId
  microphone: 'open' | 'muted'
  camera: 'open' | 'muted'
  site: { id: SiteId; name: string } | null
  takeOver: boolean
  /** The page was in this call before and goes on, rather than begins. */
  isResume: boolean
}

interface Seat {
  /** The page that sits there; null when a former home knew it. */
  clientId: ClientId | null
  /** When the page was lost; null while it is there. */
  lostAtMs: number | null
}

/** How many messages' ids are remembered, so that a late retry is not a second message. */
const rememberedMessages = 5000

/**
 * One call as a synchronous state machine with one writer: a command checks, makes events, folds them into the
 * view and returns them. Nothing awaits; time comes in. Who may give which command is decided before (permissions
 * are the handlers'); what the state allows is decided here. All private state but the seats' pages follows from
 * the events, so that another home rebuilds it.
 *
 *   phase      waiting ─first who may open joins→ open ─end→ ended
 *   seat       (none) ─join→ there ─disconnect→ lost ─join→ there;  lost ─grace over→ (none);  there ─leave, remove→ (none)
 *   recording  off, proposed, stopping, failed ─start→ starting ─→ recording ─stop→ stopping ─→ off;  any ─→ failed
 */
export class Room {
  #view: RoomView
  readonly #seats = new Map<ParticipantId, Seat>()
  readonly #forbidden = new Map<ParticipantId, Set<TrackSource>>()
  /** Whom a moderator allowed to speak under the ban. */
  readonly #allowed = new Set<ParticipantId>()
  readonly #messages = new Map<string, ChatMessage>()
  readonly #banned = new Set<ParticipantId>()
  #lastAtMs = 0
  #lastHandAtMs = 0

  /**
   * @param view the call before anything happened (`emptyRoomView`), of this home's epoch
   * @param past the call's stored events, when it had a home before
   */
  constructor(view: RoomView, past: Iterable<RoomEvent> = []) {
    this.#view = view
    for (const event of past) this.#fold(event)
    for (const participant of Object.values(this.#view.participants)) {
      this.#seats.set(participant.id, { clientId: null, lostAtMs: this.#lastAtMs })
    }
  }

  /** Never changed in place. */
  get view(): RoomView {
    return this.#view
  }

  /** The participant, if in the call now; safe for any text as id. */
  participant(id: ParticipantId): ParticipantView | undefined {
    return Object.hasOwn(this.#view.participants, id) ? this.#view.participants[id] : undefined
  }

  /** Whether that page sits in the participant's seat. */
  isSeated(id: ParticipantId, clientId: ClientId): boolean {
    return this.#seats.get(id)?.clientId === clientId
  }

  /** Whether some page of the participant is there now. */
  isPresent(id: ParticipantId): boolean {
    return this.#seats.get(id)?.lostAtMs === null
  }

  /** Whether the entry would go on in its seat as it is, rather than begin anew. */
  resumes(entry: Entry): boolean {
    const seat = this.#seats.get(entry.member.id)
    if (!seat) return false
    return seat.clientId === entry.clientId || (seat.clientId === null && entry.isResume)
  }

  /** @throws AppError meeting_ended, removed, already_joined (ask with takeOver) */
  checkEntry(entry: Entry): void {
    this.#assertNotEnded()
    if (this.#banned.has(entry.member.id)) throw new AppError('removed')
    const seat = this.#seats.get(entry.member.id)
    const isElsewhere = seat !== undefined && seat.lostAtMs === null && seat.clientId !== entry.clientId
    if (isElsewhere && !entry.takeOver) throw new AppError('already_joined')
  }

  /** The rights that the entry would have now. */
  grantFor(entry: Entry): Grant {
    const current = this.participant(entry.member.id)
    if (current && this.resumes(entry) && current.role === entry.member.role) return current.grant
    return startGrant({
      role: entry.member.role,
      microphone: entry.microphone,
      camera: entry.camera,
      forbidden: this.#forbidden.get(entry.member.id) ?? new Set(),
      isUnmuteForbidden: this.#view.isUnmuteForbidden && !this.#allowed.has(entry.member.id),
    })
  }

  /**
   * Takes the seat; opens the call when it waits (the handler saw to it that only who may open gets here).
   * A seat whose page was lost, or whose page asks again, is taken without ado.
   * @throws AppError as `checkEntry`
   */
  join(entry: Entry, nowMs: number): { events: RoomEvent[]; replaced: ClientId | null } {
    this.checkEntry(entry)
    const atMs = this.#clock(nowMs)
    const { member } = entry
    const before = this.participant(member.id)
    const seat = this.#seats.get(member.id)
    const resumes = this.resumes(entry)
    const events: RoomEvent[] = []
    if (this.#view.phase === 'waiting') events.push({ type: 'callOpened', atMs, by: member.id })
    const participant: ParticipantView = {
      ...member,
      siteId: entry.site?.id ?? null,
      siteName: entry.site?.name ?? null,
      joinedAtMs: before?.joinedAtMs ?? atMs,
      isConnected: true,
      handRaisedAtMs: before?.handRaisedAtMs ?? null,
      grant: this.grantFor(entry),
      tracks: [],
    }
    if (!before || !resumes || !isSamePerson(before, participant)) {
      events.push({ type: 'participantJoined', atMs, participant })
    } else if (!before.isConnected) {
      events.push({ type: 'participantReconnected', atMs, participantId: member.id })
    }
    this.#seats.set(member.id, { clientId: entry.clientId, lostAtMs: null })
    const replaced = seat && seat.clientId !== entry.clientId && seat.lostAtMs === null ? seat.clientId : null
    return { events: this.#commit(events), replaced }
  }

  /** The page of a seat is gone; the seat is kept. Another page's going changes nothing. */
  disconnect(id: ParticipantId, clientId: ClientId, nowMs: number): RoomEvent[] {
    const seat = this.#seats.get(id)
    if (!seat || seat.clientId !== clientId || seat.lostAtMs !== null || this.#view.phase === 'ended')
      return []
    return this.#lose(id, nowMs)
  }

  /**
   * After a change of home: nobody is connected.
   * @param lostAtMs when the former home was last known to live, for the attendance
   * @param nowMs the grace for coming back runs from here
   */
  disconnectAll(lostAtMs: number, nowMs: number): RoomEvent[] {
    if (this.#view.phase === 'ended') return []
    const events: RoomEvent[] = []
    for (const { id, isConnected } of Object.values(this.#view.participants)) {
      if (isConnected) events.push(...this.#lose(id, lostAtMs))
    }
    for (const seat of this.#seats.values()) seat.lostAtMs = Math.max(nowMs, this.#lastAtMs)
    return events
  }

  #lose(id: ParticipantId, nowMs: number): RoomEvent[] {
    const atMs = this.#clock(nowMs)
    const seat = this.#seats.get(id)
    if (seat) seat.lostAtMs = atMs
    return this.#commit([{ type: 'participantDisconnected', atMs, participantId: id }])
  }

  /** Frees the seats of pages that were lost for `graceMs`. Their people may come back at any time, as new. */
  expireSeats(graceMs: number, nowMs: number): RoomEvent[] {
    if (this.#view.phase === 'ended') return []
    const gone = [...this.#seats].filter(
      ([, seat]) => seat.lostAtMs !== null && seat.lostAtMs + graceMs <= nowMs,
    )
    return gone.flatMap(([id]) => this.#leave(id, 'lost', nowMs))
  }

  /** @throws AppError not_in_call */
  leave(id: ParticipantId, nowMs: number): RoomEvent[] {
    this.#assertIn(id)
    return this.#leave(id, 'left', nowMs)
  }

  /**
   * Takes somebody out. The chair cannot be taken out: nobody would be left to run the meeting.
   * A ban works for people who are not in the call too.
   * @throws AppError not_in_call, forbidden
   */
  remove(id: ParticipantId, isBanned: boolean, nowMs: number): RoomEvent[] {
    this.#assertNotEnded()
    const participant = this.participant(id)
    if (participant?.role === 'chair') throw new AppError('forbidden', 'the chair stays')
    if (isBanned) this.#banned.add(id)
    if (!participant) {
      if (isBanned) return []
      throw new AppError('not_in_call')
    }
    return this.#leave(id, 'removed', nowMs)
  }

  /** Their right to be here ended (session or link revoked): out, whoever they are; they may come back with a new one. */
  revoke(id: ParticipantId, nowMs: number): RoomEvent[] {
    return this.participant(id) ? this.#leave(id, 'removed', nowMs) : []
  }

  #leave(id: ParticipantId, reason: LeaveReason, nowMs: number): RoomEvent[] {
    this.#seats.delete(id)
    return this.#commit([{ type: 'participantLeft', atMs: this.#clock(nowMs), participantId: id, reason }])
  }

  /** Ends the call for everyone. A recording that runs is asked to stop first. @throws AppError meeting_ended */
  end(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    this.#assertNotEnded()
    const { state } = this.#view.recording
    const events =
      state === 'recording' || state === 'starting' ? this.record({ type: 'stop' }, by, nowMs) : []
    return [...events, ...this.#commit([{ type: 'callEnded', atMs: this.#clock(nowMs), by }])]
  }

  /** Raised twice is raised once. @throws AppError not_in_call */
  raiseHand(id: ParticipantId, nowMs: number): RoomEvent[] {
    if (this.#assertIn(id).handRaisedAtMs !== null) return []
    // No two hands at the same time: the order of asking is the order of being called.
    const atMs = Math.max(this.#clock(nowMs), this.#lastHandAtMs + 1)
    return this.#commit([{ type: 'handRaised', atMs, participantId: id }])
  }

  /** @throws AppError not_in_call */
  lowerHand(id: ParticipantId, nowMs: number): RoomEvent[] {
    if (this.#assertIn(id).handRaisedAtMs === null) return []
    return this.#commit([{ type: 'handLowered', atMs: this.#clock(nowMs), participantId: id }])
  }

  /** The same id again is the same message. @throws AppError not_in_call; conflict when the id is another's message */
  postChat(
    id: ParticipantId,
    message: { id: string; text: string },
    nowMs: number,
  ): { events: RoomEvent[]; message: ChatMessage } {
    const sender = this.#assertIn(id)
    const known = this.#messages.get(message.id)
    if (known) {
      if (known.participantId !== id) throw new AppError('conflict')
      return { events: [], message: known }
    }
    const posted: ChatMessage = {
      id: message.id,
      participantId: id,
      name: sender.name,
      text: message.text,
      atMs: this.#clock(nowMs),
    }
    return {
      events: this.#commit([{ type: 'chatPosted', atMs: posted.atMs, message: posted }]),
      message: posted,
    }
  }

  /** One's own source on or off. @throws AppError not_in_call; forbidden while a moderator or the role forbids it */
  setSource(id: ParticipantId, source: TrackSource, level: 'open' | 'muted', nowMs: number): RoomEvent[] {
    return this.#regrant(id, ownGrant(this.#assertIn(id).grant, source, level), id, nowMs)
  }

  /**
   * A moderator's word on one source of somebody. `muted` leaves a ban as it is; `allowed` lifts it and leaves the
   * source muted.
   * @throws AppError not_in_call; forbidden for a ban on who runs the meeting, and for what the role may not
   */
  mute(
    id: ParticipantId,
    source: TrackSource,
    level: 'muted' | 'forbidden' | 'allowed',
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    return this.#regrant(id, moderatedGrant(this.#assertIn(id), source, level), by, nowMs)
  }

  /** Mutes every microphone but those of who runs the meeting and of who asks; `forbidUnmute` also binds who joins later. */
  muteAll(forbidUnmute: boolean, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#assertNotEnded()
    const atMs = this.#clock(nowMs)
    const events: RoomEvent[] = []
    if (forbidUnmute && !this.#view.isUnmuteForbidden) {
      events.push(...this.#commit([{ type: 'unmuteForbidden', atMs, isForbidden: true, by }]))
    }
    for (const { id, role, grant } of Object.values(this.#view.participants)) {
      if (id === by || isExemptFromBan(role) || grant.microphone === 'forbidden') continue
      const level = forbidUnmute ? 'forbidden' : 'muted'
      events.push(...this.#regrant(id, moderatedGrant({ role, grant }, 'microphone', level), by, nowMs))
    }
    return events
  }

  /** Lifts every ban on microphones; they stay muted until their people open them. */
  allowUnmute(by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#assertNotEnded()
    const events: RoomEvent[] = []
    const atMs = this.#clock(nowMs)
    if (this.#view.isUnmuteForbidden || [...this.#forbidden.values()].some((s) => s.has('microphone'))) {
      events.push(...this.#commit([{ type: 'unmuteForbidden', atMs, isForbidden: false, by }]))
    }
    for (const { id, role, grant } of Object.values(this.#view.participants)) {
      if (grant.microphone !== 'forbidden' || !mayUse(role, 'microphone')) continue
      events.push(...this.#regrant(id, moderatedGrant({ role, grant }, 'microphone', 'allowed'), by, nowMs))
    }
    return events
  }

  #regrant(id: ParticipantId, grant: Grant, by: ParticipantId, nowMs: number): RoomEvent[] {
    if (this.participant(id)?.grant === grant) return []
    return this.#commit([{ type: 'grantChanged', atMs: this.#clock(nowMs), participantId: id, grant, by }])
  }

  /** @throws AppError not_found */
  startItem(itemId: AgendaItemId, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#assertOpen()
    if (!this.#view.agenda.some((item) => item.id === itemId)) throw new AppError('not_found')
    if (this.#view.currentItemId === itemId) return []
    return this.#commit([{ type: 'agendaItemStarted', atMs: this.#clock(nowMs), itemId, by }])
  }

  /**
   * What happens to the recording (`nextRecording`). Proposing and starting need an open call.
   * @param by null for the recorder's and the room's own word
   * @throws AppError invalid_state, meeting_ended, meeting_not_open
   */
  record(command: RecordingCommand, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    if (command.type === 'propose' || command.type === 'start') this.#assertOpen()
    const change = nextRecording(this.#view.recording, command)
    return change ? this.#commit([{ type: 'recordingChanged', atMs: this.#clock(nowMs), ...change, by }]) : []
  }

  /** Present by hand: somebody in a site's room without a device of one's own. The handler knows that both exist. */
  markPresence(
    mark: { participantId: ParticipantId; siteId: SiteId | null; isPresent: boolean },
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    this.#assertOpen()
    const { markedPresent } = this.#view
    const before = Object.hasOwn(markedPresent, mark.participantId)
      ? markedPresent[mark.participantId]
      : undefined
    const isSame = mark.isPresent
      ? before?.siteId === mark.siteId && before !== undefined
      : before === undefined
    return isSame ? [] : this.#commit([{ type: 'presenceMarked', atMs: this.#clock(nowMs), ...mark, by }])
  }

  /** The engine says so. */
  publishTrack(id: ParticipantId, track: { id: TrackId; source: TrackSource }, nowMs: number): RoomEvent[] {
    const participant = this.participant(id)
    if (!participant || participant.tracks.some((t) => t.id === track.id)) return []
    return this.#commit([{ type: 'trackPublished', atMs: this.#clock(nowMs), participantId: id, track }])
  }

  /** The engine says so. */
  unpublishTrack(id: ParticipantId, trackId: TrackId, nowMs: number): RoomEvent[] {
    if (!this.participant(id)?.tracks.some((track) => track.id === trackId)) return []
    return this.#commit([{ type: 'trackUnpublished', atMs: this.#clock(nowMs), participantId: id, trackId }])
  }

  /** A participant's media session died: none of its tracks is there any more. */
  dropTracks(id: ParticipantId, nowMs: number): RoomEvent[] {
    const tracks = this.participant(id)?.tracks ?? []
    return tracks.flatMap((track) => this.unpublishTrack(id, track.id, nowMs))
  }

  /** A stretch of speech that is over. */
  noteSpeech(id: ParticipantId, fromMs: number, toMs: number, nowMs: number): RoomEvent[] {
    return this.#commit([{ type: 'spoke', atMs: this.#clock(nowMs), participantId: id, fromMs, toMs }])
  }

  #assertNotEnded(): void {
    if (this.#view.phase === 'ended') throw new AppError('meeting_ended')
  }

  #assertOpen(): void {
    this.#assertNotEnded()
    if (this.#view.phase === 'waiting') throw new AppError('meeting_not_open')
  }

  #assertIn(id: ParticipantId): ParticipantView {
    this.#assertNotEnded()
    const participant = this.participant(id)
    if (!participant) throw new AppError('not_in_call')
    return participant
  }

  /** Time never runs backwards in a call, whatever the machine's clock does. */
  #clock(nowMs: number): number {
    this.#lastAtMs = Math.max(this.#lastAtMs, nowMs)
    return this.#lastAtMs
  }

  #commit(events: RoomEvent[]): RoomEvent[] {
    for (const event of events) this.#fold(event)
    return events
  }

  #fold(event: RoomEvent): void {
    this.#view = applyRoomEvent(this.#view, event)
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs)
    switch (event.type) {
      case 'participantJoined':
        this.#noteGrant(event.participant.id, event.participant.role, event.participant.grant)
        break
      case 'grantChanged': {
        const participant = this.participant(event.participantId)
        if (participant) this.#noteGrant(participant.id, participant.role, event.grant)
        break
      }
      case 'unmuteForbidden':
        this.#allowed.clear()
        if (!event.isForbidden) for (const sources of this.#forbidden.values()) sources.delete('microphone')
        break
      case 'handRaised':
        this.#lastHandAtMs = event.atMs
        break
      case 'chatPosted': {
        this.#messages.set(event.message.id, event.message)
        const [oldest] = this.#messages.keys()
        if (oldest !== undefined && this.#messages.size > rememberedMessages) this.#messages.delete(oldest)
        break
      }
    }
  }

  /** A ban, and a leave to speak under one, outlive leaving and coming back. */
  #noteGrant(id: ParticipantId, role: MeetingRole, grant: Grant): void {
    this.#forbidden.set(id, forbiddenByModerator(role, grant))
    if (grant.microphone === 'forbidden') this.#allowed.delete(id)
    else if (this.#view.isUnmuteForbidden) this.#allowed.add(id)
  }
}

function isSamePerson(a: ParticipantView, b: ParticipantView): boolean {
  return a.role === b.role && a.name === b.name && a.siteId === b.siteId && a.kind === b.kind
}
