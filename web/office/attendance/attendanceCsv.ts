import { assertNever } from '#contract/errors.ts'
import type { MeetingRole } from '#contract/meeting.ts'
import { tableTime } from '#contract/cityTime.ts'
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
]

/**
 * The attendance list as a spreadsheet reads it: UTF-8 with a byte order mark, CRLF, RFC 4180 with every cell quoted. A
 * cell that a spreadsheet would run as a formula gets an apostrophe before it. Above the table stands of what it is.
 * Times are Hanoi's by ISO 8601, which every region of a spreadsheet takes alike; durations are hh:mm:ss.
 */
export function attendanceCsv(
  rows: readonly AttendanceRow[],
  of: { title: string; startsAtMs: number },
): string {
  const lines = [
    [`Danh sách điểm danh: ${of.title}`],
    ['Bắt đầu theo kế hoạch', tableTime(of.startsAtMs)],
    [],
    heads,
    ...rows.map((row, index) => cellsOf(row, index + 1)),
  ]
  return `\uFEFF${lines.map((cells) => cells.map(csvCell).join(',')).join('\r\n')}\r\n`
}

function cellsOf(row: AttendanceRow, number: number): string[] {
  const isPresent = row.state === 'present' || row.state === 'late'
  return [
    String(number),
    row.name,
    row.position,
    row.unitName,
    row.kind === 'site' ? 'Điểm cầu' : roleName(row.role),
    row.kind === 'site' ? '' : responseName(row.response), // nobody asks a room whether it comes
    stateName(row.state),
    isPresent ? '' : row.responseReason,
    !isPresent ? '' : row.siteName === '' ? 'Thiết bị cá nhân' : row.siteName,
    row.firstJoinedAtMs === null ? '' : tableTime(row.firstJoinedAtMs),
    row.isThereNow || row.lastLeftAtMs === null ? '' : tableTime(row.lastLeftAtMs),
    row.joinCount === 0 ? '' : clock(row.totalMs),
    row.joinCount === 0 ? '' : String(row.joinCount),
  ]
}

/** What a spreadsheet takes for a formula, full-width forms included. */
const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/

/** One cell: on one line, neutralised, quoted. */
export function csvCell(text: string): string {
  const line = plainLine(text)
  const inert = formula.test(line) || formula.test(text) ? `'${line}` : line
  return `"${inert.replaceAll('"', '""')}"`
}

function clock(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
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
