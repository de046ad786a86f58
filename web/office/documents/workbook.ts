import writeExcelFile, { type CellObject } from 'write-excel-file/node'
import { tableDate } from '#contract/cityTime.ts'

/** What one cell says; null is nothing. A number is a count. */
export type TableCell = string | number | { atMs: number } | { lengthMs: number } | null

/**
 * One sheet as an Excel workbook (ECMA-376). Text is text whatever it looks like, so nothing in it is ever run or read
 * as a number; times are dates in Hanoi's time, lengths and counts are numbers, which a spreadsheet shows as its region
 * does, sorts and adds up.
 * @param table.of what it is of, above the head; its first line is bold
 * @param table.widths of each column, in characters
 */
export function workbook(table: {
  sheet: string
  of?: readonly (readonly TableCell[])[]
  heads: readonly string[]
  rows: readonly (readonly TableCell[])[]
  widths: readonly number[]
}): Promise<Buffer> {
  const { sheet, of = [], heads, rows, widths } = table
  const bold = (cells: readonly TableCell[]) =>
    cells.map((cell) => ({ ...cellOf(cell), fontWeight: 'bold' as const }))
  const lines = of.map((cells, index) => (index === 0 ? bold(cells) : cells.map(cellOf)))
  const above = [...lines, ...(lines.length > 0 ? [[]] : []), bold(heads)]
  return writeExcelFile([...above, ...rows.map((cells) => cells.map(cellOf))], {
    sheet,
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
