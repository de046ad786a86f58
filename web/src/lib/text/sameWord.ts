/**
 * Whether somebody typed this word, whatever the case, the spaces around it, the place of its tone mark (hủy, huỷ) or the
 * encoding; another tone or letter is another word.
 */
export function isSameWord(typed: string, word: string): boolean {
  return marksOf(typed) === marksOf(word)
}

/** Letters, then their marks in order: the place of a tone mark within its syllable is gone. */
function marksOf(text: string): string {
  return text
    .trim()
    .normalize('NFD')
    .toLowerCase()
    .split(/\s+/u)
    .map((word) => `${word.replace(/\p{M}/gu, '')}${[...word.matchAll(/\p{M}/gu)].join('')}`)
    .join(' ')
}
