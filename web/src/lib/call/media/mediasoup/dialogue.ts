import { AppError } from '#contract/errors.ts'
import type { MediaMessage } from '#contract/media.ts'
import type { NegotiateMessageInput } from '#sfu/mediasoup/negotiation.ts'
import type { EngineLine, MediaClientHooks } from '../mediaClient.ts'

type WithoutTicket<M> = M extends unknown ? Omit<M, 'ticketId'> : never

/** A word to mediasoup's engine, without the ticket that it belongs to. */
export type DialogueMessage = WithoutTicket<NegotiateMessageInput>

/** One ticket's line to the engine. */
export interface Dialogue {
  /** Throws AppError. */
  ask(message: DialogueMessage): Promise<MediaMessage>
  /** Tells without needing the answer; a failure is logged. */
  tell(message: DialogueMessage): void
  warn(event: string, error: unknown): void
}

/** The line over which a ticket's words go, for as long as the ticket lives. */
export class TicketDialogue implements Dialogue {
  readonly #ticketId: string
  readonly #line: EngineLine
  readonly #onWarning: MediaClientHooks['onWarning']
  readonly #onUnknown: () => void
  #isClosed = false

  /** @param onUnknown the engine no longer knows this ticket, or knows another: nothing can mend it but a new one */
  constructor(
    ticketId: string,
    line: EngineLine,
    onWarning: MediaClientHooks['onWarning'],
    onUnknown: () => void,
  ) {
    this.#ticketId = ticketId
    this.#line = line
    this.#onWarning = onWarning
    this.#onUnknown = onUnknown
  }

  async ask(message: DialogueMessage): Promise<MediaMessage> {
    try {
      const { reply } = await this.#line.request('media:negotiate', {
        message: { ...message, ticketId: this.#ticketId },
      })
      return reply
    } catch (error) {
      const isUnknown =
        error instanceof AppError && (error.code === 'not_found' || error.code === 'media_rejected')
      if (isUnknown && message.type === 'restartIce') this.#onUnknown()
      throw error
    }
  }

  tell(message: DialogueMessage): void {
    this.ask(message).catch((error: unknown) => this.warn(`${message.type}Failed`, error))
  }

  warn(event: string, error: unknown): void {
    if (!this.#isClosed) this.#onWarning(event, error)
  }

  /** What fails from now on is of no concern. */
  close(): void {
    this.#isClosed = true
  }
}
