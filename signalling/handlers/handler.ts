import type { ErrorCode } from '#contract/errors.ts'
import type { AuditFact } from '#db/audit.ts'
import type { Action } from '#contract/permissions.ts'
import type { CallRequestName, RequestPayload } from '#contract/requests.ts'
import type { RequestReply } from '#contract/replies.ts'
import type { Page } from '../page.ts'
import type { RoomCommand } from '../room/room.ts'
import type { Call } from '../call.ts'

/** Who asks, and where. */
export interface HandlerContext {
  call: Call
  page: Page
}

/** Who may ask. The gateway parses a request, tests `allows` and `needsSeat`, and only then does what it asks. */
interface Rule<N extends CallRequestName> {
  /** What the asker must be allowed to do now. */
  allows: Action | ((context: HandlerContext, payload: RequestPayload<N>) => Action)
  /** The code for who may not; `forbidden` unless it says more. */
  refusal?: ErrorCode
  /** Whether the page must sit in its participant's seat (`not_in_call`). */
  needsSeat: boolean
  /** What the audit log says of it once it was done, and about whom; nothing unless it is named here. */
  logged?: { action: string; detail?: (payload: RequestPayload<N>) => AuditFact['detail'] }
}

/** A request that changes the room, and nothing else. */
export interface Command<N extends CallRequestName> extends Rule<N> {
  command: RoomCommand<RequestPayload<N>>
}

/** Any other request. */
export interface Answer<N extends CallRequestName> extends Rule<N> {
  run(context: HandlerContext, payload: RequestPayload<N>): Promise<RequestReply<N>> | RequestReply<N>
}

/** A request of a call without a handler does not compile; nor does a command for a request that is told something. */
export type Handlers = {
  [N in CallRequestName]: Answer<N> | (RequestReply<N> extends Record<string, never> ? Command<N> : never)
}
