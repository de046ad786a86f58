import { AppError } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomState } from './roomState.ts'

/** How many messages are remembered by their ids, so that a late retry is not a second message. */
const rememberedMessages = 5000

/** What people write to all. */
export class Chat {
  readonly #state: RoomState
  /** Without their texts, which would be most of what a call keeps; those that are shown have them. */
  readonly #messages = new Map<string, Omit<ChatMessage, 'text'>>()

  constructor(state: RoomState) {
    this.#state = state
    state.follow((event) => {
      if (event.type === 'chatPosted') this.#remember(event.message)
    })
    state.keep('chat', {
      save: () => [...this.#messages.values()],
      restore: (messages) => {
        for (const message of messages) this.#messages.set(message.id, message)
      },
    })
  }

  #remember({ text: _text, ...message }: ChatMessage): void {
    this.#messages.set(message.id, message)
    const [oldest] = this.#messages.keys()
    if (oldest !== undefined && this.#messages.size > rememberedMessages) this.#messages.delete(oldest)
  }

  /** The same id again is the same message. @throws AppError not_in_call; conflict when the id is another's message */
  post(
    id: ParticipantId,
    message: { id: string; text: string },
    nowMs: number,
  ): { events: RoomEvent[]; message: ChatMessage } {
    const sender = this.#state.assertIn(id)
    const known = this.#messages.get(message.id)
    if (known) {
      if (known.participantId !== id) throw new AppError('conflict')
      const shown = this.#state.view.chat.find(({ id: shownId }) => shownId === message.id)
      return { events: [], message: shown ?? { ...known, text: message.text } }
    }
    const atMs = this.#state.clock(nowMs)
    const posted: ChatMessage = {
      id: message.id,
      participantId: id,
      name: sender.name,
      unitName: sender.unitName,
      text: message.text,
      atMs,
    }
    return { events: this.#state.commit([{ type: 'chatPosted', atMs, message: posted }]), message: posted }
  }
}
