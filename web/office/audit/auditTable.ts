import { tableTime } from '#contract/cityTime.ts'
import { csvCell } from '#office/attendance/attendanceCsv.ts'
import { plainLine } from '#office/documents/plainText.ts'
import { workbook, type TableCell } from '#office/documents/workbook.ts'
import type { AuditEntryShown } from './auditShown.ts'
import { type AuditColumn, auditColumns, type AuditWords } from './auditTold.ts'

const widths: Readonly<Record<AuditColumn, number>> = {
  ...{ number: 10, at: 20, actor: 28, actorId: 28, action: 28, actionId: 22, subject: 32, subjectId: 28 },
  ...{ before: 32, after: 32, others: 40, address: 18 },
}

/** Of a CSV of the log: byte order mark and head. */
export function auditCsvHead({ heads }: AuditWords): string {
  return `\uFEFF${auditColumns.map((column) => csvCell(heads[column])).join(',')}\r\n`
}

/** Entries as lines of CSV (RFC 4180, every cell quoted, nothing that a spreadsheet would run). */
export function auditCsvLines(entries: readonly AuditEntryShown[], words: AuditWords): string {
  return entries
    .map((entry) => `${textsOf(entry, tableTime(entry.atMs), words).map(csvCell).join(',')}\r\n`)
    .join('')
}

/** Entries as an Excel workbook of one sheet. */
export function auditXlsx(entries: readonly AuditEntryShown[], words: AuditWords): Promise<Buffer> {
  const rows = entries.map((entry) =>
    textsOf(entry, '', words).map((value, index): TableCell =>
      auditColumns[index] === 'at' ? { atMs: entry.atMs } : value === '' ? null : value,
    ),
  )
  const heads = auditColumns.map((column) => words.heads[column])
  return workbook({
    ...{ sheet: words.title, heads, rows },
    widths: auditColumns.map((column) => widths[column]),
  })
}

function textsOf(entry: AuditEntryShown, at: string, words: AuditWords): string[] {
  const { changes, facts, ...told } = words.tell(entry)
  const side = (of: 'from' | 'to') => changes.map((change) => `${change.field}: ${change[of]}`).join(' | ')
  const cells: Record<AuditColumn, string> = {
    ...{ ...told, number: entry.id, at, address: entry.address },
    ...{ actorId: entry.actor.id, actionId: entry.action, subjectId: entry.subject.id },
    ...{ before: side('from'), after: side('to') },
    others: facts.map(({ field, value }) => `${field}: ${value}`).join(' | '),
  }
  return auditColumns.map((column) => plainLine(cells[column]))
}
