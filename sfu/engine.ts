import type { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import type { Grant, TrackSource } from '#contract/grant.ts'
import type { MediaMessage, MediaTicket } from '#contract/requests.ts'

/** Who is let into a room: a participant with a page, or a recorder that only receives. */
export type AdmitKind = 'participant' | 'recorder'

/** How the media engine speaks of what happened. All carry the room. */
export interface EngineEvents {
  trackPublished: [{ roomId: MeetingId; participantId: ParticipantId; trackId: TrackId; source: TrackSource }]
  trackUnpublished: [{ roomId: MeetingId; participantId: ParticipantId; trackId: TrackId }]
  /** Who is heard, loudest first, levels in dBov (−127…0); at most every 300 ms; empty when it falls silent. */
  speakersChanged: [{ roomId: MeetingId; speakers: { participantId: ParticipantId; level: number }[] }]
  /** The engine's private words to one participant's page. */
  message: [{ roomId: MeetingId; participantId: ParticipantId; payload: MediaMessage }]
  /** The media session of one participant died (its worker was killed): admit again and send the new ticket. */
  participantLost: [{ roomId: MeetingId; participantId: ParticipantId }]
  /** The whole room is gone (its node died): open it again and admit everyone. */
  roomLost: [{ roomId: MeetingId }]
}

/**
 * The media engine, cut at membership: transports, producers and consumers are its own affair. Every call is safe
 * to repeat. Participant ids of recorders begin with `recorder-`.
 * Errors: AppError `media_unavailable`, `media_rejected`, `rate_limited` and `not_found` (no such room or
 * participant).
 */
export interface MediaEngine {
  readonly kind: MediaTicket['engine']
  /** Opens the room, or finds it open. `clientConfig` is what pages may prepare with before they join. */
  openRoom(roomId: MeetingId): Promise<{ clientConfig: Record<string, unknown> }>
  closeRoom(roomId: MeetingId): Promise<void>
  /** Lets somebody in; a second admission of the same id replaces the first session. */
  admit(
    roomId: MeetingId,
    participantId: ParticipantId,
    options: { kind: AdmitKind; grant: Grant; media: MediaMessage },
  ): Promise<MediaTicket>
  /** Changes rights; what is no longer open stops flowing before this resolves. */
  regrant(roomId: MeetingId, participantId: ParticipantId, grant: Grant): Promise<void>
  negotiate(roomId: MeetingId, participantId: ParticipantId, message: MediaMessage): Promise<MediaMessage>
  evict(roomId: MeetingId, participantId: ParticipantId): Promise<void>
  on<K extends keyof EngineEvents>(event: K, listener: (...args: EngineEvents[K]) => void): () => void
  close(): Promise<void>
}
