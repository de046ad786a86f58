import type { DocumentNode, DocumentTree } from '#office/documents/documentTree.ts'

/** A line of two texts that are laid beside each other: in both, only in the earlier, or only in the later one. */
export interface ComparedLine {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** What a document says, line by line; a row of a table is one. */
export function linesOf(tree: DocumentTree): string[] {
  const of = (node: DocumentNode): string[] => {
    switch (node.type) {
      case 'paragraph':
        return [node.runs.map((run) => run.text).join('')]
      case 'columns':
        return [...node.left, ...node.right].flatMap(of)
      case 'together':
        return node.nodes.flatMap(of)
      case 'table':
        return node.rows.map((cells) => cells.filter((cell) => cell !== '').join(' · '))
      case 'rule':
      case 'gap':
        return []
    }
  }
  return tree.sections.flatMap((section) => section.nodes.flatMap(of)).filter((line) => line.trim() !== '')
}

const mostWords = 3000

/** A text's words and line breaks, to be compared one by one; of a very long one, its paragraphs. */
export function wordsOf(text: string): string[] {
  const words = text.match(/\n|\S+/g) ?? []
  return words.length > mostWords ? text.split(/(?=\n)/) : words
}

/** What of an earlier text is gone in a later one and what is new there, in order: the longest common lines stay. */
export function compareLines(earlier: readonly string[], later: readonly string[]): ComparedLine[] {
  let start = 0
  while (start < earlier.length && start < later.length && earlier[start] === later[start]) start += 1
  let end = 0
  const isSameFromEnd = (): boolean => earlier.at(-1 - end) === later.at(-1 - end)
  while (end < earlier.length - start && end < later.length - start && isSameFromEnd()) end += 1
  const line = (kind: ComparedLine['kind']) => (text: string) => ({ kind, text })
  return [
    ...earlier.slice(0, start).map(line('same')),
    ...changedLines(earlier.slice(start, earlier.length - end), later.slice(start, later.length - end)),
    ...later.slice(later.length - end).map(line('same')),
  ]
}

function changedLines(earlier: readonly string[], later: readonly string[]): ComparedLine[] {
  // common[i][j]: how many lines the texts have in common from line i of the one and line j of the other on.
  const common = Array.from({ length: earlier.length + 1 }, () => new Uint16Array(later.length + 1))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = earlier.length - 1; i >= 0; i -= 1) {
    const row = common[i]
    if (!row) continue
    for (let j = later.length - 1; j >= 0; j -= 1) {
      row[j] = earlier[i] === later[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: ComparedLine[] = []
  let [i, j] = [0, 0]
  while (i < earlier.length || j < later.length) {
    const [before, after] = [earlier[i], later[j]]
    if (before !== undefined && before === after) {
      lines.push({ kind: 'same', text: before })
      i += 1
      j += 1
    } else if (before !== undefined && (after === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: before })
      i += 1
    } else if (after !== undefined) {
      lines.push({ kind: 'new', text: after })
      j += 1
    }
  }
  return lines
}
