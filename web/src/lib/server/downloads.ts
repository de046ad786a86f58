/**
 * The header that makes a browser save a file under its name (RFC 6266): an ASCII stand-in for old programs, the
 * real name in UTF-8 for the others. Quotes, line breaks and path separators never reach the header.
 */
export function dispositionOf(fileName: string, kind: 'attachment' | 'inline' = 'attachment'): string {
  const safe = fileName.replace(/[\p{Cc}"\\/]/gu, '_')
  const ascii = safe
    .replace(/[đĐ]/g, 'd')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/g, '_')
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** Reads `Range` (RFC 9110): one range of bytes; null when there is none or it is to be ignored. */
export function byteRangeOf(
  header: string | null,
): { start: number; end?: number } | { suffix: number } | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, from = '', to = ''] = match
  if (from === '') return to === '' ? null : { suffix: Number(to) }
  if (to === '') return { start: Number(from) }
  return Number(to) < Number(from) ? null : { start: Number(from), end: Number(to) }
}
