import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { ChatMessage } from '#contract/room/chatEvents.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { RoomView } from '#contract/room/views.ts'
import type { FeaturePort, News } from '#web/call/feature.ts'
import { newId } from '#web/call/media/newId.ts'
import { calledIn } from '#web/call/people/roster.ts'
import {
  chatLines,
  toRepeat,
  withoutArrived,
  withState,
  type ChatLine,
  type OutgoingMessage,
} from './outbox.ts'

/** The chat as one person has it: what all see, what is on its way, and the text not yet sent. */
export class Chat {
  /** What is being typed; kept over lost connections and closed panels. */
  draft = $state('')
  #outbox = $state.raw<readonly OutgoingMessage[]>([])
  #unreadCount = $state(0)
  #isShown = false
  readonly #port: Pick<FeaturePort, 'view' | 'myId'>
  readonly #send: (message: { id: string; text: string }) => Promise<unknown>
  readonly lines: ChatLine[] = $derived.by(() => chatLines(this.#sent, this.#outbox))

  /** @param send asks the server; throws AppError */
  constructor(
    port: Pick<FeaturePort, 'view' | 'myId'>,
    send: (message: { id: string; text: string }) => Promise<unknown>,
  ) {
    this.#port = port
    this.#send = send
  }

  /** What everybody has. */
  get #sent(): readonly ChatMessage[] {
    return this.#port.view?.chat ?? []
  }

  /** Messages of others that came while the chat was closed. */
  get unreadCount(): number {
    return this.#unreadCount
  }

  /** The chat is on screen from now on; returns its end. */
  show(): () => void {
    this.#isShown = true
    this.#unreadCount = 0
    return () => {
      this.#isShown = false
    }
  }

  newsOf(event: RoomEvent, before: RoomView): News[] {
    if (event.type !== 'chatPosted' || event.message.participantId === this.#port.myId) return []
    // On screen it needs no second telling.
    if (this.#isShown) return []
    this.#unreadCount += 1
    const { participantId, text } = event.message
    const name = calledIn(before, { ...event.message, id: participantId })
    return [{ subject: 'message', say: (c) => c.news.message(name, text) }]
  }

  /** What has arrived is no longer on its way. To be called whenever the view is another. */
  settle(): void {
    this.#outbox = withoutArrived(this.#outbox, this.#sent)
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
