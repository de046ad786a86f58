import { errorCodes, type ErrorCode } from '#contract/errors.ts'

/** Why a page's action was not done: fields that it could not take, or one expected failure. */
export interface Refusal {
  readonly invalid: readonly string[]
  readonly code: ErrorCode | null
  /** Why the field was not taken, in one word, where the platform says it. */
  readonly reason?: string
}

/** Nothing was refused. */
export const noRefusal: Refusal = { invalid: [], code: null }

/** The expected failure that an answer of this host names. */
export function errorCodeIn(answer: unknown): ErrorCode | undefined {
  if (typeof answer !== 'object' || answer === null || !('code' in answer)) return undefined
  return errorCodes.find((code) => code === answer.code)
}

/**
 * What was refused, according to a page's `form` or an action's answer (`attempt` and `fail` in server/appErrors.ts).
 * An answer that never came is a `timeout`.
 */
export function refusalOf(answer: unknown): Refusal {
  if (typeof answer !== 'object' || answer === null) return noRefusal
  const invalid = 'invalid' in answer && Array.isArray(answer.invalid) ? answer.invalid.map(String) : []
  if (!('error' in answer) || !answer.error) return { invalid, code: null }
  return reasonedOf(answer.error) ?? { invalid, code: errorCodeIn(answer.error) ?? 'internal' }
}

/** What is said at the field that it is about; null for a failure that names no field with its reason. */
function reasonedOf(error: unknown): Refusal | null {
  if (typeof error !== 'object' || error === null || !('detail' in error)) return null
  const { detail } = error
  if (typeof detail !== 'object' || detail === null || !('field' in detail && 'reason' in detail)) return null
  return { invalid: [String(detail.field)], code: null, reason: String(detail.reason) }
}
