import { withoutHidden, withoutWordMarks } from '#contract/wordText.ts'

/** What a person wrote, as text and nothing else: NFC (the fonts' glyphs are composed), line feeds kept. */
export function plainText(text: string): string {
  return withoutHidden(withoutWordMarks(text)).normalize('NFC')
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim()
}

/** With a capital at its beginning. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase('vi') + text.slice(1)
}

/** The lines of a text, without the empty ones; each is a paragraph of its own. */
export function plainParagraphs(text: string): string[] {
  return plainText(text)
    .split('\n')
    .map((line) => line.replace(/\t/g, ' ').trim())
    .filter((line) => line !== '')
}

/**
 * A file name of ASCII letters, digits and hyphens: safe in a header, a path and every file system. At most 80
 * characters before the extension.
 */
export function safeFileName(stem: string, extension: string): string {
  const ascii = stem
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '')
  return `${ascii === '' ? 'tai-lieu' : ascii}.${extension}`
}
