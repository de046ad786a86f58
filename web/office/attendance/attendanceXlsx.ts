import { workbook } from '#office/documents/workbook.ts'
import type { AttendanceTable } from './attendanceTable.ts'

/** Of each column, in characters. */
const widths = [6, 32, 24, 32, 16, 16, 20, 24, 32, 20, 20, 16, 12, 26]

/** The attendance list as an Excel workbook of one sheet. */
export function attendanceXlsx(table: AttendanceTable): Promise<Buffer> {
  return workbook({ sheet: 'Điểm danh', ...table, widths })
}
