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

const hidden = new RegExp(
  [
    '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF\\uFFFE\\uFFFF]',
    '[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])',
    '(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]',
  ].join('|'),
  'g',
)

/**
 * What may not stand in an XML document or in the database's JSON, or would turn a line round, goes: control characters
 * but tab and line feed, halves of characters, non-characters, and the bidirectional overrides.
 */
export function withoutHidden(text: string): string {
  return text.replace(hidden, '')
}

/** Whether a text shows anything: a name of spaces and invisible characters is nobody's. */
export function isSeen(text: string): boolean {
  return /[^\s\p{Default_Ignorable_Code_Point}\u2800]/u.test(text)
}
