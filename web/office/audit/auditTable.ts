import { auditActionName } from '#contract/auditActions.ts'
import { tableTime } from '#contract/cityTime.ts'
import { workbook, type TableCell } from '#office/documents/workbook.ts'
import { csvCell } from '#office/attendance/attendanceCsv.ts'
import { plainLine } from '#office/documents/plainText.ts'
import type { AuditEntryShown, AuditNamed } from './auditShown.ts'

const columns = [
  ['Số', 10],
  ['Thời điểm', 20],
  ['Người thực hiện', 28],
  ['Mã người thực hiện', 28],
  ['Việc', 28],
  ['Mã việc', 22],
  ['Đối tượng', 32],
  ['Mã đối tượng', 28],
  ['Trước', 32],
  ['Sau', 32],
  ['Chi tiết khác', 40],
  ['Địa chỉ', 18],
] as const

/** Of a CSV of the log: byte order mark and head. */
export const auditCsvHead = `\uFEFF${columns.map(([title]) => csvCell(title)).join(',')}\r\n`

/** Entries as lines of CSV (RFC 4180, every cell quoted, nothing that a spreadsheet would run). */
export function auditCsvLines(entries: readonly AuditEntryShown[]): string {
  return entries
    .map((entry) => `${textsOf(entry, tableTime(entry.atMs)).map(csvCell).join(',')}\r\n`)
    .join('')
}

/** Entries as an Excel workbook of one sheet. */
export function auditXlsx(entries: readonly AuditEntryShown[]): Promise<Buffer> {
  const rows = entries.map((entry) =>
    textsOf(entry, '').map((value, index): TableCell =>
      index === 1 ? { atMs: entry.atMs } : value === '' ? null : value,
    ),
  )
  const heads = columns.map(([title]) => title)
  return workbook({ sheet: 'Nhật ký kiểm tra', heads, rows, widths: columns.map(([, width]) => width) })
}

function textsOf(
  { id, actor, subject, action, changes, facts, address }: AuditEntryShown,
  at: string,
): string[] {
  const side = (of: 'from' | 'to') =>
    changes.map((change) => `${change.field}: ${change[of].join('; ')}`).join(' | ')
  return [
    ...[id, at, nameOf(actor), actor.id, auditActionName(action), action, nameOf(subject), subject.id],
    ...[side('from'), side('to'), facts.map(({ field, value }) => `${field}: ${value}`).join(' | '), address],
  ].map(plainLine)
}

function nameOf({ id, name }: AuditNamed): string {
  if (id === 'system') return 'Hệ thống'
  return name ?? ''
}
