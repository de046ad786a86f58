import type { AgendaItemId, ParticipantId, RecordingId, SiteId, TrackId } from './ids.ts'
import type { Grant } from './grant.ts'
import { assertNever } from './errors.ts'
import {
  chatLimit,
  type ChatMessage,
  type ParticipantView,
  type RecordingView,
  type RoomView,
  type TrackView,
} from './roomView.ts'

export type LeaveReason = 'left' | 'removed' | 'lost' | 'ended'

/** What happened in a call, in the past tense. Every event raises the view's version by one. */
export type RoomEvent =
  | { type: 'callOpened'; atMs: number; by: ParticipantId }
  | { type: 'callEnded'; atMs: number; by: ParticipantId | null }
  | { type: 'participantJoined'; atMs: number; participant: ParticipantView }
  | { type: 'participantLeft'; atMs: number; participantId: ParticipantId; reason: LeaveReason }
  | { type: 'participantDisconnected'; atMs: number; participantId: ParticipantId }
  | { type: 'participantReconnected'; atMs: number; participantId: ParticipantId }
  | { type: 'handRaised'; atMs: number; participantId: ParticipantId }
  | { type: 'handLowered'; atMs: number; participantId: ParticipantId }
  | {
      type: 'grantChanged'
      atMs: number
      participantId: ParticipantId
      grant: Grant
      by: ParticipantId | null
    }
  | { type: 'unmuteForbidden'; atMs: number; isForbidden: boolean; by: ParticipantId }
  | { type: 'trackPublished'; atMs: number; participantId: ParticipantId; track: TrackView }
  | { type: 'trackUnpublished'; atMs: number; participantId: ParticipantId; trackId: TrackId }
  | { type: 'chatPosted'; atMs: number; message: ChatMessage }
  | { type: 'agendaItemStarted'; atMs: number; itemId: AgendaItemId; by: ParticipantId }
  | {
      type: 'recordingChanged'
      atMs: number
      state: RecordingView['state']
      recordingId: RecordingId | null
      failure: string | null
      by: ParticipantId | null
    }
  | {
      type: 'presenceMarked'
      atMs: number
      participantId: ParticipantId
      siteId: SiteId | null
      isPresent: boolean
      by: ParticipantId
    }
  /** A stretch of speech, known when it ends; for the minutes. */
  | { type: 'spoke'; atMs: number; participantId: ParticipantId; fromMs: number; toMs: number }

export type RoomEventType = RoomEvent['type']

/** Whether an event outlives its home node: it is stored before others build on it. Tracks die with the engine's room. */
export function isDurable(event: RoomEvent): boolean {
  return event.type !== 'trackPublished' && event.type !== 'trackUnpublished'
}

/**
 * The one place where a call's rules of change stand; runs on the server and in the browser.
 * Returns a new view that shares what did not change; the caller checks epoch and version (`applyRoomBatch` does).
 */
export function applyRoomEvent(view: RoomView, event: RoomEvent): RoomView {
  return { ...changed(view, event), version: view.version + 1 }
}

function changed(view: RoomView, event: RoomEvent): RoomView {
  switch (event.type) {
    case 'callOpened':
      return { ...view, phase: 'open', openedAtMs: view.openedAtMs ?? event.atMs }
    case 'callEnded':
      return { ...view, phase: 'ended', endedAtMs: event.atMs }
    case 'participantJoined':
      return { ...view, participants: { ...view.participants, [event.participant.id]: event.participant } }
    case 'participantLeft': {
      const { [event.participantId]: _gone, ...participants } = view.participants
      return { ...view, participants }
    }
    case 'participantDisconnected':
      return withParticipant(view, event.participantId, (p) => ({ ...p, isConnected: false }))
    case 'participantReconnected':
      return withParticipant(view, event.participantId, (p) => ({ ...p, isConnected: true }))
    case 'handRaised':
      return withParticipant(view, event.participantId, (p) => ({ ...p, handRaisedAtMs: event.atMs }))
    case 'handLowered':
      return withParticipant(view, event.participantId, (p) => ({ ...p, handRaisedAtMs: null }))
    case 'grantChanged':
      return withParticipant(view, event.participantId, (p) => ({ ...p, grant: event.grant }))
    case 'unmuteForbidden':
      return { ...view, isUnmuteForbidden: event.isForbidden }
    case 'trackPublished':
      return withParticipant(view, event.participantId, (p) => ({
        ...p,
        tracks: [...p.tracks.filter((t) => t.source !== event.track.source), event.track],
      }))
    case 'trackUnpublished':
      return withParticipant(view, event.participantId, (p) => ({
        ...p,
        tracks: p.tracks.filter((t) => t.id !== event.trackId),
      }))
    case 'chatPosted':
      return { ...view, chat: [...view.chat, event.message].slice(-chatLimit) }
    case 'agendaItemStarted':
      return {
        ...view,
        currentItemId: event.itemId,
        agenda: view.agenda.map((item) =>
          item.id === event.itemId ? { ...item, startedAtMs: item.startedAtMs ?? event.atMs } : item,
        ),
      }
    case 'recordingChanged':
      return {
        ...view,
        recording: {
          state: event.state,
          recordingId: event.recordingId,
          startedAtMs:
            event.state === 'recording'
              ? (view.recording.startedAtMs ?? event.atMs)
              : event.state === 'stopping'
                ? view.recording.startedAtMs
                : null,
          failure: event.failure,
        },
      }
    case 'presenceMarked': {
      const { [event.participantId]: _before, ...others } = view.markedPresent
      return {
        ...view,
        markedPresent: event.isPresent
          ? { ...others, [event.participantId]: { siteId: event.siteId, atMs: event.atMs } }
          : others,
      }
    }
    case 'spoke':
      return view
    default:
      return assertNever(event)
  }
}

function withParticipant(
  view: RoomView,
  id: ParticipantId,
  change: (participant: ParticipantView) => ParticipantView,
): RoomView {
  const participant = view.participants[id]
  if (!participant) return view
  return { ...view, participants: { ...view.participants, [id]: change(participant) } }
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
