import type { MeetingId, ParticipantId } from '../ids.ts'
import { agendaRules } from './agenda.ts'
import type { AgendaEvent } from './agendaEvents.ts'
import { chatRules, emptyChat } from './chat.ts'
import type { ChatEvent } from './chatEvents.ts'
import { emptyFloor, floorRules } from './floor.ts'
import type { FloorEvent } from './floorEvents.ts'
import { emptyPresence, presenceRules } from './presence.ts'
import type { PresenceEvent } from './presenceEvents.ts'
import { emptyAcknowledgement, emptyProposal, emptyRecording, recordingRules } from './recording.ts'
import type { RecordingEvent } from './recordingEvents.ts'
import type { Addressed, Rules } from './rules.ts'
import { scopes, type Scope } from './scope.ts'
import { emptyBans, emptySeats, seatsRules } from './seats.ts'
import type { SeatsEvent } from './seatsEvents.ts'
import { emptyLeaves, emptyOwnLeave, emptySound, soundRules } from './sound.ts'
import type { SoundEvent } from './soundEvents.ts'
import type { AgendaItemView, PageViews, RoomView, ScopeSnapshot, ScopeViews } from './views.ts'

// A call's room as its slices make it. A new slice adds a line to the events, to the rules, to each view that it has a
// part of (`views.ts`), and to the schema of stored events (`storedEvent.ts`).

/** What happened in a call, in the past tense. Every event raises the version of each scope that it reaches by one. */
export type RoomEvent =
  SeatsEvent | FloorEvent | AgendaEvent | ChatEvent | SoundEvent | RecordingEvent | PresenceEvent
export type RoomEventType = RoomEvent['type']

const rules: Rules<RoomEvent, ScopeViews> = {
  ...seatsRules,
  ...floorRules,
  ...agendaRules,
  ...chatRules,
  ...soundRules,
  ...recordingRules,
  ...presenceRules,
}

/** The view of a call nobody has been in yet. */
export function emptyRoomView(meetingId: MeetingId, agenda: AgendaItemView[], epoch: number): RoomView {
  const begin = { meetingId, epoch, version: 0, agenda, currentItemId: null }
  return { ...begin, ...emptySeats, ...emptyChat, ...emptySound, ...emptyRecording, ...emptyFloor }
}

/** What the other scopes see of a call nobody has been in yet. */
export function emptyViews(epoch: number): Omit<ScopeViews, 'all'> {
  const begin = { epoch, version: 0 }
  return {
    moderators: { ...begin, ...emptyPresence, ...emptyBans, ...emptyLeaves, ...emptyProposal },
    technicians: { ...begin, ...emptyPresence },
    own: { ...begin, ...emptyOwnLeave, ...emptyAcknowledgement },
  }
}

/** Whether an event outlives its home node: it is stored before others build on it. Tracks die with the engine's room. */
export function isDurable(event: RoomEvent): boolean {
  return event.type !== 'trackPublished' && event.type !== 'trackUnpublished'
}

/** The scopes that an event reaches; `own` is that of its `participantId`. None: it is for the record alone. */
export function scopesReachedBy(event: RoomEvent): Scope[] {
  const changes = changesOf(event)
  return scopes.filter((scope) => changes[scope] !== undefined)
}

/** Whom an event that reaches `own` is about. */
export function addresseeOf(event: RoomEvent): ParticipantId | null {
  return isAddressed(event) ? event.participantId : null
}

function isAddressed(event: RoomEvent): event is RoomEvent & Addressed {
  return 'participantId' in event
}

/**
 * The one place where a call's rules of change are applied; runs on the server and in the browser.
 * Returns a new view of the scope that shares what did not change; the caller checks epoch and version
 * (`applyRoomBatch` does). An event of a later release, which no rule knows, only raises the version.
 */
export function applyRoomEvent<S extends Scope>(
  scope: S,
  view: ScopeViews[S],
  event: RoomEvent,
): ScopeViews[S] {
  return { ...view, ...changeBy(scope, view, event), version: view.version + 1 }
}

function changeBy<S extends Scope>(scope: S, view: ScopeViews[S], event: RoomEvent): Partial<ScopeViews[S]> {
  return changesOf(event)[scope]?.(view, event) ?? {}
}

type Changes = { [S in Scope]?: (view: ScopeViews[S], event: RoomEvent) => Partial<ScopeViews[S]> }

/** The rule of an event. The table's type ties its name to its shape, which TypeScript cannot follow through a union. */
function changesOf({ type }: RoomEvent): Changes {
  return Object.hasOwn(rules, type) ? (rules[type] as Changes) : {}
}

/** A batch of one scope's events as it travels: `events[0]` makes version `fromVersion + 1` of that scope. */
export interface RoomEventBatch {
  epoch: number
  scope: Scope
  fromVersion: number
  events: RoomEvent[]
}

/**
 * Applies a batch to what a page has; `gap` says: ask for a whole view of the batch's scope again. Events seen before
 * are skipped, and so is a scope that is not the page's (any more).
 */
export function applyRoomBatch(views: PageViews, batch: RoomEventBatch): PageViews | 'gap' {
  return applied(views, batch.scope, batch)
}

function applied<S extends Scope>(views: PageViews, scope: S, batch: RoomEventBatch): PageViews | 'gap' {
  const has: Partial<ScopeViews> = views
  const view: ScopeViews[S] | undefined = has[scope]
  if (!view) return views
  if (batch.epoch !== view.epoch || batch.fromVersion > view.version) return 'gap'
  let next = view
  for (const event of batch.events.slice(view.version - batch.fromVersion)) {
    next = applyRoomEvent(scope, next, event)
  }
  return { ...views, [scope]: next }
}

/** What a page has once it took a scope's whole view. */
export function withSnapshot(views: PageViews, { scope, view }: ScopeSnapshot): PageViews {
  return { ...views, [scope]: view }
}

/** What a page has once its scopes changed: the views of those that it keeps, and of those that it was given. */
export function withScopes(
  views: PageViews,
  change: { scopes: readonly Scope[]; given: readonly ScopeSnapshot[] },
): PageViews {
  let next: PageViews = { all: views.all, own: views.own }
  for (const scope of change.scopes) next = { ...next, [scope]: views[scope] }
  for (const snapshot of change.given) next = withSnapshot(next, snapshot)
  return next
}
