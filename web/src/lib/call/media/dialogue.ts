import type { MediaMessage } from '#contract/media.ts'
import type { NegotiateMessageInput } from '#sfu/mediasoup/negotiation.ts'

type WithoutSession<M> = M extends unknown ? Omit<M, 'sessionId'> : never

/** A word to mediasoup's engine, without the session that it belongs to. */
export type DialogueMessage = WithoutSession<NegotiateMessageInput>

/** One session's line to the engine. */
export interface Dialogue {
  /** Throws AppError. */
  ask(message: DialogueMessage): Promise<MediaMessage>
  /** Tells without needing the answer; a failure is logged. */
  tell(message: DialogueMessage): void
  warn(event: string, error: unknown): void
}
