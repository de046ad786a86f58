/** Every expected failure, as one stable code. Clients translate it; documents and tests name it. */
export const errorCodes = [
  'bad_request', // the payload is not of the request's shape
  'too_large', // the message or body is over its limit
  'document_too_long', // a PDF or DOCX of it would take more pages, memory or time than one may
  'rate_limited', // too many messages, pages or attempts: wait
  'busy', // too many ask for the same work at once: try again in a moment
  'unauthenticated', // no session, or it ended
  'second_factor_needed', // signed in by a password alone, where a second factor is to be given or set up
  'confirmation_needed', // it is long since the password or a second factor was given, and this is sensitive
  'not_found', // absent, or not yours to see: the two look alike
  'forbidden', // you may see it, but not do this
  'link_expired', // a join or set-up link that was good once
  'meeting_not_open', // the chair, secretary or technician has not opened the call
  'meeting_ended', // the call is over
  'meeting_cancelled', // the meeting was called off
  'already_joined', // the same participant is in the call from another page; ask with takeOver
  'taken_over', // another page of the same participant took the seat
  'removed', // taken out of the call by the chair
  'not_in_call', // the page has not entered the call, or not joined it
  'wrong_node', // the meeting lives on another node; connect again
  'node_closing', // the node hands its calls over: connect again
  'invalid_state', // the thing is not in a state that allows this (publish unapproved minutes, …)
  'conflict', // somebody else changed it since you read it
  'media_unavailable', // no media node answers
  'media_rejected', // the negotiation message is malformed or not allowed
  'recording_unavailable', // no recorder answers
  'recording_quota_reached', // recordings take all that is settled for them
  'unit_quota_reached', // the unit's recordings take all that it may
  'disk_full', // no room to record, or to store
  'storage_unavailable', // the database does not answer; nothing was changed
  'timeout', // no answer in time; what was asked may have happened
  'internal', // a fault of ours; the log has it
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An expected failure. `message` is for the log, never for a person; `detail` may reach the client. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly detail: Readonly<Record<string, string | number | boolean>> | undefined
  constructor(
    code: ErrorCode,
    message: string = code,
    options: { cause?: unknown; detail?: Record<string, string | number | boolean> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.detail = options.detail
  }
}

/** The HTTP status of a code. */
export function httpStatusOf(code: ErrorCode): number {
  switch (code) {
    case 'bad_request':
    case 'media_rejected':
      return 400
    case 'unauthenticated':
      return 401
    case 'forbidden':
    case 'second_factor_needed':
    case 'confirmation_needed':
    case 'removed':
      return 403
    case 'not_found':
      return 404
    case 'link_expired':
    case 'meeting_ended':
    case 'meeting_cancelled':
      return 410
    case 'already_joined':
    case 'taken_over':
    case 'conflict':
    case 'invalid_state':
    case 'meeting_not_open':
    case 'not_in_call':
      return 409
    case 'too_large':
    case 'document_too_long':
      return 413
    case 'rate_limited':
      return 429
    case 'wrong_node':
      return 421
    case 'disk_full':
    case 'recording_quota_reached':
    case 'unit_quota_reached':
      return 507
    case 'busy':
    case 'node_closing':
    case 'media_unavailable':
    case 'recording_unavailable':
    case 'storage_unavailable':
      return 503
    case 'timeout':
      return 504
    case 'internal':
      return 500
    default:
      return assertNever(code)
  }
}

/** The wire form of any error: an unknown one becomes `internal` and reveals nothing. */
export interface WireError {
  code: ErrorCode
  detail?: Record<string, string | number | boolean>
}

export function toWireError(error: unknown): WireError {
  if (!(error instanceof AppError)) return { code: 'internal' }
  return error.detail ? { code: error.code, detail: { ...error.detail } } : { code: error.code }
}

/** Ends a `switch` over a closed set; throws when data from outside broke the type. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`)
}
