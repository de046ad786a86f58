import pdfmake from 'pdfmake'
import type { Content, CustomTableLayout, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { assertNever } from '#contract/errors.ts'
import type {
  Block,
  Columns,
  DocumentNode,
  DocumentTree,
  Paragraph,
  Table,
  Together,
} from './documentTree.ts'
import { officialLayout as layout, pointsPerMm } from './officialLayout.ts'
import { columnsFit, headsFit, keptOf, linesAfterHeadPt, tableFit } from './pageFit.ts'
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
      section: contentsOf(section.nodes),
      header: pageNumbers(),
    })),
  }
  return new Uint8Array(await pdfmake.createPdf(definition).getBuffer())
}

/**
 * Centred in the top margin, counted within the section, not shown on its first page. The renderer asks page by page,
 * in order.
 */
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

/** Heads that follow each other are one thing: they stand with the first lines of what comes after them. */
function contentsOf(nodes: readonly DocumentNode[]): Content[] {
  const contents: Content[] = []
  let heads: Paragraph[] = []
  const settleHeads = (): void => {
    if (heads.length > 0) contents.push(...headsOf(heads))
    heads = []
  }
  for (const node of nodes) {
    if (node.type === 'paragraph' && node.isHead === true) {
      heads.push(node)
      continue
    }
    settleHeads()
    contents.push(nodeOf(node))
  }
  settleHeads()
  return contents
}

/** pdfmake keeps nothing with the next: the heads are kept whole with a blank below them, and what follows goes up into it. */
function headsOf(heads: readonly Paragraph[]): Content[] {
  const stack = heads.map(blockOf)
  if (!headsFit(heads)) return stack
  const blank: Content = blockOf({ type: 'gap', heightPt: linesAfterHeadPt })
  return [{ stack: [...stack, blank], unbreakable: true, margin: [0, 0, 0, -linesAfterHeadPt] }]
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
      return togetherOf(node)
    default:
      return assertNever(node)
  }
}

function togetherOf(node: Together): Content {
  const { kept, others } = keptOf(node)
  return { stack: [{ stack: kept.map(nodeOf), unbreakable: true }, ...others.map(nodeOf)] }
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
    unbreakable: columnsFit(node),
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
  const fit = tableFit(node)
  return {
    layout: grid,
    table: {
      headerRows: fit.head ? 1 : 0,
      keepWithHeaderRows: fit.rows ? 1 : 0,
      dontBreakRows: fit.rows,
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
