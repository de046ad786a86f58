import type { MeetingId } from '#contract/ids.ts'
import { callLeaseKey } from '#db/calls.ts'
import type { Database } from '#db/client.ts'
import { lastHolder } from '#db/leases.ts'
import { liveNodes } from '#db/nodes.ts'
import { chooseHome } from '#signalling/homeChoice.ts'

/** The node that a page's socket belongs to. */
export interface Home {
  nodeId: string
  /** Where this process reaches its signalling. */
  url: string
}

/**
 * The living holder of the call's lease, else the least busy signalling node, which will take it; that one too for
 * who asks for no call. Null while none lives. @throws AppError storage_unavailable
 */
export async function homeOf(database: Database, meetingId: MeetingId | null): Promise<Home | null> {
  const [last, live] = await Promise.all([
    meetingId === null ? null : lastHolder(database, callLeaseKey(meetingId)),
    liveNodes(database, 'signalling'),
  ])
  const node = chooseHome(last, live)
  return node ? { nodeId: node.id, url: node.url } : null
}
