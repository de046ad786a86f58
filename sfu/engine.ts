import { z } from 'zod'
import { Grant, TrackSource } from '#contract/grant.ts'
import { MeetingId, ParticipantId, TrackId } from '#contract/ids.ts'
import { MediaMessage, type MediaTicket, type OpenedRoom } from '#contract/media.ts'

/** Who is let into a room, and with what. Not everybody who has media has a page. */
export const Admission = z.discriminatedUnion('kind', [
  /**
   * A browser's page; `media` is what its engine client can do. `isBeside`: the participant's earlier page, if it is
   * there, keeps its media until `settle`, and nobody negotiates for this one before.
   */
  z.object({ kind: z.literal('page'), grant: Grant, media: MediaMessage, isBeside: z.boolean().optional() }),
  /** Takes every track as it comes and gives none; its ticket's payload is a `CaptureTicket`. */
  z.object({ kind: z.literal('recorder') }),
])
export type Admission = z.infer<typeof Admission>
export type AdmissionKind = Admission['kind']

const inRoom = { roomId: MeetingId }
const ofOne = { ...inRoom, participantId: ParticipantId }

/** What the media engine says of what happened, in the order in which it happened. */
export const EngineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('trackPublished'), ...ofOne, trackId: TrackId, source: TrackSource }),
  z.object({ type: z.literal('trackUnpublished'), ...ofOne, trackId: TrackId }),
  /** Who is heard, loudest first, levels in dBov (−127…0); at most every 300 ms; empty when it falls silent. */
  z.object({
    type: z.literal('speakersChanged'),
    ...inRoom,
    speakers: z.array(z.object({ participantId: ParticipantId, level: z.number() })).max(64),
  }),
  /** The engine's private words to one participant's client. */
  z.object({ type: z.literal('message'), ...ofOne, payload: MediaMessage }),
  /**
   * The media of one participant died (its worker was killed, no path leads to it, a recorder's connection broke): admit
   * again and send the new ticket.
   */
  z.object({ type: z.literal('participantLost'), ...ofOne }),
  /** The whole room is gone (its node died): open it again and admit everyone. */
  z.object({ type: z.literal('roomLost'), ...inRoom }),
])
export type EngineEvent = z.infer<typeof EngineEvent>
export type EngineListener = (event: EngineEvent) => void

/**
 * The media engine, cut at membership: transports, producers and consumers are its own affair. Every call is safe
 * to repeat.
 * Errors: AppError `media_unavailable`, `media_rejected`, `rate_limited` and `not_found` (no such room or
 * participant).
 */
export interface MediaEngine {
  /** Opens the room, or finds it open. */
  openRoom(roomId: MeetingId): Promise<OpenedRoom>
  closeRoom(roomId: MeetingId): Promise<void>
  /** Lets somebody in; a second admission of the same id replaces the first. */
  admit(roomId: MeetingId, participantId: ParticipantId, admission: Admission): Promise<MediaTicket>
  /**
   * Who was admitted beside an earlier page takes its place, or goes and leaves that as it was. `not_found` when it is
   * to take a place and is not there any more.
   */
  settle(roomId: MeetingId, participantId: ParticipantId, isTaken: boolean): Promise<void>
  /** Changes rights; what is no longer open stops flowing before this resolves. A recorder has none to change. */
  regrant(roomId: MeetingId, participantId: ParticipantId, grant: Grant): Promise<void>
  negotiate(roomId: MeetingId, participantId: ParticipantId, message: MediaMessage): Promise<MediaMessage>
  evict(roomId: MeetingId, participantId: ParticipantId): Promise<void>
  /** Calls back with every event, until the returned function is called. */
  onEvent(listener: EngineListener): () => void
  close(): Promise<void>
}
