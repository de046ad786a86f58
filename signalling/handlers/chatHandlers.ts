import { AppError } from '#contract/errors.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import type { Handlers } from './handler.ts'
import { isSeen, withoutHidden } from '#contract/wordText.ts'

/** Messages. */
export const chatHandlers = {
  'chat:post': {
    allows: 'call:chat',
    needsSeat: true,
    run: async ({ call, page }, { id, text }) => {
      let message: ChatMessage | undefined
      await call.act(
        (room, nowMs) => {
          const posted = room.chat.post(page.identity.participantId, { id, text: storableText(text) }, nowMs)
          message = posted.message
          return posted.events
        },
        { isStored: true },
      )
      if (!message) throw new Error('the room gave no message')
      return { message }
    },
  },
} satisfies Pick<Handlers, 'chat:post'>

/**
 * Text as it is, but for what the database cannot hold or turns a line round, so that a link is the one that is read.
 * @throws AppError bad_request when nothing is left that is seen
 */
function storableText(text: string): string {
  const clean = withoutHidden(text).trim()
  if (!isSeen(clean)) throw new AppError('bad_request', 'nothing to say')
  return clean
}
