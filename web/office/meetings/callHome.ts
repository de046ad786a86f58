import type { Bus } from '#contract/bus.ts'
import { callHomeAddress, callHomeRequests, type AgendaWish } from '#contract/callHome.ts'
import { AppError } from '#contract/errors.ts'
import type { MeetingId, NodeId } from '#contract/ids.ts'
import { callLeaseKey } from '#db/calls.ts'
import type { Database } from '#db/client.ts'
import { lastHolder } from '#db/leases.ts'
import { liveNodes } from '#db/nodes.ts'

const timeoutMs = 3000
/** A call may be on its way to another home. */
const maxTries = 3
const retryMs = 300

/** What the office asks of an open call, where it lives. */
export interface CallHome {
  /**
   * Answers when the agenda is stored, in the plan too, whose version it raises by one. It may be asked again.
   * @throws AppError conflict when the plan has another version than the one it was made for; invalid_state when an
   * item that was called would go; meeting_not_open, meeting_ended; node_closing when no signalling node lives;
   * timeout, storage_unavailable (it may hold all the same)
   */
  changeAgenda(meetingId: MeetingId, wish: AgendaWish): Promise<void>
  /** Ends the call; answers when that is stored. @throws AppError meeting_not_open, meeting_ended; as `changeAgenda` */
  endCall(meetingId: MeetingId): Promise<void>
  /** Opens a call again that ended. @throws AppError invalid_state when it did not end; as `changeAgenda` */
  reopenCall(meetingId: MeetingId, by: string): Promise<void>
}

/** Finds calls by their leases, and asks their homes over the bus. */
export function createCallHome({ database, bus }: { database: Database; bus: Bus }): CallHome {
  async function homeOf(meetingId: MeetingId): Promise<NodeId> {
    const [last, live] = await Promise.all([
      lastHolder(database, callLeaseKey(meetingId)),
      liveNodes(database, 'signalling'),
    ])
    const nodeId = last?.isHeld ? last.nodeId : live[0]?.id
    if (nodeId === undefined) throw new AppError('node_closing', 'no signalling node lives')
    return nodeId
  }

  async function ask(
    meetingId: MeetingId,
    method: keyof typeof callHomeRequests,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const address = callHomeAddress(await homeOf(meetingId))
        await bus.request(address, method, { meetingId, ...payload }, { timeoutMs })
        return
      } catch (error) {
        if (!mayPass(error) || tries >= maxTries) throw error
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  return {
    changeAgenda: (meetingId, wish) => ask(meetingId, 'changeAgenda', wish),
    endCall: (meetingId) => ask(meetingId, 'endCall', {}),
    reopenCall: (meetingId, by) => ask(meetingId, 'reopenCall', { by }),
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof AppError && ['wrong_node', 'node_closing', 'timeout'].includes(error.code)
}
