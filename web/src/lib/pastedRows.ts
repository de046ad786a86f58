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

/** Somebody as lists of people have it, in a line or in the columns of a spreadsheet; empty where nothing is said. */
export function personIn(line: string): { name: string; position: string; unitName: string } {
  const parts = line
    .split(line.includes('\t') ? /\t+/u : /[,;]|\s[-–]\s/u)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const [name = '', position = '', ...unit] = parts
  const clip = (text: string): string => text.slice(0, 500)
  return {
    name: clip(name.replace(/^(?:đồng chí|đ\/c|ông|bà)\s+/iu, '')),
    position: clip(position),
    unitName: clip(unit.join(', ').replace(/\.$/u, '')),
  }
}
