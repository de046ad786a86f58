import type { ChatEvent } from './chatEvents.ts'
import type { Rules } from './rules.ts'
import type { ChatView } from './views.ts'

const chatLimit = 200

export const emptyChat: ChatView = { chat: [] }

export const chatRules: Rules<ChatEvent, { all: ChatView }> = {
  chatPosted: { all: ({ chat }, { message }) => ({ chat: [...chat, message].slice(-chatLimit) }) },
}
