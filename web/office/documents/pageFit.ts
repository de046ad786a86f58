import { assertNever } from '#contract/errors.ts'
import type { Block, Columns, DocumentNode, Table, Together } from './documentTree.ts'
import { officialLayout as layout, pointsPerMm } from './officialLayout.ts'

/**
 * Nothing that a renderer is told to keep whole may be taller than a page: pdfmake would leave out what does not fit,
 * without a word. So whoever keeps something whole asks here, and what might not fit may break. The heights are upper
 * bounds, not measurements: no text can be taller, whatever its letters.
 */
const pageHeightPt = (layout.page.heightMm - layout.marginMm.top - layout.marginMm.bottom) * pointsPerMm

/** Single spacing of Times New Roman and of its twin, times the spacing of the body. */
const lineHeight = 1.15 * layout.lineSpacing

/** Room that a head leaves below itself: two lines of the body. */
export const linesAfterHeadPt = 2 * layout.sizePt.body * lineHeight

/** Whether heads that follow each other fit on one page with the first lines of what comes after them. */
export function headsFit(heads: readonly Block[]): boolean {
  return heightOfAll(heads, layout.textWidthMm) + linesAfterHeadPt <= pageHeightPt
}

/** Whether two columns may be kept whole. */
export function columnsFit(node: Columns): boolean {
  return heightOf(node, layout.textWidthMm) <= pageHeightPt
}

/** Whether a table's head may be repeated on every page, and whether every row may be kept whole below it. */
export function tableFit(node: Table): { head: boolean; rows: boolean } {
  const rowHeight = (cells: readonly string[]): number =>
    Math.max(
      ...cells.map((text, index) => {
        const widthPt = (node.columns[index]?.widthMm ?? 0) * pointsPerMm - 10
        return lineCount(text, node.sizePt, widthPt) * node.sizePt * 1.15 + 4
      }),
      0,
    )
  const headHeight = rowHeight(node.columns.map((column) => column.title))
  const head = headHeight <= pageHeightPt / 2
  return { head, rows: head && node.rows.every((cells) => headHeight + rowHeight(cells) <= pageHeightPt) }
}

/** What of a group stands on one page together: as many of its first nodes as surely fit. The others follow freely. */
export function keptOf(group: Together): { kept: Together['nodes']; others: Together['nodes'] } {
  let height = 0
  const fitting = group.nodes.findIndex((node) => {
    height += heightOf(node, layout.textWidthMm)
    return height > pageHeightPt
  })
  const count = fitting === -1 ? group.nodes.length : fitting
  return { kept: group.nodes.slice(0, count), others: group.nodes.slice(count) }
}

/** No renderer makes it taller than this. */
function heightOf(node: Exclude<DocumentNode, Table | Together>, widthMm: number): number {
  switch (node.type) {
    case 'paragraph': {
      const sizePt = Math.max(...node.runs.map((run) => run.sizePt), 0)
      const widthPt = (widthMm - (node.firstLineMm ?? 0)) * pointsPerMm
      const lines = lineCount(node.runs.map((run) => run.text).join(''), sizePt, widthPt)
      return lines * sizePt * lineHeight + (node.beforePt ?? 0) + (node.afterPt ?? 0)
    }
    case 'rule':
      return 4
    case 'gap':
      return node.heightPt + 1
    case 'columns':
      return Math.max(heightOfAll(node.left, node.leftMm), heightOfAll(node.right, node.rightMm))
    default:
      return assertNever(node)
  }
}

function heightOfAll(blocks: readonly Block[], widthMm: number): number {
  return blocks.reduce((sum, block) => sum + heightOf(block, widthMm), 0)
}

/** A line and the first word of the next are together wider than the column: at most twice as many as if all were full. */
function lineCount(text: string, sizePt: number, widthPt: number): number {
  let width = 0
  for (const letter of text) width += sizePt * emsOf(letter)
  return width <= widthPt ? 1 : Math.ceil((2 * width) / Math.max(widthPt, sizePt)) + 1
}

/** At least as wide as the letter is in any face of Tinos, of which the widest, a dash, measures 2.84. */
function emsOf(letter: string): number {
  const isSmall = letter === letter.toLowerCase() && !/[mwæ]/u.test(letter)
  if (isSmall && /[\da-zà-ýăđĩũơưạ-ỹ .,;:()/-]/u.test(letter)) return 0.61
  return /[A-Za-zÀ-ýĂĐĨŨƠƯẠ-ỹ]/u.test(letter) ? 1 : 3
}
