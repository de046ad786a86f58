import type { AgendaItemId, MeetingId, ParticipantId, RecordingId, SiteId, TrackId } from './ids.ts'
import type { Grant, TrackSource } from './grant.ts'
import type { MeetingRole, ParticipantKind } from './meeting.ts'

/** A track as others see it. */
export interface TrackView {
  id: TrackId
  source: TrackSource
}

/** One participant who is, or was a moment ago, in the call. */
export interface ParticipantView {
  id: ParticipantId
  name: string
  /** Short name of the unit; empty for guests without one. */
  unitName: string
  position: string
  role: MeetingRole
  kind: ParticipantKind
  /** Set when the person sits in a site's room or the participant is that room. */
  siteId: SiteId | null
  siteName: string | null
  joinedAtMs: number
  /** False while the connection is lost and the seat is kept. */
  isConnected: boolean
  handRaisedAtMs: number | null
  grant: Grant
  tracks: TrackView[]
}

export interface ChatMessage {
  /** Made by the sender's page, so that a retry is not a second message. */
  id: string
  participantId: ParticipantId
  name: string
  text: string
  atMs: number
}

export interface AgendaItemView {
  id: AgendaItemId
  title: string
  presenter: string
  durationMin: number | null
  startedAtMs: number | null
}

/** off → proposed → starting → recording → stopping → off; any → failed (said to everyone in the room). */
export interface RecordingView {
  state: 'off' | 'proposed' | 'starting' | 'recording' | 'stopping' | 'failed'
  recordingId: RecordingId | null
  startedAtMs: number | null
  /** An error code when failed. */
  failure: string | null
}

/**
 * All that a page needs to draw a call. Joining acks it; each event raises `version` by one.
 * `epoch` names the home that counts: a view of another epoch is stale as a whole.
 */
export interface RoomView {
  meetingId: MeetingId
  epoch: number
  version: number
  phase: 'waiting' | 'open' | 'ended'
  openedAtMs: number | null
  endedAtMs: number | null
  participants: Record<ParticipantId, ParticipantView>
  /** The newest 200 messages, oldest first. */
  chat: ChatMessage[]
  agenda: AgendaItemView[]
  currentItemId: AgendaItemId | null
  recording: RecordingView
  /** Whether "mute all" was asked with unmuting forbidden: those who join later start forbidden too. */
  isUnmuteForbidden: boolean
  /** Present people who were marked by hand (in a site's room without a device of their own): site or null. */
  markedPresent: Record<ParticipantId, { siteId: SiteId | null; atMs: number }>
}

export const chatLimit = 200

/** The view of a call nobody has been in yet. */
export function emptyRoomView(meetingId: MeetingId, agenda: AgendaItemView[], epoch: number): RoomView {
  return {
    meetingId,
    epoch,
    version: 0,
    phase: 'waiting',
    openedAtMs: null,
    endedAtMs: null,
    participants: {},
    chat: [],
    agenda,
    currentItemId: null,
    recording: { state: 'off', recordingId: null, startedAtMs: null, failure: null },
    isUnmuteForbidden: false,
    markedPresent: {},
  }
}
