import { assertNever } from '#contract/errors.ts'

/** A stretch of text in one style. Text is text: no renderer reads markup in it. */
export interface Run {
  text: string
  sizePt: number
  isBold?: boolean
  isItalic?: boolean
}

export interface Paragraph {
  type: 'paragraph'
  runs: Run[]
  align: 'left' | 'center' | 'justify'
  /** Indent of the first line. */
  firstLineMm?: number
  beforePt?: number
  afterPt?: number
  /** A head: it stands on one page with the first lines of what follows. */
  isHead?: boolean
  /** Where a page can be led to; files do without. */
  anchor?: string
}

/** A horizontal line, centred in its column. */
export interface Rule {
  type: 'rule'
  lengthMm: number
}

/** Blank height, e.g. where a signature goes. */
export interface Gap {
  type: 'gap'
  heightPt: number
}

export type Block = Paragraph | Rule | Gap

/** Two columns side by side without borders; split over pages only where they are taller than one. */
export interface Columns {
  type: 'columns'
  leftMm: number
  rightMm: number
  left: Block[]
  right: Block[]
}

/** A table with borders; its head is repeated on every page and no row is split, unless one is taller than a page. */
export interface Table {
  type: 'table'
  sizePt: number
  columns: { title: string; widthMm: number; align: 'left' | 'center' }[]
  rows: string[][]
}

/** What stands on one page together, as far as it fits on one. */
export interface Together {
  type: 'together'
  nodes: (Block | Columns)[]
}

export type DocumentNode = Block | Columns | Table | Together

/** Begins on a new page and numbers its pages from 1; the number is not shown on its first page. */
export interface DocumentSection {
  nodes: DocumentNode[]
}

/**
 * A document as both renderers read it (docx.ts, pdf.ts): one tree, so that the two cannot diverge.
 * Nothing in it depends on when it is rendered.
 */
export interface DocumentTree {
  title: string
  author: string
  /** The only time that goes into the file's properties. */
  dateMs: number
  /** Written in pale letters across every page, e.g. "DỰ THẢO"; null for a finished document. */
  watermark: string | null
  sections: DocumentSection[]
}

/** Every text of a document, in the order of its nodes. */
export function textsOf(tree: DocumentTree): string[] {
  const of = (node: DocumentNode): string[] => {
    switch (node.type) {
      case 'paragraph':
        return [node.runs.map((run) => run.text).join('')]
      case 'columns':
        return [...node.left, ...node.right].flatMap(of)
      case 'together':
        return node.nodes.flatMap(of)
      case 'table':
        return [...node.columns.map((column) => column.title), ...node.rows.flat()]
      case 'rule':
      case 'gap':
        return []
      default:
        return assertNever(node)
    }
  }
  return tree.sections.flatMap((section) => section.nodes.flatMap(of))
}
