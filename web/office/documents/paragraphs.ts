import type { Paragraph } from './documentTree.ts'
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

/** "Đồng chí A, Chánh Văn phòng, Sở B": what is unknown is left out; a form of address that was typed is kept. */
export function personText(person: { name: string; position: string; unitName: string }): string {
  const name = plainLine(person.name)
  const addressed = /^(đồng chí|ông|bà|đại biểu|đ\/c)\s/iu.test(name) ? name : `Đồng chí ${name}`
  return [addressed, plainLine(person.position), plainLine(person.unitName)]
    .filter((part) => part !== '')
    .join(', ')
}
