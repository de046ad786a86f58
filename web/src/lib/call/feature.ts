import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { ParticipantId } from '#contract/ids.ts'
import type { Action } from '#contract/permissions.ts'
import type { CallAsk, CallSignal } from '#signalling/client.ts'
import type { RequestInput } from '#contract/requests.ts'
import type { RoomEvent } from '#contract/room/room.ts'
import type { PageViews, RoomView } from '#contract/room/views.ts'
import type { CallMessages } from './callFirst.vi.ts'

/** Asks the server, whose events change the view. Whether it was done; a refusal is told to the person once. */
export type Act = <N extends CallAsk>(name: N, payload: RequestInput<N>) => Promise<boolean>

/** What a feature of the call (floor, chat, recording, …) gets of the stay that it belongs to. */
export interface FeaturePort {
  /** The call as everybody in it sees it; null before the join. */
  readonly view: RoomView | null
  /** The same with what only some see. */
  readonly views: PageViews | null
  readonly myId: ParticipantId | null
  may(action: Action): boolean
  readonly act: Act
}

/** What a person should be told of something that happened; a newer one on the same subject takes its place. */
export interface News {
  subject: string
  say(c: CallMessages): string
}

/** A feature that has news; `before` is the view without the event. */
export interface NewsSource {
  newsOf(event: RoomEvent, before: RoomView): News[]
}

/** Asks so that a refusal is an answer, told by `onFailed`. What is no refusal is thrown on. */
export function actBy(signal: CallSignal, onFailed: (code: ErrorCode) => void): Act {
  return async (name, payload) => {
    try {
      await signal.request(name, payload)
      return true
    } catch (error) {
      onFailed(error instanceof AppError ? error.code : 'internal')
      if (!(error instanceof AppError)) throw error
      return false
    }
  }
}
