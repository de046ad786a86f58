/** A piece of a message: text, or an address that can be followed. */
export interface ChatPiece {
  text: string
  /** Only http and https; null for plain text. */
  href: string | null
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/giu
/** What ends a sentence or a bracket is seldom the address's own. */
const trailing = /[.,;:!?…)\]}»”’]$/u

/** Cuts a message into text and addresses; put together again, the pieces are the message. */
export function chatPieces(message: string): ChatPiece[] {
  const pieces: ChatPiece[] = []
  let at = 0
  for (const match of message.matchAll(address)) {
    const text = withoutTrailing(match[0])
    const href = hrefOf(text)
    if (!href) continue
    if (match.index > at) pieces.push({ text: message.slice(at, match.index), href: null })
    pieces.push({ text, href })
    at = match.index + text.length
  }
  if (at < message.length) pieces.push({ text: message.slice(at), href: null })
  return pieces
}

function withoutTrailing(text: string): string {
  let end = text.length
  while (end > 0 && trailing.test(text.slice(end - 1, end))) {
    // A bracket that was opened within the address belongs to it.
    if (text[end - 1] === ')' && text.slice(0, end - 1).includes('(')) break
    end -= 1
  }
  return text.slice(0, end)
}

/** Null where it is none, or where a name before the host makes another host appear. */
function hrefOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return null
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
}
