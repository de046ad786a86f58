import { readFileSync } from 'node:fs'
import {
  AlignmentType,
  BorderStyle,
  Document,
  Header,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph as DocxParagraph,
  Table as DocxTable,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlign,
  WidthType,
  type ISectionOptions,
} from 'docx'
import { TextWatermark } from 'docx/watermarks'
import { assertNever } from '#contract/errors.ts'
import { settleDocx } from './docxSettle.ts'
import type {
  Block,
  Columns,
  DocumentNode,
  DocumentTree,
  Paragraph,
  Run,
  Table,
  Together,
} from './documentTree.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { columnsFit, keptOf, tableFit } from './pageFit.ts'
import { tinosFiles } from './tinos.ts'

/**
 * What the law names. Tinos is embedded under this name: a word processor that has Times New Roman uses its own,
 * one without it (LibreOffice on Linux) finds the metric twin in the file.
 */
const lawfulFont = 'Times New Roman'

const twipsPerPt = 20
const twipsPerMm = 1440 / 25.4
const twips = (mm: number): number => Math.round(mm * twipsPerMm)
const line = { line: Math.round(240 * layout.lineSpacing), lineRule: LineRuleType.AUTO }

/** Renders a tree as DOCX. The same tree gives the same bytes. Takes CPU: see `renderDocument`. */
export async function renderDocx(tree: DocumentTree): Promise<Uint8Array> {
  const document = new Document({
    title: tree.title,
    creator: tree.author,
    lastModifiedBy: tree.author,
    fonts: [
      {
        name: lawfulFont,
        data: readFileSync(tinosFiles.normal),
        bold: readFileSync(tinosFiles.bold),
        italic: readFileSync(tinosFiles.italics),
        boldItalic: readFileSync(tinosFiles.bolditalics),
      },
    ],
    styles: {
      default: {
        document: {
          run: { font: lawfulFont, size: layout.sizePt.body * 2, language: { value: 'vi-VN' } },
          paragraph: { spacing: { before: 0, after: 0, ...line } },
        },
      },
    },
    sections: tree.sections.map((section) => sectionOf(section.nodes, tree.watermark)),
  })
  return settleDocx(new Uint8Array(await Packer.toBuffer(document)), tree.dateMs)
}

function sectionOf(nodes: DocumentNode[], watermark: string | null): ISectionOptions {
  const mark = (): TextWatermark[] =>
    watermark === null
      ? []
      : [new TextWatermark({ text: watermark, font: lawfulFont, color: 'C8C8C8', width: 380 })]
  return {
    properties: {
      titlePage: true,
      page: {
        size: { width: twips(layout.page.widthMm), height: twips(layout.page.heightMm) },
        margin: {
          top: twips(layout.marginMm.top),
          bottom: twips(layout.marginMm.bottom),
          left: twips(layout.marginMm.left),
          right: twips(layout.marginMm.right),
          header: twips(10),
          footer: twips(10),
        },
        pageNumbers: { start: 1 },
      },
    },
    headers: {
      first: new Header({ children: [new DocxParagraph({ children: mark() })] }),
      default: new Header({
        children: [
          new DocxParagraph({
            alignment: AlignmentType.CENTER,
            children: [
              new TextRun({ children: [PageNumber.CURRENT], size: layout.sizePt.pageNumber * 2 }),
              ...mark(),
            ],
          }),
        ],
      }),
    },
    children: nodes.flatMap((node) => nodeOf(node, false)),
  }
}

function nodeOf(node: DocumentNode, keepNext: boolean): (DocxParagraph | DocxTable)[] {
  switch (node.type) {
    case 'paragraph':
    case 'rule':
    case 'gap':
      return [blockOf(node, layout.textWidthMm, keepNext)]
    case 'columns':
      return [columnsOf(node, keepNext)]
    case 'table':
      return [tableOf(node)]
    case 'together':
      return togetherOf(node)
    default:
      return assertNever(node)
  }
}

function togetherOf(node: Together): (DocxParagraph | DocxTable)[] {
  const { kept, others } = keptOf(node)
  return [
    ...kept.flatMap((inner, index) => nodeOf(inner, index < kept.length - 1)),
    ...others.flatMap((inner) => nodeOf(inner, false)),
  ]
}

function runOf(run: Run): TextRun {
  return new TextRun({
    text: run.text,
    size: run.sizePt * 2,
    bold: run.isBold === true,
    italics: run.isItalic === true,
  })
}

