import type { MeetingId, NodeId } from '#contract/ids.ts'
import { callLeaseKey } from './calls.ts'
import type { Database } from './client.ts'
import { translatingErrors } from './storage.ts'

/** A call's room as its events up to `seq` made it, as text; `fold` names the rules by which they did. */
export interface CallSnapshot {
  seq: number
  fold: string
  room: string
}

/**
 * The newest snapshot of a call that was made by these rules; null when there is none, or its last event is not stored:
 * events are the record, and a snapshot only saves reading them.
 * @throws AppError storage_unavailable
 */
export async function callSnapshot(
  database: Database,
  meetingId: MeetingId,
  fold: string,
): Promise<CallSnapshot | null> {
  const { rows } = await translatingErrors(() =>
    database.pool.query<CallSnapshot>(
      `SELECT seq, fold, room FROM call_snapshot
       WHERE meeting_id = $1 AND fold = $2
         AND EXISTS (SELECT 1 FROM call_event WHERE call_event.meeting_id = $1 AND call_event.seq = call_snapshot.seq)`,
      [meetingId, fold],
    ),
  )
  return rows[0] ?? null
}

/**
 * Keeps a snapshot in place of an older one; does nothing when the lease is another's, whose snapshots count then.
 * Safe to repeat. @throws AppError storage_unavailable
 */
export async function putCallSnapshot(
  database: Database,
  input: { meetingId: MeetingId; nodeId: NodeId; epoch: number; snapshot: CallSnapshot },
): Promise<void> {
  const { meetingId, nodeId, epoch, snapshot } = input
  await translatingErrors(() =>
    database.pool.query(
      `INSERT INTO call_snapshot (meeting_id, seq, fold, room, at)
       SELECT $4, $5, $6, $7, now()
       FROM (SELECT 1 FROM lease WHERE key = $1 AND node_id = $2 AND epoch = $3 FOR SHARE) AS held
       ON CONFLICT (meeting_id) DO UPDATE
         SET seq = excluded.seq, fold = excluded.fold, room = excluded.room, at = excluded.at
         WHERE call_snapshot.seq <= excluded.seq OR call_snapshot.fold <> excluded.fold`,
      [callLeaseKey(meetingId), nodeId, epoch, meetingId, snapshot.seq, snapshot.fold, snapshot.room],
    ),
  )
}
