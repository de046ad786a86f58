import type { ParticipantId } from '#contract/ids.ts'
import type { AgendaItem } from '#contract/room/agendaEvents.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { ModeratorsView, PageViews, RoomView, ScopeSnapshot } from '#contract/room/views.ts'
import type { Scope } from '#contract/room/scope.ts'
import { Agenda } from './agenda.ts'
import { Chat } from './chat.ts'
import { Floor } from './floor.ts'
import { Presence } from './presence.ts'
import { Recording } from './recording.ts'
import { RoomState, type KeptRoom } from './roomState.ts'
import { Seats, type Member } from './seats.ts'
import { Sound } from './sound.ts'

/** What a request asks of a room. Throws AppError when the room's state forbids it. */
export type RoomCommand<P> = (
  room: Room,
  by: ParticipantId,
  payload: P,
  nowMs: number,
) => readonly RoomEvent[]

/**
 * One call as a synchronous state machine with one writer, made of slices: a command checks, makes events, folds them
 * into the view and returns them. Nothing awaits; time comes in. Who may give which command is decided before
 * (permissions are the handlers'); what the state allows is decided here. All private state follows from the
 * events, so that another home rebuilds it; but for the seats' pages. A new slice has a line among the fields, one in the
 * constructor, and one in `tick` or `end` if it does something of itself.
 */
export class Room {
  readonly #state: RoomState
  readonly seats: Seats
  readonly floor: Floor
  readonly agenda: Agenda
  readonly chat: Chat
  readonly sound: Sound
  readonly recording: Recording
  readonly presence: Presence

  /**
   * @param view the call before anything happened (`emptyRoomView`), of this home's epoch
   * @param options.kept what `keep` gave an earlier home that folded by the same rules
   * @param options.past the call's stored events after that, when it had a home before
   * @param options.seatGraceMs how long the seat of a lost page is kept
   */
  constructor(
    view: RoomView,
    options: { seatGraceMs: number; kept?: string | null; past?: Iterable<RoomEvent> },
  ) {
    const state = new RoomState(view)
    this.#state = state
    this.sound = new Sound(state)
    this.seats = new Seats(state, {
      graceMs: options.seatGraceMs,
      startGrant: (entry) => this.sound.startGrant(entry),
      standDown: (id, by, nowMs) => this.floor.standDown(id, by, nowMs),
    })
    this.floor = new Floor(state, { sound: this.sound, graceMs: options.seatGraceMs })
    this.agenda = new Agenda(state)
    this.chat = new Chat(state)
    this.recording = new Recording(state)
    this.presence = new Presence(state)
    if (options.kept) state.restore(JSON.parse(options.kept) as KeptRoom) // by `keep`
    for (const event of options.past ?? []) state.fold(event)
    this.seats.restore()
  }

  /** The call as everybody sees it. Never changed in place. */
  get view(): RoomView {
    return this.#state.view
  }

  /** What moderators see besides. Never changed in place. */
  get moderators(): ModeratorsView {
    return this.#state.moderators
  }

  /** What a page with these scopes has. */
  viewsFor(id: ParticipantId, scopes: readonly Scope[]): PageViews {
    return this.#state.viewsFor(id, scopes)
  }

  /** One scope's view now; `own` is the participant's. */
  snapshot(scope: Scope, id: ParticipantId | null): ScopeSnapshot {
    return this.#state.snapshot(scope, id)
  }

  /** The room as its stored events made it, as text; null before the call is open, when its agenda is the plan's. */
  keep(): string | null {
    return this.view.phase === 'waiting' ? null : JSON.stringify(this.#state.save())
  }

  /** The participant, if in the call now; safe for any text as id. */
  participant(id: ParticipantId): ParticipantView | undefined {
    return this.#state.participant(id)
  }

  /** What happens because time passed; called a few times a second. */
  tick(nowMs: number): RoomEvent[] {
    return [...this.seats.tick(nowMs), ...this.floor.tick(nowMs)]
  }

  /** The plan is so now: its people, and its agenda for as long as that is the plan's. */
  follow(plan: { people: readonly Member[]; agenda: readonly AgendaItem[] }, nowMs: number): RoomEvent[] {
    const changed = this.seats.follow(plan.people, nowMs)
    const ids = changed.flatMap((event) => (event.type === 'participantChanged' ? [event.participantId] : []))
    const regranted = ids.flatMap((id) => this.sound.fitRole(id, nowMs))
    return [...changed, ...regranted, ...this.agenda.follow(plan.agenda, nowMs)]
  }

  /** Ends the call for everyone, after what runs in it. @throws AppError meeting_ended */
  end(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    const over = [...this.floor.beforeEnd(by, nowMs), ...this.recording.beforeEnd(by, nowMs)]
    return [...over, ...this.seats.end(by, nowMs)]
  }
}