function alignmentOf(align: Paragraph['align']): (typeof AlignmentType)[keyof typeof AlignmentType] {
  switch (align) {
    case 'left':
      return AlignmentType.LEFT
    case 'center':
      return AlignmentType.CENTER
    case 'justify':
      return AlignmentType.BOTH
    default:
      return assertNever(align)
  }
}

function blockOf(block: Block, widthMm: number, keepNext: boolean): DocxParagraph {
  switch (block.type) {
    case 'paragraph':
      return new DocxParagraph({
        alignment: alignmentOf(block.align),
        indent: block.firstLineMm ? { firstLine: twips(block.firstLineMm) } : undefined,
        spacing: {
          before: (block.beforePt ?? 0) * twipsPerPt,
          after: (block.afterPt ?? 0) * twipsPerPt,
          ...line,
        },
        keepNext: keepNext || block.isHead === true,
        widowControl: true,
        children: block.runs.map(runOf),
      })
    case 'rule': {
      const side = twips(Math.max(0, (widthMm - block.lengthMm) / 2))
      return new DocxParagraph({
        indent: { left: side, right: side },
        spacing: { before: 0, after: 0, line: 2 * twipsPerPt, lineRule: LineRuleType.EXACTLY },
        border: { bottom: { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 0 } },
        keepNext,
      })
    }
    case 'gap':
      return new DocxParagraph({
        spacing: { before: 0, after: 0, line: block.heightPt * twipsPerPt, lineRule: LineRuleType.EXACTLY },
        keepNext,
      })
    default:
      return assertNever(block)
  }
}

const noBorder = { style: BorderStyle.NONE, size: 0, color: 'auto' }
const noBorders = { top: noBorder, bottom: noBorder, left: noBorder, right: noBorder }
const noMargins = { top: 0, bottom: 0, left: 0, right: 0, marginUnitType: WidthType.DXA }

function columnsOf(node: Columns, keepNext: boolean): DocxTable {
  const cell = (blocks: Block[], widthMm: number): TableCell =>
    new TableCell({
      width: { size: twips(widthMm), type: WidthType.DXA },
      borders: noBorders,
      margins: noMargins,
      children: blocks.map((block) => blockOf(block, widthMm, keepNext)),
    })
  return new DocxTable({
    layout: TableLayoutType.FIXED,
    width: { size: twips(node.leftMm + node.rightMm), type: WidthType.DXA },
    columnWidths: [twips(node.leftMm), twips(node.rightMm)],
    borders: { ...noBorders, insideHorizontal: noBorder, insideVertical: noBorder },
    margins: noMargins,
    rows: [
      new TableRow({
        cantSplit: columnsFit(node),
        children: [cell(node.left, node.leftMm), cell(node.right, node.rightMm)],
      }),
    ],
  })
}

function tableOf(node: Table): DocxTable {
  const fit = tableFit(node)
  const cell = (text: string, index: number, isHead: boolean): TableCell => {
    const column = node.columns[index]
    return new TableCell({
      width: { size: twips(column?.widthMm ?? 0), type: WidthType.DXA },
      verticalAlign: isHead ? VerticalAlign.CENTER : VerticalAlign.TOP,
      margins: { top: 30, bottom: 30, left: 80, right: 80, marginUnitType: WidthType.DXA },
      children: [
        new DocxParagraph({
          alignment: isHead || column?.align === 'center' ? AlignmentType.CENTER : AlignmentType.LEFT,
          spacing: { before: 0, after: 0, line: 240, lineRule: LineRuleType.AUTO },
          keepNext: isHead && fit.head,
          children: [runOf({ text, sizePt: node.sizePt, isBold: isHead })],
        }),
      ],
    })
  }
  return new DocxTable({
    layout: TableLayoutType.FIXED,
    width: { size: twips(node.columns.reduce((sum, c) => sum + c.widthMm, 0)), type: WidthType.DXA },
    columnWidths: node.columns.map((column) => twips(column.widthMm)),
    rows: [
      new TableRow({
        tableHeader: fit.head,
        cantSplit: fit.head,
        children: node.columns.map((column, index) => cell(column.title, index, true)),
      }),
      ...node.rows.map(
        (cells) =>
          new TableRow({
            cantSplit: fit.rows,
            children: cells.map((text, index) => cell(text, index, false)),
          }),
      ),
    ],
  })
}
