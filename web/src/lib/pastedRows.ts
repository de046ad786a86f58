import { withoutWordMarks } from '#contract/wordText.ts'

/** "1. ", "2) ", "a) ", "- ", "+ ", "• " before what a line says; a number within the text is none. */
const listMark = /^(?:\d{1,3}[.)]|[a-zđ]\)|[-–+*•])\s+/iu

/** The paragraphs of a list that is pasted, one a row; a break that was made by hand within one stays in it. */
export function pastedRows(text: string): string[] {
  return text
    .split(/\r\n?|[\n\f\u0085\u2029]/u)
    .map((line) => withoutWordMarks(line).trim().replace(listMark, '').trim())
    .filter((line) => line !== '')
}

/**
 * Somebody as lists of people have it, in a line or in the columns of a spreadsheet, whichever separator that writes in
 * its region (tab, semicolon, comma); empty where nothing is said.
 */
export function personIn(line: string): { name: string; position: string; unitName: string } {
  const cells = cellsIn(line) ?? wordsIn(line)
  // Spreadsheets number their rows.
  const [name = '', position = '', ...unit] = /^\d{1,4}$/.test(cells[0] ?? '') ? cells.slice(1) : cells
  const unitName = unit.filter((part) => part !== '').join(', ')
  const clip = (text: string): string => text.slice(0, 500)
  return {
    name: clip(name.replace(/^(?:đồng chí|đ\/c|ông|bà)\s+/iu, '')),
    position: clip(position),
    unitName: clip(unitName.replace(/\.$/u, '')),
  }
}

/** What a person writes between commas, semicolons or dashes. */
function wordsIn(line: string): string[] {
  const parts = line.split(/[,;]|\s[-–]\s/u).map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

/** The cells of a spreadsheet's row, empty ones too; null for a line that a person wrote. */
function cellsIn(line: string): string[] | null {
  if (line.includes('\t')) return split(line, '\t')
  for (const separator of [';', ','] as const)
    if (new RegExp(`(?:^|${separator})"(?:[^"]|"")*"(?:${separator}|$)`, 'u').test(line))
      if (line.includes(separator)) return split(line, separator)
  // A comma or a dash within a cell of such a row is its own.
  const cells = split(line, ';')
  const isWritten = wordsIn(cells[0] ?? '').length > 1
  return cells.length > 2 && cells.at(-1) !== '' && !isWritten ? cells : null
}

/** At a separator, but not within quotes (RFC 4180). */
function split(line: string, separator: string): string[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}]*))(?:${separator}|$)`, 'guy')
  const cells = [...line.matchAll(cell)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  )
  // The end of the line is matched once more, as an empty cell.
  return cells.slice(0, line.endsWith(separator) ? undefined : -1).map((one) => one.trim())
}
