import { assertNever } from '#contract/errors.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import type { TableCell } from '#office/documents/workbook.ts'
import { plainLine } from '#office/documents/plainText.ts'
import type { AttendanceRow } from '#office/attendance/attendanceRows.ts'

const heads = [
  'STT',
  'Họ và tên hoặc điểm cầu',
  'Chức vụ',
  'Đơn vị',
  'Vai trò',
  'Xác nhận',
  'Tình trạng',
  'Lý do vắng',
  'Nơi dự',
  'Vào lần đầu',
  'Rời lần cuối',
  'Tổng thời gian',
  'Số lần vào',
  'Đã biết việc ghi hình lúc',
]

/** The attendance list as a table, for whatever spreadsheet: of what it is, one head, a row a person or room. */
export interface AttendanceTable {
  of: readonly (readonly TableCell[])[]
  heads: readonly string[]
  rows: readonly (readonly TableCell[])[]
}

/** The table of these rows; texts are on one line. */
export function attendanceTable(
  rows: readonly AttendanceRow[],
  of: { title: string; startsAtMs: number },
): AttendanceTable {
  return {
    of: [[plainLine(`Danh sách điểm danh: ${of.title}`)], ['Bắt đầu theo kế hoạch', { atMs: of.startsAtMs }]],
    heads,
    rows: rows.map((row, index) => cellsOf(row, index + 1)),
  }
}

function cellsOf(row: AttendanceRow, number: number): TableCell[] {
  const isPresent = row.state === 'present' || row.state === 'late'
  const text = (value: string): TableCell => plainLine(value) || null
  return [
    number,
    text(row.name),
    text(row.position),
    text(row.unitName),
    row.kind === 'site' ? 'Điểm cầu' : roleName(row.role),
    row.kind === 'site' ? null : responseName(row.response), // nobody asks a room whether it comes
    stateName(row.state),
    isPresent ? null : text(row.responseReason),
    !isPresent ? null : row.siteName === '' ? 'Thiết bị cá nhân' : text(row.siteName),
    row.firstJoinedAtMs === null ? null : { atMs: row.firstJoinedAtMs },
    row.isThereNow || row.lastLeftAtMs === null ? null : { atMs: row.lastLeftAtMs },
    row.joinCount === 0 ? null : { lengthMs: row.totalMs },
    row.joinCount === 0 ? null : row.joinCount,
    row.recordingAcknowledgedAtMs === null ? null : { atMs: row.recordingAcknowledgedAtMs },
  ]
}

function roleName(role: MeetingRole): string {
  switch (role) {
    case 'chair':
      return 'Chủ trì'
    case 'secretary':
      return 'Thư ký'
    case 'delegate':
      return 'Đại biểu'
    case 'guest':
      return 'Khách mời'
    case 'technician':
      return 'Cán bộ kỹ thuật'
    default:
      return assertNever(role)
  }
}

function responseName(response: AttendanceRow['response']): string {
  switch (response) {
    case 'pending':
      return 'Chưa trả lời'
    case 'accepted':
      return 'Xác nhận dự'
    case 'declined':
      return 'Báo vắng'
    default:
      return assertNever(response)
  }
}

function stateName(state: AttendanceRow['state']): string {
  switch (state) {
    case 'present':
      return 'Có mặt'
    case 'late':
      return 'Có mặt, đến muộn'
    case 'absent':
      return 'Vắng không báo'
    case 'excused':
      return 'Vắng có lý do'
    default:
      return assertNever(state)
  }
}
