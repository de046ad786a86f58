import type { ErrorCode } from '#contract/errors.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'

/** A message of one's own that others may not have yet. It keeps its id over every attempt. */
export interface OutgoingMessage {
  id: string
  text: string
  atMs: number
  state: 'sending' | 'failed'
  code: ErrorCode | null
}

/** A line of the chat as it is shown. */
export type ChatLine =
  { state: 'sent'; message: ChatMessage } | { state: 'sending' | 'failed'; message: OutgoingMessage }

/** What everybody has, then what is still on its way. A message that came back is shown once. */
export function chatLines(chat: readonly ChatMessage[], outbox: readonly OutgoingMessage[]): ChatLine[] {
  const sent = new Set(chat.map((message) => message.id))
  return [
    ...chat.map((message): ChatLine => ({ state: 'sent', message })),
    ...outbox
      .filter((message) => !sent.has(message.id))
      .map((message): ChatLine => ({ state: message.state, message })),
  ]
}

/** The outbox without what has arrived. Returns the same array when nothing arrived. */
export function withoutArrived(
  outbox: readonly OutgoingMessage[],
  chat: readonly ChatMessage[],
): readonly OutgoingMessage[] {
  if (outbox.length === 0) return outbox
  const sent = new Set(chat.map((message) => message.id))
  const left = outbox.filter((message) => !sent.has(message.id))
  return left.length === outbox.length ? outbox : left
}

/** The outbox with one message changed. */
export function withState(
  outbox: readonly OutgoingMessage[],
  id: string,
  state: OutgoingMessage['state'],
  code: ErrorCode | null = null,
): OutgoingMessage[] {
  return outbox.map((message) => (message.id === id ? { ...message, state, code } : message))
}

/** What to send again by itself once the connection is back: what the connection, not the server, refused. */
export function toRepeat(outbox: readonly OutgoingMessage[]): OutgoingMessage[] {
  return outbox.filter((message) => message.state === 'failed' && message.code === 'timeout')
}
