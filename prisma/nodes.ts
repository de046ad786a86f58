import type { NodeId } from '#contract/ids.ts'
import { detach, type Log } from '#contract/log.ts'
import type { Database } from './client.ts'
import { translatingErrors } from './storage.ts'

/** What a process can be; one process may be all of them. */
export type NodeRole = 'web' | 'signalling' | 'sfu' | 'recorder'

/** A process that showed a sign of life a moment ago. */
export interface LiveNode {
  id: NodeId
  /** Where other nodes reach its signalling, or its media; empty without these roles. */
  url: string
  load: number
}

/** Says that the node lives; the database's clock decides when. @throws AppError storage_unavailable */
export async function beat(
  database: Database,
  node: { id: NodeId; roles: readonly NodeRole[]; url: string; load: number },
): Promise<void> {
  await translatingErrors(() =>
    database.pool.query(
      `INSERT INTO node (id, roles, url, load, seen_at) VALUES ($1, $2, $3, $4, clock_timestamp())
       ON CONFLICT (id) DO UPDATE
         SET roles = excluded.roles, url = excluded.url, load = excluded.load, seen_at = excluded.seen_at`,
      [node.id, node.roles.join(','), node.url, node.load],
    ),
  )
}

/**
 * The nodes of a role seen in the last `withinMs` (default 6,000), least loaded first.
 * @throws AppError storage_unavailable
 */
export async function liveNodes(database: Database, role: NodeRole, withinMs = 6000): Promise<LiveNode[]> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<LiveNode>(
      `SELECT id, url, load FROM node
       WHERE $1 = ANY (string_to_array(roles, ',')) AND seen_at > clock_timestamp() - $2 * interval '1 millisecond'
       ORDER BY load, id`,
      [role, withinMs],
    ),
  )
  return rows
}

/** Whether a process beside this one showed a sign of life a moment ago. @throws AppError storage_unavailable */
export async function hasOtherLiveNode(database: Database, id: NodeId, withinMs = 6000): Promise<boolean> {
  const { rowCount } = await translatingErrors(() =>
    database.pool.query(
      "SELECT FROM node WHERE id <> $1 AND seen_at > clock_timestamp() - $2 * interval '1 millisecond' LIMIT 1",
      [id, withinMs],
    ),
  )
  return rowCount === 1
}

/** Takes a node off the list, when it ends in good order. @throws AppError storage_unavailable */
export async function forgetNode(database: Database, id: NodeId): Promise<void> {
  await translatingErrors(() => database.pool.query('DELETE FROM node WHERE id = $1', [id]))
}

/** Shows that a node lives. */
export interface Heartbeat {
  /** How long the database has answered without a break, as far as this node asked. */
  steadyMs(): number
  stop(): Promise<void>
}

/**
 * Beats at once (awaited, so that a database that is away is noticed) and then every `everyMs` until `stop`,
 * which takes the node off the list. One a process.
 * @throws AppError storage_unavailable
 */
export async function startHeartbeat(options: {
  database: Database
  nodeId: NodeId
  roles: readonly NodeRole[]
  url: string
  /** Asked before each beat. */
  load: () => number
  log: Log
  everyMs?: number
}): Promise<Heartbeat> {
  const { database, nodeId: id, roles, url, load, log } = options
  let steadySinceMs: number | null = null
  const once = async (): Promise<void> => {
    try {
      await beat(database, { id, roles, url, load: load() })
      steadySinceMs ??= performance.now()
    } catch (error) {
      steadySinceMs = null
      throw error
    }
  }
  await once()
  let running: Promise<void> | null = null
  const timer = setInterval(() => {
    // A slow database gets one beat at a time.
    running ??= once().finally(() => (running = null))
    detach(log, 'heartbeatFailed', running)
  }, options.everyMs ?? 1500)
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    clearInterval(timer)
    await running?.catch(() => undefined) // logged above
    await forgetNode(database, id).catch((error: unknown) =>
      log.warn('nodeNotDropped', { error: error instanceof Error ? error.message : String(error) }),
    )
  }
  return {
    steadyMs: () => (steadySinceMs === null ? 0 : performance.now() - steadySinceMs),
    stop: () => (stopping ??= stop()),
  }
}
