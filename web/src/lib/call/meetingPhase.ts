import type { ErrorCode } from '#contract/errors.ts'

/**
 * Where a page is in a meeting:
 *
 *     connecting → lobby ⇄ joining → inCall → over
 *         └─────────┴────────┴─ refused ──────▲
 *
 * `lobby` with `isWaiting` joins by itself when the call opens. After `over` a new Meeting begins anew.
 */
export type MeetingPhase = 'connecting' | 'lobby' | 'joining' | 'inCall' | 'over'

/** Why it is over: an error code of the server, or one's own leaving. */
export type Ending = ErrorCode | 'left'

const passing: ReadonlySet<ErrorCode> = new Set([
  'timeout',
  'media_unavailable',
  'storage_unavailable',
  'rate_limited',
  'internal',
  'node_closing',
  'wrong_node',
  'bad_request',
])

/** Whether the same request may succeed when it is tried again: the page stays where it is. */
export function mayPass(code: ErrorCode): boolean {
  return passing.has(code)
}
