import writeExcelFile, { type CellObject } from 'write-excel-file/node'
import { tableDate } from '#contract/cityTime.ts'
import type { AttendanceTable, TableCell } from './attendanceTable.ts'

/** Of each column, in characters. */
const widths = [6, 32, 24, 32, 16, 16, 20, 24, 32, 20, 20, 16, 12, 26]

/**
 * The attendance list as an Excel workbook (ECMA-376) of one sheet. Text is text whatever it looks like, so nothing in
 * it is ever run or read as a number; times are dates in Hanoi's time, lengths and counts are numbers, which a
 * spreadsheet shows as its region does, sorts and adds up.
 */
export function attendanceXlsx({ of, heads, rows }: AttendanceTable): Promise<Buffer> {
  const bold = (cells: readonly TableCell[]) =>
    cells.map((cell) => ({ ...cellOf(cell), fontWeight: 'bold' as const }))
  const above = [
    ...of.map((cells, index) => (index === 0 ? bold(cells) : cells.map(cellOf))),
    [],
    bold(heads),
  ]
  return writeExcelFile([...above, ...rows.map((cells) => cells.map(cellOf))], {
    sheet: 'Điểm danh',
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: above.length,
    orientation: 'landscape',
  }).toBuffer()
}

function cellOf(cell: TableCell): CellObject | null {
  if (cell === null) return null
  if (typeof cell === 'string') return { type: String, value: cell }
  if (typeof cell === 'number') return { type: Number, value: cell }
  if ('atMs' in cell) return { type: Date, value: tableDate(cell.atMs), format: 'dd/mm/yyyy hh:mm:ss' }
  return { type: Number, value: cell.lengthMs / 86_400_000, format: '[h]:mm:ss' }
}
