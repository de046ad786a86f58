import {
  appendCallEvents,
  banParticipant,
  callEvents,
  callLeaseKey,
  createRecording,
  loadCall,
  planVersion,
  type CallRecord,
  type StoredCallEvent,
} from '#db/calls.ts'
import { callSnapshot, putCallSnapshot, type CallSnapshot } from '#db/callSnapshots.ts'
import type { AuditFact } from '#db/audit.ts'
import type { Database } from '#db/client.ts'
import { releaseLease, renewLeases, takeLease, type TakenLease } from '#db/leases.ts'
import { liveNodes, type LiveNode } from '#db/nodes.ts'
import { changeRecording, findRecording } from '#db/recordings.ts'
import { demandRecordingRoom } from '#db/storageUse.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { MeetingId, NodeId, ParticipantId, RecordingId } from '#contract/ids.ts'

/** Where calls are kept. Everything throws AppError `storage_unavailable` when it cannot be reached. */
export interface CallStore {
  load(meetingId: MeetingId): Promise<CallRecord | null>
  /** Of the meeting's plan; null when there is no such meeting. */
  planVersion(meetingId: MeetingId): Promise<number | null>
  /** Those after that number. */
  events(meetingId: MeetingId, afterSeq: number): Promise<StoredCallEvent[]>
  /** The room as events made it by these rules; null for none. */
  snapshot(meetingId: MeetingId, fold: string): Promise<CallSnapshot | null>
  /** In place of an older one; nothing when the lease is another's. */
  putSnapshot(input: {
    meetingId: MeetingId
    nodeId: NodeId
    epoch: number
    snapshot: CallSnapshot
  }): Promise<void>
  /**
   * In order, safe to repeat.
   * @throws AppError wrong_node when the lease is another's; bad_request for what it can never hold
   */
  append(input: {
    meetingId: MeetingId
    nodeId: NodeId
    epoch: number
    events: readonly StoredCallEvent[]
  }): Promise<void>
  ban(meetingId: MeetingId, participantId: ParticipantId): Promise<void>
}

/** Which node a call lives on; epochs count the holders. */
export interface LeaseStore {
  take(meetingId: MeetingId, nodeId: NodeId, ttlMs: number): Promise<TakenLease | null>
  /** Returns the calls that are still this node's. */
  renew(
    nodeId: NodeId,
    held: readonly { meetingId: MeetingId; epoch: number }[],
    ttlMs: number,
  ): Promise<Set<MeetingId>>
  release(meetingId: MeetingId, nodeId: NodeId, epoch: number): Promise<void>
}

/** Who is alive, least loaded first. */
export interface NodeList {
  live(role: 'recorder'): Promise<LiveNode[]>
}

/** The rows of recordings, as far as the call's home writes them; the rest is the recorder's. */
export interface RecordingRows {
  /** Before a new one begins. @throws AppError recording_quota_reached, unit_quota_reached; storage_unavailable */
  demandRoom(meetingId: MeetingId): Promise<void>
  /** Also names the node anew when the row is there. */
  create(recording: {
    id: RecordingId
    meetingId: MeetingId
    approvedByName: string
    nodeId: NodeId
    startedAtMs: number
  }): Promise<void>
  /** It never began. */
  fail(id: RecordingId, code: ErrorCode): Promise<void>
  /** The recorder that has it; null when unknown. */
  nodeOf(id: RecordingId): Promise<NodeId | null>
}

/** What can be proved later. */
export interface AuditStore {
  /** Stored as soon as that can be. */
  keep(fact: AuditFact): Promise<void>
}

/** All that signalling keeps outside of itself. */
export interface Stores {
  audit: AuditStore
  calls: CallStore
  leases: LeaseStore
  nodes: NodeList
  recordings: RecordingRows
}

/** The stores of a real installation. */
export function storesOf(database: Database): Stores {
  return {
    audit: database.audit,
    calls: {
      load: (meetingId) => loadCall(database, meetingId),
      planVersion: (meetingId) => planVersion(database, meetingId),
      events: (meetingId, afterSeq) => callEvents(database, meetingId, afterSeq),
      snapshot: (meetingId, fold) => callSnapshot(database, meetingId, fold),
      putSnapshot: (input) => putCallSnapshot(database, input),
      append: (input) => appendCallEvents(database, input),
      ban: (meetingId, participantId) => banParticipant(database, meetingId, participantId),
    },
    leases: {
      take: (meetingId, nodeId, ttlMs) => takeLease(database, callLeaseKey(meetingId), nodeId, ttlMs),
      renew: async (nodeId, held, ttlMs) => {
        const keys = new Set(
          await renewLeases(
            database,
            nodeId,
            held.map(({ meetingId, epoch }) => ({ key: callLeaseKey(meetingId), epoch })),
            ttlMs,
          ),
        )
        return new Set(held.map((lease) => lease.meetingId).filter((id) => keys.has(callLeaseKey(id))))
      },
      release: (meetingId, nodeId, epoch) => releaseLease(database, callLeaseKey(meetingId), nodeId, epoch),
    },
    nodes: { live: (role) => liveNodes(database, role) },
    recordings: {
      demandRoom: (meetingId) => demandRecordingRoom(database, meetingId, Date.now()),
      create: (recording) => createRecording(database, recording),
      fail: async (id, failureCode) => {
        await changeRecording(database, id, { state: 'failed', failureCode, stoppedAtMs: Date.now() })
      },
      nodeOf: async (id) => {
        const nodeId = (await findRecording(database, id))?.nodeId
        return nodeId ? (nodeId as NodeId) : null // written only by us
      },
    },
  }
}
