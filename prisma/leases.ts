import type { NodeId } from '#contract/ids.ts'
import type { Database } from './client.ts'
import { translatingErrors } from './storage.ts'

/** A lease that was just taken. */
export interface TakenLease {
  /** Counts the holders; a write under an older one is refused. */
  epoch: number
  /** When the former holder's lease ran out or was given back; null for the first holder. */
  formerExpiresAtMs: number | null
}

/**
 * Takes the lease when nobody else holds it; the database's clock decides. Null while somebody else does.
 * A node that holds it already takes it anew, with a new epoch: it is a process that was started again.
 * @throws AppError storage_unavailable
 */
export async function takeLease(
  database: Database,
  key: string,
  nodeId: NodeId,
  ttlMs: number,
): Promise<TakenLease | null> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<{ epoch: number; former: Date | null }>(
      `WITH former AS (SELECT expires_at FROM lease WHERE key = $1)
       INSERT INTO lease AS held (key, node_id, epoch, expires_at)
       VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (key) DO UPDATE
         SET node_id = excluded.node_id, epoch = held.epoch + 1, expires_at = excluded.expires_at
         WHERE held.expires_at < clock_timestamp() OR held.node_id = excluded.node_id
       RETURNING epoch, (SELECT expires_at FROM former) AS former`,
      [key, nodeId, ttlMs],
    ),
  )
  const [row] = rows
  return row ? { epoch: row.epoch, formerExpiresAtMs: row.former?.getTime() ?? null } : null
}

/**
 * Prolongs what is still held (also when it ran out and nobody took it) and returns its keys: one that is missing
 * was taken by another node. One round trip for all. @throws AppError storage_unavailable
 */
export async function renewLeases(
  database: Database,
  nodeId: NodeId,
  held: readonly { key: string; epoch: number }[],
  ttlMs: number,
): Promise<string[]> {
  if (held.length === 0) return []
  const { rows } = await translatingErrors(() =>
    database.pool.query<{ key: string }>(
      `UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
       FROM unnest($1::text[], $2::int[]) AS mine (key, epoch)
       WHERE lease.key = mine.key AND lease.epoch = mine.epoch AND lease.node_id = $3
       RETURNING lease.key`,
      [held.map((lease) => lease.key), held.map((lease) => lease.epoch), nodeId, ttlMs],
    ),
  )
  return rows.map((row) => row.key)
}

/** Gives a lease back at once; its row stays, so that epochs go on rising. @throws AppError storage_unavailable */
export async function releaseLease(
  database: Database,
  key: string,
  nodeId: NodeId,
  epoch: number,
): Promise<void> {
  await translatingErrors(() =>
    database.pool.query(
      `UPDATE lease SET expires_at = clock_timestamp() - interval '1 millisecond'
       WHERE key = $1 AND node_id = $2 AND epoch = $3`,
      [key, nodeId, epoch],
    ),
  )
}

/**
 * The node that held the lease last, and whether it still does; null when nobody ever did. One that no longer does
 * has died or let go: a call is better opened elsewhere. @throws AppError storage_unavailable
 */
export async function lastHolder(
  database: Database,
  key: string,
): Promise<{ nodeId: NodeId; isHeld: boolean } | null> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<{ node_id: NodeId; held: boolean }>(
      'SELECT node_id, expires_at >= clock_timestamp() AS held FROM lease WHERE key = $1',
      [key],
    ),
  )
  const [row] = rows
  return row ? { nodeId: row.node_id, isHeld: row.held } : null
}
