import type { MeetingListItem } from '#office/meetings/meetingsHome.ts'

/** The waiting room is offered this long before the start. */
const beforeStartMs = 60 * 60_000

/** Whether a list offers to join: the viewer takes part, and the meeting is going on or near. */
export function isJoinable(
  meeting: Pick<MeetingListItem, 'status' | 'myRole' | 'startsAtMs' | 'endsAtMs'>,
  nowMs: number,
): boolean {
  if (meeting.myRole === null) return false
  if (meeting.status === 'open') return true
  return (
    meeting.status === 'scheduled' && meeting.startsAtMs - nowMs < beforeStartMs && meeting.endsAtMs > nowMs
  )
}
