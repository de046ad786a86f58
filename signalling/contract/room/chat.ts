import type { ChatEvent, ChatMessage } from './chatEvents.ts'
import type { Rules } from './rules.ts'

const chatLimit = 200

export interface ChatView {
  /** The newest 200 messages, oldest first. */
  chat: ChatMessage[]
}

export const emptyChat: ChatView = { chat: [] }

export const chatRules: Rules<ChatEvent, { all: ChatView }> = {
  chatPosted: { all: ({ chat }, { message }) => ({ chat: [...chat, message].slice(-chatLimit) }) },
}
