import type { Bus } from '#contract/bus.ts'
import { AppError } from '#contract/errors.ts'
import { RecordingId } from '#contract/ids.ts'
import type { Log } from '#contract/log.ts'
import type { Database } from '#db/client.ts'
import { liveNodes } from '#db/nodes.ts'
import { findRecording, meetingOfRecording, recordingsOfMeeting, type RecordingRow } from '#db/recordings.ts'
import type { RecordingStorage } from '#recorder/storage.ts'
import { accessTo, type MeetingAccess, type Viewer } from '#office/access.ts'
import { fileDate } from '#contract/cityTime.ts'
import { safeFileName } from '#office/documents/plainText.ts'

/** A recording as pages show it: not where it lies. */
export type RecordingItem = Omit<RecordingRow, 'nodeId' | 'fileKey'>

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
}

/** What one person asks of one recording in this time is one opening. */
const oneOpeningMs = 10 * 60_000
/** A recorder answers at once: it composes in the background. */
const retryTimeoutMs = 5_000

/** Recordings of meetings, for who may see them: to list, to play by byte ranges, to compose again. */
export function createRecordings(options: {
  database: Database
  storage: RecordingStorage
  bus: Bus
  log: Log
}): Recordings {
  const { database, storage, bus, log } = options

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
      return (await recordingsOfMeeting(database, meetingId)).map(summaryOf)
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
  }
}

function summaryOf(row: RecordingRow): RecordingItem {
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
  }
}
