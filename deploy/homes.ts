import type { MeetingId } from '#contract/ids.ts'
import { callLeaseKey } from '#db/calls.ts'
import type { Database } from '#db/client.ts'
import { lastHolder } from '#db/leases.ts'
import { liveNodes, type LiveNode } from '#db/nodes.ts'
import { chooseHome } from '#signalling/homeChoice.ts'
import { isConnectionOf } from '#signalling/connectionName.ts'

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

/** How long it counts who lives: a page that polls asks several times a second. */
const rememberMs = 2000

/** Finds the node of a connection that polls, by the connection's name. */
export class ConnectionHomes {
  readonly #database: Database
  #live: readonly LiveNode[] = []
  #asking: Promise<unknown> | null = null
  #askedAtMs = -Infinity

  constructor(database: Database) {
    this.#database = database
  }

  /** Null when no living node has it. A database that is away leaves the nodes as they were. */
  async homeOf(connectionName: string): Promise<Home | null> {
    if (performance.now() - this.#askedAtMs > rememberMs) await this.#ask()
    const node = this.#live.find(({ id, url }) => url !== '' && isConnectionOf(connectionName, id))
    return node ? { nodeId: node.id, url: node.url } : null
  }

  async #ask(): Promise<void> {
    this.#asking ??= liveNodes(this.#database, 'signalling')
      .then(
        (live) => (this.#live = live),
        (error: unknown) => {
          if (this.#live.length === 0) throw error
        },
      )
      .finally(() => {
        this.#asking = null
        this.#askedAtMs = performance.now()
      })
    await this.#asking
  }
}
