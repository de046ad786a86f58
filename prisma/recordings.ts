import type { MeetingId, RecordingId } from '#contract/ids.ts'
import type { MeetingStatus } from '#contract/meeting.ts'
import { RecordingFaults, RecordingGaps } from '#contract/recorder.ts'
import type { Database } from './client.ts'
import { fullUnitName } from './units.ts'

const recordingStates = [
  ...(['starting', 'recording', 'composing', 'ready', 'failed'] as const),
  ...(['deleting', 'deleted'] as const),
] as const
/**
 * starting → recording → composing → ready | failed. Failed keeps what was written. Both go on to deleting (nobody opens
 * it any more) → deleted.
 */
export type RecordingState = (typeof recordingStates)[number]

/** A recording as it is stored; times are epoch milliseconds. */
export interface RecordingRow {
  id: RecordingId
  meetingId: MeetingId
  state: RecordingState
  failureCode: string
  nodeId: string
  startedAtMs: number
  stoppedAtMs: number | null
  progressPercent: number
  fileKey: string
  sizeBytes: number
  durationMs: number
  /** Tracks that are missing from the composed file. */
  faults: RecordingFaults
  /** Time that is missing from it. */
  gaps: RecordingGaps
  /** What it holds beside the composed file, as measured within the last minute. */
  journalBytes: number
  /** Why no rule deletes it; empty when one may. */
  keepReason: string
  /** Who had it deleted: a user's id, or `system` for the rule. */
  deletedById: string
  /** The days of the rule that deleted it. */
  deletedByDays: number | null
  deletedAtMs: number | null
}

/** What may change in a recording; what is left out stays. */
export interface RecordingChange {
  state?: RecordingState
  failureCode?: string
  nodeId?: string
  startedAtMs?: number
  stoppedAtMs?: number
  readyAtMs?: number
  progressPercent?: number
  fileKey?: string
  sizeBytes?: number
  durationMs?: number
  faults?: RecordingFaults
  gaps?: RecordingGaps
}

type Row = NonNullable<Awaited<ReturnType<Database['prisma']['recording']['findUnique']>>>

function toRow(row: Row): RecordingRow {
  return {
    id: row.id as RecordingId, // made by us, checked when it came in
    meetingId: row.meetingId as MeetingId,
    state: recordingStates.find((state) => state === row.state) ?? 'failed',
    failureCode: row.failureCode,
    nodeId: row.nodeId,
    startedAtMs: row.startedAt.getTime(),
    stoppedAtMs: row.stoppedAt?.getTime() ?? null,
    progressPercent: row.progressPercent,
    fileKey: row.fileKey,
    sizeBytes: Number(row.sizeBytes),
    durationMs: row.durationMs,
    faults: RecordingFaults.parse(row.faults), // written only by us
    gaps: RecordingGaps.parse(row.gaps),
    journalBytes: Number(row.journalBytes),
    keepReason: row.keepReason,
    deletedById: row.deletedById,
    deletedByDays: row.deletedByDays,
    deletedAtMs: row.deletedAt?.getTime() ?? null,
  }
}

/** Null when there is none. @throws AppError storage_unavailable */
export async function findRecording(database: Database, id: string): Promise<RecordingRow | null> {
  const row = await database.prisma.recording.findUnique({ where: { id } })
  return row && toRow(row)
}

/** A meeting's recordings, oldest first. @throws AppError storage_unavailable */
export async function recordingsOfMeeting(database: Database, meetingId: string): Promise<RecordingRow[]> {
  const rows = await database.prisma.recording.findMany({
    where: { meetingId },
    orderBy: { startedAt: 'asc' },
  })
  return rows.map(toRow)
}

/**
 * Recordings that nobody finished and that this node may take: its own, and those of nodes that have shown no sign
 * of life since `deadSinceMs`. @throws AppError storage_unavailable
 */
