import { z } from 'zod'
import { TrackSource } from './grant.ts'
import { MediaTicket } from './media.ts'
import { MeetingId, ParticipantId, RecordingId } from './ids.ts'

/**
 * The recorder's requests on the bus (address `recorder:<node>`), and what it publishes on `recorder:events`.
 * Recording states live in the database; these say when to look.
 */
export const recorderRequests = {
  /** Begin, or go on after the media room was lost: a further segment of the same recording. Answers when packets can flow. */
  start: z.strictObject({
    recordingId: RecordingId,
    meetingId: MeetingId,
    /** The recorder's ticket into the engine. */
    ticket: MediaTicket,
    /** Names for the name plates, by participant id; more follow with `names`. */
    names: z.record(z.string(), z.object({ name: z.string(), unitName: z.string() })),
    /** A part of it was captured: only who has that part may go on (`not_found`), unless it is composed (`invalid_state`). */
    isFurther: z.boolean().optional(),
  }),
  /** Answers `RecorderHold`; `not_found` when it is not recorded there, though a part of it may lie there. */
  holds: z.strictObject({ recordingId: RecordingId }),
  names: z.strictObject({
    recordingId: RecordingId,
    names: z.record(z.string(), z.object({ name: z.string(), unitName: z.string() })),
  }),
  /** Close the journal and compose in the background. Answers when the journal is safe on disk. */
  stop: z.strictObject({ recordingId: RecordingId }),
  /** Compose again what failed. `invalid_state` unless it failed, `not_found` when nothing of it is here, `disk_full`. */
  compose: z.strictObject({ recordingId: RecordingId, meetingId: MeetingId }),
} as const

/** What a recorder says of a recording that it holds: without media it captures nothing, and waits to be let in again. */
export const RecorderHold = z.object({ isCapturing: z.boolean() })
export type RecorderHold = z.infer<typeof RecorderHold>

export const RecorderEvent = z.discriminatedUnion('type', [
  /**
   * Nothing more is written; what was written is kept. `code` is an error code (`disk_full`, `media_unavailable`, …);
   * `node_closing`: the recorder ends in good order, and the same recording may go on where it lies.
   */
  z.object({
    type: z.literal('recordingFailed'),
    meetingId: MeetingId,
    recordingId: RecordingId,
    code: z.string(),
  }),
  z.object({ type: z.literal('recordingReady'), meetingId: MeetingId, recordingId: RecordingId }),
])
export type RecorderEvent = z.infer<typeof RecorderEvent>

/**
 * A track that is missing from a composed recording, wholly or in part: of a codec that the recorder does not know
 * (`unsupported`), not to be read from some point on (`unreadable`), or refused by the decoder (`undecodable`).
 */
export const RecordingFault = z.object({
  participantId: ParticipantId,
  /** As on the name plate; empty when it was not known. */
  name: z.string(),
  source: TrackSource,
  reason: z.enum(['unsupported', 'unreadable', 'undecodable']),
})
export type RecordingFault = z.infer<typeof RecordingFault>
/**
 * Time of which a composed recording holds nothing, of all or of one track; milliseconds from its beginning. The
 * recorder died (`interrupted`) or was ended (`closed`), the media node was lost (`media_lost`), the disk was full
 * (`disk_full`) or what was captured cannot be read (`damaged`; of unknown length when it begins where it ends); a node
 * could not keep up (`overloaded`), or a track brought more than is kept (`too_large`).
 */
export const RecordingGap = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** Null for all who were there. */
  participantId: ParticipantId.nullable(),
  /** As on the name plate; empty for all, and when it was not known. */
  name: z.string(),
  source: TrackSource.nullable(),
  reason: z.enum(['interrupted', 'closed', 'media_lost', 'disk_full', 'damaged', 'overloaded', 'too_large']),
})
export type RecordingGap = z.infer<typeof RecordingGap>
export const RecordingGaps = z.array(RecordingGap)
export type RecordingGaps = z.infer<typeof RecordingGaps>

export const RecordingFaults = z.array(RecordingFault)
export type RecordingFaults = z.infer<typeof RecordingFaults>
