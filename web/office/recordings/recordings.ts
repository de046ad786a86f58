import { z } from 'zod'
import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { RecordingId } from '#contract/ids.ts'
import { line, parseInput } from '#contract/input.ts'
import { limits } from '#contract/limits.ts'
import type { Log } from '#contract/log.ts'
import { allows } from '#contract/permissions.ts'
import type { Database } from '#db/client.ts'
import { liveNodes } from '#db/nodes.ts'
import {
  condemnRecording,
  type DueRecording,
  dueRecordings,
  retentionRule,
  setRecordingKept,
  warningMs,
} from '#db/recordingRetention.ts'
import { findRecording, meetingOfRecording, recordingsOfMeeting, type RecordingRow } from '#db/recordings.ts'
import { standingIn } from '#db/standing.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { accessTo, guardAccount, may, type MeetingAccess, type Viewer } from '#office/access.ts'
import { fileDate } from '#contract/cityTime.ts'
import { safeFileName } from '#office/documents/plainText.ts'

/** A recording as pages show it: not where it lies. */
export type RecordingItem = Omit<RecordingRow, 'nodeId' | 'fileKey' | 'deletedById'> & {
  /** When the rule deletes it, as things stand; null: not by the rule. */
  deleteAtMs: number | null
  /** That is within the 30 days of the warning. */
  isSoon: boolean
  mayKeep: boolean
  /** Now, by hand. */
  mayDelete: boolean
}

const Reason = z.object({ reason: line(limits.reason, 1) })

/** Recordings of meetings, as pages use them. */
export interface Recordings {
  list(viewer: Viewer, meetingId: string): Promise<RecordingItem[]>
  /** A byte range of the composed MP4; `end` is inclusive as in HTTP. */
  open(
    viewer: Viewer,
    recordingId: string,
    range?: { start: number; end?: number },
  ): Promise<{
    fileName: string
    sizeBytes: number
    start: number
    end: number
    body: ReadableStream<Uint8Array>
  }>
  /** Composes again after a failure; what was captured is still there. */
  retry(viewer: Viewer, recordingId: string): Promise<void>
  /** No rule deletes it from now on. recording:keep. */
  keep(viewer: Viewer, recordingId: string, input: { reason: string }): Promise<void>
  /** What the rule deletes within 30 days and the viewer may keep: how much it is, and the first 100, the first first. */
  dueSoon(viewer: Viewer): Promise<{ count: number; items: DueRecording[]; untilMs: number }>
  /** The rule may delete it again, in 30 days at the earliest. recording:keep. */
  release(viewer: Viewer, recordingId: string): Promise<void>
  /**
   * Deletes it for good: its files go within a minute or so. recording:delete, also for who administers and does not see
   * the meeting. Throws `bad_request` without the confirmation, `invalid_state` for one that is kept or being made.
   */
  delete(viewer: Viewer, recordingId: string, input: { isConfirmed: boolean }): Promise<void>
}

/** What one person asks of one recording in this time is one opening. */
const oneOpeningMs = 10 * 60_000
const foreverMs = Date.parse('9000-01-01T00:00:00Z')
/** A recorder answers at once: it composes in the background. */
const retryTimeoutMs = 5_000

