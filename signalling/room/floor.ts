import { AppError } from '#contract/errors.ts'
import type { AgendaItemId, ParticipantId } from '#contract/ids.ts'
import type { SpeechEnd } from '#contract/room/floorEvents.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import { isSameRequest, requestsDue } from '#contract/room/speaking.ts'
import { heldMsAt, leftMsAt } from '#contract/room/speechTime.ts'
import type { ListOrder, RequestKey, SpeechKind, SpeechLimits } from '#contract/room/speechKinds.ts'
import type { FloorView, Speech } from '#contract/room/views.ts'
import type { RoomState } from './roomState.ts'
import type { Sound } from './sound.ts'

/** More than anybody holds the floor, so that a clerk's slip does no harm. */
const longestMs = 24 * 3_600_000

/** By what a speech is given: whom the asker saw with the floor, and the longest time by kind. */
export interface Giving {
  after: ParticipantId | null
  limits: SpeechLimits
}

/**
 * The speaking list, who has the floor and for how long, and who spoke. Requests outlive their people's leaving.
 *
 *     request  (none) ─ask→ on the list ─withdraw, floor given, taken out of the call→ (none)
 *     speech   (none) ─give, next→ on ⇄ paused;  on, paused ─end, next, gone for the grace→ (none);  on ─time up→ (none)
 */
export class Floor {
  readonly #state: RoomState
  readonly #sound: Sound
  readonly #graceMs: number
  #lastHandAtMs = 0
  /** When who has the floor left the call, and until when they may be back; null while they are there. */
  #absence: { sinceMs: number; untilMs: number } | null = null

  /** @param options.graceMs how long the floor waits for who left, perhaps only to load the page anew */
  constructor(state: RoomState, options: { sound: Sound; graceMs: number }) {
    this.#state = state
    this.#sound = options.sound
    this.#graceMs = options.graceMs
    state.follow((event) => this.#note(event))
    state.keep('floor', {
      save: () => ({ lastHandAtMs: this.#lastHandAtMs, absence: this.#absence }),
      restore: ({ lastHandAtMs, absence }) => {
        this.#lastHandAtMs = lastHandAtMs
        this.#absence = absence
      },
    })
  }

  get #floor(): FloorView {
    return this.#state.view.floor
  }

  #note(event: RoomEvent): void {
    const speakerId = this.#floor.speech?.participantId
    switch (event.type) {
      case 'handRaised':
        this.#lastHandAtMs = event.atMs
        break
      case 'participantLeft':
        if (event.participantId !== speakerId) break
        // The seat of who was lost was kept for the grace already.
        this.#absence = {
          sinceMs: event.atMs,
          untilMs: event.atMs + (event.reason === 'left' ? this.#graceMs : 0),
        }
        break
      case 'participantJoined':
        if (event.participant.id === speakerId) this.#absence = null
        break
      case 'speechBegan':
      case 'speechEnded':
        this.#absence = null
        break
    }
  }

  /** A contribution to no item. @throws AppError as `ask` */
  raise(id: ParticipantId, nowMs: number): RoomEvent[] {
    return this.ask(id, { kind: 'contribution', agendaItemId: null }, nowMs)
  }

  /**
   * Asked twice is asked once; of another kind it is asked anew.
   * @throws AppError not_in_call; not_found for no such item; invalid_state when the list is closed, but for points of order
   */
  ask(
    id: ParticipantId,
    { kind, agendaItemId }: { kind: SpeechKind; agendaItemId: AgendaItemId | null },
    nowMs: number,
  ): RoomEvent[] {
    const { name, unitName } = this.#state.assertIn(id)
    const key = { participantId: id, agendaItemId }
    const { isOpen, requests } = this.#floor
    if (requests.some((one) => isSameRequest(one, key) && one.kind === kind)) return []
    if (agendaItemId !== null && !this.#state.view.agenda.some((item) => item.id === agendaItemId)) {
      throw new AppError('not_found')
    }
    if (!isOpen && kind !== 'pointOfOrder') throw new AppError('invalid_state', 'the list is closed')
    // No two requests at the same time: the order of asking is the order of being called.
    const atMs = Math.max(this.#state.clock(nowMs), this.#lastHandAtMs + 1)
    return this.#state.commit([{ type: 'handRaised', atMs, ...key, kind, name, unitName }])
  }

  /** One request. @throws AppError meeting_ended */
  withdraw(key: RequestKey, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    if (!this.#floor.requests.some((one) => isSameRequest(one, key))) return []
    const { participantId, agendaItemId } = key
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'handLowered', atMs, participantId, agendaItemId, by }])
  }

