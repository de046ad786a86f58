import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import { newId } from '#web/call/media/newId.ts'
import {
  chatLines,
  toRepeat,
  withoutArrived,
  withState,
  type ChatLine,
  type OutgoingMessage,
} from './meetingOutbox.ts'

/** The chat as one person has it: what all see, what is on its way, and the text not yet sent. */
export class Chat {
  /** What is being typed; kept over lost connections and closed panels. */
  draft = $state('')
  #sent = $state.raw<readonly ChatMessage[]>([])
  #outbox = $state.raw<readonly OutgoingMessage[]>([])
  #seenCount = $state(0)
  #total = $state(0)
  readonly #send: (message: { id: string; text: string }) => Promise<unknown>
  readonly lines: ChatLine[] = $derived(chatLines(this.#sent, this.#outbox))

  /** @param send asks the server; throws AppError */
  constructor(send: (message: { id: string; text: string }) => Promise<unknown>) {
    this.#send = send
  }

  /** Messages of others that came while the chat was closed. */
  get unreadCount(): number {
    return Math.max(0, this.#total - this.#seenCount)
  }

  /** Everything is seen. */
  markSeen(): void {
    this.#seenCount = this.#total
  }

  /** What everybody has, as the view says. */
  receive(chat: readonly ChatMessage[]): void {
    this.#sent = chat
    this.#outbox = withoutArrived(this.#outbox, chat)
  }

  /** Somebody else wrote. */
  countNew(): void {
    this.#total += 1
  }

  /** Sends the draft. */
  post(): void {
    const text = this.draft.trim()
    if (text === '') return
    const message: OutgoingMessage = { id: newId(), text, atMs: Date.now(), state: 'sending', code: null }
    this.#outbox = [...this.#outbox, message]
    this.draft = ''
    void this.#deliver(message)
  }

  /** Sends a failed message again, as the same message. */
  retry(id: string): void {
    const message = this.#outbox.find((entry) => entry.id === id)
    if (message?.state !== 'failed') return
    this.#outbox = withState(this.#outbox, id, 'sending')
    void this.#deliver(message)
  }

  /** Gives a failed message up; its text comes back to the draft when that is empty. */
  discard(id: string): void {
    const message = this.#outbox.find((entry) => entry.id === id)
    this.#outbox = this.#outbox.filter((entry) => entry.id !== id)
    if (message && this.draft === '') this.draft = message.text
  }

  /** The connection is back: what it had swallowed goes again. */
  repeat(): void {
    for (const message of toRepeat(this.#outbox)) this.retry(message.id)
  }

  async #deliver(message: OutgoingMessage): Promise<void> {
    try {
      await this.#send({ id: message.id, text: message.text })
    } catch (error) {
      const code: ErrorCode = error instanceof AppError ? error.code : 'internal'
      this.#outbox = withState(this.#outbox, message.id, 'failed', code)
    }
  }
}
