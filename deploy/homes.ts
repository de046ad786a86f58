import type { MeetingId } from '#contract/ids.ts'
import { callLeaseKey } from '#db/calls.ts'
import type { Database } from '#db/client.ts'
import { lastHolder } from '#db/leases.ts'
import { liveNodes } from '#db/nodes.ts'
import { chooseHome } from '#signalling/homeChoice.ts'

/** The node that a meeting's sockets belong to. */
export interface Home {
  nodeId: string
  /** Where this process reaches its signalling. */
  url: string
}

/**
 * The living holder of the meeting's lease, else the least busy signalling node, which will take it.
 * Null while none lives. @throws AppError storage_unavailable
 */
export async function homeOf(database: Database, meetingId: MeetingId): Promise<Home | null> {
  const [last, live] = await Promise.all([
    lastHolder(database, callLeaseKey(meetingId)),
    liveNodes(database, 'signalling'),
  ])
  const node = chooseHome(last, live)
  return node ? { nodeId: node.id, url: node.url } : null
}
