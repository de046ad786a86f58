import type { AuditFact } from '#db/audit.ts'
import type { CallRecord, StoredCallEvent } from '#db/calls.ts'
import type { CallSnapshot } from '#db/callSnapshots.ts'
import type { LiveNode } from '#db/nodes.ts'
import { AppError } from '#contract/errors.ts'
import type { MeetingId, NodeId, ParticipantId, RecordingId } from '#contract/ids.ts'
import type { Stores } from '../stores.ts'

interface Lease {
  nodeId: NodeId
  epoch: number
  expiresAtMs: number
}

/**
 * The stores in memory, with the same promises: for tests, load runs and demonstrations without a database. Shared
 * by the nodes of one process.
 */
export class MemoryStores {
  readonly records = new Map<MeetingId, CallRecord>()
  readonly stored = new Map<MeetingId, StoredCallEvent[]>()
  readonly snapshots = new Map<MeetingId, CallSnapshot>()
  readonly banned = new Set<ParticipantId>()
  readonly recordingRows = new Map<RecordingId, { nodeId: NodeId; failureCode: string }>()
  readonly audited: AuditFact[] = []
  readonly nodeRows: (LiveNode & { role: 'recorder' })[] = []
  readonly #leases = new Map<MeetingId, Lease>()
  #isReachable = true

  /** While false, every call fails with `storage_unavailable`. */
  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable
  }

  /** The ports that a node takes. */
  ports(): Stores {
    return {
      audit: {
        keep: async (fact) => {
          this.#reach().audited.push(fact)
        },
      },
      calls: {
        load: async (meetingId) => this.#reach().records.get(meetingId) ?? null,
        planVersion: async (meetingId) => this.#reach().records.get(meetingId)?.version ?? null,
        events: async (meetingId, afterSeq) => {
          const stored = this.#reach().stored.get(meetingId) ?? []
          return structuredClone(stored.filter(({ seq }) => seq > afterSeq))
        },
        snapshot: async (meetingId, fold) => {
          const snapshot = this.#reach().snapshots.get(meetingId)
          return snapshot?.fold === fold ? snapshot : null
        },
        putSnapshot: async ({ meetingId, nodeId, epoch, snapshot }) => {
          const lease = this.#reach().#leases.get(meetingId)
          if (lease?.nodeId === nodeId && lease.epoch === epoch) this.snapshots.set(meetingId, snapshot)
        },
        append: async ({ meetingId, nodeId, epoch, events }) => {
          const lease = this.#reach().#leases.get(meetingId)
          if (lease?.nodeId !== nodeId || lease.epoch !== epoch) throw new AppError('wrong_node')
          this.#append(meetingId, events)
        },
        ban: async (_meetingId, participantId) => {
          this.#reach().banned.add(participantId)
        },
      },
      leases: {
        take: async (meetingId, nodeId, ttlMs) => {
          const former = this.#reach().#leases.get(meetingId)
          if (former && former.expiresAtMs >= Date.now() && former.nodeId !== nodeId) return null
          const epoch = (former?.epoch ?? 0) + 1
          this.#leases.set(meetingId, { nodeId, epoch, expiresAtMs: Date.now() + ttlMs })
          return { epoch, formerExpiresAtMs: former?.expiresAtMs ?? null }
        },
        renew: async (nodeId, held, ttlMs) => {
          const kept = new Set<MeetingId>()
          for (const { meetingId, epoch } of held) {
            const lease = this.#reach().#leases.get(meetingId)
            if (lease?.nodeId !== nodeId || lease.epoch !== epoch) continue
            lease.expiresAtMs = Date.now() + ttlMs
            kept.add(meetingId)
          }
          return kept
        },
        release: async (meetingId, nodeId, epoch) => {
          const lease = this.#reach().#leases.get(meetingId)
          if (lease?.nodeId === nodeId && lease.epoch === epoch) lease.expiresAtMs = Date.now() - 1
        },
      },
      nodes: {
        live: async (role) =>
          this.#reach()
            .nodeRows.filter((node) => node.role === role)
            .sort((a, b) => a.load - b.load),
      },
      recordings: {
        demandRoom: async () => void this.#reach(),
        create: async ({ id, nodeId }) => {
          this.#reach().recordingRows.set(id, { nodeId, failureCode: '' })
        },
        fail: async (id, code) => {
          const row = this.#reach().recordingRows.get(id)
          if (row) row.failureCode = code
        },
        nodeOf: async (id) => this.#reach().recordingRows.get(id)?.nodeId ?? null,
      },
    }
  }

  #append(meetingId: MeetingId, events: readonly StoredCallEvent[]): void {
    const log = this.stored.get(meetingId) ?? []
    this.stored.set(meetingId, log)
    const record = this.records.get(meetingId)
    for (const stored of structuredClone(events)) {
      if (!log.some((known) => known.seq === stored.seq)) log.push(stored)
      if (!record || record.status === 'cancelled') continue
      if (stored.event.type === 'agendaChanged' && stored.event.by !== null) {
        record.agenda = stored.event.items.map((item) => ({ ...item, startedAtMs: null }))
        record.version++
      }
      if (stored.event.type === 'callOpened') record.status = 'open'
      if (stored.event.type === 'callEnded') record.status = 'ended'
      if (stored.event.type === 'callReopened') record.status = 'open'
    }
  }

  #reach(): this {
    if (!this.#isReachable) throw new AppError('storage_unavailable')
    return this
  }
}