/** Recordings of meetings, for who may see them: to list, to play by byte ranges, to compose again. */
export function createRecordings(options: {
  database: Database
  storage: RecordingStorage
  bus: Bus
  log: Log
  now?: () => number
}): Recordings {
  const { database, storage, bus, log, now = Date.now } = options

  /** @throws AppError not_found also where the viewer may see the meeting but not its recordings' existence */
  const load = async (viewer: Viewer, id: string): Promise<{ row: RecordingRow; access: MeetingAccess }> => {
    const row = RecordingId.safeParse(id).success ? await findRecording(database, id) : null
    if (!row) throw new AppError('not_found', 'no such recording')
    const access = await accessTo(database, viewer, row.meetingId)
    if (!access.may('recording:see')) throw new AppError('not_found', 'not to be seen by this viewer')
    return { row, access }
  }

  const openedAtMs = new Map<string, number>()
  const isNew = (key: string): boolean => {
    const nowMs = Date.now()
    for (const [known, atMs] of openedAtMs) if (nowMs - atMs > oneOpeningMs) openedAtMs.delete(known)
    if (openedAtMs.has(key)) return false
    openedAtMs.set(key, nowMs)
    return true
  }

  const note = ({ actorId }: MeetingAccess, action: string, { id, meetingId }: RecordingRow) =>
    database.audit.record({ actorId, action, subject: meetingId, detail: { recordingId: id } })

  return {
    async list(viewer, meetingId) {
      const access = await accessTo(database, viewer, meetingId)
      access.demand('recording:see')
      const atMs = now()
      const rule = await retentionRule(database, atMs)
      const due = rule
        ? await dueRecordings(database, rule, { untilMs: foreverMs, meetingId, limit: 10_000 })
        : []
      const dueAtMs = new Map(due.map((one) => [one.recordingId, one.deleteAtMs]))
      return (await recordingsOfMeeting(database, meetingId)).map((row) => {
        const deleteAtMs = dueAtMs.get(row.id) ?? null
        const isGone = row.state === 'deleting' || row.state === 'deleted'
        return {
          ...summaryOf(row),
          deleteAtMs,
          isSoon: deleteAtMs !== null && deleteAtMs - atMs <= warningMs,
          mayKeep: !isGone && access.may('recording:keep'),
          mayDelete: mayBeDeleted(row) && access.may('recording:delete'),
        }
      })
    },

    async open(viewer, recordingId, range) {
      const { row, access } = await load(viewer, recordingId)
      if (row.state !== 'ready' || row.fileKey === '') {
        throw new AppError('invalid_state', `the recording is ${row.state}`)
      }
      const meeting = await meetingOfRecording(database, row.meetingId)
      const stored = await storage.open(row.fileKey, range)
      // A player asks for many ranges: one entry while it goes on, wherever it began.
      if (isNew(`${access.actorId} ${row.id}`)) {
        log.info('recordingOpened', { recordingId: row.id, actorId: access.actorId })
        await note(access, 'recording.opened', row)
      }
      return {
        fileName: safeFileName(`ban-ghi ${fileDate(row.startedAtMs)} ${meeting?.title ?? ''}`, 'mp4'),
        sizeBytes: stored.sizeBytes,
        start: stored.start,
        end: stored.end,
        body: stored.body,
      }
    },

    async retry(viewer, recordingId) {
      const { row, access } = await load(viewer, recordingId)
      if (row.state !== 'failed') throw new AppError('invalid_state', `the recording is ${row.state}`)
      log.info('recordingRetried', { recordingId: row.id, actorId: access.actorId })
      await note(access, 'recording.retried', row)
      const payload = { recordingId: row.id, meetingId: row.meetingId }
      // Its node may have another name since it was started anew: whoever holds the journals takes it.
      const nodes = (await liveNodes(database, 'recorder')).map((node) => node.id)
      for (const nodeId of nodes.toSorted((a, b) => Number(b === row.nodeId) - Number(a === row.nodeId))) {
        try {
          await bus.request(`recorder:${nodeId}`, 'compose', payload, { timeoutMs: retryTimeoutMs })
          return
        } catch (error) {
          if (!(error instanceof AppError && (error.code === 'timeout' || error.code === 'not_found')))
            throw error
          log.warn('recordingNotAtNode', { recordingId: row.id, nodeId, code: error.code })
        }
      }
      throw new AppError('recording_unavailable', 'no recorder that answers holds it')
    },

    async keep(viewer, recordingId, input) {
      const { row, access } = await load(viewer, recordingId)
      access.demand('recording:keep')
      const { reason } = parseInput(Reason, input)
      await setRecordingKept(database, row.id, reason, { actorId: access.actorId, atMs: now() })
    },

    async dueSoon(viewer) {
      const secretaryId = guardAccount(viewer)
      const atMs = now()
      const untilMs = atMs + warningMs
      const rule = await retentionRule(database, atMs)
      if (!rule) return { count: 0, items: [], untilMs }
      const held = viewer.account?.unitRoles.map(({ unitId }) => unitId) ?? []
      const unitIds = held.filter((unitId) => may(viewer, 'recording:keep', { unitId }))
      const due = await dueRecordings(database, rule, { untilMs, unitIds, secretaryId, limit: 10_000 })
      return { count: due.length, items: due.slice(0, 100), untilMs }
    },

    async release(viewer, recordingId) {
      const { row, access } = await load(viewer, recordingId)
      access.demand('recording:keep')
      await setRecordingKept(database, row.id, '', { actorId: access.actorId, atMs: now() })
    },

    async delete(viewer, recordingId, { isConfirmed }) {
      const actorId = guardAccount(viewer)
      const row = RecordingId.safeParse(recordingId).success
        ? await findRecording(database, recordingId)
        : null
      const standing = row && (await standingIn(database, viewer, row.meetingId))
      const mayDelete = standing && allows(standing.actor, 'recording:delete', standing.subject)
      if (!row || !mayDelete) {
        // Who sees it is told why not; to others it is not there.
        await load(viewer, recordingId)
        throw new AppError('forbidden', 'recording:delete is not allowed')
      }
      if (!isConfirmed) throw new AppError('bad_request', 'not confirmed')
      await condemnRecording(database, row.id, actorId, now())
      log.info('recordingCondemned', { recordingId: row.id, actorId })
    },
  }
}

function mayBeDeleted({ state, keepReason }: RecordingRow): boolean {
  return (state === 'ready' || state === 'failed') && keepReason === ''
}

function summaryOf(
  row: RecordingRow,
): Omit<RecordingItem, 'deleteAtMs' | 'isSoon' | 'mayKeep' | 'mayDelete'> {
  return {
    id: row.id,
    meetingId: row.meetingId,
    state: row.state,
    failureCode: row.failureCode,
    startedAtMs: row.startedAtMs,
    stoppedAtMs: row.stoppedAtMs,
    durationMs: row.durationMs,
    sizeBytes: row.sizeBytes,
    progressPercent: row.progressPercent,
    faults: row.faults,
    gaps: row.gaps,
    journalBytes: row.journalBytes,
    keepReason: row.keepReason,
    deletedByDays: row.deletedByDays,
    deletedAtMs: row.deletedAtMs,
  }
}
