import { z } from 'zod'

/** What every id looks like on the wire: 1–64 characters that are safe in a URL, a file name and a log line. */
const idText = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** A meeting; also the name of its call and of its room in the media engine. */
export const MeetingId = idText.brand<'MeetingId'>()
export type MeetingId = z.infer<typeof MeetingId>

/** One person or one site in one meeting, from the invitation to the attendance list. */
export const ParticipantId = idText.brand<'ParticipantId'>()
export type ParticipantId = z.infer<typeof ParticipantId>

/** An official's account. */
export const UserId = idText.brand<'UserId'>()
export type UserId = z.infer<typeof UserId>

export const SiteId = idText.brand<'SiteId'>()
export type SiteId = z.infer<typeof SiteId>

export const AgendaItemId = idText.brand<'AgendaItemId'>()
export type AgendaItemId = z.infer<typeof AgendaItemId>

export const RecordingId = idText.brand<'RecordingId'>()
export type RecordingId = z.infer<typeof RecordingId>

/** One published audio or video track; chosen by the client, checked by the engine. */
export const TrackId = idText.brand<'TrackId'>()
export type TrackId = z.infer<typeof TrackId>

/** One open page of one participant; random, kept over reconnections, new after a reload. */
export const ClientId = idText.brand<'ClientId'>()
export type ClientId = z.infer<typeof ClientId>

/** A process of the platform. */
export const NodeId = idText.brand<'NodeId'>()
export type NodeId = z.infer<typeof NodeId>
