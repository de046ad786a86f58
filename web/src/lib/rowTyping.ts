import { pastedRows } from '#web/pastedRows.ts'

/** A field of one line, or of several. */
export type TextField = HTMLInputElement | HTMLTextAreaElement

/** A list whose children are rows of fields. */
export interface TypedRows {
  isEmpty(index: number): boolean
  /** Puts these lines in where the cursor is; one that is empty begins the next row. */
  insert(field: TextField, index: number, lines: string[]): void
  /** Takes an empty row out, in which Backspace is pressed. */
  remove(index: number): void
  /** Whether a line of a spreadsheet, with its columns, is a row of its own. */
  hasColumns?: boolean
}

/**
 * What a list that is typed does, wherever there is one: Enter begins the next row (Shift+Enter breaks a paragraph),
 * Backspace in an empty row takes it out, and lines that are pasted become rows. For the element around the rows.
 */
export function rowTyping(rows: TypedRows): {
  onkeydown: (event: KeyboardEvent) => void
  onpastecapture: (event: ClipboardEvent) => void
} {
  return {
    onkeydown(event) {
      const place = placeOf(event)
      // Enter ends a Vietnamese word in the making before it ends a line.
      if (!place || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      const { field, index } = place
      if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault()
        if (!rows.isEmpty(index)) rows.insert(field, index, [''])
      } else if (event.key === 'Backspace' && field.value === '' && rows.isEmpty(index) && index > 0) {
        event.preventDefault()
        rows.remove(index)
      }
    },
    onpastecapture(event) {
      const place = placeOf(event)
      const text = event.clipboardData?.getData('text/plain') ?? ''
      const lines = pastedRows(text)
      const isRow = lines.length === 1 && rows.hasColumns === true && text.includes('\t')
      if (!place || (lines.length < 2 && !isRow)) return
      event.preventDefault()
      event.stopPropagation()
      rows.insert(place.field, place.index, lines)
    },
  }
}

/** Puts the cursor into a row, at the end of its first field, or where the text before it has this length. */
export function enterRow(list: EventTarget | null | undefined, index: number, at?: number): void {
  if (!(list instanceof Element)) return
  const field = list.children[index]?.querySelector<TextField>('input, textarea')
  if (!field) return
  field.focus()
  if (field instanceof HTMLInputElement && field.type !== 'text') return
  const caret = at ?? field.value.length
  field.setSelectionRange(caret, caret)
}

function placeOf(event: Event): { field: TextField; index: number } | null {
  const { target: field, currentTarget: list } = event
  const isField = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
  if (!isField || !(list instanceof Element)) return null
  const index = [...list.children].findIndex((row) => row.contains(field))
  return index === -1 ? null : { field, index }
}
