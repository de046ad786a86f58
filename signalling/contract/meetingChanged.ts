import { z } from 'zod'
import { MeetingId } from './ids.ts'
import { meetingParts } from './live.ts'

/** The bus topic on which is told that something of a meeting was stored; at most once, so a hint. */
export const meetingChangedTopic = 'meeting:changed'

/** What changed. The call's home looks again at its plan, and pages that show the meeting ask anew. */
export const MeetingChanged = z.object({
  meetingId: MeetingId,
  part: z.enum(meetingParts),
  /** The version that the part has now; null where it has none. */
  version: z.number().int().nullable().default(null),
  /** Accounts whom the meeting concerned until now. */
  formerUserIds: z.array(z.string()).default([]),
})
export type MeetingChanged = z.infer<typeof MeetingChanged>
/** As it is told: what has a default may be left out. */
export type MeetingChange = z.input<typeof MeetingChanged>
