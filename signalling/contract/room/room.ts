import type { MeetingId } from '../ids.ts'
import { agendaRules, type AgendaItemView, type AgendaView } from './agenda.ts'
import type { AgendaEvent } from './agendaEvents.ts'
import { chatRules, emptyChat, type ChatView } from './chat.ts'
import type { ChatEvent } from './chatEvents.ts'
import { floorRules } from './floor.ts'
import type { FloorEvent } from './floorEvents.ts'
import { emptyPresence, presenceRules, type PresenceView } from './presence.ts'
import type { PresenceEvent } from './presenceEvents.ts'
import { emptyRecording, recordingRules, type RecordingView } from './recording.ts'
import type { RecordingEvent } from './recordingEvents.ts'
import type { Rules } from './rules.ts'
import { emptySeats, seatsRules, type SeatsView } from './seats.ts'
import type { SeatsEvent } from './seatsEvents.ts'
import { emptySound, soundRules, type SoundView } from './sound.ts'
import type { SoundEvent } from './soundEvents.ts'

// A call's room as its slices make it. A new slice adds a line to each of the four lists below, and one to the schema
// of stored events (`storedEvent.ts`).

/** What happened in a call, in the past tense. Every event raises the view's version by one. */
export type RoomEvent =
  SeatsEvent | FloorEvent | AgendaEvent | ChatEvent | SoundEvent | RecordingEvent | PresenceEvent
export type RoomEventType = RoomEvent['type']

/**
 * All that a page needs to draw a call. Joining acks it; each event raises `version` by one.
 * `epoch` names the home that counts: a view of another epoch is stale as a whole.
 */
export interface RoomView extends SeatsView, AgendaView, ChatView, SoundView, PresenceView {
  meetingId: MeetingId
  epoch: number
  version: number
  recording: RecordingView
}

const rules: Rules<RoomEvent, RoomView> = {
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
  return {
    meetingId,
    epoch,
    version: 0,
    ...emptySeats,
    agenda,
    currentItemId: null,
    ...emptyChat,
    ...emptySound,
    ...emptyRecording,
    ...emptyPresence,
  }
}

/** Whether an event outlives its home node: it is stored before others build on it. Tracks die with the engine's room. */
export function isDurable(event: RoomEvent): boolean {
  return event.type !== 'trackPublished' && event.type !== 'trackUnpublished'
}

/**
 * The one place where a call's rules of change are applied; runs on the server and in the browser.
 * Returns a new view that shares what did not change; the caller checks epoch and version (`applyRoomBatch` does).
 * An event of a later release, which no rule knows, only raises the version.
 */
export function applyRoomEvent(view: RoomView, event: RoomEvent): RoomView {
  return { ...view, ...changeBy(view, event.type, event), version: view.version + 1 }
}

function changeBy<T extends RoomEventType>(
  view: RoomView,
  type: T,
  event: Extract<RoomEvent, { type: T }>,
): Partial<RoomView> {
  return Object.hasOwn(rules, type) ? rules[type](view, event) : {}
}

/** A batch as it travels: `events[0]` makes version `fromVersion + 1`. */
export interface RoomEventBatch {
  epoch: number
  fromVersion: number
  events: RoomEvent[]
}

/** Applies a batch to a page's view; `gap` says: ask for a whole view again. Events seen before are skipped. */
export function applyRoomBatch(view: RoomView, batch: RoomEventBatch): RoomView | 'gap' {
  if (batch.epoch !== view.epoch || batch.fromVersion > view.version) return 'gap'
  let next = view
  for (const event of batch.events.slice(view.version - batch.fromVersion)) next = applyRoomEvent(next, event)
  return next
}
