import { z } from 'zod'
import { MeetingId, type NodeId } from './ids.ts'
import { AgendaItem } from './room/agendaEvents.ts'

/** Where a signalling node answers the office on the bus. */
export function callHomeAddress(nodeId: NodeId): string {
  return `signalling:${nodeId}`
}

/** An agenda for an open call, whole and in order. */
const AgendaWish = z.strictObject({
  items: z.array(AgendaItem),
  /** Of the plan that it was made for; left out, it goes over whatever is there. */
  version: z.number().int().optional(),
  /** The account or participant that wants it. */
  by: z.string(),
})
export type AgendaWish = z.infer<typeof AgendaWish>

/**
 * What the office asks of a call's home; of another node it is refused with `wrong_node`. A call without a home finds
 * one where it is asked for.
 */
export const callHomeRequests = {
  /** Answers when it is stored, in the plan too. */
  changeAgenda: AgendaWish.extend({ meetingId: MeetingId }),
  /** Ends the call for whoever is in it; answers when it is stored. */
  endCall: z.strictObject({ meetingId: MeetingId }),
  /** Opens a call again that had ended. */
  reopenCall: z.strictObject({ meetingId: MeetingId, by: z.string() }),
} as const