export async function unfinishedRecordings(
  database: Database,
  nodeId: string,
  deadSinceMs: number,
): Promise<RecordingRow[]> {
  const rows = await database.prisma.recording.findMany({
    where: { state: { in: ['starting', 'recording', 'composing'] } },
    orderBy: { startedAt: 'asc' },
  })
  const alive = await database.prisma.node.findMany({
    where: { seenAt: { gt: new Date(deadSinceMs) } },
    select: { id: true },
  })
  const others = new Set(alive.map((node) => node.id).filter((id) => id !== nodeId))
  return rows.filter((row) => !others.has(row.nodeId)).map(toRow)
}

/** Who composes a recording: a node, and which beginning of all. Whoever begins later fences it off. */
export interface Composition {
  nodeId: string
  number: number
}

/**
 * Changes a recording; false when there is none.
 * @param of only one that this node has, or nobody, or that this change gives to it; or one that is still composed by
 * this composition
 * @throws AppError storage_unavailable
 */
export async function changeRecording(
  database: Database,
  id: RecordingId,
  change: RecordingChange,
  of?: string | Composition,
): Promise<boolean> {
  const { startedAtMs, stoppedAtMs, readyAtMs, sizeBytes, ...plain } = change
  const { count } = await database.prisma.recording.updateMany({
    where: { id, ...fenceOf(change, of) },
    data: {
      ...plain,
      ...(startedAtMs !== undefined && { startedAt: new Date(startedAtMs) }),
      ...(stoppedAtMs !== undefined && { stoppedAt: new Date(stoppedAtMs) }),
      ...(readyAtMs !== undefined && { readyAt: new Date(readyAtMs) }),
      ...(sizeBytes !== undefined && { sizeBytes: BigInt(Math.round(sizeBytes)) }),
    },
  })
  return count > 0
}

function fenceOf(change: RecordingChange, of: string | Composition | undefined) {
  if (of === undefined || of === change.nodeId) return {}
  if (typeof of === 'string') return { nodeId: { in: [of, ''] } }
  return { state: 'composing', nodeId: of.nodeId, composition: of.number }
}

/**
 * Begins to compose, anew where it was begun before; null when it is not to be composed (any more). From then on nobody
 * else's composition changes the recording. @throws AppError storage_unavailable
 */
export async function beginComposition(
  database: Database,
  id: RecordingId,
  nodeId: string,
): Promise<(Composition & { stoppedAtMs: number | null }) | null> {
  const [row] = await database.prisma.recording.updateManyAndReturn({
    where: { id, state: 'composing' },
    data: {
      ...{ nodeId, composition: { increment: 1 } },
      ...{ failureCode: '', progressPercent: 0, faults: [], gaps: [] },
    },
    select: { composition: true, stoppedAt: true },
  })
  return row ? { nodeId, number: row.composition, stoppedAtMs: row.stoppedAt?.getTime() ?? null } : null
}

/** Takes an unfinished recording over; false when somebody else was faster. @throws AppError storage_unavailable */
export async function claimRecording(
  database: Database,
  id: RecordingId,
  fromNodeId: string,
  toNodeId: string,
): Promise<boolean> {
  const { count } = await database.prisma.recording.updateMany({
    where: { id, nodeId: fromNodeId, state: { in: ['starting', 'recording', 'composing'] } },
    data: { nodeId: toNodeId },
  })
  return count > 0
}

/** What a recording's meeting is called, and what its access rules need. @throws AppError storage_unavailable */
export async function meetingOfRecording(
  database: Database,
  meetingId: string,
): Promise<{
  title: string
  unitId: string
  unitName: string
  status: MeetingStatus
  endedAtMs: number | null
} | null> {
  const meeting = await database.prisma.meeting.findUnique({
    where: { id: meetingId },
    select: {
      ...{ title: true, unitId: true, status: true, endedAt: true },
      unit: { select: { kind: true, name: true } },
    },
  })
  return (
    meeting && {
      title: meeting.title,
      unitId: meeting.unitId,
      unitName: fullUnitName(meeting.unit),
      status: meeting.status as MeetingStatus, // written only by us
      endedAtMs: meeting.endedAt?.getTime() ?? null,
    }
  )
}
