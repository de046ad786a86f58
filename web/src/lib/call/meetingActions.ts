import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { TrackSource } from '#contract/grant.ts'
import type { AgendaItemId, ParticipantId, SiteId } from '#contract/ids.ts'
import type { CallRequestName, RequestInput } from '#contract/requests.ts'

/** Asks the server; throws AppError. */
export type Ask = <N extends CallRequestName>(name: N, payload: RequestInput<N>) => Promise<unknown>

/**
 * What a person can do in a call, by name. Each asks the server, whose events change the view; each answers whether
 * it was done, and a refusal is told once, by `onFailed`. The server checks every right again.
 */
export class MeetingActions {
  readonly #ask: Ask
  readonly #onFailed: (code: ErrorCode) => void

  constructor(ask: Ask, onFailed: (code: ErrorCode) => void) {
    this.#ask = ask
    this.#onFailed = onFailed
  }

  raiseHand(): Promise<boolean> {
    return this.#do('hand:raise', {})
  }

  /** One's own hand, or somebody else's for who moderates. */
  lowerHand(participantId?: ParticipantId): Promise<boolean> {
    return this.#do('hand:lower', participantId ? { participantId } : {})
  }

  setSource(source: TrackSource, level: 'open' | 'muted'): Promise<boolean> {
    return this.#do('source:set', { source, level })
  }

  /** muted: may unmute again; forbidden: may not until allowed; allowed: the ban is lifted. */
  muteParticipant(
    participantId: ParticipantId,
    source: TrackSource,
    level: 'muted' | 'forbidden' | 'allowed',
  ): Promise<boolean> {
    return this.#do('participant:mute', { participantId, source, level })
  }

  muteAll(forbidUnmute: boolean): Promise<boolean> {
    return this.#do('participants:muteAll', { forbidUnmute })
  }

  allowUnmute(): Promise<boolean> {
    return this.#do('participants:allowUnmute', {})
  }

  removeParticipant(participantId: ParticipantId, isBanned: boolean): Promise<boolean> {
    return this.#do('participant:remove', { participantId, isBanned })
  }

  startAgendaItem(itemId: AgendaItemId): Promise<boolean> {
    return this.#do('agenda:start', { itemId })
  }

  proposeRecording(): Promise<boolean> {
    return this.#do('recording:propose', {})
  }

  startRecording(): Promise<boolean> {
    return this.#do('recording:start', {})
  }

  /** Stops a recording; declines one that was proposed; clears one that failed. */
  stopRecording(): Promise<boolean> {
    return this.#do('recording:stop', {})
  }

  markPresent(participantId: ParticipantId, siteId: SiteId | null, isPresent: boolean): Promise<boolean> {
    return this.#do('presence:mark', { participantId, siteId, isPresent })
  }

  /** Ends the call for everyone. */
  end(): Promise<boolean> {
    return this.#do('call:end', {})
  }

  async #do<N extends CallRequestName>(name: N, payload: RequestInput<N>): Promise<boolean> {
    try {
      await this.#ask(name, payload)
      return true
    } catch (error) {
      this.#onFailed(error instanceof AppError ? error.code : 'internal')
      if (!(error instanceof AppError)) throw error
      return false
    }
  }
}
