import type * as vi from './chat.vi.ts'

/** The same in English. */
export const chat: typeof vi.chat = {
  chat: 'Chat',
  noMessages: 'No messages yet',
  noMessagesHint: 'Everyone in the meeting can read them.',
  writeMessage: 'Write a message',
  send: 'Send',
  sending: 'sending',
  notSent: 'Not sent',
  sendAgain: 'Send again',
  discard: 'Discard',
}
