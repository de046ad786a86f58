import { attendanceCount } from '#contract/attendance.ts'
import { AppError } from '#contract/errors.ts'
import type { Log } from '#contract/log.ts'
import type { SettingsReader } from '#contract/settings.ts'
import { findMeetingRecord } from '#db/attendance.ts'
import type { Database } from '#db/client.ts'
import { accessTo, type Viewer } from '#office/access.ts'
import { attendanceCsv } from './attendanceCsv.ts'
import { attendanceTable } from './attendanceTable.ts'
import { attendanceXlsx } from './attendanceXlsx.ts'
import { type AttendanceRow, attendanceRows } from './attendanceRows.ts'
import { fileDate } from '#contract/cityTime.ts'
import { safeFileName } from '#office/documents/plainText.ts'

/** Who was or is there, and how many of how many. */
export interface AttendanceList {
  rows: AttendanceRow[]
  asOfMs: number
  presentCount: number
  expectedCount: number
}

/** Attendance lists, as pages use them. */
export interface Attendance {
  list(viewer: Viewer, meetingId: string): Promise<AttendanceList>
  /** UTF-8 with a byte order mark, CRLF, RFC 4180, every cell quoted; cells that a spreadsheet would run are neutralised. */
  csv(viewer: Viewer, meetingId: string): Promise<{ fileName: string; body: string }>
  /** The same as an Excel workbook: times are dates, text is never run. */
  xlsx(viewer: Viewer, meetingId: string): Promise<{ fileName: string; body: Buffer }>
}

/** Who was at a meeting, live and afterwards, from the call's stored events and by the rules of its day. */
export function createAttendance(options: {
  database: Database
  log: Log
  now?: () => number
  settings: SettingsReader
}): Attendance {
  const { database, log, settings } = options
  const now = options.now ?? Date.now

  const load = async (viewer: Viewer, meetingId: string) => {
    const access = await accessTo(database, viewer, meetingId)
    access.demand('attendance:see')
    const record = await findMeetingRecord(database, meetingId, 'attendance')
    if (!record) throw new AppError('not_found', 'no such meeting')
    const asOfMs = now()
    const { lateToleranceMinutes } = (await settings.history()).at(record.startsAtMs)
    return { access, record, asOfMs, rows: attendanceRows(record, asOfMs, lateToleranceMinutes * 60_000) }
  }

  const file = async (viewer: Viewer, meetingId: string, format: 'csv' | 'xlsx') => {
    const { access, record, rows } = await load(viewer, meetingId)
    log.info('attendanceExported', { meetingId, actorId: access.actorId, format, rowCount: rows.length })
    const fact = { actorId: access.actorId, action: 'attendance.exported', subject: meetingId }
    await database.audit.record({ ...fact, detail: { format, rowCount: rows.length } }, now())
    return {
      fileName: safeFileName(`diem-danh ${fileDate(record.startsAtMs)} ${record.title}`, format),
      table: attendanceTable(rows, record),
    }
  }

  return {
    async list(viewer, meetingId) {
      const { rows, asOfMs, record } = await load(viewer, meetingId)
      const isOver = record.endedAtMs !== null
      const banned = new Set(record.participants.flatMap(({ id, isBanned }) => (isBanned ? [id] : [])))
      const { present, expected } = attendanceCount(
        rows
          .filter((row) => isOver || !banned.has(row.participantId))
          .map(({ role, state, isThereNow }) => ({
            role,
            isThere: isOver ? state === 'present' || state === 'late' : isThereNow,
          })),
      )
      return { rows, asOfMs, presentCount: present, expectedCount: expected }
    },
    async csv(viewer, meetingId) {
      const { fileName, table } = await file(viewer, meetingId, 'csv')
      return { fileName, body: attendanceCsv(table) }
    },
    async xlsx(viewer, meetingId) {
      const { fileName, table } = await file(viewer, meetingId, 'xlsx')
      return { fileName, body: await attendanceXlsx(table) }
    },
  }
}