  /** All requests of one. @throws AppError meeting_ended */
  lower(id: ParticipantId, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    const own = this.#floor.requests.filter(({ participantId }) => participantId === id)
    return own.flatMap((key) => this.withdraw(key, by, nowMs))
  }

  /** Closes or opens the list, and says by what it is ordered. @throws AppError meeting_ended, meeting_not_open */
  arrange(
    { isOpen, order }: { isOpen: boolean; order: ListOrder },
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    this.#state.assertOpen()
    if (this.#floor.isOpen === isOpen && this.#floor.order === order) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'speakingListArranged', atMs, isOpen, order, by }])
  }

  /** To before another request, or to the end. @throws AppError conflict when one of the two is no more */
  move(key: RequestKey, before: RequestKey | null, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    const isThere = (one: RequestKey): boolean =>
      this.#floor.requests.some((other) => isSameRequest(other, one))
    if (!isThere(key) || (before && (!isThere(before) || isSameRequest(key, before)))) {
      throw new AppError('conflict', 'the list has changed')
    }
    const { participantId, agendaItemId } = key
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'requestMoved', atMs, participantId, agendaItemId, before, by }])
  }

  /**
   * The floor to somebody: by their request, or unasked to the item that is called. Their microphone may be opened from
   * then on, whatever forbade it; they open it themselves.
   * @throws AppError conflict when it is another's than the asker saw; not_in_call
   */
  give(key: RequestKey, giving: Giving, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    const id = key.participantId
    if (this.#floor.speech?.participantId === id) return []
    this.#assertAfter(giving.after)
    this.#state.assertIn(id)
    const due = requestsDue(this.#floor, this.#state.view.currentItemId)
    const request =
      this.#floor.requests.find((one) => isSameRequest(one, key)) ??
      due.find((one) => one.participantId === id)
    return [
      ...this.#end('next', by, nowMs),
      // The floor first: who hears of the hand knows why it went down.
      ...this.#begin(id, request ?? { kind: 'contribution', agendaItemId: null }, giving.limits, by, nowMs),
      ...(request ? this.withdraw(request, by, nowMs) : []),
    ]
  }

  /**
   * The floor to the first of the list who is there; when nobody is, the speech that is on ends.
   * @throws AppError conflict as `give`; invalid_state when there is neither
   */
  next(giving: Giving, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertOpen()
    this.#assertAfter(giving.after)
    const { speech } = this.#floor
    const next = requestsDue(this.#floor, this.#state.view.currentItemId).find(
      ({ participantId }) =>
        participantId !== speech?.participantId && this.#state.participant(participantId)?.isConnected,
    )
    if (next) return this.give(next, giving, by, nowMs)
    if (!speech) throw new AppError('invalid_state', 'nobody asks to speak')
    return this.#end('next', by, nowMs)
  }

  #begin(
    id: ParticipantId,
    { kind, agendaItemId }: { kind: SpeechKind; agendaItemId: AgendaItemId | null },
    limits: SpeechLimits,
    by: ParticipantId,
    nowMs: number,
  ): RoomEvent[] {
    const { name, unitName, grant } = this.#state.assertIn(id)
    const began: RoomEvent = {
      type: 'speechBegan',
      atMs: this.#state.clock(nowMs),
      participantId: id,
      name,
      unitName,
      kind,
      agendaItemId: agendaItemId ?? this.#state.view.currentItemId,
      limitMs: limits[kind],
      isBanLifted: grant.microphone === 'forbidden',
      by,
    }
    return [...this.#state.commit([began]), ...this.#sound.openForSpeech(id, by, nowMs)]
  }

  /** The speech is over: its microphone closes, and a ban that it lifted is back. @throws AppError conflict */
  end(id: ParticipantId, by: ParticipantId, nowMs: number): RoomEvent[] {
    this.#state.assertNotEnded()
    if (!this.#floor.speech) return []
    this.#speechOf(id)
    return this.#end('done', by, nowMs)
  }

  /** @throws AppError conflict; invalid_state for a speech without a limit, and beyond a day */
  extend(id: ParticipantId, extraMs: number, by: ParticipantId, nowMs: number): RoomEvent[] {
    const { limitMs } = this.#speechOf(id)
    if (limitMs === null || limitMs + extraMs > longestMs)
      throw new AppError('invalid_state', 'no such limit')
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'speechExtended', atMs, participantId: id, extraMs, by }])
  }

  /** Stops the time of a speech, or lets it run again. @throws AppError conflict */
  pause(id: ParticipantId, isPaused: boolean, by: ParticipantId, nowMs: number): RoomEvent[] {
    if ((this.#speechOf(id).pausedAtMs !== null) === isPaused) return []
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([
      { type: isPaused ? 'speechPaused' : 'speechResumed', atMs, participantId: id, by },
    ])
  }

  /** Ends the speech whose time is up, or whose speaker is gone. */
  tick(nowMs: number): RoomEvent[] {
    const { speech } = this.#floor
    if (!speech || this.#state.view.phase !== 'open') return []
    if (this.#absence && this.#absence.untilMs <= nowMs) return this.#end('left', null, nowMs)
    return (leftMsAt(speech, nowMs) ?? 1) <= 0 ? this.#end('timeUp', null, nowMs) : []
  }

  /** Somebody is taken out of the call: off the list, and the floor is free. */
  standDown(id: ParticipantId, by: ParticipantId, nowMs: number): RoomEvent[] {
    const lowered = this.lower(id, by, nowMs)
    return this.#floor.speech?.participantId === id ? [...lowered, ...this.#end('done', by, nowMs)] : lowered
  }

  /** What has to be over before the call is. */
  beforeEnd(by: ParticipantId | null, nowMs: number): RoomEvent[] {
    return this.#end('callEnded', by, nowMs)
  }

  #end(reason: SpeechEnd, by: ParticipantId | null, nowMs: number): RoomEvent[] {
    const { speech } = this.#floor
    if (!speech) return []
    const { participantId, kind, agendaItemId, beganAtMs, limitMs } = speech
    const atMs = this.#state.clock(nowMs)
    const heldMs = Math.min(heldMsAt(speech, this.#absence?.sinceMs ?? atMs), limitMs ?? longestMs)
    const ended = { type: 'speechEnded' as const, atMs, participantId, kind, agendaItemId, beganAtMs }
    return [
      ...this.#state.commit([{ ...ended, heldMs, reason, by }]),
      ...this.#sound.closeAfterSpeech(participantId, by, nowMs),
    ]
  }

  /** @throws AppError meeting_ended; conflict when the floor is not theirs */
  #speechOf(id: ParticipantId): Speech {
    this.#state.assertNotEnded()
    const { speech } = this.#floor
    if (speech?.participantId !== id) throw new AppError('conflict', 'the floor is not theirs')
    return speech
  }

  /** @throws AppError conflict */
  #assertAfter(after: ParticipantId | null): void {
    if ((this.#floor.speech?.participantId ?? null) !== after) {
      throw new AppError('conflict', 'the floor is another’s by now')
    }
  }

  /** A stretch of speech that is over; heard in the call's last moments, it may come after the end. */
  noteSpeech(id: ParticipantId, fromMs: number, toMs: number, nowMs: number): RoomEvent[] {
    const atMs = this.#state.clock(nowMs)
    return this.#state.commit([{ type: 'spoke', atMs, participantId: id, fromMs, toMs }])
  }
}
