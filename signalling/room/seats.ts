import { AppError } from '#contract/errors.ts'
import type { Grant } from '#contract/grant.ts'
import type { ClientId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { MeetingRole, ParticipantKind } from '#contract/meeting.ts'
import { handOf } from '#contract/room/floor.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { LeaveReason } from '#contract/room/seatsEvents.ts'
import type { RoomState } from './roomState.ts'

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

/**
 * Who is in the call, from its opening to its end. Which page sits where is this home's alone; bans follow from the
 * events, and those of the meeting's record hold at the door.
 *
 *   phase  waiting ─first who may open joins→ open ─end→ ended
 *   seat   (none) ─join→ there ─disconnect→ lost ─join→ there;  lost ─grace over→ (none);  there ─leave, remove→ (none)
 */
export class Seats {
  readonly #state: RoomState
  readonly #graceMs: number
  readonly #startGrant: (entry: Entry) => Grant
  readonly #standDown: (id: ParticipantId, by: ParticipantId, nowMs: number) => RoomEvent[]
  readonly #seats = new Map<ParticipantId, Seat>()

  /**
   * @param options.graceMs how long the seat of a lost page is kept
   * @param options.startGrant the rights with which somebody begins
   * @param options.standDown takes from who is taken out what they asked for and have
   */
  constructor(
    state: RoomState,
    options: {
      graceMs: number
      startGrant: (entry: Entry) => Grant
      standDown: (id: ParticipantId, by: ParticipantId, nowMs: number) => RoomEvent[]
    },
  ) {
    this.#state = state
    this.#graceMs = options.graceMs
    this.#startGrant = options.startGrant
    this.#standDown = options.standDown
  }

  /** After the past was folded: those who were in the call have their seats, and a page of theirs may take them. */
  restore(): void {
    for (const { id } of Object.values(this.#state.view.participants)) {
      this.#seats.set(id, { clientId: null, lostAtMs: this.#state.lastAtMs })
    }
  }

  /** Whether that page sits in the participant's seat. */
  isSeated(id: ParticipantId, clientId: ClientId): boolean {
    return this.#seats.get(id)?.clientId === clientId
  }

  /** Whether that page was lost, and its participant's seat is kept for it. */
  isLost(id: ParticipantId, clientId: ClientId): boolean {
    return this.isSeated(id, clientId) && !this.isPresent(id)
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
    this.#state.assertNotEnded()
    if (this.#isBanned(entry.member.id)) throw new AppError('removed')
    const seat = this.#seats.get(entry.member.id)
    const isElsewhere = seat !== undefined && seat.lostAtMs === null && seat.clientId !== entry.clientId
    if (isElsewhere && !entry.takeOver) throw new AppError('already_joined')
  }

  /** The rights that the entry would have now. */
  grantFor(entry: Entry): Grant {
    const current = this.#state.participant(entry.member.id)
    if (current && this.resumes(entry) && current.role === entry.member.role) return current.grant
    return this.#startGrant(entry)
  }

  /**
   * Takes the seat; opens the call when it waits (the handler saw to it that only who may open gets here).
   * A seat whose page was lost, or whose page asks again, is taken without ado.
   * @throws AppError as `checkEntry`
   */
  join(entry: Entry, nowMs: number): { events: RoomEvent[]; replaced: ClientId | null } {
    this.checkEntry(entry)
    const atMs = this.#state.clock(nowMs)
    const { member } = entry
    const before = this.#state.participant(member.id)
    const seat = this.#seats.get(member.id)
    const resumes = this.resumes(entry)
    const events: RoomEvent[] = []
    if (this.#state.view.phase === 'waiting') events.push({ type: 'callOpened', atMs, by: member.id })
    const participant: ParticipantView = {
      ...member,
      siteId: entry.site?.id ?? null,
      siteName: entry.site?.name ?? null,
      joinedAtMs: before?.joinedAtMs ?? atMs,
      isConnected: true,
      handRaisedAtMs: handOf(this.#state.view.floor.requests, member.id),
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
    return { events: this.#state.commit(events), replaced }
  }

  /** The page of a seat is gone; the seat is kept. Another page's going changes nothing. */
  disconnect(id: ParticipantId, clientId: ClientId, nowMs: number): RoomEvent[] {
    const seat = this.#seats.get(id)
    if (!seat || seat.clientId !== clientId || seat.lostAtMs !== null) return []
    return this.#isOver ? [] : this.#lose(id, nowMs)
  }

  /**
   * After a change of home: nobody is connected.
   * @param lostAtMs when the former home was last known to live, for the attendance
   * @param nowMs the grace for coming back runs from here
   */
  disconnectAll(lostAtMs: number, nowMs: number): RoomEvent[] {
    if (this.#isOver) return []
    const events: RoomEvent[] = []
    for (const { id, isConnected } of Object.values(this.#state.view.participants)) {
      if (isConnected) events.push(...this.#lose(id, lostAtMs))
    }
    for (const seat of this.#seats.values()) seat.lostAtMs = Math.max(nowMs, this.#state.lastAtMs)
    return events
  }

  #lose(id: ParticipantId, nowMs: number): RoomEvent[] {
    const atMs = this.#state.clock(nowMs)
    const seat = this.#seats.get(id)
    if (seat) seat.lostAtMs = atMs
    return this.#state.commit([{ type: 'participantDisconnected', atMs, participantId: id }])
  }

  /** Frees the seats whose grace is over. Their people may come back at any time, as new. */
  tick(nowMs: number): RoomEvent[] {
    if (this.#isOver) return []
    const gone = [...this.#seats].filter(
      ([, seat]) => seat.lostAtMs !== null && seat.lostAtMs + this.#graceMs <= nowMs,
    )
    return gone.flatMap(([id]) => this.#leave(id, 'lost', nowMs))
  }

  /** The plan has these people: who is in the call takes on what it says of them now. */
  follow(people: readonly Member[], nowMs: number): RoomEvent[] {
    if (this.#isOver) return []
    return people.flatMap(({ id: participantId, name, unitName, position, role }) => {
      const before = this.#state.participant(participantId)
      const planned = { name, unitName, position, role }
      if (!before || isSame(before, planned)) return []
      const atMs = this.#state.clock(nowMs)
      return this.#state.commit([{ type: 'participantChanged', atMs, participantId, ...planned }])
    })
  }

  /** @throws AppError not_in_call */
  leave(id: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertIn(id)
    return this.#leave(id, 'left', nowMs)
  }

  /**
   * Takes somebody out. The chair cannot be taken out: nobody would be left to run the meeting.
   * A ban works for people who are not in the call too.
   * @throws AppError not_in_call, forbidden
   */
  remove(id: ParticipantId, isBanned: boolean, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    const participant = this.#state.participant(id)
    if (participant?.role === 'chair') throw new AppError('forbidden', 'the chair stays')
    if (!participant && !isBanned) throw new AppError('not_in_call')
    const events: RoomEvent[] = []
    if (isBanned && !this.#isBanned(id)) {
      const atMs = this.#state.clock(nowMs)
      events.push(...this.#state.commit([{ type: 'participantBanned', atMs, participantId: id, by }]))
    }
    events.push(...this.#standDown(id, by, nowMs))
    return participant ? [...events, ...this.#leave(id, 'removed', nowMs)] : events
  }

  /** Their right to be here ended (session or link revoked): out, whoever they are; they may come back with a new one. */
  revoke(id: ParticipantId, nowMs: number): RoomEvent[] {
    return this.#state.participant(id) ? this.#leave(id, 'removed', nowMs) : []
  }

  #leave(id: ParticipantId, reason: LeaveReason, nowMs: number): RoomEvent[] {
    this.#seats.delete(id)
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'participantLeft', atMs, participantId: id, reason }])
  }

  /** Ends the call for everyone. @throws AppError meeting_ended */
  end(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    return this.#state.commit([{ type: 'callEnded', atMs: this.#state.clock(nowMs), by }])
  }

  /** Opens a call again that had ended; who was in it then has left. @throws AppError invalid_state */
  reopen(by: string, nowMs: number): RoomEvent[] {
    if (!this.#isOver) throw new AppError('invalid_state', 'the call has not ended')
    const atMs = this.#state.clock(nowMs)
    const ids = Object.values(this.#state.view.participants).map((participant) => participant.id)
    const left = ids.flatMap((id) => this.#leave(id, 'ended', nowMs))
    return [...left, ...this.#state.commit([{ type: 'callReopened', atMs, by }])]
  }

  #isBanned(id: ParticipantId): boolean {
    return this.#state.moderators.banned.includes(id)
  }

  get #isOver(): boolean {
    return this.#state.view.phase === 'ended'
  }
}

type Planned = Pick<Member, 'name' | 'unitName' | 'position' | 'role'>

function isSame(a: Planned, b: Planned): boolean {
  return a.name === b.name && a.unitName === b.unitName && a.position === b.position && a.role === b.role
}

function isSamePerson(a: ParticipantView, b: ParticipantView): boolean {
  return a.role === b.role && a.name === b.name && a.siteId === b.siteId && a.kind === b.kind
}
