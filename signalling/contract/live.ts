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

/**
 * What of a meeting changed: its plan; whether its call runs; who is or was in it; its minutes (with a version: their
 * text, without: their state); its recordings.
 */
export const meetingParts = ['plan', 'status', 'presence', 'minutes', 'recordings'] as const
export type MeetingPart = (typeof meetingParts)[number]

/** A hint, without content: whoever wants to know asks as ever. It may be lost, come late or come twice. */
export interface TopicChange {
  topic: Topic
  meetingId: MeetingId
  part: MeetingPart
  /** The version that the part has now, where it has one. */
  version: number | null
}

/** Whether a change shows in lists of meetings: those who follow `meetings` hear of no others. */
export function showsInLists({ part, version }: Pick<TopicChange, 'part' | 'version'>): boolean {
  return part === 'plan' || part === 'status' || (part === 'minutes' && version === null)
}
