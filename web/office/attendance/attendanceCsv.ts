import { tableTime } from '#contract/cityTime.ts'
import { plainLine } from '#office/documents/plainText.ts'
import type { TableCell } from '#office/documents/workbook.ts'
import type { AttendanceTable } from './attendanceTable.ts'

/**
 * The attendance list as CSV: UTF-8 with a byte order mark, CRLF, RFC 4180 with every cell quoted. A cell that a
 * spreadsheet would run as a formula gets an apostrophe before it. Times are Hanoi's by ISO 8601, which every region of
 * a spreadsheet takes alike; durations are hh:mm:ss. The separator is a comma everywhere: it is for programs. Excel, which
 * takes its region's (a semicolon in Vietnamese), has the workbook beside it; a line `sep=,` would tell it, and make it
 * forget the mark and break the letters (alexcaza/export-to-csv#119).
 */
export function attendanceCsv({ of, heads, rows }: AttendanceTable): string {
  const lines = [...of, [], heads, ...rows]
  return `\uFEFF${lines.map((cells) => cells.map(textOf).map(csvCell).join(',')).join('\r\n')}\r\n`
}

function textOf(cell: TableCell): string {
  if (cell === null) return ''
  if (typeof cell !== 'object') return String(cell)
  return 'atMs' in cell ? tableTime(cell.atMs) : clock(cell.lengthMs)
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
