/**
 * What word processors put into text that is copied from them, as plain text has it: bullets of symbol fonts (private
 * use characters that no other font shows) become hyphens at the beginning of a line and go elsewhere, manual line
 * and page breaks become line feeds, invisible marks for breaking words go.
 */
export function withoutWordMarks(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/^([^\S\n]*)[\uE000-\uF8FF]\s*/gmu, '$1- ')
    .replace(/[\uE000-\uF8FF]\s*/gu, '')
    .replace(/[\u00AD\u200B-\u200F\u2060]/gu, '')
}
