import pdfmake from 'pdfmake'
import type { Content, CustomTableLayout, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { assertNever } from '#contract/errors.ts'
import type { Block, Columns, DocumentNode, DocumentTree, Table } from './documentTree.ts'
import { officialLayout as layout, pointsPerMm } from './officialLayout.ts'
import { tinosFiles } from './tinos.ts'

pdfmake.setFonts({ Tinos: tinosFiles })
const fontFiles = new Set<string>(Object.values(tinosFiles))
// A document is text: nothing in it is fetched, and no file but the fonts is read.
pdfmake.setLocalAccessPolicy((path) => fontFiles.has(path))
pdfmake.setUrlAccessPolicy(() => false)

/** Tinos measures 1.107 of its size from ascender to descender; Word's single spacing is 1.149. */
const lineHeight = (layout.lineSpacing * 1.149) / 1.107
const ruleThicknessPt = 0.75
const cellPaddingPt = 4

/** Renders a tree as PDF with Tinos embedded. The same tree gives the same bytes. Takes CPU: see `renderDocument`. */
export async function renderPdf(tree: DocumentTree): Promise<Uint8Array> {
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: [
      layout.marginMm.left * pointsPerMm,
      layout.marginMm.top * pointsPerMm,
      layout.marginMm.right * pointsPerMm,
      layout.marginMm.bottom * pointsPerMm,
    ],
    language: 'vi-VN',
    info: {
      title: tree.title,
      author: tree.author,
      creator: 'Điểm Cầu',
      creationDate: new Date(tree.dateMs),
      modDate: new Date(tree.dateMs),
    },
    defaultStyle: { font: 'Tinos', fontSize: layout.sizePt.body, lineHeight },
    watermark:
      tree.watermark === null ? undefined : { text: tree.watermark, opacity: 0.08, bold: true, fontSize: 96 },
    content: tree.sections.map((section) => ({
      section: section.nodes.map(nodeOf),
      header: pageNumbers(),
    })),
  }
  return new Uint8Array(await pdfmake.createPdf(definition).getBuffer())
}

/** Centred in the top margin, counted within the section, not shown on its first page. The renderer asks page by page, in order. */
function pageNumbers(): (currentPage: number) => Content | null {
  let firstPage: number | null = null
  return (currentPage) => {
    firstPage ??= currentPage
    if (currentPage === firstPage) return null
    return {
      text: String(currentPage - firstPage + 1),
      alignment: 'center',
      fontSize: layout.sizePt.pageNumber,
      margin: [layout.marginMm.left * pointsPerMm, 10 * pointsPerMm, layout.marginMm.right * pointsPerMm, 0],
    }
  }
}

function nodeOf(node: DocumentNode): Content {
  switch (node.type) {
    case 'paragraph':
    case 'rule':
    case 'gap':
      return blockOf(node)
    case 'columns':
      return columnsOf(node)
    case 'table':
      return tableOf(node)
    case 'together':
      return { stack: node.nodes.map(nodeOf), unbreakable: true }
    default:
      return assertNever(node)
  }
}

function blockOf(block: Block): Content {
  switch (block.type) {
    case 'paragraph':
      return {
        text: block.runs.flatMap((run) =>
          wordsOf(run.text).map(({ text, isLong }) => ({
            text,
            fontSize: run.sizePt,
            bold: run.isBold === true,
            italics: run.isItalic === true,
            wordBreak: isLong ? ('break-all' as const) : ('normal' as const),
          })),
        ),
        alignment: block.align,
        leadingIndent: (block.firstLineMm ?? 0) * pointsPerMm,
        margin: [0, block.beforePt ?? 0, 0, block.afterPt ?? 0],
      }
    case 'rule':
      return {
        canvas: [
          { type: 'line', x1: 0, y1: 2, x2: block.lengthMm * pointsPerMm, y2: 2, lineWidth: ruleThicknessPt },
        ],
        alignment: 'center',
      }
    case 'gap':
      return { text: '', fontSize: 1, lineHeight: 0.001, margin: [0, 0, 0, block.heightPt] }
    default:
      return assertNever(block)
  }
}

/** A word that might be longer than a line may break anywhere: pdfmake would indent each of its lines like the first. */
function wordsOf(text: string): { text: string; isLong: boolean }[] {
  return text
    .split(/(\S{34,})/)
    .map((part, index) => ({ text: part, isLong: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}

function columnsOf(node: Columns): Content {
  return {
    columns: [
      { width: node.leftMm * pointsPerMm, stack: node.left.map(blockOf) },
      { width: node.rightMm * pointsPerMm, stack: node.right.map(blockOf) },
    ],
    columnGap: 0,
    unbreakable: true,
  }
}

const grid: CustomTableLayout = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0.5,
  paddingLeft: () => cellPaddingPt,
  paddingRight: () => cellPaddingPt,
  paddingTop: () => 1.5,
  paddingBottom: () => 1.5,
}

function tableOf(node: Table): Content {
  return {
    layout: grid,
    table: {
      headerRows: 1,
      keepWithHeaderRows: 1,
      dontBreakRows: true,
      widths: node.columns.map((column) => column.widthMm * pointsPerMm - 2 * cellPaddingPt - 0.5),
      body: [
        node.columns.map((column) => ({
          text: column.title,
          bold: true,
          fontSize: node.sizePt,
          alignment: 'center' as const,
          lineHeight: 1,
        })),
        ...node.rows.map((cells) =>
          cells.map((text, index) => ({
            text,
            fontSize: node.sizePt,
            alignment: node.columns[index]?.align ?? ('left' as const),
            lineHeight: 1,
          })),
        ),
      ],
    },
  }
}
