import type { MeetingId } from './ids.ts'

/**
 * What a page may follow: one meeting that it may see, or the meetings that concern its account. The names travel as
 * they are.
 */
export type Topic = 'meetings' | `meeting:${string}`

/** The topic of one meeting. */
export function meetingTopic(meetingId: MeetingId): Topic {
  return `meeting:${meetingId}`
}

/** What of a meeting changed: its plan, who is or was in its call, its minutes, its recordings. */
export const meetingParts = ['plan', 'call', 'minutes', 'recordings'] as const
export type MeetingPart = (typeof meetingParts)[number]

/** A hint, without content: whoever wants to know asks as ever. It may be lost, come late or come twice. */
export interface TopicChange {
  topic: Topic
  meetingId: MeetingId
  part: MeetingPart
  /** The version that the part has now, where it has one. */
  version: number | null
}
