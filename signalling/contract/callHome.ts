import { z } from 'zod'
import { MeetingId, type NodeId } from './ids.ts'
import { AgendaItem } from './room/agendaEvents.ts'

/** Where a signalling node answers the office on the bus. */
export function callHomeAddress(nodeId: NodeId): string {
  return `signalling:${nodeId}`
}

/**
 * What the office asks of a call's home; of another node it is refused with `wrong_node`. A call without a home finds
 * one where it is asked for.
 */
export const callHomeRequests = {
  /** The agenda of an open call, whole and in order; answers when it is stored, in the plan too. */
  changeAgenda: z.strictObject({
    meetingId: MeetingId,
    items: z.array(AgendaItem),
    /** The account or participant that wants it. */
    by: z.string(),
  }),
} as const
