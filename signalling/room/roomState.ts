import { AppError, assertNever } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { ParticipantView } from '#contract/room/participantView.ts'
import {
  addresseeOf,
  applyRoomEvent,
  emptyViews,
  isDurable,
  scopesReachedBy,
  type RoomEvent,
  withSnapshot,
} from '#contract/room/room.ts'
import type {
  ModeratorsView,
  OwnView,
  PageViews,
  RoomView,
  ScopeSnapshot,
  ScopeViews,
} from '#contract/room/views.ts'
import type { Scope, SharedScope } from '#contract/room/scope.ts'

/** A room as its stored events made it, as plain data. */
export interface KeptRoom {
  views: Pick<ScopeViews, SharedScope>
  own: [ParticipantId, OwnView][]
  lastAtMs: number
  /** The slices' private state, by their names. */
  slices: Record<string, unknown>
}

/** A slice's private state: all that follows from the events and is in no view. */
export interface KeptSlice<T> {
  save(): T
  restore(kept: T): void
}

/** What a call's slices share: the views of all scopes, the clock, and the one way of making something happen. */
export class RoomState {
  #views: Pick<ScopeViews, SharedScope>
  /** Of those whom an event of their own has reached. */
  readonly #own = new Map<ParticipantId, OwnView>()
  #lastAtMs = 0
  readonly #followers: ((event: RoomEvent) => void)[] = []
  readonly #slices = new Map<string, KeptSlice<unknown>>()
  /** Of the events that are stored: when the last happened, and how many there were that are not. */
  #lastStoredAtMs = 0
  #passing = 0

  /** @param view the call before anything happened (`emptyRoomView`), of this home's epoch */
  constructor(view: RoomView) {
    const { moderators, technicians } = emptyViews(view.epoch)
    this.#views = { all: view, moderators, technicians }
  }

  /** The call as everybody sees it. Never changed in place. */
  get view(): RoomView {
    return this.#views.all
  }

  /** What moderators see besides. */
  get moderators(): ModeratorsView {
    return this.#views.moderators
  }

  /** What a page with these scopes has. */
  viewsFor(id: ParticipantId, scopes: readonly Scope[]): PageViews {
    const views: PageViews = { all: this.view, own: this.ownOf(id) }
    return scopes.reduce((some, scope) => withSnapshot(some, this.snapshot(scope, id)), views)
  }

  /** One scope's view now; `own` is the participant's. */
  snapshot(scope: Scope, id: ParticipantId | null): ScopeSnapshot {
    switch (scope) {
      case 'all':
        return { scope, view: this.#views.all }
      case 'moderators':
        return { scope, view: this.#views.moderators }
      case 'technicians':
        return { scope, view: this.#views.technicians }
      case 'own':
        return { scope, view: this.ownOf(id) }
      default:
        return assertNever(scope)
    }
  }

  /** When the last event happened. */
  get lastAtMs(): number {
    return this.#lastAtMs
  }

  /** A slice's private state follows from the events, past and new: it is told each after the view has it. */
  follow(follower: (event: RoomEvent) => void): void {
    this.#followers.push(follower)
  }

  /** A slice with private state says how it is kept and taken again. */
  keep<T>(name: string, slice: KeptSlice<T>): void {
    this.#slices.set(name, slice)
  }

  /** As the stored events alone would make it: without tracks, and without the versions that they raised. */
  save(): KeptRoom {
    const { all, ...others } = this.#views
    const people = Object.entries(all.participants).map(([id, person]) => [id, { ...person, tracks: [] }])
    const participants = Object.fromEntries(people) as typeof all.participants // the same keys
    return {
      views: { ...others, all: { ...all, participants, version: all.version - this.#passing } },
      own: [...this.#own],
      lastAtMs: this.#lastStoredAtMs,
      slices: Object.fromEntries([...this.#slices].map(([name, slice]) => [name, slice.save()])),
    }
  }

  /** Takes a kept room in place of its events, before any is folded; the epoch stays this home's. */
  restore({ views, own, lastAtMs, slices }: KeptRoom): void {
    const { epoch } = this.view
    this.#views = {
      all: { ...views.all, epoch },
      moderators: { ...views.moderators, epoch },
      technicians: { ...views.technicians, epoch },
    }
    for (const [id, view] of own) this.#own.set(id, { ...view, epoch })
    this.#lastAtMs = this.#lastStoredAtMs = lastAtMs
    for (const [name, slice] of this.#slices) slice.restore(slices[name])
  }

  /** Folds what happened, in this call's past too. */
  fold(event: RoomEvent): void {
    for (const scope of scopesReachedBy(event)) {
      if (scope === 'own') this.#foldOwn(event)
      else this.#views = { ...this.#views, [scope]: applyRoomEvent(scope, this.#views[scope], event) }
    }
    this.#lastAtMs = Math.max(this.#lastAtMs, event.atMs)
    if (isDurable(event)) this.#lastStoredAtMs = Math.max(this.#lastStoredAtMs, event.atMs)
    else this.#passing++ // they reach `all` and no other scope
    for (const follower of this.#followers) follower(event)
  }

  #foldOwn(event: RoomEvent): void {
    const id = addresseeOf(event)
    if (id === null) return
    this.#own.set(id, applyRoomEvent('own', this.ownOf(id), event))
  }

  /** What one participant sees besides. */
  ownOf(id: ParticipantId | null): OwnView {
    return (id && this.#own.get(id)) ?? emptyViews(this.view.epoch).own
  }

  /** Makes it happen. Returns the events, for the pages and the store. */
  commit(events: RoomEvent[]): RoomEvent[] {
    for (const event of events) this.fold(event)
    return events
  }

  /** Time never runs backwards in a call, whatever the machine's clock does. */
  clock(nowMs: number): number {
    this.#lastAtMs = Math.max(this.#lastAtMs, nowMs)
    return this.#lastAtMs
  }

  /** The participant, if in the call now; safe for any text as id. */
  participant(id: ParticipantId): ParticipantView | undefined {
    return Object.hasOwn(this.view.participants, id) ? this.view.participants[id] : undefined
  }

  /** @throws AppError meeting_ended */
  assertNotEnded(): void {
    if (this.view.phase === 'ended') throw new AppError('meeting_ended')
  }

  /** @throws AppError meeting_ended, meeting_not_open */
  assertOpen(): void {
    this.assertNotEnded()
    if (this.view.phase === 'waiting') throw new AppError('meeting_not_open')
  }

  /** @throws AppError meeting_ended, not_in_call */
  assertIn(id: ParticipantId): ParticipantView {
    this.assertNotEnded()
    const participant = this.participant(id)
    if (!participant) throw new AppError('not_in_call')
    return participant
  }
}
