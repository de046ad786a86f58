import type * as vi from './chat.vi.ts'

/** The same in English. */
export const chat: typeof vi.chat = {
  chat: 'Chat',
  unread: (count) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  noMessages: 'No messages yet',
  noMessagesHint: 'Everyone in the meeting can read them.',
  writeMessage: 'Write a message',
  send: 'Send',
  sending: 'sending',
  notSent: 'Not sent',
  sendAgain: 'Send again',
  discard: 'Discard',
}

/** The same news in English. */
export const chatNews: typeof vi.chatNews = {
  message: (name, text) => `${name}: ${text}`,
}
