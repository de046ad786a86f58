import { officialOffice } from '#contract/officialText.ts'
import type { Block, Paragraph, Run } from './documentTree.ts'
import { widthMmOf } from './letterWidths.ts'
import { linesBySense } from './linesBySense.ts'
import { officialLayout as layout } from './officialLayout.ts'
import { plainLine } from './plainText.ts'

/** A paragraph of the body: justified, its first line indented. */
export function bodyText(text: string, style: { isBold?: boolean; isItalic?: boolean } = {}): Paragraph {
  return {
    type: 'paragraph',
    align: 'justify',
    firstLineMm: layout.firstLineMm,
    afterPt: layout.paragraphGapPt,
    runs: [{ text, sizePt: layout.sizePt.body, ...style }],
  }
}

/** A head inside the body; it does not part from what follows. */
export function headed(text: string): Paragraph {
  return { ...bodyText(text, { isBold: true }), align: 'left', isHead: true }
}

/** A centred line without a gap. */
export function centred(
  text: string,
  sizePt: number,
  style: { isBold?: boolean; isItalic?: boolean } = {},
): Paragraph {
  return { type: 'paragraph', align: 'center', runs: [{ text, sizePt, ...style }] }
}

/** A centred text in lines that break where it is read. */
export function centredLines(text: string, widthMm: number, asRun: (line: string) => Run): Paragraph[] {
  if (text === '') return []
  return linesBySense(text, widthMm, asRun).map((line) => ({
    type: 'paragraph',
    align: 'center',
    runs: [asRun(line)],
  }))
}

/** The same with a line under it that is measured by the last of them. */
export function ruledLines(text: string, widthMm: number, asRun: (line: string) => Run): Block[] {
  const lines = centredLines(text, widthMm, asRun)
  const last = lines.at(-1)?.runs[0]
  if (!last) return []
  return [...lines, { type: 'rule', lengthMm: Math.min(widthMm, widthMmOf(last)) * layout.ruleShare }]
}

/** "Đồng chí A, Chánh Văn phòng Sở B"; a form of address that was typed is kept; a line to write on for nobody. */
export function personText(person: { name: string; position: string; unitName: string }): string {
  const name = plainLine(person.name)
  if (name === '') return blank
  const addressed = /^(đồng chí|ông|bà|đại biểu|đ\/c)\s/iu.test(name) ? name : `Đồng chí ${name}`
  const office = officialOffice(plainLine(person.position), plainLine(person.unitName))
  return office === '' ? addressed : `${addressed}, ${office}`
}

/** Where something is written by hand. */
export const blank = '……………………………………'

/** A text as a sentence: with one full stop at its end, whether or not one was typed. */
export function asSentence(text: string): string {
  const bare = text.replace(/[\s.;,]+$/u, '')
  return /[…?!:]$/u.test(bare) ? bare : `${bare}.`
}
