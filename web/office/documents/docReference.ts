import { plainLine } from './plainText.ts'

/** A gap in which the clerk writes the number by hand. */
const numberBlank = '\u00A0'.repeat(8)

/** "07/BB-VP": a number below 10 takes a leading zero (NĐ 30/2020 Phụ lục I); a gap where there is none yet. */
export function docReference(document: { docNumber: string; docSymbol: string }): string {
  const number = plainLine(document.docNumber)
  const shown = number === '' ? numberBlank : /^\d$/.test(number) ? `0${number}` : number
  return `${shown}/${plainLine(document.docSymbol)}`
}
