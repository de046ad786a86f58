import { z } from 'zod'
import { Grant, TrackSource } from '../grant.ts'
import { ParticipantId, SiteId, TrackId } from '../ids.ts'
import { meetingRoles } from '../meeting.ts'

/** A track that was published. */
export const PublishedTrack = z.object({ id: TrackId, source: TrackSource })

/** A track as others see it. */
export const TrackView = PublishedTrack.extend({ publishedAtMs: z.number().default(0) })
export type TrackView = z.infer<typeof TrackView>

/** One participant who is, or was a moment ago, in the call: what the slices say of one person stands together. */
export const ParticipantView = z.object({
  id: ParticipantId,
  name: z.string(),
  /** Short name of the unit; empty for guests without one. */
  unitName: z.string(),
  position: z.string(),
  role: z.enum(meetingRoles),
  kind: z.enum(['person', 'site']),
  /** Set when the person sits in a site's room or the participant is that room. */
  siteId: SiteId.nullable(),
  siteName: z.string().nullable(),
  joinedAtMs: z.number(),
  /** False while the connection is lost and the seat is kept. */
  isConnected: z.boolean(),
  handRaisedAtMs: z.number().nullable(),
  grant: Grant,
  tracks: z.array(TrackView),
})
export type ParticipantView = z.infer<typeof ParticipantView>
