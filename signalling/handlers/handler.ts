import type { ErrorCode } from '#contract/errors.ts'
import type { Action } from '#contract/permissions.ts'
import type { CallRequestName, RequestPayload, RequestReply } from '#contract/requests.ts'
import type { Page } from '../page.ts'
import type { Call } from '../call.ts'

/** Who asks, and where. */
export interface HandlerContext {
  call: Call
  page: Page
}

/** What a request does. The gateway parses it, tests `allows` and `place`, and only then runs it. */
export interface Handler<N extends CallRequestName> {
  /** What the asker must be allowed to do now. */
  allows: Action | ((context: HandlerContext, payload: RequestPayload<N>) => Action)
  /** The code for who may not; `forbidden` unless it says more. */
  refusal?: ErrorCode
  /** Whether the page must sit in its participant's seat (`not_in_call`). */
  place: 'anywhere' | 'seat'
  run(context: HandlerContext, payload: RequestPayload<N>): Promise<RequestReply<N>> | RequestReply<N>
}

/** A request of a call without a handler does not compile. */
export type Handlers = { [N in CallRequestName]: Handler<N> }
